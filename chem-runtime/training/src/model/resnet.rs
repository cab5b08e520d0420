//! Networks whose layers are added to their input.

use burn::prelude::*;

use super::dense::{Dense, Units};
use super::dual::Dual;
use super::fnn::OUTPUT_SCALE;
use super::initial::Initial;
use super::trace::Trace;
use chem_emulator::config::Architecture;

/// phi + sigma(phi W + b) for each hidden layer but the first (He et al. 2016, with one affine map per step).
#[derive(Module, Debug)]
pub(crate) struct Resnet {
    first: Units,
    layers: Vec<Units>,
    output: Dense,
}

impl Resnet {
    /// Weights keep the size of what they are applied to: standard deviation `first_scale` / sqrt(inputs) in the first
    /// layer, 1 / sqrt(width) later.
    pub(crate) fn new(initial: &mut Initial, form: &Architecture, [inputs, outputs]: [usize; 2]) -> Self {
        let width = form.width;
        let first = Units::scaled(initial, form.activation, [inputs, width], form.first_scale);
        let layers = (1..form.depth).map(|_| Units::scaled(initial, form.activation, [width, width], 1.0));
        let layers = layers.collect();
        let output = Dense::new(initial, [width, outputs], OUTPUT_SCALE / (width as f64).sqrt());
        Resnet { first, layers, output }
    }

    pub(crate) fn forward(&self, x: &Dual, trace: &mut Trace) -> Dual {
        let mut phi = self.first.forward(x, trace);
        for layer in &self.layers {
            phi = phi.clone() + layer.forward(&phi, trace);
        }
        self.output.forward(&phi, trace)
    }
}
