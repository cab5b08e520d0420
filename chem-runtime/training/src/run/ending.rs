//! How a run ends.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::folder::Held;
use crate::error::{NotFinite, TrainError};
use chem_emulator::checkpoint::CheckpointError;

/// How a run ended; its folder holds the last good state in every case.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Ending {
    /// All stages are done.
    Finished,
    /// The loss is as small as asked for.
    Loss,
    /// The error against the solver is as small as asked for.
    Error,
    /// The loss has not become smaller for too long.
    Stalled,
    /// The CPU time is used up.
    Budget,
    /// The user stopped it.
    Interrupted,
    /// Another rank of the training failed; says which, and why.
    RankFailed(String),
    /// The loss grew beyond all bounds.
    Diverged {
        /// The smallest loss of the stage.
        best: f64,
        /// The loss that ended it.
        loss: f64,
    },
    /// A number was none.
    NotFinite(Box<NotFinite>),
}

impl Ending {
    /// One word for files.
    pub fn name(&self) -> &'static str {
        match self {
            Ending::Finished => "finished",
            Ending::Loss => "loss",
            Ending::Error => "error",
            Ending::Stalled => "stalled",
            Ending::Budget => "budget",
            Ending::Interrupted => "interrupted",
            Ending::RankFailed(_) => "rank failed",
            Ending::Diverged { .. } => "diverged",
            Ending::NotFinite(_) => "not finite",
        }
    }

    /// Whether it ended from outside: `--resume` goes on.
    pub fn can_go_on(&self) -> bool {
        matches!(self, Ending::Interrupted | Ending::RankFailed(_))
    }

    /// Whether the state at its end is not kept, but one before.
    pub(super) fn keeps_earlier(&self) -> bool {
        self.is_failure() || matches!(self, Ending::RankFailed(_))
    }

    /// Whether the last iterations led to nothing and an earlier state was kept.
    pub fn is_failure(&self) -> bool {
        matches!(self, Ending::Diverged { .. } | Ending::NotFinite(_))
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Finished => f.write_str("all stages are done"),
            Ending::Loss => f.write_str("the loss is as small as asked for"),
            Ending::Error => f.write_str("the error against the solver is as small as asked for"),
            Ending::Stalled => f.write_str("the loss has stopped to fall"),
            Ending::Budget => f.write_str("the CPU time is used up"),
            Ending::Interrupted => f.write_str("interrupted; --resume goes on from here"),
            Ending::RankFailed(what) => {
                write!(f, "{what}; --resume goes on from here, with as many ranks as you like")
            }
            Ending::Diverged { best, loss } => {
                write!(
                    f,
                    "diverged: the loss grew to {loss:.1e} from {best:.1e}; the last good state is kept"
                )
            }
            Ending::NotFinite(diagnosis) => write!(f, "{diagnosis}; the last good state is kept"),
        }
    }
}

/// Why a run broke off.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A checkpoint cannot be written.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Another process trains in the folder.
    #[error("{}: another training (process {process}) writes there", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// Number of the process; may be empty.
        process: String,
    },
    /// The folder holds what a new run would destroy.
    #[error("{} {held}", folder.display())]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// What it holds.
        held: Held,
    },
    /// Another file cannot be written.
    #[error("{}: cannot be written: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl RunError {
    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        match self {
            RunError::Train(error) => error.help(),
            RunError::Checkpoint(error) => Some(error.help()),
            RunError::InUse { .. } => Some("wait for its end, stop it, or give another folder with --out"),
            RunError::Taken { held, .. } => Some(held.remedy()),
            RunError::File { .. } => Some("give a folder that can be written, and has room, with --out"),
        }
    }
}
