//! Variable-step, variable-order integration of stiff networks.
//!
//! Backward differences of orders 1 to 5 on a quasi-constant step (the numerical differentiation formulas of
//! Shampine & Reichelt 1997, SIAM J. Sci. Comput. 18, 1), with a modified Newton iteration on the network's own
//! sparse factors. The error of every step is kept below `rtol |y| + atol` in the root mean square over the
//! unknowns; results between steps come from the interpolating polynomial of the formula.

mod advance;
mod breakpoint;
mod coefficients;
mod conservation;
mod counters;
mod differences;
mod error;
mod integration;
mod newton;
mod options;
mod slope;
mod solution;
mod workspace;

pub(crate) use conservation::Conservation;
pub use counters::Counters;
pub use error::{Cause, Diagnosis, InvalidInput, SolveError};
pub use options::Options;
pub use slope::InfiniteSlope;
pub use solution::Solution;
pub use workspace::Workspace;

use crate::float_mode::with_own_mode;
use crate::network::cell::Cell;
use crate::network::{ChemNetwork, TypedNetwork};
use integration::Integration;

/// A solver for one network with its settings.
///
/// Defaults: `rtol` 1e-4, `atol` 1e-20.
#[derive(Debug)]
#[must_use = "a solver does nothing before it is asked to advance cells"]
pub struct Bdf<'n, N: ?Sized> {
    network: &'n N,
    options: Options,
}

impl<N: ?Sized> Clone for Bdf<'_, N> {
    fn clone(&self) -> Self {
        Bdf { network: self.network, options: self.options.clone() }
    }
}

impl<'n, N: ChemNetwork + ?Sized> Bdf<'n, N> {
    /// A solver with default settings.
    pub fn new(network: &'n N) -> Self {
        Bdf { network, options: Options::default() }
    }

    /// Replaces all settings.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Relative tolerance; see [`Options::rtol`].
    pub fn rtol(self, rtol: f64) -> Self {
        Bdf { options: self.options.rtol(rtol), ..self }
    }

    /// Absolute tolerance of all unknowns ([cm^-3] and `[K]`); see [`Options::atol`].
    pub fn atol(self, atol: f64) -> Self {
        Bdf { options: self.options.atol(atol), ..self }
    }

    /// Absolute tolerance of each unknown: densities [cm^-3] in declared order, then T `[K]`.
    pub fn atol_per_unknown(self, atol: impl Into<Vec<f64>>) -> Self {
        Bdf { options: self.options.atol_per_unknown(atol), ..self }
    }

    /// Time of the initial state `[s]`; 0 if not given.
    pub fn start_time(self, time: f64) -> Self {
        Bdf { options: self.options.start_time(time), ..self }
    }

    /// Most steps before the integration is given up; see [`Options::max_steps`].
    pub fn max_steps(self, steps: u64) -> Self {
        Bdf { options: self.options.max_steps(steps), ..self }
    }

    /// Lets densities become negative; see [`Options::allow_negative`].
    pub fn allow_negative(self, allow: bool) -> Self {
        Bdf { options: self.options.allow_negative(allow), ..self }
    }

    /// The network.
    pub fn network(&self) -> &'n N {
        self.network
    }

    /// Memory for [`Bdf::integrate`].
    pub fn workspace(&self) -> Workspace {
        Workspace::new(self.network.structure())
    }

    /// Integrates from `y0` (densities [cm^-3], then T `[K]`) and writes the state at each of the ascending
    /// `times` `[s]` into the rows of `out`, one after another. Allocates nothing if `workspace` was made for
    /// this network.
    ///
    /// # Errors
    /// Says where and why; rows of times that were not reached are left as they were.
    pub fn integrate(
        &self,
        workspace: &mut Workspace,
        y0: &[f64],
        times: &[f64],
        out: &mut [f64],
    ) -> Result<Report, SolveError> {
        workspace.fit(self.network.structure());
        self.check(workspace, y0, times, out.len()).map_err(|cause| SolveError { cause, diagnosis: None })?;
        with_own_mode(|| self.run(workspace, y0, times, out))
    }

    fn run(
        &self,
        workspace: &mut Workspace,
        y0: &[f64],
        times: &[f64],
        out: &mut [f64],
    ) -> Result<Report, SolveError> {
        let last = times.last().copied().unwrap_or(self.options.start_time);
        let span = last - self.options.start_time;
        let mut integration = Integration::start(self.network, &self.options, workspace, y0, span)?;
        integration.run(times, out)?;
        let counters = integration.counters;
        let end = out.chunks_exact(y0.len()).last().unwrap_or(y0);
        let drift = workspace.conservation.record(end);
        Ok(Report { counters, drift })
    }

    fn check(&self, w: &mut Workspace, y0: &[f64], times: &[f64], rows: usize) -> Result<(), Cause> {
        let fail = |problem: String| Err(Cause::InvalidInput(InvalidInput(problem)));
        self.options.prepare(&mut w.atol)?;
        let structure = self.network.structure();
        let n = structure.unknown_count();
        if y0.len() != n {
            return fail(format!("the state has {} entries; this network has {n} unknowns", y0.len()));
        }
        if rows != n * times.len() {
            return fail(format!("room for {rows} numbers; {} times need {}", times.len(), n * times.len()));
        }
        for (name, value) in structure.species.iter().zip(y0) {
            if !(value.is_finite() && (*value >= 0.0 || self.options.allow_negative)) {
                return fail(format!("n({name}) is {value}; densities must be finite and not negative"));
            }
        }
        let t_gas = y0[n - 1];
        if !(t_gas > 0.0 && t_gas.is_finite()) {
            return fail(format!("T is {t_gas}; it must be finite and positive"));
        }
        let mut previous = self.options.start_time;
        for &time in times {
            if !(time >= previous && time.is_finite()) {
                return fail(format!(
                    "time {time:e} s after {previous:e} s: times must be finite and ascend"
                ));
            }
            previous = time;
        }
        Ok(())
    }
}

impl<N: TypedNetwork> Bdf<'_, N> {
    /// The cell at each of the ascending `times` `[s]`, from `cell` at the start time.
    ///
    /// # Errors
    /// As [`Bdf::integrate`].
    pub fn solve(
        &self,
        cell: &Cell<N::Species>,
        times: impl AsRef<[f64]>,
    ) -> Result<Solution<N::Species>, SolveError> {
        self.solve_with(&mut self.workspace(), cell, times)
    }

    /// [`Bdf::solve`] with memory that is used again from cell to cell.
    ///
    /// # Errors
    /// As [`Bdf::integrate`].
    pub fn solve_with(
        &self,
        workspace: &mut Workspace,
        cell: &Cell<N::Species>,
        times: impl AsRef<[f64]>,
    ) -> Result<Solution<N::Species>, SolveError> {
        let times = times.as_ref();
        let n = self.network.structure().unknown_count();
        let mut y0 = vec![0.0; n];
        cell.write_unknowns(&mut y0);
        let mut rows = vec![0.0; n * times.len()];
        let report = self.integrate(workspace, &y0, times, &mut rows)?;
        let cells = rows.chunks_exact(n).map(Cell::from_unknowns).collect();
        Ok(Solution::new(*cell, times.to_vec(), cells, report, workspace.drift().to_vec()))
    }
}

/// What an integration cost, and how well it conserved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// Steps and evaluations.
    pub counters: Counters,
    /// Largest drift of a conservation law over the sum of its terms.
    pub drift: f64,
}
