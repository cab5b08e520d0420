//! Networks whose layers are added to their input.

use super::dense::{Dense, Lanes, Nonlinear};
use super::model::Scratch;
use crate::checkpoint::Problem;
use crate::config::Architecture;
use crate::weights::NamedArray;

/// phi + sigma(phi W + b) for each hidden layer but the first.
#[derive(Clone, Debug)]
pub(super) struct Resnet {
    first: (Dense, Nonlinear),
    layers: Vec<(Dense, Nonlinear)>,
    output: Dense,
}

impl Resnet {
    /// Layers `first`, `layers.0`, `layers.1`, ..., then `output`.
    pub(super) fn take(form: &Architecture, arrays: &[NamedArray], inputs: usize) -> Result<Self, Problem> {
        let units = |name: &str, inputs: usize| {
            let dense = Dense::take(arrays, name, inputs)?;
            let nonlinear = Nonlinear::take(form.activation, arrays, name, dense.outputs())?;
            Ok((dense, nonlinear))
        };
        let first: (Dense, Nonlinear) = units("first", inputs)?;
        let width = first.0.outputs();
        let layers = (1..form.depth).map(|layer| units(&format!("layers.{}", layer - 1), width));
        let layers = layers.collect::<Result<Vec<_>, Problem>>()?;
        Ok(Resnet { first, layers, output: Dense::take(arrays, "output", width)? })
    }

    pub(super) fn outputs(&self) -> usize {
        self.output.outputs()
    }

    pub(super) fn scratch(&self) -> Scratch {
        Scratch::new(2, self.first.0.outputs().max(self.outputs()))
    }

    #[inline(always)]
    pub(super) fn apply<'s>(&self, scratch: &'s mut Scratch, inputs: &[Lanes]) -> &'s mut [Lanes] {
        let [phi, units] = scratch.0.as_mut_slice() else { return &mut [] };
        let width = self.first.0.outputs();
        let (phi, units) = (&mut phi[..], &mut units[..]);
        self.first.0.apply(inputs, &mut phi[..width]);
        self.first.1.apply(&mut phi[..width]);
        for (dense, nonlinear) in &self.layers {
            dense.apply(&phi[..width], &mut units[..width]);
            nonlinear.apply(&mut units[..width]);
            for (phi, unit) in phi[..width].iter_mut().zip(&units[..width]) {
                for (phi, unit) in phi.iter_mut().zip(unit) {
                    *phi += unit;
                }
            }
        }
        let outputs = &mut units[..self.output.outputs()];
        self.output.apply(&phi[..width], outputs);
        outputs
    }
}
