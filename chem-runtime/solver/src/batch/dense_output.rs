//! States between the ends of steps, from the method's own interpolant: output times cost no steps.

use super::method::{MOST_STAGES, Tableau};
use crate::scalar::Lane;

/// Where the states at output times go.
pub(super) struct Outputs<'a> {
    /// Ascending times `[s]`; a cell ends at the last.
    pub(super) times: &'a [f64],
    /// States of all cells of a chunk, cell by cell, time by time.
    pub(super) states: &'a mut [f64],
}

impl<'a> Outputs<'a> {
    /// Sets the first `count` cells of `n` unknowns apart.
    pub(super) fn take_cells(&mut self, count: usize, n: usize) -> Outputs<'a> {
        let length = (count * self.times.len() * n).min(self.states.len());
        let (states, others) = std::mem::take(&mut self.states).split_at_mut(length);
        self.states = others;
        Outputs { times: self.times, states }
    }

    /// The rows of a cell from output time `first` on, `n` unknowns each.
    pub(super) fn rows(&mut self, cell: usize, first: usize, n: usize) -> &mut [f64] {
        let count = self.times.len();
        self.states.get_mut((cell * count + first) * n..(cell + 1) * count * n).unwrap_or_default()
    }
}

/// A step that was made, as seen by one lane.
pub(super) struct StepOfLane<'a, V> {
    pub(super) lane: usize,
    /// State at its begin.
    pub(super) before: &'a [V],
    /// State at its end.
    pub(super) after: &'a [V],
    /// The stages, one after the other.
    pub(super) u: &'a [V],
    pub(super) tableau: &'static Tableau,
}

impl<V: Lane> StepOfLane<'_, V> {
    /// The state at a share `x` of the step:
    /// (1 - x) y0 + x (y1 + (1 - x) (D1 + x (D2 + x D3))) with D = H U.
    pub(super) fn write(&self, x: f64, out: &mut [f64]) {
        let n = self.before.len();
        // Weights of the stages: products of H with powers of x.
        let mut weights = [0.0; MOST_STAGES];
        for row in self.tableau.dense.iter().rev() {
            for (stage, weight) in weights.iter_mut().enumerate() {
                *weight = *weight * x + row.get(stage).copied().unwrap_or(0.0);
            }
        }
        for (i, ((out, before), after)) in out.iter_mut().zip(self.before).zip(self.after).enumerate() {
            let stages = self.u.iter().skip(i).step_by(n).zip(weights);
            let between: f64 = stages.map(|(u, weight)| weight * u.lanes()[self.lane]).sum();
            let (before, after) = (before.lanes()[self.lane], after.lanes()[self.lane]);
            *out = (1.0 - x) * before + x * (after + (1.0 - x) * between);
        }
    }
}
