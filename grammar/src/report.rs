//! All findings of a compilation.

use std::fmt::Write as _;

use crate::diagnostic::{Deny, Diagnostic, Severity};
use crate::source::SourceMap;

/// Findings of which one line each is printed in short.
const SHORT: usize = 10;

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
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// The number of findings of a level.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|d| d.code.severity() == severity).count()
    }

    /// The findings that are to stop.
    pub fn denied<'r>(&'r self, deny: &'r [Deny]) -> impl Iterator<Item = &'r Diagnostic> {
        self.diagnostics.iter().filter(|d| deny.iter().any(|deny| deny.covers(d.code)))
    }

    /// The findings of one level alone.
    #[must_use]
    pub fn only(&self, severity: Severity) -> Report {
        let diagnostics =
            self.diagnostics.iter().filter(|d| d.code.severity() == severity).cloned().collect();
        Report { diagnostics, ..self.clone() }
    }

    /// How many there are of each level: `2 errors, 1 warning`; `no findings` if there are none.
    pub fn counts(&self) -> String {
        let levels = [Severity::Error, Severity::Warning, Severity::Note];
        let counts = levels.into_iter().filter_map(|level| {
            let count = self.count(level);
            let plural = if count == 1 { "" } else { "s" };
            (count > 0).then(|| format!("{count} {}{plural}", level.as_str()))
        });
        let counts: Vec<String> = counts.collect();
        if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") }
    }

    /// All diagnostics as text, with a closing count that says whether they stop.
    pub fn render(&self) -> String {
        let mut out = String::new();
        for diagnostic in &self.diagnostics {
            out.push_str(&diagnostic.render(&self.sources));
            out.push('\n');
        }
        let stopped = if self.count(Severity::Error) > 0 { "stopped by errors: " } else { "" };
        let _ = writeln!(out, "{stopped}{}", self.counts());
        out
    }

    /// One line per finding, as far as there are not many; empty if there are none.
    pub fn short(&self) -> String {
        let mut out = String::new();
        let mut order: Vec<&Diagnostic> = self.diagnostics.iter().collect();
        order.sort_by_key(|d| d.code.severity());
        for diagnostic in order.iter().take(SHORT) {
            let span = self.sources.original(diagnostic.span);
            let place = match self.sources.get(span.file) {
                Some(file) => {
                    let (line, column) = file.line_column(span.start);
                    format!("{}:{line}:{column}: ", file.path.display())
                }
                None => String::new(),
            };
            let (level, code) = (diagnostic.code.severity().as_str(), diagnostic.code.as_str());
            let _ = writeln!(out, "{place}{level}[{code}]: {}", diagnostic.message);
        }
        if self.diagnostics.len() > SHORT {
            let _ = writeln!(out, "and {} more findings", self.diagnostics.len() - SHORT);
        }
        out
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render())
    }
}

impl std::error::Error for Report {}
