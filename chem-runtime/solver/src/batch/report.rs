//! What became of each cell.

use std::fmt;

/// What became of a cell. The numbers are those of the C interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Status {
    /// Advanced. A cell without any density, where nothing comes of nothing, is left as it is.
    #[default]
    Done = 0,
    /// Advanced by the BDF, after the batch had given it up.
    Fallback = 1,
    /// A density is negative, above 1e100 cm^-3 or not a number; the cell is unchanged.
    InvalidDensity = 2,
    /// The temperature is not positive or not finite; the cell is unchanged.
    InvalidTemperature = 3,
    /// The time step is negative or not finite; the cell is unchanged.
    InvalidTime = 4,
    /// Neither method reached the end; the cell is unchanged.
    Failed = 5,
    /// The derivative of a rate is not finite in the state of the cell, which is unchanged; the BDF names the rate.
    SlopeNotFinite = 6,
}

impl Status {
    /// Whether the cell was advanced.
    pub fn is_ok(self) -> bool {
        matches!(self, Status::Done | Status::Fallback)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Done => "advanced",
            Status::Fallback => "advanced by the BDF, after the batch had given it up",
            Status::InvalidDensity => "not advanced: densities must lie between 0 and 1e100 cm^-3",
            Status::InvalidTemperature => "not advanced: the temperature must be finite and positive",
            Status::InvalidTime => "not advanced: the time step must be finite and not negative",
            Status::Failed => "not advanced: no method reached the end of the time step",
            Status::SlopeNotFinite => {
                "not advanced: the derivative of a rate is not finite there; the error of the BDF names it"
            }
        })
    }
}

/// What became of one cell, at which cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellReport {
    /// What became of it.
    pub status: Status,
    /// Steps, rejected ones included.
    pub steps: u32,
    /// Steps that were rejected.
    pub rejected: u32,
}

/// What became of all cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchReport {
    /// Cell by cell.
    pub cells: Vec<CellReport>,
}

impl BatchReport {
    /// The cells that were not advanced, and why.
    pub fn failures(&self) -> impl Iterator<Item = (usize, Status)> + '_ {
        self.cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.status.is_ok())
            .map(|(i, cell)| (i, cell.status))
    }

    /// Steps of all cells, rejected ones included.
    pub fn steps(&self) -> u64 {
        self.cells.iter().map(|cell| u64::from(cell.steps)).sum()
    }

    /// Rejected steps of all cells.
    pub fn rejected(&self) -> u64 {
        self.cells.iter().map(|cell| u64::from(cell.rejected)).sum()
    }

    /// Number of cells that needed the BDF.
    pub fn fallbacks(&self) -> usize {
        self.cells.iter().filter(|cell| cell.status == Status::Fallback).count()
    }
}

impl fmt::Display for BatchReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.cells.len();
        let mean = self.steps() as f64 / count.max(1) as f64;
        write!(f, "{count} cells, {mean:.1} steps per cell, {} fallbacks", self.fallbacks())?;
        let failed = self.failures().count();
        if let Some((cell, status)) = self.failures().next() {
            write!(f, ", {failed} failed; the first is cell {cell}: {status}")?;
        }
        Ok(())
    }
}
