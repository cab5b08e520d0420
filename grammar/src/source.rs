//! Source files and the places in them that diagnostics point at.

use std::path::{Path, PathBuf};

/// Index of a file in a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// Half-open byte range in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that covers both; `other` must be of the same file.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A value with the place it was written at.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }
}

/// One file that was read: a network, a rate library or a table.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as diagnostics print it (relative to what the user named).
    pub path: PathBuf,
    /// The whole text.
    pub text: String,
    line_starts: Vec<u32>,
    origin: Option<Origin>,
}

/// From which file, and which of its lines, a text was made.
#[derive(Clone, Debug)]
struct Origin {
    file: FileId,
    /// For each line of the text the line of that file, counted from 1; 0 for none.
    lines: Vec<u32>,
}

impl SourceFile {
    /// Takes a text and indexes its lines.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1))
            .collect();
        SourceFile { path: path.into(), text, line_starts, origin: None }
    }

    /// The text was made of another file; `lines` has for each line of the text the line of that file, counted from 1
    /// (0 for none). Findings are shown there.
    #[must_use]
    pub fn made_of(self, file: FileId, lines: Vec<u32>) -> Self {
        SourceFile { origin: Some(Origin { file, lines }), ..self }
    }

    /// The bytes of a line, counted from 1, without surrounding blanks.
    fn line_span(&self, number: u32) -> Option<(u32, u32)> {
        let index = (number as usize).checked_sub(1)?;
        let start = *self.line_starts.get(index)?;
        let end = self.line_starts.get(index + 1).map_or(self.text.len() as u32, |next| next - 1);
        let line = self.text.get(start as usize..end as usize)?;
        let blanks = (line.len() - line.trim_start().len()) as u32;
        Some((start + blanks, start + blanks + line.trim().len() as u32))
    }

    /// Line and column of a byte, both counted from 1; columns count characters.
    pub fn line_column(&self, byte: u32) -> (usize, usize) {
        let line = self.line_starts.partition_point(|&start| start <= byte).max(1) - 1;
        let start = self.line_starts.get(line).copied().unwrap_or(0) as usize;
        let end = (byte as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(0, |s| s.chars().count());
        (line + 1, column + 1)
    }

    /// The text of a line, counted from 1, without its line end.
    pub fn line(&self, number: usize) -> &str {
        self.text.lines().nth(number.saturating_sub(1)).unwrap_or("")
    }
}

/// All files that took part in a compilation.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(self.files.len() as u32 - 1)
    }

    /// The file of an id, if there is one.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// All files, in the order in which they were read.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The paths that were read, each once.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.files.iter().filter(|file| file.origin.is_none()).map(|file| file.path.clone()).collect()
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).and_then(|f| f.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// The place that findings are shown at: that of the original for a text that was made of another file, if the line
    /// comes from there.
    pub fn original(&self, span: Span) -> Span {
        let made = self.get(span.file).and_then(|file| Some((file, file.origin.as_ref()?)));
        let Some((file, origin)) = made else { return span };
        let (line, _) = file.line_column(span.start);
        let place = origin.lines.get(line - 1).and_then(|line| self.get(origin.file)?.line_span(*line));
        place.map_or(span, |(start, end)| Span { file: origin.file, start, end })
    }

    /// The id of a file that was read under this path.
    pub fn find(&self, path: &Path) -> Option<FileId> {
        self.files.iter().position(|f| f.path == path).map(|i| FileId(i as u32))
    }
}
