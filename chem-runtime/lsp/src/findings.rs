//! Findings of open files, as the protocol publishes them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chem_grammar::compile::{check_library, compile};
use chem_grammar::diagnostic::{Diagnostic, Report, Severity};
use chem_grammar::network::Network;
use chem_grammar::source::{SourceMap, Span};
use serde_json::{Value, json};

use crate::documents::{Documents, plain};
use crate::position::Lines;
use crate::program::{Parsed, Program};

/// Findings by file.
pub(crate) type ByFile = BTreeMap<PathBuf, Vec<Value>>;

/// What a check of all open files found.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Findings of every file that took part.
    pub(crate) findings: ByFile,
    /// Networks without errors, by their files.
    pub(crate) networks: Vec<(PathBuf, Arc<Network>)>,
}

/// Whether a text begins as a rate library does; what begins as neither is told by its extension.
fn is_library(path: &Path, text: &str) -> bool {
    let lines = text.lines().map(str::trim_start);
    let first = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .find_map(|line| line.split_whitespace().next());
    match first {
        Some("rates") => true,
        Some("network") => false,
        _ => path.extension().is_some_and(|extension| extension == "rates"),
    }
}

/// Checks every open network, and every open library that no open network uses.
pub(crate) fn check(documents: &Documents, parsed: &Parsed) -> Checked {
    let open: Vec<&PathBuf> = documents.paths().collect();
    let (libraries, networks): (Vec<&PathBuf>, Vec<&PathBuf>) =
        open.into_iter().partition(|path| is_library(path, &documents.text(path)));
    let mut checked = Checked::default();
    // What networks use is of interest only if a library is open.
    let users = networks.iter().filter(|_| !libraries.is_empty());
    let programs: Vec<Program> = users.map(|path| Program::read(path, documents, parsed)).collect();
    for path in libraries {
        checked.findings.entry(path.clone()).or_default();
        if !programs.iter().any(|program| program.reads(path)) {
            let report = check_library(path, documents).unwrap_or_else(|report| report);
            add(&mut checked.findings, &report, documents);
        }
    }
    for path in networks {
        checked.findings.entry(path.clone()).or_default();
        match compile(path, documents) {
            Ok(network) => {
                add(&mut checked.findings, &network.report(), documents);
                checked.networks.push((path.clone(), Arc::new(network)));
            }
            Err(report) => add(&mut checked.findings, &report, documents),
        }
    }
    checked
}

fn add(findings: &mut ByFile, report: &Report, documents: &Documents) {
    let sources = &report.sources;
    let places = Places {
        sources,
        documents,
        lines: sources.files().iter().map(|file| Lines::new(&file.text)).collect(),
    };
    for file in sources.files() {
        findings.entry(plain(&file.path)).or_default();
    }
    for diagnostic in &report.diagnostics {
        let span = sources.original(diagnostic.span);
        let Some(file) = sources.get(span.file) else { continue };
        let found = places.finding(diagnostic, span);
        let list = findings.entry(plain(&file.path)).or_default();
        if !list.contains(&found) {
            list.push(found);
        }
    }
}

struct Places<'a> {
    sources: &'a SourceMap,
    documents: &'a Documents,
    /// Of each file.
    lines: Vec<Lines<'a>>,
}

impl Places<'_> {
    fn range(&self, span: Span) -> Value {
        let lines = self.lines.get(span.file.0 as usize);
        lines.map_or(Value::Null, |lines| lines.range(span.start as usize, span.end as usize))
    }

    fn finding(&self, diagnostic: &Diagnostic, span: Span) -> Value {
        let mut message = diagnostic.message.clone();
        if !diagnostic.label.is_empty() {
            message.push_str(&format!("\n{}", diagnostic.label));
        }
        for help in &diagnostic.help {
            message.push_str(&format!("\nhelp: {help}"));
        }
        let related: Vec<Value> = diagnostic
            .others
            .iter()
            .filter_map(|other| {
                let place = self.sources.original(other.span);
                let uri = self.documents.uri(&plain(&self.sources.get(place.file)?.path));
                Some(json!({ "location": { "uri": uri, "range": self.range(place) }, "message": other.message }))
            })
            .collect();
        let severity = match diagnostic.code.severity() {
            Severity::Error => 1,
            Severity::Warning => 2,
            Severity::Note => 3,
        };
        json!({
            "range": self.range(span),
            "severity": severity,
            "code": diagnostic.code.as_str(),
            "source": "chem",
            "message": message,
            "relatedInformation": related,
        })
    }
}
