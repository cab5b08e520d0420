//! Networks on a block of points.

use super::dense::{Dense, Lanes, Nonlinear};
use crate::pinn::checkpoint::Problem;
use crate::pinn::config::{Architecture, Kind};
use crate::pinn::weights::NamedArray;

/// A trained network without its training.
#[derive(Clone, Debug)]
pub(super) struct Model {
    hidden: Vec<(Dense, Nonlinear)>,
    output: Dense,
}

/// Memory of one thread.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    now: Vec<Lanes>,
    next: Vec<Lanes>,
}

impl Model {
    /// Builds a network from its arrays.
    pub(super) fn new(form: &Architecture, arrays: &[NamedArray], inputs: usize) -> Result<Self, Problem> {
        match form.kind {
            Kind::Fnn | Kind::Siren => {}
            kind => {
                return Err(Problem::Inconsistent(format!(
                    "networks of kind {kind:?} cannot be predicted yet"
                )));
            }
        }
        let mut hidden = Vec::with_capacity(form.depth);
        let mut width = inputs;
        for layer in 0..form.depth {
            let name = format!("hidden.{layer}");
            let dense = Dense::take(arrays, &name, width)?;
            width = dense.outputs();
            let nonlinear = Nonlinear::take(form.activation, arrays, &name, width)?;
            hidden.push((dense, nonlinear));
        }
        let output = Dense::take(arrays, "output", width)?;
        Ok(Model { hidden, output })
    }

    /// Number of outputs.
    pub(super) fn outputs(&self) -> usize {
        self.output.outputs()
    }

    /// Memory for [`Model::apply`].
    pub(super) fn scratch(&self) -> Scratch {
        let widest = self.hidden.iter().map(|(dense, _)| dense.outputs()).max().unwrap_or(0);
        let zeros = vec![[0.0; super::dense::LANES]; widest.max(self.outputs())];
        Scratch { now: zeros.clone(), next: zeros }
    }

    /// The outputs for one block of points.
    #[inline(always)]
    pub(super) fn apply<'s>(&self, scratch: &'s mut Scratch, inputs: &[Lanes]) -> &'s mut [Lanes] {
        let Scratch { now, next } = scratch;
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
