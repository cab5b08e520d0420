//! Why an emulator cannot say what becomes of a cell.

use chem_solver::advance::AdvanceError;

use super::out_of_domain::OutOfDomain;

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

impl From<EmulatorError> for AdvanceError {
    fn from(error: EmulatorError) -> Self {
        AdvanceError::Setting(error.to_string())
    }
}
