//! Diagnostics: what is wrong, where, and what to do about it.
//!
//! One plain-text renderer (no colour, no terminal width) serves the macro, the command line and the
//! snapshots, so that all three show the same text.

use std::fmt::Write as _;

pub use crate::code::{Code, Deny, Severity, UnknownDeny};
pub use crate::report::Report;
use crate::source::{SourceMap, Span};

/// A further place that belongs to a diagnostic (the first definition of a duplicate, the other range, ...).
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there.
    pub message: String,
}

/// Several findings that have one cause are told as one.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Findings of one code with the same key have the same cause.
    pub key: String,
    /// The message if there are several; `{n}` stands for their number.
    pub many: String,
}

/// One finding, with its place and its remedy.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The code.
    pub code: Code,
    /// One line, lower case, no full stop.
    pub message: String,
    /// The main place.
    pub span: Span,
    /// Short text at the caret; may be empty.
    pub label: String,
    /// Further places.
    pub others: Vec<Label>,
    /// Remedies and notes, one line each.
    pub help: Vec<String>,
    /// What it shares with other findings of its code.
    pub cause: Option<Cause>,
}

impl Diagnostic {
    /// A diagnostic without label and help.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            message: message.into(),
            span,
            label: String::new(),
            others: Vec::new(),
            help: Vec::new(),
            cause: None,
        }
    }

    /// Adds the text at the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn other(mut self, span: Span, message: impl Into<String>) -> Self {
        self.others.push(Label { span, message: message.into() });
        self
    }

    /// Says what it shares with other findings of its code: those with the same key are told as one finding, with
    /// the message `many`, in which `{n}` stands for their number.
    #[must_use]
    pub fn cause(mut self, key: impl Into<String>, many: impl Into<String>) -> Self {
        self.cause = Some(Cause { key: key.into(), many: many.into() });
        self
    }

    /// Renders as rustc would, in plain text.
    pub fn render(&self, sources: &SourceMap) -> String {
        let mut out = String::new();
        let word = self.code.severity().as_str();
        let _ = writeln!(out, "{word}[{}]: {}", self.code.as_str(), self.message);
        let width = std::iter::once(self.span)
            .chain(self.others.iter().map(|l| l.span))
            .map(|s| sources.original(s))
            .filter_map(|s| sources.get(s.file).map(|f| f.line_column(s.start).0.to_string().len()))
            .max()
            .unwrap_or(1);
        snippet(&mut out, sources, self.span, &self.label, '^', width);
        for other in &self.others {
            snippet(&mut out, sources, other.span, &other.message, '-', width);
        }
        for help in &self.help {
            let _ = writeln!(out, "{:width$} = help: {help}", "");
        }
        out
    }
}

fn snippet(out: &mut String, sources: &SourceMap, span: Span, label: &str, mark: char, width: usize) {
    let span = sources.original(span);
    let Some(file) = sources.get(span.file) else { return };
    let (line, column) = file.line_column(span.start);
    let (end_line, end_column) = file.line_column(span.end);
    let text = file.line(line);
    let length = if end_line == line {
        end_column.saturating_sub(column).max(1)
    } else {
        text.chars().count().saturating_sub(column - 1).max(1)
    };
    let _ = writeln!(out, "{:width$}--> {}:{line}:{column}", "", file.path.display());
    let _ = writeln!(out, "{:width$} |", "");
    let _ = writeln!(out, "{line:>width$} | {}", text.replace('\t', " "));
    let marks: String = std::iter::repeat_n(mark, length).collect();
    let _ = writeln!(out, "{:width$} | {:indent$}{marks} {label}", "", "", indent = column - 1);
    while out.ends_with(" \n") {
        out.truncate(out.len() - 2);
        out.push('\n');
    }
}
