//! Networks whose gates carry a layer's input past it.

use burn::prelude::*;

use super::dense::{Dense, Units, glorot};
use super::dual::Dual;
use super::fnn::OUTPUT_SCALE;
use super::initial::Initial;
use super::trace::Trace;
use chem_emulator::config::Architecture;

/// T H + (1 - T) phi, with H = sigma(phi W + b) and a sigmoid T of its own weights (Srivastava et al. 2015, eq. 3).
#[derive(Module, Debug)]
pub(crate) struct Layer {
    units: Units,
    gate: Units,
}

/// One layer of units, then gated ones.
#[derive(Module, Debug)]
pub(crate) struct Highway {
    first: Units,
    layers: Vec<Layer>,
    output: Dense,
}

impl Highway {
    pub(crate) fn new(initial: &mut Initial, form: &Architecture, [inputs, outputs]: [usize; 2]) -> Self {
        let width = form.width;
        let first = Units::first(initial, form.activation, [inputs, width], form.first_scale);
        let mut layer = || Layer {
            units: Units::new(initial, form.activation, [width, width]),
            gate: Units::gate(initial, width),
        };
        let layers = (1..form.depth).map(|_| layer()).collect();
        let output = Dense::new(initial, [width, outputs], OUTPUT_SCALE * glorot([width, outputs]));
        Highway { first, layers, output }
    }

    pub(crate) fn forward(&self, x: &Dual, trace: &mut Trace) -> Dual {
        let mut phi = self.first.forward(x, trace);
        for Layer { units, gate } in &self.layers {
            let (h, t) = (units.forward(&phi, trace), gate.forward(&phi, trace));
            phi = t.clone() * h + t.complement() * phi;
        }
        self.output.forward(&phi, trace)
    }
}
