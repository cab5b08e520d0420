//! The evolution of one cell.

use crate::bdf::Report;
use crate::network::SpeciesSet;
use crate::network::cell::Cell;

/// A cell at the requested times.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution<S: SpeciesSet> {
    initial: Cell<S>,
    times: Vec<f64>,
    cells: Vec<Cell<S>>,
    report: Report,
    drift: Vec<f64>,
}

impl<S: SpeciesSet> Solution<S> {
    pub(crate) fn new(
        initial: Cell<S>,
        times: Vec<f64>,
        cells: Vec<Cell<S>>,
        report: Report,
        drift: Vec<f64>,
    ) -> Self {
        Solution { initial, times, cells, report, drift }
    }

    /// The state at the start time.
    pub fn initial(&self) -> &Cell<S> {
        &self.initial
    }

    /// The state at the last time; the initial state if no time was asked for.
    pub fn last(&self) -> &Cell<S> {
        self.cells.last().unwrap_or(&self.initial)
    }

    /// The requested times `[s]`.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The states at the requested times.
    pub fn cells(&self) -> &[Cell<S>] {
        &self.cells
    }

    /// Times `[s]` and states.
    pub fn iter(&self) -> impl Iterator<Item = (f64, &Cell<S>)> {
        self.times.iter().copied().zip(&self.cells)
    }

    /// Steps and evaluations, and the largest drift of a conservation law.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Drift of each conservation law over the sum of its terms, in the order of
    /// [`Structure::conservation_names`](crate::structure::Structure::conservation_names).
    pub fn drift(&self) -> &[f64] {
        &self.drift
    }
}
