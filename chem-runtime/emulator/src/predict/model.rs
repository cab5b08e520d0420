//! Networks of every form on a block of points.

use super::dense::Lanes;
use super::dgm::Dgm;
use super::fnn::Fnn;
use super::highway::Highway;
use super::modified::Modified;
use super::resnet::Resnet;
use crate::checkpoint::Problem;
use crate::config::{Activation, Architecture, Kind};
use crate::weights::NamedArray;

/// A trained network without its training.
#[derive(Clone, Debug)]
pub(super) enum Model {
    Fnn(Fnn),
    Dgm(Dgm),
    Highway(Highway),
    Modified(Modified),
    Resnet(Resnet),
}

/// Memory of one thread.
#[derive(Clone, Debug)]
pub(super) struct Scratch(pub(super) Vec<Vec<Lanes>>);

impl Scratch {
    /// `count` layers of `width` units.
    pub(super) fn new(count: usize, width: usize) -> Self {
        Scratch(vec![vec![[0.0; super::dense::LANES]; width]; count])
    }
}

impl Model {
    /// Builds a network from its arrays.
    pub(super) fn new(form: &Architecture, arrays: &[NamedArray], inputs: usize) -> Result<Self, Problem> {
        match form.kind {
            Kind::Fnn => Fnn::take(&vec![form.activation; form.depth], arrays, inputs).map(Model::Fnn),
            Kind::Siren => Fnn::take(&vec![Activation::Sine; form.depth], arrays, inputs).map(Model::Fnn),
            Kind::Fourier => {
                // Features are a layer of sines before the others.
                let mut layers = vec![Activation::Sine];
                layers.extend(std::iter::repeat_n(form.activation, form.depth));
                Fnn::take(&layers, arrays, inputs).map(Model::Fnn)
            }
            Kind::Highway => Highway::take(form, arrays, inputs).map(Model::Highway),
            Kind::Modified => Modified::take(form, arrays, inputs).map(Model::Modified),
            Kind::Resnet => Resnet::take(form, arrays, inputs).map(Model::Resnet),
            Kind::Dgm => Dgm::take(form, arrays, inputs).map(Model::Dgm),
        }
    }

    /// Number of outputs.
    pub(super) fn outputs(&self) -> usize {
        match self {
            Model::Fnn(network) => network.outputs(),
            Model::Dgm(network) => network.outputs(),
            Model::Highway(network) => network.outputs(),
            Model::Modified(network) => network.outputs(),
            Model::Resnet(network) => network.outputs(),
        }
    }

    /// Memory for [`Model::apply`].
    pub(super) fn scratch(&self) -> Scratch {
        match self {
            Model::Fnn(network) => network.scratch(),
            Model::Dgm(network) => network.scratch(),
            Model::Highway(network) => network.scratch(),
            Model::Modified(network) => network.scratch(),
            Model::Resnet(network) => network.scratch(),
        }
    }

    /// The outputs for one block of points; `scratch` is this network's.
    #[inline(always)]
    pub(super) fn apply<'s>(&self, scratch: &'s mut Scratch, inputs: &[Lanes]) -> &'s mut [Lanes] {
        match self {
            Model::Fnn(network) => network.apply(scratch, inputs),
            Model::Dgm(network) => network.apply(scratch, inputs),
            Model::Highway(network) => network.apply(scratch, inputs),
            Model::Modified(network) => network.apply(scratch, inputs),
            Model::Resnet(network) => network.apply(scratch, inputs),
        }
    }
}
