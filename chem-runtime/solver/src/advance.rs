//! One trait for all that advances cells in time: BDF, batch, emulator, emulator with a solver behind it.

use std::fmt;

use crate::network::SpeciesSet;
use crate::network::cell::Cell;

/// Advances cells in time.
///
/// A call that fits no cell is an error and changes nothing; what became of each cell, the difficult ones too, is in the
/// report.
pub trait Advance: Sync {
    /// Number of unknowns of a cell: species, then T.
    fn unknown_count(&self) -> usize;

    /// Advances each row of `rows` (cells x unknowns: densities [cm^-3] in declared order, then T `[K]`) by its own time
    /// step of `dt` `[s]`. A cell that could not be advanced is unchanged.
    ///
    /// # Errors
    /// Calls that fit no cell: arrays of the wrong length, settings out of range. All cells are then unchanged.
    fn advance_rows_by(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, AdvanceError>;

    /// The same for cells with named species; all take the same time step `[s]`.
    ///
    /// # Errors
    /// As [`Advance::advance_rows_by`], and for cells of another number of species.
    fn advance_cells_by<S: SpeciesSet>(
        &self,
        cells: &mut [Cell<S>],
        dt: f64,
    ) -> Result<AdvanceReport, AdvanceError>
    where
        Self: Sized,
    {
        let (n, found) = (self.unknown_count(), S::COUNT + 1);
        if found != n {
            return Err(AdvanceError::Unknowns { found, expected: n });
        }
        let mut rows = vec![0.0; n * cells.len()];
        rows.chunks_exact_mut(n).zip(&*cells).for_each(|(row, cell)| cell.write_unknowns(row));
        let report = self.advance_rows_by(&mut rows, &vec![dt; cells.len()])?;
        let ends = cells.iter_mut().zip(rows.chunks_exact(n)).zip(&report.cells);
        ends.filter(|(_, outcome)| outcome.is_advanced()).for_each(|((cell, row), _)| {
            *cell = Cell::from_unknowns(row);
        });
        Ok(report)
    }
}

/// What became of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Advanced by solving its equations.
    Solved,
    /// Advanced by an emulator.
    Emulated,
    /// Not advanced: it is not one that can be, or that the emulator was made for. The report says why.
    Refused,
    /// Not advanced: the solver gave it up. The report says why.
    Failed,
}

impl Outcome {
    /// Whether the cell was advanced; else it is unchanged.
    pub fn is_advanced(self) -> bool {
        matches!(self, Outcome::Solved | Outcome::Emulated)
    }
}

/// What became of all cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdvanceReport {
    /// Cell by cell.
    pub cells: Vec<Outcome>,
    /// The cells that were not advanced, ascending, and why.
    pub reasons: Vec<(usize, String)>,
    /// The cells that an emulator left to the solver behind it, ascending, and why.
    pub handed_over: Vec<(usize, String)>,
}

impl AdvanceReport {
    /// Number of cells with an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.cells.iter().filter(|cell| **cell == outcome).count()
    }

    /// Whether each cell was advanced.
    pub fn advanced(&self) -> Vec<bool> {
        self.cells.iter().map(|cell| cell.is_advanced()).collect()
    }

    /// Adds what became of the next cell: a reason if it was not advanced.
    pub fn push(&mut self, outcome: Outcome, reason: impl FnOnce() -> String) {
        if !outcome.is_advanced() {
            self.reasons.push((self.cells.len(), reason()));
        }
        self.cells.push(outcome);
    }
}

impl fmt::Display for AdvanceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [solved, emulated] = [Outcome::Solved, Outcome::Emulated].map(|outcome| self.count(outcome));
        write!(f, "{} cells: {solved} solved, {emulated} emulated", self.cells.len())?;
        for (cells, what) in
            [(&self.handed_over, "handed over to the solver"), (&self.reasons, "not advanced")]
        {
            if let Some((cell, reason)) = cells.first() {
                write!(f, ", {} {what}; the first is cell {cell}: {reason}", cells.len())?;
            }
        }
        Ok(())
    }
}

/// A call that fits no cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdvanceError {
    /// Rows of the wrong length.
    #[error("the rows have {found} entries instead of {cells} x {unknowns}: cells x unknowns")]
    Rows {
        /// Their length.
        found: usize,
        /// Number of time steps, one for each cell.
        cells: usize,
        /// Unknowns of a cell.
        unknowns: usize,
    },
    /// Cells of another network.
    #[error("the cells have {found} unknowns instead of {expected}: densities, then T")]
    Unknowns {
        /// Unknowns of the cells.
        found: usize,
        /// Unknowns that are advanced.
        expected: usize,
    },
    /// A setting out of range, or equations that are missing.
    #[error("{0}")]
    Setting(String),
}

/// Refuses rows that do not hold one cell (`unknowns` entries: densities [cm^-3], then T `[K]`) for each time step `[s]`.
///
/// # Errors
/// [`AdvanceError::Rows`].
pub fn check_rows(rows: &[f64], dt: &[f64], unknowns: usize) -> Result<(), AdvanceError> {
    let (found, cells) = (rows.len(), dt.len());
    if cells.checked_mul(unknowns) == Some(found) {
        Ok(())
    } else {
        Err(AdvanceError::Rows { found, cells, unknowns })
    }
}
