//! From a path to a network: reads files, parses, resolves and checks, and gathers every diagnostic.

use std::io;
use std::path::Path;

use crate::ast::FileKind;
use crate::checks;
use crate::diagnostic::{Code, Diagnostic, Report, Severity};
use crate::import::ImportOptions;
use crate::network::Network;
use crate::program::Program;
use crate::resolve::{Resolution, resolve};

/// Where files come from: the disk, or a map in tests.
pub trait Files {
    /// The text of a file.
    ///
    /// # Errors
    /// As the file system says.
    fn read(&self, path: &Path) -> io::Result<String>;
}

/// Files on disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<String> {
        let bytes = std::fs::read(path)?;
        String::from_utf8(bytes).or_else(|error| {
            let bytes = error.into_bytes();
            // Files of other programs hold names of authors in Latin-1; what has NUL bytes is no text.
            if bytes.contains(&0) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"));
            }
            Ok(bytes.into_iter().map(char::from).collect())
        })
    }
}

/// Compiles a network file with everything that it uses. Warnings and notes are in [`Network::findings`].
///
/// # Errors
/// All findings at once, if there is an error among them.
pub fn compile(path: &Path, files: &dyn Files) -> Result<Network, Report> {
    compile_as(path, ImportOptions::default(), files)
}

/// The same, with a say in how a file of another program is read.
///
/// # Errors
/// All findings at once, if there is an error among them.
pub fn compile_as(path: &Path, import: ImportOptions, files: &dyn Files) -> Result<Network, Report> {
    let (program, read_findings) = Program::read(path, FileKind::Network, import, files);
    let (read_findings, remarks): (Vec<_>, Vec<_>) =
        read_findings.into_iter().partition(|d| d.code.severity() == Severity::Error);
    let Some(resolution) = resolve(&program) else { return Err(report(program, read_findings, Vec::new())) };
    let diagnostics = errors(&program, &resolution, read_findings);
    let Resolution { mut network, facts, .. } = resolution;
    if diagnostics.is_empty() {
        network.findings = sorted([remarks, checks::warnings(&network, &facts, &program)].concat());
        return Ok(network);
    }
    let species = network.species.into_iter().map(|s| s.name).collect();
    Err(report(program, diagnostics, species))
}

/// Checks a rate library on its own, with everything that it uses: names, units, functions, tables. Returns
/// warnings and notes.
///
/// # Errors
/// All findings at once, if there is an error among them.
pub fn check_library(path: &Path, files: &dyn Files) -> Result<Report, Report> {
    let (program, read_findings) = Program::read(path, FileKind::Rates, ImportOptions::default(), files);
    let Some(resolution) = resolve(&program) else { return Err(report(program, read_findings, Vec::new())) };
    let diagnostics = errors(&program, &resolution, read_findings);
    if diagnostics.is_empty() {
        let found = checks::library_warnings(&resolution.facts, &program);
        return Ok(report(program, found, Vec::new()));
    }
    Err(report(program, diagnostics, Vec::new()))
}

/// Everything that gives the files no meaning.
fn errors(program: &Program, resolution: &Resolution, read_findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut diagnostics = read_findings;
    // What could not be read may hold the names that seem to be missing.
    let complete = diagnostics.is_empty();
    let found = resolution.diagnostics.iter().filter(|d| complete || !may_be_consequence(d.code));
    diagnostics.extend(found.cloned());
    diagnostics.extend(checks::errors(&resolution.network, &resolution.facts));
    diagnostics.extend(checks::allows(program));
    diagnostics
}

/// Whether a finding may only be there because a file or statement could not be read.
fn may_be_consequence(code: Code) -> bool {
    matches!(code, Code::E010 | Code::E011 | Code::E022 | Code::E023)
}

/// Sorts by place, and drops what was found twice (in the body of a function that is called twice).
fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by(|a, b| {
        (a.span.file, a.span.start, a.code, &a.message).cmp(&(b.span.file, b.span.start, b.code, &b.message))
    });
    diagnostics.dedup_by(|a, b| a.span == b.span && a.code == b.code && a.message == b.message);
    diagnostics
}

fn report(program: Program, diagnostics: Vec<Diagnostic>, mut species: Vec<String>) -> Report {
    let mut seen = Vec::new();
    species.retain(|ident| {
        let new = !seen.contains(ident);
        seen.push(ident.clone());
        new
    });
    Report { sources: program.sources, diagnostics: sorted(diagnostics), species }
}
