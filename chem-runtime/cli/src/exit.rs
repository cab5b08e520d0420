//! How a program ends.

use std::io;
use std::process::ExitCode;

use super::{Streams, render};
use chem_solver::data::input_error::{InputError, InputErrors};

/// A program that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All of it: exit code 0.
    Success,
    /// Not all of it: exit code 1.
    Failure,
}

/// A program that could not begin or go on. `Display` is what the terminal shows, remedies included.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Stop {
    /// Mistakes of the input: exit code 2.
    #[error("{}", render::errors(.0))]
    Input(#[from] InputErrors),
    /// Diagnostics of a network file: exit code 2.
    #[error("{0}")]
    Network(#[from] Box<chem_grammar::diagnostic::Report>),
    /// Warnings or notes that are denied: exit code 2.
    #[error("{}", render::error(.0, None))]
    Denied(String),
    /// A training broke off: exit code 1.
    #[cfg(feature = "training")]
    #[error("{}", render::error(.0, .0.help()))]
    Training(Box<chem_training::run::RunError>),
    /// A trained network that cannot be judged: exit code 2.
    #[cfg(feature = "training")]
    #[error("{}", render::error(.0, .0.help()))]
    Judged(Box<chem_report::validate::ValidateError>),
    /// Reading or writing failed on the way: exit code 1.
    #[error("{}", render::error(.0, None))]
    Io(#[from] io::Error),
}

impl Stop {
    /// Whether the input is to blame.
    fn is_mistake(&self) -> bool {
        match self {
            Stop::Input(_) | Stop::Network(_) | Stop::Denied(_) => true,
            #[cfg(feature = "training")]
            Stop::Judged(_) => true,
            _ => false,
        }
    }
}

impl From<InputError> for Stop {
    fn from(error: InputError) -> Self {
        Stop::Input(error.into())
    }
}

/// Runs a program on the standard streams and turns its end into an exit code: 0 if all work was done, 1 if
/// some failed, 2 if the input was wrong.
pub fn main(program: impl FnOnce(&mut Streams<'_>) -> Result<Exit, Stop>) -> ExitCode {
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    let mut streams = Streams { out: &mut out, err: &mut err };
    match program(&mut streams) {
        Ok(Exit::Success) => ExitCode::SUCCESS,
        Ok(Exit::Failure) => ExitCode::from(1),
        // Whoever reads our output may stop reading it, for example `head`.
        Err(Stop::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(stop) => {
            let _ = writeln!(streams.err, "{stop}");
            ExitCode::from(if stop.is_mistake() { 2 } else { 1 })
        }
    }
}
