//! Solving many cells on all cores; the results do not depend on how many there are.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::bdf::{Bdf, Options, Report, SolveError};
use crate::data::states_csv::State;
use crate::network::ChemNetwork;
use crate::network::environment::network_in;

/// The evolution of one cell.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SolvedCell {
    /// Name of the cell.
    pub id: String,
    /// Output times `[s]`.
    pub times: Vec<f64>,
    /// Densities [cm^-3] and T `[K]`, time after time.
    pub unknowns: Vec<f64>,
    /// Steps and evaluations.
    pub report: Report,
    /// Drift of each conservation law over the sum of its terms.
    pub drift: Vec<f64>,
    /// Time that it took one core.
    pub elapsed: Duration,
}

impl SolvedCell {
    /// The same with its last time alone, so that a million cells fit into memory.
    #[must_use]
    pub fn at_its_end(mut self) -> Self {
        let n = self.unknowns.len() / self.times.len().max(1);
        self.unknowns.drain(..self.unknowns.len().saturating_sub(n));
        self.unknowns.shrink_to_fit();
        self.times.drain(..self.times.len().saturating_sub(1));
        self.times.shrink_to_fit();
        self
    }
}

/// A cell that could not be solved.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cell {id}: {error}")]
pub struct FailedCell {
    /// Name of the cell.
    pub id: String,
    /// Why.
    #[source]
    pub error: SolveError,
}

/// Solves every cell, in its own environment, from its state to its times (ascending; `times_of` gets the index of the cell). Results are
/// in the order of the cells and the same for any number of threads.
pub fn solve_cells<'t>(
    network: &dyn ChemNetwork,
    options: &Options,
    cells: &[State],
    times_of: impl Fn(usize) -> &'t [f64] + Sync,
    threads: NonZeroUsize,
) -> Vec<Result<SolvedCell, FailedCell>> {
    let solver = Bdf::new(network).options(options.clone());
    in_parallel(
        cells,
        threads,
        || solver.workspace(),
        |workspace, index, state| {
            let times = times_of(index).to_vec();
            let mut unknowns = vec![0.0; times.len() * state.unknowns.len()];
            let begin = Instant::now();
            let own = network_in(network, &state.environment);
            let solver =
                own.as_deref().map_or_else(|| solver.clone(), |own| Bdf::new(own).options(options.clone()));
            let report = solver
                .integrate(workspace, &state.unknowns, &times, &mut unknowns)
                .map_err(|error| FailedCell { id: state.id.clone(), error })?;
            let elapsed = begin.elapsed();
            let drift = workspace.drift().to_vec();
            Ok(SolvedCell { id: state.id.clone(), times, unknowns, report, drift, elapsed })
        },
    )
}

/// Applies `work` to every item on several threads, each with memory of its own, and returns the results in
/// the order of the items.
pub fn in_parallel<I: Sync, O: Send, W>(
    items: &[I],
    threads: NonZeroUsize,
    workspace: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, usize, &I) -> O + Sync,
) -> Vec<O> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, O)>> = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        let mut workspace = workspace();
        let mut mine = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            mine.push((index, work(&mut workspace, index, item)));
        }
        // A poisoned lock means that another thread panicked; the scope passes that panic on.
        done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).append(&mut mine);
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.get().min(items.len()) {
            scope.spawn(run);
        }
        run();
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<u64> = (0..1000).collect();
        for threads in [1, 2, 7] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let squares = in_parallel(&items, threads, || (), |(), index, item| (index as u64) * item);
            assert_eq!(squares, items.iter().map(|i| i * i).collect::<Vec<_>>());
        }
        let none: Vec<u8> = in_parallel(&[], NonZeroUsize::MIN, || (), |(), _, item: &u8| *item);
        assert!(none.is_empty());
    }
}
