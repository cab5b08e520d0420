//! The command line: what the programs `chem`, `solve`, `terms`, `train` and `validate` share.

pub mod check;
mod coefficients;
pub mod command;
pub mod diff;
pub mod exit;
pub mod expand;
pub mod explain;
pub mod format;
pub mod graph;
pub mod host;
pub mod import;
#[cfg(feature = "lsp")]
mod lsp;
pub mod network_file;
pub mod options;
pub mod page;
mod picture;
pub mod rates;
pub mod reactions;
pub mod reduce;
mod render;
pub mod routes;
mod selection;
pub mod sensitivity;
pub mod solve;
pub mod terms;
#[cfg(feature = "training")]
pub mod train;
#[cfg(feature = "training")]
pub mod validate;

use std::io::Write;

pub use command::{Command, run};
pub use exit::{Exit, Stop, main};
pub use options::{CellOptions, ParameterOptions, SolveMethod, SolveOptions};
pub use solve::solve;
pub use terms::{TermsOptions, terms};
#[cfg(feature = "training")]
pub use train::{TrainOptions, train};
#[cfg(feature = "training")]
pub use validate::{ValidateOptions, validate};

use chem_solver::data::input_error::InputWarning;

/// Where a program prints.
pub struct Streams<'a> {
    /// Results.
    pub out: &'a mut dyn Write,
    /// Errors.
    pub err: &'a mut dyn Write,
}

impl Streams<'_> {
    /// Prints what is odd about an input that can be used.
    ///
    /// # Errors
    /// As the stream says.
    pub fn warn(&mut self, warnings: &[InputWarning]) -> std::io::Result<()> {
        warnings.iter().try_for_each(|warning| writeln!(self.err, "{}", render::warning(warning)))
    }
}

impl std::fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Streams")
    }
}
