//! What can be wrong with a checkpoint.

use std::path::PathBuf;

/// A checkpoint that cannot be read, written or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct CheckpointError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub problem: Problem,
}

impl CheckpointError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        self.problem.help()
    }
}

/// What is wrong with a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file system refuses to read it.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The file system refuses to write it.
    #[error("cannot be written: {0}")]
    Unwritable(String),
    /// Not a safetensors file, or cut short.
    #[error("is not a whole checkpoint: {0}")]
    NotWhole(String),
    /// A safetensors file that something else made.
    #[error("is a safetensors file, but not of chem: {0}")]
    Foreign(String),
    /// Bytes have changed since it was written.
    #[error("is damaged: its content does not match its digest")]
    Damaged,
    /// Made by a later version.
    #[error("has format {found}; this version of chem reads format {known}")]
    Format {
        /// Its format.
        found: u64,
        /// The format that is read.
        known: u64,
    },
    /// Arrays or entries are missing, or do not fit one another.
    #[error("does not hold together: {0}")]
    Inconsistent(String),
    /// Trained for another network.
    #[error("belongs to the network {trained}, not to {given}")]
    OtherNetwork {
        /// The network it was trained for.
        trained: String,
        /// The network at hand.
        given: String,
    },
    /// A model without the state of its training.
    #[error("holds a finished model without the state of its training")]
    NoState,
}

impl Problem {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Problem::Unreadable(_) => "give the path of a model.safetensors or checkpoint.safetensors",
            Problem::Unwritable(_) => "give a folder that can be written, and has room, with --out",
            Problem::NotWhole(_) | Problem::Damaged => {
                "copy it again, or train it again with the config.toml beside it"
            }
            Problem::Foreign(_) => "give a file that `train` wrote",
            Problem::Format { .. } => "use the version of chem that wrote it, or train it again",
            Problem::Inconsistent(_) => "train it again with the config.toml beside it",
            Problem::OtherNetwork { .. } => {
                "use the network that it was trained for, or train again: a network counts as another one if its name, \
                 version, species or equations changed; if they changed only where the model does not go, \
                 `validate --restamp` judges it and takes it over"
            }
            Problem::NoState => "resume from the checkpoint.safetensors of its run, or train it again",
        }
    }
}
