//! Calls of a batch that fit no cell.

use crate::network::EnvironmentError;

/// Settings or arrays that do not fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// A tolerance out of range.
    #[error("{name} is {value:e}; it must lie between {low:e} and {high:e}")]
    Tolerance {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: f64,
        /// Least value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// Cells of another network.
    #[error(
        "the cells have {found} unknowns; those of the network `{network}` have {expected}: densities, then T"
    )]
    Unknowns {
        /// Name of the network.
        network: String,
        /// Unknowns of the cells.
        found: usize,
        /// Unknowns of the network.
        expected: usize,
    },
    /// Output times that do not ascend, or are negative or not finite, or none.
    #[error("output times must be finite, not negative, and each larger than the one before{}", place(.0))]
    OutputTimes(Option<usize>),
    /// An array of states of the wrong length.
    #[error("the array of states has {found} entries instead of {expected}: cells x output times x unknowns")]
    States {
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// Rows of the wrong length.
    #[error("the rows have {found} entries instead of {cells} x {unknowns}: cells x unknowns")]
    Rows {
        /// Their length.
        found: usize,
        /// Number of cells.
        cells: usize,
        /// Unknowns of a cell.
        unknowns: usize,
    },
    /// A setting of the BDF, where that takes the cells one by one.
    #[error("{0}")]
    Setting(String),
    /// No memory for the report.
    #[error("there is no memory for the report of {cells} cells; give them in several calls")]
    Memory {
        /// Number of cells.
        cells: usize,
    },
    /// Values of parameters that do not fit.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// Not one time step for each cell.
    #[error("{found} time steps for {expected} cells; give one for each")]
    Times {
        /// Number of time steps.
        found: usize,
        /// Number of cells.
        expected: usize,
    },
}

fn place(number: &Option<usize>) -> String {
    number.map_or(", and there must be one".to_owned(), |number| format!("; number {} is not", number + 1))
}
