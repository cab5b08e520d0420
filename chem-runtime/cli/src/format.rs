//! `chem fmt`: the canonical layout of files.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use chem_solver::data::atomic_file::AtomicFile;
use chem_solver::data::input_error::InputError;

/// Options of `fmt`.
#[derive(Args, Clone, Debug)]
pub struct FormatOptions {
    /// Network files and rate libraries
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Change nothing; name the files that would change and end with exit code 1
    #[arg(long)]
    pub check: bool,
}

/// Lays out every file, or says which would change. A file with syntax errors stays as it is.
///
/// # Errors
/// Syntax errors, after all files were looked at; reading and writing.
pub fn format(options: &FormatOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let mut exit = Exit::Success;
    let mut last = None;
    for path in &options.files {
        match one(path, options.check) {
            Ok(true) => {
                let word = if options.check { "would change" } else { "formatted" };
                writeln!(streams.out, "{}: {word}", path.display())?;
                if options.check {
                    exit = Exit::Failure;
                }
            }
            Ok(false) => {}
            Err(stop) => {
                if let Some(previous) = last.replace(stop) {
                    writeln!(streams.err, "{previous}")?;
                }
            }
        }
    }
    last.map_or(Ok(exit), Err)
}

/// Whether the file was, or would be, changed.
fn one(path: &Path, only_check: bool) -> Result<bool, Stop> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        InputError::new(path, format!("cannot be read: {e}"), "give a network file or a rate library")
    })?;
    let formatted = chem_grammar::format(&text, path).map_err(|report| Stop::Network(Box::new(report)))?;
    if formatted == text {
        return Ok(false);
    }
    if !only_check {
        AtomicFile::write_text(path, &formatted)?;
    }
    Ok(true)
}
