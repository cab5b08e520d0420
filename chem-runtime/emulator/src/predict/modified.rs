//! Networks that mix two encoders of the input into every layer.

use super::dense::{Dense, Lanes, Nonlinear};
use super::model::Scratch;
use crate::checkpoint::Problem;
use crate::config::Architecture;
use crate::weights::NamedArray;

/// Z = sigma(phi W + b), phi' = (1 - Z) U + Z V (Wang, Teng & Perdikaris 2021, sec. 2.6).
#[derive(Clone, Debug)]
pub(super) struct Modified {
    /// U and V.
    encoders: [(Dense, Nonlinear); 2],
    layers: Vec<(Dense, Nonlinear)>,
    output: Dense,
}

impl Modified {
    pub(super) fn take(form: &Architecture, arrays: &[NamedArray], inputs: usize) -> Result<Self, Problem> {
        let units = |name: &str, inputs: usize, width: Option<usize>| {
            let dense = Dense::take(arrays, name, inputs)?;
            if let Some(width) = width.filter(|width| *width != dense.outputs()) {
                let message = format!("{name} has {} units, not {width}", dense.outputs());
                return Err(Problem::Inconsistent(message));
            }
            let nonlinear = Nonlinear::take(form.activation, arrays, name, dense.outputs())?;
            Ok((dense, nonlinear))
        };
        let u = units("u", inputs, None)?;
        let width = u.0.outputs();
        let v = units("v", inputs, Some(width))?;
        let layer =
            |i: usize| units(&format!("layers.{i}"), if i == 0 { inputs } else { width }, Some(width));
        let layers = (0..form.depth).map(layer).collect::<Result<_, _>>()?;
        Ok(Modified { encoders: [u, v], layers, output: Dense::take(arrays, "output", width)? })
    }

    pub(super) fn outputs(&self) -> usize {
        self.output.outputs()
    }

    pub(super) fn scratch(&self) -> Scratch {
        Scratch::new(4, self.encoders[0].0.outputs().max(self.outputs()))
    }

    #[inline(always)]
    pub(super) fn apply<'s>(&self, scratch: &'s mut Scratch, inputs: &[Lanes]) -> &'s mut [Lanes] {
        let [u, v, state, z] = scratch.0.as_mut_slice() else { return &mut [] };
        let width = self.encoders[0].0.outputs();
        for ((dense, nonlinear), out) in self.encoders.iter().zip([&mut *u, &mut *v]) {
            dense.apply(inputs, &mut out[..width]);
            nonlinear.apply(&mut out[..width]);
        }
        for (index, (dense, nonlinear)) in self.layers.iter().enumerate() {
            dense.apply(if index == 0 { inputs } else { &state[..width] }, &mut z[..width]);
            nonlinear.apply(&mut z[..width]);
            for (((phi, z), u), v) in state[..width].iter_mut().zip(&*z).zip(&*u).zip(&*v) {
                for (((phi, z), u), v) in phi.iter_mut().zip(z).zip(u).zip(v) {
                    *phi = (1.0 - z) * u + z * v;
                }
            }
        }
        let outputs = &mut z[..self.output.outputs()];
        self.output.apply(&state[..width], outputs);
        outputs
    }
}
