//! The network of the deep Galerkin method (Sirignano & Spiliopoulos 2018; eqs 26-28 of Branca & Pallottini 2023).

use super::dense::{Dense, Lanes, Nonlinear, matrix, vector};
use super::model::Scratch;
use crate::checkpoint::Problem;
use crate::config::Architecture;
use crate::weights::NamedArray;

/// sigma(X U + phi W + b), with X the network's input and phi the state of the layer (eq. 27).
#[derive(Clone, Debug)]
struct Gate {
    /// U and W, one below the other.
    dense: Dense,
    nonlinear: Nonlinear,
}

impl Gate {
    fn take(form: &Architecture, arrays: &[NamedArray], name: &str, inputs: usize) -> Result<Self, Problem> {
        let bias = vector(arrays, &format!("{name}.bias"), None)?;
        let width = bias.len();
        let mut weight = matrix(arrays, &format!("{name}.input"), [inputs, width])?;
        weight.extend(matrix(arrays, &format!("{name}.weight"), [width, width])?);
        let nonlinear = Nonlinear::take(form.activation, arrays, name, width)?;
        Ok(Gate { dense: Dense::new(inputs + width, &weight, bias), nonlinear })
    }

    #[inline(always)]
    fn apply(&self, input: &[Lanes], units: &mut [Lanes]) {
        self.dense.apply(input, units);
        self.nonlinear.apply(units);
    }
}

/// Gated layers that all see the network's input.
#[derive(Clone, Debug)]
pub(super) struct Dgm {
    inputs: usize,
    first: (Dense, Nonlinear),
    /// Z, G, R and H of each layer.
    layers: Vec<[Gate; 4]>,
    output: Dense,
}

impl Dgm {
    pub(super) fn take(form: &Architecture, arrays: &[NamedArray], inputs: usize) -> Result<Self, Problem> {
        let first = Dense::take(arrays, "first", inputs)?;
        let width = first.outputs();
        let nonlinear = Nonlinear::take(form.activation, arrays, "first", width)?;
        let gate = |layer: usize, letter: &str| {
            let gate = Gate::take(form, arrays, &format!("layers.{layer}.{letter}"), inputs)?;
            if gate.dense.outputs() == width {
                return Ok(gate);
            }
            let message =
                format!("gate {letter} of layer {layer} has {} units, not {width}", gate.dense.outputs());
            Err(Problem::Inconsistent(message))
        };
        let layer = |i: usize| Ok([gate(i, "z")?, gate(i, "g")?, gate(i, "r")?, gate(i, "h")?]);
        let layers = (0..form.depth).map(layer).collect::<Result<_, Problem>>()?;
        let output = Dense::take(arrays, "output", width)?;
        Ok(Dgm { inputs, first: (first, nonlinear), layers, output })
    }

    pub(super) fn outputs(&self) -> usize {
        self.output.outputs()
    }

    pub(super) fn scratch(&self) -> Scratch {
        let width = self.first.0.outputs();
        Scratch::new(6, (self.inputs + width).max(self.outputs()))
    }

    #[inline(always)]
    pub(super) fn apply<'s>(&self, scratch: &'s mut Scratch, inputs: &[Lanes]) -> &'s mut [Lanes] {
        // Two inputs of gates, (X, phi) and (X, phi R), and the outputs of the four gates.
        let [state, gated, z, g, r, h] = scratch.0.as_mut_slice() else { return &mut [] };
        let width = self.first.0.outputs();
        let phi = self.inputs..self.inputs + width;
        for start in [&mut *state, &mut *gated] {
            start[..self.inputs].copy_from_slice(&inputs[..self.inputs]);
        }
        self.first.0.apply(inputs, &mut state[phi.clone()]);
        self.first.1.apply(&mut state[phi.clone()]);
        for [gate_z, gate_g, gate_r, gate_h] in &self.layers {
            gate_z.apply(state, &mut z[..width]);
            gate_g.apply(state, &mut g[..width]);
            gate_r.apply(state, &mut r[..width]);
            for ((product, phi), r) in gated[phi.clone()].iter_mut().zip(&state[phi.clone()]).zip(&*r) {
                for ((product, phi), r) in product.iter_mut().zip(phi).zip(r) {
                    *product = phi * r;
                }
            }
            gate_h.apply(gated, &mut h[..width]);
            // Eq. 28: (1 - G) H + Z phi.
            let gates = z.iter().zip(&*g).zip(&*h);
            for (phi, ((z, g), h)) in state[phi.clone()].iter_mut().zip(gates) {
                for (phi, ((z, g), h)) in phi.iter_mut().zip(z.iter().zip(g).zip(h)) {
                    *phi = (1.0 - g) * h + z * *phi;
                }
            }
        }
        let outputs = &mut z[..self.output.outputs()];
        self.output.apply(&state[phi], outputs);
        outputs
    }
}
