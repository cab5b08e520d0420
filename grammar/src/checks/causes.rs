//! Findings with one cause are told as one, with their number.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceMap, Span};

/// Further places that are shown; the rest is counted.
const SHOWN: usize = 2;

/// Joins findings of one code and one cause: the first keeps its place and remedies and tells the number.
pub(crate) fn one_each(found: Vec<Diagnostic>, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut places: BTreeMap<(Code, String), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Diagnostic>> = Vec::new();
    for diagnostic in found {
        let key = diagnostic.cause.as_ref().map(|cause| (diagnostic.code, cause.key.clone()));
        match key.as_ref().and_then(|key| places.get(key)).and_then(|&i| groups.get_mut(i)) {
            Some(group) => group.push(diagnostic),
            None => {
                if let Some(key) = key {
                    places.insert(key, groups.len());
                }
                groups.push(vec![diagnostic]);
            }
        }
    }
    groups.into_iter().filter_map(|group| joined(group, sources)).collect()
}

fn joined(mut group: Vec<Diagnostic>, sources: &SourceMap) -> Option<Diagnostic> {
    group.sort_by_key(|d| (d.span.file, d.span.start));
    group.dedup_by(|a, b| a.span == b.span && a.message == b.message);
    let count = group.len();
    let mut rest = group.into_iter();
    let mut first = rest.next()?;
    if count == 1 {
        return Some(first);
    }
    if let Some(cause) = &first.cause {
        first.message = cause.many.replace("{n}", &count.to_string());
    }
    first.others.clear();
    for further in rest.by_ref().take(SHOWN) {
        first = first.other(further.span, further.label);
    }
    let further: Vec<Span> = rest.map(|d| d.span).collect();
    if let (Some(from), Some(to)) = (further.first(), further.last()) {
        let line = |span: &Span| sources.get(span.file).map_or(0, |file| file.line_column(span.start).0);
        let plural = if further.len() == 1 { "" } else { "s" };
        let lines = match further.len() {
            1 => format!(" (line {})", line(from)),
            _ if from.file == to.file => format!(" (lines {} to {})", line(from), line(to)),
            _ => String::new(),
        };
        first.help.insert(0, format!("and so in {} further place{plural}{lines}", further.len()));
    }
    Some(first)
}
