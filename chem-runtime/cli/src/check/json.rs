//! Findings as one JSON document, for programs that read them.
//!
//! ```text
//! { "files": [ { "path", "headline" (null of a file with errors), "errors", "warnings", "notes", "denied": number of each,
//!     "findings": [ { "code", "severity", "message", "label", "help": [line], "denied": whether --deny names it,
//!         "file", "line", "column", "end_line", "end_column", "others": [ { "message", and a place } ] } ] } ] }
//! ```
//! Lines and columns count from 1, columns in characters; an end is the place behind the last character. Places of a file of
//! another program are lines of that file.

use chem_grammar::diagnostic::{Deny, Diagnostic, Report, Severity};
use chem_grammar::source::{SourceMap, Span};
use serde_json::{Value, json};

use super::{CheckOptions, Streams, checked};
use crate::exit::{Exit, Stop};

/// Checks every file and writes the document. The exit code says what it says without `--json`.
pub(super) fn check(options: &CheckOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let mut files = Vec::new();
    let mut stops = 0;
    for path in &options.files {
        let (headline, findings) = match checked(path, options) {
            Ok(checked) => (Some(checked.headline), checked.findings),
            Err(Stop::Network(report)) => (None, *report),
            Err(other) => return Err(other),
        };
        let denied = findings.denied(&options.deny).count();
        if headline.is_none() || denied > 0 {
            stops += 1;
        }
        let list: Vec<Value> =
            findings.diagnostics.iter().map(|d| finding(d, &findings, &options.deny)).collect();
        files.push(json!({
            "path": path.display().to_string(),
            "headline": headline,
            "errors": findings.count(Severity::Error),
            "warnings": findings.count(Severity::Warning),
            "notes": findings.count(Severity::Note),
            "denied": denied,
            "findings": list,
        }));
    }
    writeln!(streams.out, "{:#}", json!({ "files": files }))?;
    let (of, plural) =
        (options.files.len(), if options.files.len() == 1 { "file has" } else { "files have" });
    match stops {
        0 => Ok(Exit::Success),
        stops => Err(Stop::Denied(format!("{stops} of {of} {plural} errors or denied findings"))),
    }
}

fn finding(diagnostic: &Diagnostic, report: &Report, deny: &[Deny]) -> Value {
    let others = diagnostic.others.iter().map(|other| {
        let mut place = place(&report.sources, other.span);
        place["message"] = other.message.clone().into();
        place
    });
    let mut finding = place(&report.sources, diagnostic.span);
    finding["code"] = diagnostic.code.as_str().into();
    finding["severity"] = diagnostic.code.severity().as_str().into();
    finding["message"] = diagnostic.message.clone().into();
    finding["label"] = diagnostic.label.clone().into();
    finding["help"] = diagnostic.help.clone().into();
    finding["denied"] = deny.iter().any(|deny| deny.covers(diagnostic.code)).into();
    finding["others"] = others.collect::<Vec<Value>>().into();
    finding
}

/// A place in the file that its author wrote; without a line if the file could not be read.
fn place(sources: &SourceMap, span: Span) -> Value {
    let span = sources.original(span);
    let Some(file) = sources.get(span.file) else { return json!({}) };
    let ((line, column), (end_line, end_column)) = (file.line_column(span.start), file.line_column(span.end));
    json!({
        "file": file.path.display().to_string(),
        "line": line, "column": column, "end_line": end_line, "end_column": end_column,
    })
}
