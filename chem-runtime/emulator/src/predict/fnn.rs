//! Fully connected networks.

use super::dense::{Dense, Lanes, Nonlinear};
use super::model::Scratch;
use crate::checkpoint::Problem;
use crate::config::Activation;
use crate::weights::NamedArray;

/// Layers of units, one after another (eqs 5-6 of Branca & Pallottini 2023).
#[derive(Clone, Debug)]
pub(super) struct Fnn {
    hidden: Vec<(Dense, Nonlinear)>,
    output: Dense,
}

impl Fnn {
    /// Layers `hidden.0`, `hidden.1`, ... with these activations, then `output`.
    pub(super) fn take(
        activations: &[Activation],
        arrays: &[NamedArray],
        inputs: usize,
    ) -> Result<Self, Problem> {
        let mut hidden = Vec::with_capacity(activations.len());
        let mut width = inputs;
        for (layer, activation) in activations.iter().enumerate() {
            let name = format!("hidden.{layer}");
            let dense = Dense::take(arrays, &name, width)?;
            width = dense.outputs();
            let nonlinear = Nonlinear::take(*activation, arrays, &name, width)?;
            hidden.push((dense, nonlinear));
        }
        let output = Dense::take(arrays, "output", width)?;
        Ok(Fnn { hidden, output })
    }

    pub(super) fn outputs(&self) -> usize {
        self.output.outputs()
    }

    pub(super) fn scratch(&self) -> Scratch {
        let widest = self.hidden.iter().map(|(dense, _)| dense.outputs()).max().unwrap_or(0);
        Scratch::new(2, widest.max(self.outputs()))
    }

    #[inline(always)]
    pub(super) fn apply<'s>(&self, scratch: &'s mut Scratch, inputs: &[Lanes]) -> &'s mut [Lanes] {
        let [now, next] = scratch.0.as_mut_slice() else { return &mut [] };
        for (layer, (dense, nonlinear)) in self.hidden.iter().enumerate() {
            let units = &mut next[..dense.outputs()];
            dense.apply(if layer == 0 { inputs } else { now }, units);
            nonlinear.apply(units);
            std::mem::swap(now, next);
        }
        let outputs = &mut next[..self.output.outputs()];
        self.output.apply(now, outputs);
        outputs
    }
}
