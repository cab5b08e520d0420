//! Networks that mix two encoders of the input into every layer.

use burn::prelude::*;

use super::dense::{Dense, Units, glorot};
use super::dual::Dual;
use super::fnn::OUTPUT_SCALE;
use super::initial::Initial;
use super::trace::Trace;
use chem_emulator::config::Architecture;

/// Z = sigma(phi W + b), phi' = (1 - Z) U + Z V, with encoders U and V of the input X, which is the first phi
/// (Wang, Teng & Perdikaris 2021, sec. 2.6).
#[derive(Module, Debug)]
pub(crate) struct Modified {
    u: Units,
    v: Units,
    layers: Vec<Units>,
    output: Dense,
}

impl Modified {
    pub(crate) fn new(initial: &mut Initial, form: &Architecture, [inputs, outputs]: [usize; 2]) -> Self {
        let width = form.width;
        let mut first = || Units::first(initial, form.activation, [inputs, width], form.first_scale);
        let (u, v) = (first(), first());
        let mut layers = vec![first()];
        layers.extend((1..form.depth).map(|_| Units::new(initial, form.activation, [width, width])));
        let output = Dense::new(initial, [width, outputs], OUTPUT_SCALE * glorot([width, outputs]));
        Modified { u, v, layers, output }
    }

    pub(crate) fn forward(&self, x: &Dual, trace: &mut Trace) -> Dual {
        let (u, v) = (self.u.forward(x, trace), self.v.forward(x, trace));
        let mut phi = x.clone();
        for layer in &self.layers {
            let z = layer.forward(&phi, trace);
            phi = z.clone().complement() * u.clone() + z * v.clone();
        }
        self.output.forward(&phi, trace)
    }
}
