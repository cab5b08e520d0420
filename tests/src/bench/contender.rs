//! Who takes part.

use chem_emulator::Pinn;
use chem_solver::advance::Advance;
use chem_solver::batch::{Batch, BatchError, BatchReport, Rows};
use chem_solver::bdf::Bdf;
use chem_solver::network::{ChemNetwork, Environment, GenericNetwork};
use chem_solver::structure::ParameterScope;
use rayon::prelude::*;

use super::problem::Cells;
use crate::diffsol_bdf;

/// Absolute tolerance of all solvers [cm^-3] and `[K]`: KROME's default.
pub const ATOL: f64 = 1e-20;

/// What cells took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Steps of all cells, rejected ones included; 0 where they are not counted.
    pub steps: u64,
    /// Cells that were not solved; their states are not numbers.
    pub failures: usize,
}

/// A way to solve cells.
pub trait Contender: Sync {
    /// Solves all cells on the threads of the current rayon pool.
    fn solve(&self, cells: &Cells, ends: &mut [f64]) -> Tally;
}

impl<N: GenericNetwork> Contender for Batch<N> {
    fn solve(&self, cells: &Cells, ends: &mut [f64]) -> Tally {
        ends.copy_from_slice(&cells.starts);
        let report = self.advance_each(Rows::new(ends, cells.unknowns), &cells.times);
        tally(report, cells, ends)
    }
}

/// What a batch took; the states of cells that it did not solve are no numbers.
fn tally(report: Result<BatchReport, BatchError>, cells: &Cells, ends: &mut [f64]) -> Tally {
    let Ok(report) = report else {
        ends.fill(f64::NAN);
        return Tally { steps: 0, failures: cells.times.len() };
    };
    let mut failures = 0;
    for (cell, _) in report.failures() {
        ends[cell * cells.unknowns..(cell + 1) * cells.unknowns].fill(f64::NAN);
        failures += 1;
    }
    Tally { steps: report.steps(), failures }
}

/// A batch in which each cell has a value of its own for every parameter `per cell`, all of them the default: the same solutions.
pub struct EachItsOwn<N>(pub Batch<N>);

impl<N: GenericNetwork> Contender for EachItsOwn<N> {
    fn solve(&self, cells: &Cells, ends: &mut [f64]) -> Tally {
        ends.copy_from_slice(&cells.starts);
        let network = self.0.network();
        let structure = network.structure();
        let given: Vec<(&str, Vec<f64>)> = structure
            .parameters
            .iter()
            .zip(network.parameter_values())
            .zip(structure.scopes.iter())
            .filter(|(_, scope)| matches!(scope, ParameterScope::Cell { .. }))
            .map(|((name, value), _)| (&**name, vec![value; cells.times.len()]))
            .collect();
        let environment =
            given.iter().fold(Environment::new(), |all, (name, values)| all.each(*name, values));
        let rows = Rows::new(ends, cells.unknowns);
        tally(self.0.advance_each_with(rows, &environment, &cells.times), cells, ends)
    }
}

/// A solver of one cell at a time.
pub trait OneCell: Sync {
    /// What it needs to work, one for each thread.
    type Workspace;
    /// Makes it.
    fn workspace(&self) -> Option<Self::Workspace>;
    /// Writes the state at `time` `[s]` and says in how many steps; `None` if it fails.
    fn solve(
        &self,
        workspace: &mut Self::Workspace,
        start: &[f64],
        time: f64,
        end: &mut [f64],
    ) -> Option<u64>;
}

/// Cells one by one.
pub struct OneByOne<S>(pub S);

impl<S: OneCell> Contender for OneByOne<S> {
    fn solve(&self, cells: &Cells, ends: &mut [f64]) -> Tally {
        let n = cells.unknowns;
        let per_thread = cells.times.len().div_ceil(rayon::current_num_threads()).max(1);
        let share = |(ends, (starts, times)): (&mut [f64], (&[f64], &[f64]))| {
            let mut tally = Tally::default();
            let mut workspace = self.0.workspace();
            for ((start, time), end) in starts.chunks_exact(n).zip(times).zip(ends.chunks_exact_mut(n)) {
                let solved = workspace.as_mut().and_then(|w| self.0.solve(w, start, *time, end));
                match solved {
                    Some(steps) => tally.steps += steps,
                    None => {
                        end.fill(f64::NAN);
                        tally.failures += 1;
                    }
                }
            }
            tally
        };
        let shares = cells.starts.par_chunks(per_thread * n).zip(cells.times.par_chunks(per_thread));
        ends.par_chunks_mut(per_thread * n).zip(shares).map(share).reduce(Tally::default, |a, b| Tally {
            steps: a.steps + b.steps,
            failures: a.failures + b.failures,
        })
    }
}

impl<N: ChemNetwork> OneCell for Bdf<'_, N> {
    type Workspace = chem_solver::bdf::Workspace;

    fn workspace(&self) -> Option<Self::Workspace> {
        Some(Bdf::workspace(self))
    }

    fn solve(
        &self,
        workspace: &mut Self::Workspace,
        start: &[f64],
        time: f64,
        end: &mut [f64],
    ) -> Option<u64> {
        self.integrate(workspace, start, &[time], end).ok().map(|report| report.counters.steps)
    }
}

/// The BDF of the crate `diffsol`.
pub struct Diffsol<'n> {
    /// The network.
    pub network: &'n dyn ChemNetwork,
    /// Relative tolerance.
    pub rtol: f64,
}

impl OneCell for Diffsol<'_> {
    type Workspace = ();

    fn workspace(&self) -> Option<()> {
        Some(())
    }

    fn solve(&self, (): &mut (), start: &[f64], time: f64, end: &mut [f64]) -> Option<u64> {
        let rows = diffsol_bdf::solve(self.network, (self.rtol, ATOL), start, &[time]).ok()?;
        end.copy_from_slice(rows.last()?);
        Some(0)
    }
}

/// CVODE of SUNDIALS.
#[cfg(feature = "peers")]
pub struct Sundials<'n> {
    /// The network.
    pub network: &'n dyn ChemNetwork,
    /// Relative tolerance.
    pub rtol: f64,
}

#[cfg(feature = "peers")]
impl<'n> OneCell for Sundials<'n> {
    type Workspace = crate::cvode::Cvode<'n>;

    fn workspace(&self) -> Option<Self::Workspace> {
        crate::cvode::Cvode::new(self.network, self.rtol, ATOL)
    }

    fn solve(
        &self,
        workspace: &mut Self::Workspace,
        start: &[f64],
        time: f64,
        end: &mut [f64],
    ) -> Option<u64> {
        end.copy_from_slice(start);
        workspace.solve(end, time).ok()
    }
}

/// An emulator of any initial state of a domain.
pub struct OfDomain(pub Pinn);

impl Contender for OfDomain {
    fn solve(&self, cells: &Cells, ends: &mut [f64]) -> Tally {
        ends.copy_from_slice(&cells.starts);
        match self.0.advance_rows_by(ends, &cells.times) {
            Ok(report) => {
                for (cell, _) in &report.reasons {
                    ends[cell * cells.unknowns..(cell + 1) * cells.unknowns].fill(f64::NAN);
                }
                Tally { steps: 0, failures: report.reasons.len() }
            }
            Err(_) => {
                ends.fill(f64::NAN);
                Tally { steps: 0, failures: cells.times.len() }
            }
        }
    }
}

/// A trained network of one initial state, from which all cells start.
impl Contender for Pinn {
    fn solve(&self, cells: &Cells, ends: &mut [f64]) -> Tally {
        let Some(start) = cells.starts.get(..cells.unknowns) else { return Tally::default() };
        let per_thread = cells.times.len().div_ceil(rayon::current_num_threads()).max(1);
        let shares = ends.par_chunks_mut(per_thread * cells.unknowns).zip(cells.times.par_chunks(per_thread));
        let failures = shares.map(|(ends, times)| match self.evaluate(start, times, ends) {
            Ok(()) => 0,
            Err(_) => {
                ends.fill(f64::NAN);
                times.len()
            }
        });
        Tally { steps: 0, failures: failures.sum() }
    }
}
