//! Network files of other programs: read into the language of networks, so that everything that holds for a network
//! written here holds for them.
//!
//! Each format has a room with a grammar of its own, which makes a draft: species, parameters, definitions
//! and reactions in the words of our language, with the line that each comes from. `join` makes one reaction of the
//! pieces in T of one coefficient, `write` prints the network. The printed text is what is compiled, and its findings
//! are shown at the lines of the original.

mod capitals;
mod database;
pub(crate) mod draft;
mod formats;
mod fortran;
mod join;
mod kida;
mod krome;
pub(crate) mod name;
mod number;
mod prizmo;
mod uclchem;
mod umist;
mod write;

use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Report, Severity};
use crate::source::{FileId, SourceFile, SourceMap, Span};

pub use formats::{FileFormat, UnknownFormat};

/// How a file of another program is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// The format; recognised by the file's lines ([`crate::recognise`]) if none is given.
    pub format: Option<FileFormat>,
    /// Whether numbers without `d` exponent are read in single precision, as Fortran reads them (KROME).
    pub fortran_literals: bool,
}

/// What became of a file of another program.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The format that it was read as.
    pub format: FileFormat,
    /// The network in our language.
    pub text: String,
    /// For each line of `text`, the line of the original from which it was made, counted from 1; 0 for none.
    pub origins: Vec<u32>,
    /// Lines of the original.
    pub lines: usize,
    /// Reactions that were read, pieces in T counted one by one.
    pub reactions_read: usize,
    /// Reactions of the network.
    pub reactions: usize,
    /// What is wrong, left out or read otherwise than written (`E026`, `W019`), with places in the original.
    pub report: Report,
}

impl Imported {
    /// In one sentence: lines, reactions read, joined, warned and refused.
    pub fn summary(&self) -> String {
        let refused = self.report.count(Severity::Error);
        let warned = self.report.count(Severity::Warning) + self.report.count(Severity::Note);
        let joined = match self.reactions_read.saturating_sub(self.reactions) {
            0 => String::new(),
            count => format!(" ({count} joined with others as pieces in T of one coefficient)"),
        };
        let (read, kept) = (self.reactions_read, self.reactions);
        format!(
            "{}: {} lines, {read} reactions read, {kept} in the network{joined}, {warned} warnings, {refused} refused",
            self.format.title(),
            self.lines
        )
    }
}

/// A file that is being read.
pub(crate) struct Original<'a> {
    /// The place of the text in the source map.
    pub(crate) id: FileId,
    /// Its path.
    pub(crate) path: &'a Path,
    /// Its text.
    pub(crate) text: &'a str,
    /// How it is read.
    pub(crate) options: ImportOptions,
}

impl Original<'_> {
    /// The name of the file, for documentation.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The lines of the text, numbered from 1, without their ends.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        (1..).zip(self.text.lines())
    }

    /// The place of a part of the text, which must be a slice of it; else its beginning.
    pub(crate) fn span(&self, part: &str) -> Span {
        let start = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let (start, end) = match start.checked_add(part.len()).filter(|end| *end <= self.text.len()) {
            Some(end) => (start as u32, end as u32),
            None => (0, 0),
        };
        Span { file: self.id, start, end }
    }

    /// A part of the text that cannot be taken over.
    pub(crate) fn refused(&self, part: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::E026, self.span(part), message)
    }

    /// A part of the text that is left out or read otherwise than it is written.
    pub(crate) fn remark(&self, part: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::W019, self.span(part), message)
    }
}

/// Reads a text of another program.
///
/// The network is made of what could be read, in spite of errors in the report.
pub fn import(path: &Path, text: &str, format: FileFormat, options: ImportOptions) -> Imported {
    let mut sources = SourceMap::default();
    let id = sources.add(SourceFile::new(path, text));
    let original = Original { id, path, text, options };
    let mut draft = format.read(&original);
    let reactions_read = draft.reactions.iter().map(|reaction| reaction.pieces.len()).sum();
    join::join(&mut draft);
    let written = write::write(&draft, &stem(path));
    let mut diagnostics = draft.findings;
    diagnostics.sort_by_key(|d| (d.span.start, d.code));
    let report = Report { sources, diagnostics, species: Vec::new() };
    Imported {
        format,
        text: written.text,
        origins: written.origins,
        lines: text.lines().count(),
        reactions_read,
        reactions: draft.reactions.len(),
        report,
    }
}

/// The name of the network: the file's, as an identifier.
fn stem(path: &Path) -> String {
    let path = PathBuf::from(path);
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    name::identifier(&stem, "network")
}
