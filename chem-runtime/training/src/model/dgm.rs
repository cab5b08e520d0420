//! The network of the deep Galerkin method (Sirignano & Spiliopoulos 2018).

use burn::module::Param;
use burn::prelude::*;

use super::dense::{Dense, Units, bend, glorot, slopes};
use super::dual::Dual;
use super::fnn::OUTPUT_SCALE;
use super::initial::Initial;
use super::trace::{Factor, Trace};
use chem_emulator::config::{Activation, Architecture};

/// sigma(X U + phi W + b), with X the network's input and phi the state of the layer (eq. 27 of Branca &
/// Pallottini 2023).
#[derive(Module, Debug)]
pub(crate) struct Gate {
    input: Param<Tensor<2>>,
    weight: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
    slope: Option<Param<Tensor<1>>>,
    #[module(skip)]
    activation: Activation,
}

impl Gate {
    fn new(initial: &mut Initial, form: &Architecture, inputs: usize) -> Self {
        let (activation, width) = (form.activation, form.width);
        let (input, bias) = initial.spread([inputs, width], form.first_scale);
        let weight = initial.normal([width, width], glorot([width, width]));
        Gate { input, weight, bias, slope: slopes(initial, activation, width), activation }
    }

    fn forward(&self, x: &Dual, phi: &Dual, trace: &mut Trace) -> Dual {
        let linear = x.matmul(self.input.val()) + phi.matmul(self.weight.val());
        let linear = linear.shift(self.bias.val());
        let linear = trace.pass(linear, || {
            vec![
                (self.input.id, Factor::Columns(x.clone())),
                (self.weight.id, Factor::Columns(phi.clone())),
                (self.bias.id, Factor::One),
            ]
        });
        bend(self.activation, self.slope.as_ref(), linear, trace)
    }
}

/// Z, G, R and H (eq. 27).
#[derive(Module, Debug)]
pub(crate) struct Layer {
    z: Gate,
    g: Gate,
    r: Gate,
    h: Gate,
}

impl Layer {
    fn new(initial: &mut Initial, form: &Architecture, inputs: usize) -> Self {
        let mut gate = || Gate::new(initial, form, inputs);
        Layer { z: gate(), g: gate(), r: gate(), h: gate() }
    }

    /// (1 - G) H + Z phi (eq. 28).
    fn forward(&self, x: &Dual, phi: Dual, trace: &mut Trace) -> Dual {
        let z = self.z.forward(x, &phi, trace);
        let g = self.g.forward(x, &phi, trace);
        let r = self.r.forward(x, &phi, trace);
        let h = self.h.forward(x, &(phi.clone() * r), trace);
        g.complement() * h + z * phi
    }
}

/// Gated layers that all see the network's input (eqs 26-28).
#[derive(Module, Debug)]
pub(crate) struct Dgm {
    first: Units,
    layers: Vec<Layer>,
    output: Dense,
}

impl Dgm {
    pub(crate) fn new(initial: &mut Initial, form: &Architecture, [inputs, outputs]: [usize; 2]) -> Self {
        let width = form.width;
        let first = Units::first(initial, form.activation, [inputs, width], form.first_scale);
        let layers = (0..form.depth).map(|_| Layer::new(initial, form, inputs)).collect();
        let output = Dense::new(initial, [width, outputs], OUTPUT_SCALE * glorot([width, outputs]));
        Dgm { first, layers, output }
    }

    pub(crate) fn forward(&self, x: &Dual, trace: &mut Trace) -> Dual {
        let mut phi = self.first.forward(x, trace);
        for layer in &self.layers {
            phi = layer.forward(x, phi, trace);
        }
        self.output.forward(&phi, trace)
    }
}
