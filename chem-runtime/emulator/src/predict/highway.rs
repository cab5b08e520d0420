//! Networks whose gates carry a layer's input past it.

use super::dense::{Dense, Lanes, Nonlinear};
use super::model::Scratch;
use crate::checkpoint::Problem;
use crate::config::Architecture;
use crate::weights::NamedArray;

/// T H + (1 - T) phi (Srivastava et al. 2015, eq. 3).
#[derive(Clone, Debug)]
pub(super) struct Highway {
    first: (Dense, Nonlinear),
    /// H and T of each layer.
    layers: Vec<[(Dense, Nonlinear); 2]>,
    output: Dense,
}

impl Highway {
    pub(super) fn take(form: &Architecture, arrays: &[NamedArray], inputs: usize) -> Result<Self, Problem> {
        let units = |name: &str, inputs: usize| {
            let dense = Dense::take(arrays, name, inputs)?;
            let nonlinear = Nonlinear::take(form.activation, arrays, name, dense.outputs())?;
            Ok::<_, Problem>((dense, nonlinear))
        };
        let first = units("first", inputs)?;
        let width = first.0.outputs();
        let square = |name: &str, dense: Dense| {
            if dense.outputs() == width {
                return Ok(dense);
            }
            let message = format!("{name} has {} units, not {width}", dense.outputs());
            Err(Problem::Inconsistent(message))
        };
        let layer = |i: usize| {
            let (name, gate) = (format!("layers.{i}.units"), format!("layers.{i}.gate"));
            let (h, nonlinear) = units(&name, width)?;
            let t = square(&gate, Dense::take(arrays, &gate, width)?)?;
            Ok([(square(&name, h)?, nonlinear), (t, Nonlinear::sigmoid(width))])
        };
        let layers = (0..form.depth.saturating_sub(1)).map(layer).collect::<Result<_, Problem>>()?;
        Ok(Highway { first, layers, output: Dense::take(arrays, "output", width)? })
    }

    pub(super) fn outputs(&self) -> usize {
        self.output.outputs()
    }

    pub(super) fn scratch(&self) -> Scratch {
        Scratch::new(3, self.first.0.outputs().max(self.outputs()))
    }

    #[inline(always)]
    pub(super) fn apply<'s>(&self, scratch: &'s mut Scratch, inputs: &[Lanes]) -> &'s mut [Lanes] {
        let [state, h, t] = scratch.0.as_mut_slice() else { return &mut [] };
        let width = self.first.0.outputs();
        self.first.0.apply(inputs, &mut state[..width]);
        self.first.1.apply(&mut state[..width]);
        for [units, gate] in &self.layers {
            units.0.apply(&state[..width], &mut h[..width]);
            units.1.apply(&mut h[..width]);
            gate.0.apply(&state[..width], &mut t[..width]);
            gate.1.apply(&mut t[..width]);
            for ((phi, h), t) in state[..width].iter_mut().zip(&*h).zip(&*t) {
                for ((phi, h), t) in phi.iter_mut().zip(h).zip(t) {
                    *phi = t * h + (1.0 - t) * *phi;
                }
            }
        }
        let outputs = &mut h[..self.output.outputs()];
        self.output.apply(&state[..width], outputs);
        outputs
    }
}
