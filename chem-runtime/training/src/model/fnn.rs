//! Fully connected networks.

use burn::prelude::*;

use super::dense::{Dense, Units, glorot};
use super::dual::Dual;
use super::initial::Initial;
use super::trace::Trace;
use chem_emulator::config::{Activation, Architecture};

/// Standard deviation of the output layer, relative to that of Glorot & Bengio (2010): the first network says
/// that little happens.
pub(crate) const OUTPUT_SCALE: f64 = 0.1;

/// Layers of units, one after another (eqs 5-6 of Branca & Pallottini 2023).
#[derive(Module, Debug)]
pub(crate) struct Fnn {
    hidden: Vec<Units>,
    output: Dense,
}

impl Fnn {
    pub(crate) fn new(initial: &mut Initial, form: &Architecture, [inputs, outputs]: [usize; 2]) -> Self {
        let width = form.width;
        let mut hidden = vec![Units::first(initial, form.activation, [inputs, width], form.first_scale)];
        hidden.extend((1..form.depth).map(|_| Units::new(initial, form.activation, [width, width])));
        let output = Dense::new(initial, [width, outputs], OUTPUT_SCALE * glorot([width, outputs]));
        Fnn { hidden, output }
    }

    /// Any layers of units.
    pub(crate) fn of_layers(hidden: Vec<Units>, output: Dense) -> Self {
        Fnn { hidden, output }
    }

    /// Sines with the initialisation of Sitzmann et al. (2020), sec. 3.2; their omega_0 is `first_scale`, and
    /// is part of the first weights instead of every layer.
    pub(crate) fn siren(initial: &mut Initial, form: &Architecture, [inputs, outputs]: [usize; 2]) -> Self {
        let width = form.width;
        let first = form.first_scale / inputs as f64;
        let later = (6.0 / width as f64).sqrt();
        let mut hidden = vec![Units::uniform(initial, Activation::Sine, [inputs, width], first)];
        hidden.extend(
            (1..form.depth).map(|_| Units::uniform(initial, Activation::Sine, [width, width], later)),
        );
        let output = Dense::new(initial, [width, outputs], OUTPUT_SCALE * glorot([width, outputs]));
        Fnn { hidden, output }
    }

    pub(crate) fn forward(&self, x: &Dual, trace: &mut Trace) -> Dual {
        let mut phi = x.clone();
        for layer in &self.hidden {
            phi = layer.forward(&phi, trace);
        }
        self.output.forward(&phi, trace)
    }
}
