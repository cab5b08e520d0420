//! The canonical layout of network files and rate libraries.
//!
//! The layout is a function of the tokens, of which comment follows which token (on its line or on a line of
//! its own), and of the blank lines between statements. All of these survive it, so that it is idempotent.

mod columns;
mod doc;
mod layout;
mod piecewise;

use std::path::Path;

use crate::ast::FileKind;
use crate::diagnostic::Report;
use crate::parse::scan::{Piece, Scanner};
use crate::parse::split::{self, Statement};
use crate::parse::{Pair, Place, Rule, parse, statement_pair, statement_rule};
use crate::sniff;
use crate::source::{SourceFile, SourceMap};

use layout::Layout;

/// A statement or a comment between statements.
enum Entry<'t> {
    Statement {
        parsed: Pair<'t>,
        layout: Layout,
        /// The comment after it, on its last line.
        comment: Option<&'t str>,
    },
    Comment(&'t str),
}

/// An entry, and whether a blank line stands before it.
struct Placed<'t> {
    entry: Entry<'t>,
    blank_before: bool,
}

/// Lays out a file: one statement per line where it fits into 100 columns, the columns of neighbouring
/// reactions aligned. Comments, digits, and single blank lines stay. Formatting twice changes nothing more.
///
/// # Errors
/// The syntax errors of the text; nothing is laid out then. `path` is only for the messages.
pub fn format(text: &str, path: &Path) -> Result<String, Report> {
    let mut sources = SourceMap::default();
    let source = SourceFile::new(path, text);
    let id = sources.add(source.clone());
    let (file, mut diagnostics) = parse(id, &source);
    let kind = file.map_or(FileKind::Network, |f| f.kind);
    if diagnostics.is_empty() {
        match entries(Place::new(id, 0), kind, text) {
            Ok(entries) => return Ok(lay_out(&entries)),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    Err(Report { sources, diagnostics, species: Vec::new() })
}

/// All statements and comments, in order.
fn entries(file: Place, kind: FileKind, text: &str) -> crate::parse::Parsed<Vec<Placed<'_>>> {
    let statements = split::split(text);
    let comments: Vec<Piece> = Scanner::new(text).filter(|p| p.comment).collect();
    let mut entries: Vec<Placed<'_>> = Vec::new();
    let mut comments = comments.iter().peekable();
    let mut last_end = 0;
    for statement in &statements {
        while let Some(comment) = comments.next_if(|c| c.start < statement.start) {
            add_comment(&mut entries, text, comment, &mut last_end);
        }
        let mut inside: Vec<(usize, &str, bool)> = Vec::new();
        while let Some(comment) = comments.next_if(|c| c.start < statement.end) {
            let words = text.get(comment.start..comment.end).unwrap_or("");
            inside.push((comment.start - statement.start, words, comment.first_on_line));
        }
        let parsed = parsed(file.within(statement.start), kind, text, statement)?;
        let layout = Layout::new(&parsed, &inside);
        let blank_before = blank_line(text, last_end, statement.start) && !entries.is_empty();
        entries.push(Placed { entry: Entry::Statement { parsed, layout, comment: None }, blank_before });
        last_end = statement.end;
    }
    for comment in comments {
        add_comment(&mut entries, text, comment, &mut last_end);
    }
    Ok(entries)
}

fn add_comment<'t>(entries: &mut Vec<Placed<'t>>, text: &'t str, piece: &Piece, last_end: &mut usize) {
    let words = text.get(piece.start..piece.end).unwrap_or("");
    if !piece.first_on_line
        && let Some(Placed { entry: Entry::Statement { comment, .. }, .. }) = entries.last_mut()
    {
        *comment = Some(words);
    } else {
        let blank_before = blank_line(text, *last_end, piece.start) && !entries.is_empty();
        entries.push(Placed { entry: Entry::Comment(words), blank_before });
    }
    *last_end = piece.end;
}

fn blank_line(text: &str, from: usize, to: usize) -> bool {
    text.get(from..to).unwrap_or("").matches('\n').count() > 1
}

fn parsed<'t>(
    place: Place,
    kind: FileKind,
    text: &'t str,
    statement: &Statement,
) -> crate::parse::Parsed<Pair<'t>> {
    let line = text.get(statement.start..statement.end).unwrap_or("");
    let rule = if line.starts_with('"') {
        Rule::string_statement
    } else if sniff::is_magic(line) {
        Rule::magic_statement
    } else {
        statement_rule(place, line, kind)?
    };
    statement_pair(place, line, statement, rule)
}

fn lay_out(entries: &[Placed<'_>]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(placed) = entries.get(at) {
        let rest = entries.get(at..).unwrap_or(&[]);
        let block = rest.iter().take(1).chain(rest.iter().skip(1).take_while(|p| !p.blank_before));
        let block: Vec<&Placed<'_>> = block.take_while(|p| columns::is_row(&p.entry)).collect();
        if placed.blank_before {
            out.push('\n');
        }
        if block.is_empty() {
            match &placed.entry {
                Entry::Comment(words) => out.push_str(words),
                Entry::Statement { parsed, layout, comment } => {
                    out.push_str(&doc::render(&layout.statement(parsed.clone()), doc::WIDTH));
                    trailing(&mut out, *comment);
                }
            }
            out.push('\n');
            at += 1;
        } else {
            at += block.len();
            let rows: Vec<(&Pair<'_>, &Layout, Option<&str>)> = block
                .iter()
                .filter_map(|p| match &p.entry {
                    Entry::Statement { parsed, layout, comment } => Some((parsed, layout, *comment)),
                    Entry::Comment(_) => None,
                })
                .collect();
            columns::rows(&mut out, &rows);
        }
    }
    out
}

/// The comment after a statement.
fn trailing(out: &mut String, comment: Option<&str>) {
    if let Some(words) = comment {
        out.push_str("  ");
        out.push_str(words);
    }
}
