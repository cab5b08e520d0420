//! Diagnostics: what is wrong, where, and what to do about it.
//!
//! One plain-text renderer (no colour, no terminal width) serves the macro, the command line and the
//! snapshots, so that all three show the same text.

use std::fmt::Write as _;

use crate::source::{SourceMap, Span};

/// Whether a diagnostic can be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// `E...`: the network has no meaning; cannot be allowed.
    Error,
    /// `W...`: the network has a meaning, probably the wrong one. Stops the compilation unless the item says
    /// `allow(W...)`.
    Warning,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $code:ident,)*) => {
        /// Code of a diagnostic. The documentation of each variant is what `chem explain` prints.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])* $code,)* }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Code] = &[$(Code::$code,)*];

            /// The code as text, e.g. `"E012"`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)* }
            }

            /// One sentence on what the code means.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$code => concat!($($doc,)*).trim_ascii(),)* }
            }
        }
    };
}

codes! {
    /// The text does not follow the grammar.
    E001,
    /// The file is of another format (KROME, KIDA, UMIST, ...), or its magic first line is missing.
    E002,
    /// The version in the magic line is not supported.
    E003,
    /// A file named by `use` or `table` cannot be read.
    E004,
    /// A name is not defined.
    E010,
    /// A species is not declared.
    E011,
    /// Charge is not conserved by a reaction.
    E012,
    /// An element is not conserved by a reaction.
    E013,
    /// A name is defined twice.
    E014,
    /// A definition refers to itself.
    E015,
    /// A function is called with the wrong number of arguments.
    E016,
    /// A unit is not known.
    E017,
    /// Units do not match.
    E018,
    /// The name of a species is not a chemical formula and has no stated composition.
    E019,
    /// Temperature ranges overlap.
    E020,
    /// A table is not a full rectangular grid of finite numbers with increasing axes, or its axes do not match.
    E021,
    /// An initial state is incomplete, contradictory or not neutral.
    E022,
    /// A domain is empty, contradictory or names something unknown.
    E023,
    /// A value is outside what the language allows (an exponent, a count, a tolerance).
    E024,
    /// A quantity is used where it has no meaning (a reaction's flux in a rate coefficient, a density in a rate library).
    E025,
    /// Temperature ranges leave a gap inside the declared domain.
    W001,
    /// A rate coefficient jumps at the edge of a temperature range by more than `seam_tolerance` (kinks are listed
    /// by `chem check --seams`).
    W002,
    /// A species is never formed.
    W003,
    /// A species is never destroyed.
    W004,
    /// A parameter is not used.
    W005,
    /// A `let`, `function` or `table` is not used.
    W006,
    /// A `rate` defined in the network file is not used.
    W007,
    /// Two reactions have the same reactants and products over a common temperature range.
    W008,
    /// A reaction, heating or cooling process has no reference.
    W009,
    /// A rate coefficient is negative or not finite somewhere in the declared domain.
    W010,
    /// An `allow` has no effect.
    W011,
}

impl Code {
    /// Errors cannot be allowed, warnings can.
    pub fn severity(self) -> Severity {
        if self.as_str().starts_with('E') { Severity::Error } else { Severity::Warning }
    }

    /// Reads a code such as `W002`.
    pub fn parse(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|c| c.as_str() == text)
    }
}

/// A further place that belongs to a diagnostic (the first definition of a duplicate, the other range, ...).
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there.
    pub message: String,
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

    /// Renders as rustc would, in plain text.
    pub fn render(&self, sources: &SourceMap) -> String {
        let mut out = String::new();
        let word = match self.code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let _ = writeln!(out, "{word}[{}]: {}", self.code.as_str(), self.message);
        let width = std::iter::once(self.span)
            .chain(self.others.iter().map(|l| l.span))
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

/// All diagnostics of a compilation with the sources they point into.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The files.
    pub sources: SourceMap,
    /// The findings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Names of the species that were understood in spite of the findings, so that an editor keeps its types.
    pub species: Vec<String>,
}

impl Report {
    /// All diagnostics as text, with a closing count.
    pub fn render(&self) -> String {
        let mut out = String::new();
        for diagnostic in &self.diagnostics {
            out.push_str(&diagnostic.render(&self.sources));
            out.push('\n');
        }
        let errors = self.diagnostics.iter().filter(|d| d.code.severity() == Severity::Error).count();
        let warnings = self.diagnostics.len() - errors;
        let count = |n: usize, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
        let _ = writeln!(out, "{}, {}", count(errors, "error"), count(warnings, "warning"));
        out
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render())
    }
}

impl std::error::Error for Report {}
