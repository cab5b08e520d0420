//! One trait for all that stands in for the solver and can be judged against it.

use std::fmt;

use super::out_of_domain::{OutOfDomain, RefusedCell};

/// Gives the state of a cell at any time.
///
/// Implemented by trained networks; whatever implements it can be validated.
pub trait Emulator: Sync {
    /// Number of unknowns: species, then T.
    fn unknown_count(&self) -> usize;

    /// The last time it knows `[s]`.
    fn last_time(&self) -> f64;

    /// Whether it was made for this initial state and time `[s]`.
    ///
    /// # Errors
    /// Why not: [`EmulatorError::Outside`] names the quantity, its value and what was trained.
    fn knows(&self, initial: &[f64], time: f64) -> Result<(), EmulatorError> {
        let expected = self.unknown_count();
        if initial.len() != expected {
            return Err(EmulatorError::Length { what: "the initial state", found: initial.len(), expected });
        }
        let last = self.last_time();
        if (0.0..=last).contains(&time) { Ok(()) } else { Err(OutOfDomain::Time { time, last }.into()) }
    }

    /// Writes the state of each of many cells, one row of `initial` and of `out` each, after its own time `[s]`. A cell
    /// that it was not made for is refused: its row of `out` is its initial state, and the report says why.
    ///
    /// # Errors
    /// Lengths that do not fit, and what is missing for any cell; `out` may then hold some of the states.
    fn evaluate_cells(
        &self,
        initial: &[f64],
        times: &[f64],
        out: &mut [f64],
    ) -> Result<EmulatorReport, EmulatorError> {
        let n = self.unknown_count();
        check_lengths(n, initial, times, out)?;
        let mut report = EmulatorReport { cells: times.len(), ..EmulatorReport::default() };
        let cells = initial.chunks_exact(n).zip(times).zip(out.chunks_exact_mut(n));
        for (cell, ((initial, time), out)) in cells.enumerate() {
            match self.evaluate(initial, std::slice::from_ref(time), out) {
                Ok(()) => {}
                Err(EmulatorError::Outside(reason)) => {
                    out.copy_from_slice(initial);
                    report.refused.push(RefusedCell { cell, reason });
                }
                Err(other) => return Err(other),
            }
        }
        Ok(report)
    }

    /// Writes the state at each of `times` `[s]`, counted from the initial state, into the rows of `out`.
    /// `initial` and each row have [`Emulator::unknown_count`] entries: densities [cm^-3] in declared order,
    /// then T `[K]`.
    ///
    /// # Errors
    /// Lengths that do not fit; cells and times it was not made for. `out` is then unchanged.
    fn evaluate(&self, initial: &[f64], times: &[f64], out: &mut [f64]) -> Result<(), EmulatorError>;
}

/// What became of many cells.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct EmulatorReport {
    /// Number of cells.
    pub cells: usize,
    /// The cells that it was not made for, ascending, and why.
    pub refused: Vec<RefusedCell>,
    /// The cells that hardly move: one step of the equations advanced them, ascending.
    pub by_step: Vec<usize>,
}

impl EmulatorReport {
    /// Whether each cell was refused, in order.
    pub fn is_refused(&self) -> Vec<bool> {
        let mut refused = vec![false; self.cells];
        self.refused.iter().for_each(|cell| refused[cell.cell] = true);
        refused
    }
}

impl fmt::Display for EmulatorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let emulated = self.cells - self.refused.len() - self.by_step.len();
        write!(f, "{emulated} of {} cells emulated", self.cells)?;
        if !self.by_step.is_empty() {
            write!(f, ", {} advanced by a step of the equations", self.by_step.len())?;
        }
        match self.refused.first() {
            Some(first) => write!(f, ", {} refused; the first is {first}", self.refused.len()),
            None => Ok(()),
        }
    }
}

/// Why an emulator cannot say what becomes of a cell.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// Slices of the wrong length.
    #[error("{what} has {found} entries; {expected} were expected")]
    Length {
        /// Which slice.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// A network that is told the slopes of initial states, without the equations.
    #[error("it needs the equations of its network: call `with_equations` after loading it")]
    Equations,
    /// Cells of other species.
    #[error("it was trained for the species {trained}, in this order")]
    Species {
        /// The trained ones.
        trained: String,
    },
    /// A cell that it was not trained for.
    #[error(transparent)]
    Outside(#[from] OutOfDomain),
}

/// Refuses slices that do not hold one row of `unknowns` for each time.
pub(super) fn check_lengths(
    unknowns: usize,
    initial: &[f64],
    times: &[f64],
    out: &[f64],
) -> Result<(), EmulatorError> {
    let expected = times.len() * unknowns;
    for (what, found) in [("the initial states", initial.len()), ("the room for the states", out.len())] {
        if found != expected {
            return Err(EmulatorError::Length { what, found, expected });
        }
    }
    Ok(())
}
