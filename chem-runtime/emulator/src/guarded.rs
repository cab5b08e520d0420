//! An emulator that knows where it is not to be trusted, and hands over to the solver there.
//!
//! ```text
//! outside of the trained initial states or times            solver
//! the emulator says that a step of the equations suffices   that step
//! R = log10 y(t) - log10 Phi(y(t / 10^h))                   Phi: implicit steps of the generated equations
//! |R| > tolerance, for T or a species that counts           solver
//! otherwise                                                 Phi(y(t / 10^h)), the better of the two
//! ```
//! R is the discrete-time residual of the training, taken at run time.

use std::fmt;

use super::emulator::{Emulator, EmulatorError};
use super::out_of_domain::RefusedCell;
use chem_solver::advance::{AdvanceError, check_rows};
use chem_solver::equations::Equations;

/// Species below this share of the total density do not count in the residual.
const LEAST_SHARE: f64 = 1e-10;

/// An emulator with a solver behind it.
///
/// ```ignore
/// let solver = Batch::new(&network);
/// let pinn = Pinn::load("networks/trained/general_atomic/model.safetensors")?.with_equations(solver.clone())?;
/// let guarded = Guarded::new(pinn, solver).tolerance(0.05);
/// let report = guarded.advance_rows(&mut rows, &dt)?;
/// ```
#[derive(Clone, Debug)]
#[must_use = "an emulator does nothing before it is asked to advance cells"]
pub struct Guarded<E, S> {
    emulator: E,
    solver: S,
    step: f64,
    tolerance: f64,
    rtol: f64,
}

/// What became of each cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardOutcome {
    /// One step of the equations: the cell hardly moves.
    SolvedByStep,
    /// The emulator's state, taken one step further by the equations.
    Emulated,
    /// Solved: the initial state or the time is not one that the emulator was trained for.
    OutsideOfDomain,
    /// Solved: the residual was too large.
    LargeResidual,
    /// Not advanced: the solver could not; the cell is unchanged.
    Failed,
}

/// What became of all cells.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct GuardReport {
    /// Cell by cell.
    pub cells: Vec<GuardOutcome>,
    /// The cells that the emulator was not made for, ascending, and why: solved, or not.
    pub outside: Vec<RefusedCell>,
}

/// Why no cell could be advanced.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// The solver was called with what fits no cell.
    #[error(transparent)]
    Solver(#[from] AdvanceError),
    /// The emulator knows no cell of this kind.
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
}

impl GuardReport {
    /// Number of cells with an outcome.
    pub fn count(&self, outcome: GuardOutcome) -> usize {
        self.cells.iter().filter(|cell| **cell == outcome).count()
    }
}

impl fmt::Display for GuardReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [by_step, emulated, outside, large, failed] = [
            GuardOutcome::SolvedByStep,
            GuardOutcome::Emulated,
            GuardOutcome::OutsideOfDomain,
            GuardOutcome::LargeResidual,
            GuardOutcome::Failed,
        ]
        .map(|outcome| self.count(outcome));
        let all = self.cells.len();
        write!(
            f,
            "{emulated} of {all} cells emulated, {by_step} solved by one step, {outside} solved outside of the domain, {large} solved for their \
             residual, {failed} failed"
        )?;
        match self.outside.first() {
            Some(first) => write!(f, "; the first outside is {first}"),
            None => Ok(()),
        }
    }
}

impl<E: Emulator, S: Equations> Guarded<E, S> {
    /// A last step of 0.3 decades of time, a tolerance of 0.05 decades, and a solver at rtol 1e-3.
    pub fn new(emulator: E, solver: S) -> Self {
        Guarded { emulator, solver, step: 0.3, tolerance: 0.05, rtol: 1e-3 }
    }

    /// The solver behind the emulator.
    pub fn solver(&self) -> &S {
        &self.solver
    }

    /// Length of the last step, by which the residual is taken, in decades of time; default 0.3.
    pub fn step(mut self, decades: f64) -> Self {
        self.step = decades;
        self
    }

    /// Largest residual that is accepted, in decades of density or temperature.
    pub fn tolerance(mut self, decades: f64) -> Self {
        self.tolerance = decades;
        self
    }

    /// Relative tolerance of the solver.
    pub fn rtol(mut self, rtol: f64) -> Self {
        self.rtol = rtol;
        self
    }

    /// Advances each row (densities [cm^-3] in declared order, then T `[K]`) by its own time step `[s]`. Rows that
    /// cannot be advanced are unchanged.
    ///
    /// # Errors
    /// Calls that fit no row: a tolerance of the solver out of range, arrays of the wrong length, an emulator without the
    /// equations that it needs. All rows are then unchanged.
    pub fn advance_rows(&self, rows: &mut [f64], dt: &[f64]) -> Result<GuardReport, GuardError> {
        let n = self.solver.network().structure().unknown_count();
        check_rows(rows, dt, n)?;
        let mut outcomes = vec![GuardOutcome::OutsideOfDomain; dt.len()];
        let (mut known, mut outside) = (Vec::with_capacity(dt.len()), Vec::new());
        for (cell, (row, dt)) in rows.chunks_exact(n).zip(dt).enumerate() {
            match self.emulator.knows(row, *dt) {
                Ok(()) => known.push(cell),
                Err(EmulatorError::Outside(reason)) => outside.push(RefusedCell { cell, reason }),
                Err(other) => return Err(other.into()),
            }
        }
        let (states, found) = self.emulated(rows, dt, &known)?;
        for ((i, state), found) in known.iter().zip(states.chunks_exact(n)).zip(found) {
            outcomes[*i] = found;
            if found != GuardOutcome::LargeResidual {
                rows[i * n..(i + 1) * n].copy_from_slice(state);
            }
        }
        let is_left = |outcome: &GuardOutcome| {
            matches!(outcome, GuardOutcome::OutsideOfDomain | GuardOutcome::LargeResidual)
        };
        let left: Vec<usize> = (0..dt.len()).filter(|i| is_left(&outcomes[*i])).collect();
        let mut solved = gather(rows, n, &left);
        let times: Vec<f64> = left.iter().map(|i| dt[*i]).collect();
        let ok = self.solver.solver(self.rtol).advance_rows_by(&mut solved, &times)?.advanced();
        for ((i, row), ok) in left.iter().zip(solved.chunks_exact(n)).zip(ok) {
            if ok {
                rows[i * n..(i + 1) * n].copy_from_slice(row);
            } else {
                outcomes[*i] = GuardOutcome::Failed;
            }
        }
        Ok(GuardReport { cells: outcomes, outside })
    }

    /// The states of the cells that the emulator knows, and what became of each: a step of the equations, the emulator's
    /// state one step further, or a residual that is too large.
    fn emulated(
        &self,
        rows: &[f64],
        dt: &[f64],
        known: &[usize],
    ) -> Result<(Vec<f64>, Vec<GuardOutcome>), GuardError> {
        let n = self.solver.network().structure().unknown_count();
        let starts = gather(rows, n, known);
        let ends: Vec<f64> = known.iter().map(|i| dt[*i]).collect();
        let mut states = vec![0.0; starts.len()];
        let report = self.emulator.evaluate_cells(&starts, &ends, &mut states)?;
        let mut outcomes = vec![GuardOutcome::LargeResidual; known.len()];
        report.by_step.iter().for_each(|i| outcomes[*i] = GuardOutcome::SolvedByStep);
        let moving: Vec<usize> =
            (0..known.len()).filter(|i| outcomes[*i] != GuardOutcome::SolvedByStep).collect();
        let shorter = 10f64.powf(-self.step);
        let before: Vec<f64> = moving.iter().map(|i| ends[*i] * shorter).collect();
        let (moving_starts, mut stepped) = (gather(&starts, n, &moving), vec![0.0; moving.len() * n]);
        self.emulator.evaluate_cells(&moving_starts, &before, &mut stepped)?;
        let rest: Vec<f64> = moving.iter().zip(&before).map(|(i, before)| ends[*i] - before).collect();
        let ok = self.solver.solver(self.rtol).advance_rows_by(&mut stepped, &rest)?.advanced();
        for ((i, stepped), ok) in moving.iter().zip(stepped.chunks_exact(n)).zip(ok) {
            let direct = &mut states[i * n..(i + 1) * n];
            if ok && residual(direct, stepped) <= self.tolerance {
                outcomes[*i] = GuardOutcome::Emulated;
                direct.copy_from_slice(stepped);
            }
        }
        Ok((states, outcomes))
    }
}

/// Largest difference in decades over T and the species that count.
fn residual(direct: &[f64], stepped: &[f64]) -> f64 {
    let species = stepped.len().saturating_sub(1);
    let total: f64 = stepped[..species].iter().sum();
    let counted = |(k, (a, b)): (usize, (&f64, &f64))| {
        let counts = k == species || a.max(*b) > LEAST_SHARE * total;
        // NaN is not accepted.
        counts.then(|| (a / b).log10().abs()).map(|r| if r.is_nan() { f64::INFINITY } else { r })
    };
    direct.iter().zip(stepped).enumerate().filter_map(counted).fold(0.0, f64::max)
}

fn gather(rows: &[f64], n: usize, members: &[usize]) -> Vec<f64> {
    members.iter().flat_map(|i| rows[i * n..(i + 1) * n].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OutOfDomain;
    use chem_solver::bdf::Bdf;
    use chem_solver::runs::AnyNetwork;

    /// Right but for a factor; knows temperatures up to 400 K.
    struct Made<'a> {
        solver: Bdf<'a, dyn chem_solver::network::ChemNetwork>,
        factor: f64,
    }

    impl Emulator for Made<'_> {
        fn unknown_count(&self) -> usize {
            4
        }
        fn last_time(&self) -> f64 {
            5.0
        }
        fn knows(&self, initial: &[f64], time: f64) -> Result<(), EmulatorError> {
            match initial[3] <= 400.0 && time <= 5.0 && !initial[0].is_nan() {
                true => Ok(()),
                false => Err(OutOfDomain::Time { time, last: 5.0 }.into()),
            }
        }
        fn evaluate(&self, initial: &[f64], times: &[f64], out: &mut [f64]) -> Result<(), EmulatorError> {
            for (time, out) in times.iter().zip(out.chunks_exact_mut(4)) {
                self.solver.integrate(&mut self.solver.workspace(), initial, &[*time], out).unwrap();
                out[0] *= 1.0 + (self.factor - 1.0) * time / 5.0;
            }
            Ok(())
        }
    }

    #[test]
    fn right_emulators_are_used_and_wrong_ones_are_not() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/benchmark_const.net");
        let network = AnyNetwork::load(path.as_ref()).unwrap();
        let solver = Bdf::new(&*network.network).rtol(1e-8);
        let start = network.initials[0].unknowns.clone();
        let mut exact = vec![0.0; 4];
        solver.integrate(&mut solver.workspace(), &start, &[3.0], &mut exact).unwrap();
        let mut hot = start.clone();
        hot[3] = 1e4;
        for (factor, expected) in [(1.001, GuardOutcome::Emulated), (3.0, GuardOutcome::LargeResidual)] {
            let emulator = Made { solver: Bdf::new(&*network.network).rtol(1e-8), factor };
            let guarded = Guarded::new(emulator, Bdf::new(&*network.network)).rtol(1e-8);
            let mut rows = [start.clone(), hot.clone(), start.clone(), start.clone()].concat();
            rows[8] = f64::NAN;
            let report = guarded.advance_rows(&mut rows, &[3.0, 3.0, 3.0, 9.0]).unwrap();
            let outside = GuardOutcome::OutsideOfDomain;
            assert_eq!(report.cells, [expected, outside, GuardOutcome::Failed, outside], "{report}");
            let cells: Vec<usize> = report.outside.iter().map(|refused| refused.cell).collect();
            assert_eq!(cells, [1, 2, 3]);
            assert!(report.to_string().contains("the first outside is cell 1: t = "), "{report}");
            for (found, exact) in rows[..3].iter().zip(&exact) {
                assert!((found / exact - 1.0).abs() < 2e-3, "{found} {exact}");
            }
            assert!(rows[8].is_nan() && rows[9..12] == start[1..]);
        }
    }

    /// A tolerance that no solver has is not the fault of the cells.
    #[test]
    fn wrong_calls_are_errors_and_change_nothing() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/benchmark_const.net");
        let network = AnyNetwork::load(path.as_ref()).unwrap();
        let emulator = Made { solver: Bdf::new(&*network.network).rtol(1e-8), factor: 1.0 };
        let guarded = Guarded::new(emulator, Bdf::new(&*network.network));
        let start = [1.0, 1.0, 1.0, 300.0, 1.0, 1.0, 1.0, 1e4];
        let mut rows = start;
        let error = guarded.advance_rows(&mut rows, &[3.0]).unwrap_err();
        assert!(matches!(error, GuardError::Solver(AdvanceError::Rows { .. })), "{error}");
        let error = guarded.rtol(0.5).advance_rows(&mut rows, &[3.0, 3.0]).unwrap_err();
        assert!(matches!(error, GuardError::Solver(AdvanceError::Setting(_))), "{error}");
        assert_eq!(rows, start);
    }
}
