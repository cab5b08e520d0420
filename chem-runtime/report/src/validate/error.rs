//! Why an emulator could not be judged.

use std::path::PathBuf;

use chem_emulator::{CheckpointError, EmulatorError};
use chem_solver::advance::AdvanceError;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::runs::FailedCell;

/// Why an emulator could not be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ValidateError {
    /// The checkpoint cannot be read or belongs to another network.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Mistakes of the reference file or the options.
    #[error("{0}")]
    Input(#[from] InputErrors),
    /// The reference solution failed.
    #[error("the reference solution failed: {0}")]
    Reference(#[from] FailedCell),
    /// The emulator cannot say what becomes of a cell of the reference.
    #[error("cell {id} of the reference: {error}")]
    Emulator {
        /// Name of the cell.
        id: String,
        /// Why.
        #[source]
        error: EmulatorError,
    },
    /// The solver beside the emulator, or one of them behind the other, was called with what fits no cell.
    #[error("cells advanced together: {0}")]
    Cells(#[from] AdvanceError),
    /// No state of the reference lies in the judged times.
    #[error("{reference} has no state after t = {after:e} s")]
    NothingToJudge {
        /// Name of the reference.
        reference: String,
        /// Time `[s]` from which errors count.
        after: f64,
    },
    /// A file of the report cannot be written or read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl ValidateError {
    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        match self {
            ValidateError::Checkpoint(error) => Some(error.help()),
            ValidateError::Input(errors) => errors.help(),
            ValidateError::Emulator { .. } => Some("judge it against cells and times it was trained for"),
            ValidateError::NothingToJudge { .. } => Some("errors count from there; give later times"),
            _ => None,
        }
    }
}

impl From<InputError> for ValidateError {
    fn from(error: InputError) -> Self {
        ValidateError::Input(error.into())
    }
}
