//! The report of a validation as files.
//!
//! ```text
//! out/report.html       all of it in one page that needs no other file
//! out/tables.md         the tables of errors
//! out/summary.json      errors, cost and provenance in numbers   } of several models
//! out/*.svg             the pictures                             } each in out/<model>/
//! ```

mod page;

use std::path::{Path, PathBuf};

use super::error::ValidateError;
use super::figures::{Picture, pictures};
use super::summary::Summary;
use super::table;
use super::training_figures;
use super::validation::Validation;
use chem_solver::data::atomic_file::AtomicFile;

/// Writes the report of one or more models; returns the paths of the page and of the other files. `command` is what
/// was typed to make it: the page names it.
///
/// # Errors
/// If a file cannot be written.
pub fn write_report(
    validations: &[Validation],
    out: &Path,
    command: &str,
) -> Result<Vec<PathBuf>, ValidateError> {
    let mut written = Vec::new();
    let mut sections = Vec::new();
    for validation in validations {
        let folder = match validations.len() {
            1 => out.to_path_buf(),
            _ => out.join(&validation.summary.model),
        };
        let path = folder.join("summary.json");
        validation.summary.write(&path)?;
        written.push(path);
        let pictures = pictures(validation);
        write_pictures(&pictures, &folder, &mut written)?;
        sections.push((validation, pictures));
    }
    let overview = training_figures::overview(validations);
    write_pictures(&overview, out, &mut written)?;

    let summaries: Vec<Summary> = validations.iter().map(|v| v.summary.clone()).collect();
    let path = out.join("tables.md");
    write(&path, &table::markdown(&summaries))?;
    written.insert(0, path);
    let path = out.join("report.html");
    write(&path, &page::page(&sections, &overview, command))?;
    written.insert(0, path);
    Ok(written)
}

fn write_pictures(
    pictures: &[Picture],
    folder: &Path,
    written: &mut Vec<PathBuf>,
) -> Result<(), ValidateError> {
    for picture in pictures {
        let path = folder.join(format!("{}.svg", picture.name));
        write(&path, &picture.wide)?;
        written.push(path);
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), ValidateError> {
    AtomicFile::write_text(path, text)
        .map_err(|source| ValidateError::File { path: path.to_path_buf(), source })
}
