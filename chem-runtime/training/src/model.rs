//! Networks, as burn modules that carry values and tangents together.

mod activation;
mod dense;
mod dgm;
mod dual;
mod flat;
mod fnn;
mod fourier;
mod gradient;
mod highway;
mod initial;
mod logistic;
mod modified;
mod resnet;
mod trace;

pub(crate) use dual::{Dual, matrix, numbers};
pub(crate) use flat::{Layout, values, with_values};
pub(crate) use gradient::{gradient, gradient_tensor, tracked};
pub(crate) use trace::{Factor, Probed, Trace};

use burn::prelude::*;
use burn::tensor::DType;

use dgm::Dgm;
use fnn::Fnn;
use highway::Highway;
use initial::Initial;
use modified::Modified;
use resnet::Resnet;

use chem_emulator::config::{Architecture, Kind, Precision};

/// A network of any form.
#[expect(clippy::large_enum_variant, reason = "a training holds one network")]
#[derive(Module, Debug)]
pub(crate) enum Model {
    Fnn(Fnn),
    Dgm(Dgm),
    Highway(Highway),
    Modified(Modified),
    Resnet(Resnet),
}

impl Model {
    /// Where its parameters are.
    pub(crate) fn device(&self) -> Device {
        self.devices().into_iter().next().unwrap_or_else(Device::flex).inner()
    }

    /// A network with random parameters; `shape` is its numbers of inputs and outputs.
    pub(crate) fn new(form: &Architecture, shape: [usize; 2], seed: u64, device: &Device) -> Self {
        let initial = &mut Initial::new(seed, device, dtype(form.precision));
        match form.kind {
            Kind::Fnn => Model::Fnn(Fnn::new(initial, form, shape)),
            Kind::Siren => Model::Fnn(Fnn::siren(initial, form, shape)),
            Kind::Dgm => Model::Dgm(Dgm::new(initial, form, shape)),
            Kind::Modified => Model::Modified(Modified::new(initial, form, shape)),
            Kind::Highway => Model::Highway(Highway::new(initial, form, shape)),
            Kind::Resnet => Model::Resnet(Resnet::new(initial, form, shape)),
            Kind::Fourier => Model::Fnn(fourier::new(initial, form, shape)),
        }
    }

    /// The outputs `[points, outputs]` for inputs `[points, inputs]`, with tangents if these have any.
    pub(crate) fn forward(&self, x: &Dual, trace: &mut Trace) -> Dual {
        match self {
            Model::Fnn(network) => network.forward(x, trace),
            Model::Dgm(network) => network.forward(x, trace),
            Model::Highway(network) => network.forward(x, trace),
            Model::Modified(network) => network.forward(x, trace),
            Model::Resnet(network) => network.forward(x, trace),
        }
    }
}

/// The type of a network's numbers.
pub(crate) fn dtype(precision: Precision) -> DType {
    match precision {
        Precision::F32 => DType::F32,
        Precision::F64 => DType::F64,
    }
}
