//! From text to the syntax tree.
//!
//! The text is split into statements by its line structure, then each is parsed on its own, so that all syntax
//! errors of a file are found at once and the statements that are well formed can be checked further.

mod cursor;
mod expression;
mod hint;
mod message;
mod radiation;
mod reaction;
pub(crate) mod scan;
mod settings;
pub(crate) mod split;
mod statement;
mod table;
mod unit;

use pest::Parser as _;

use crate::ast::{self, Name};
use crate::diagnostic::{Code, Diagnostic};
use crate::sniff;
use crate::source::{FileId, SourceFile, Span, Spanned};

use cursor::Cursor;
use split::Statement;

pub(crate) use grammar::{NetParser, Rule};
pub(crate) use statement::rule_of as statement_rule;

mod grammar {
    /// The parser that pest makes of `net.pest`.
    #[derive(pest_derive::Parser)]
    #[grammar = "net.pest"]
    pub(crate) struct NetParser;
}

/// The result of one step: the first error of a statement ends it.
pub(crate) type Parsed<T> = Result<T, Box<Diagnostic>>;

/// A pair of pest.
pub(crate) type Pair<'t> = pest::iterators::Pair<'t, Rule>;

/// Whether a part is a token: visible and without parts of its own.
pub(crate) fn is_token(pair: &Pair<'_>) -> bool {
    !pair.as_str().is_empty() && pair.clone().into_inner().next().is_none()
}

/// Where the text that pest sees lies in its file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    file: FileId,
    offset: usize,
}

impl Place {
    /// A place in a file.
    pub(crate) fn new(file: FileId, offset: usize) -> Place {
        Place { file, offset }
    }

    /// A place further on.
    pub(crate) fn within(self, more: usize) -> Place {
        Place { offset: self.offset + more, ..self }
    }

    /// The span of a pair in the file.
    pub(crate) fn span(self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        let mut end = span.end();
        if span.as_str().ends_with(|c: char| c.is_ascii_whitespace()) {
            // pest counts blanks and comments before an absent optional part to the whole
            let parts = pair.clone().into_inner().flatten();
            end = parts.filter(is_token).map(|p| p.as_span().end()).last().unwrap_or(end);
        }
        self.bytes(span.start(), end)
    }

    /// The span of a range of the statement's bytes in the file.
    pub(crate) fn bytes(self, start: usize, end: usize) -> Span {
        Span { file: self.file, start: (self.offset + start) as u32, end: (self.offset + end) as u32 }
    }

    /// A name with its place, without the backquotes that it may stand in.
    pub(crate) fn name(self, pair: &Pair<'_>) -> Name {
        Spanned::new(pair.as_str().trim_matches('`').to_owned(), self.span(pair))
    }
}

/// Parses one file.
///
/// Every syntax error is reported (`E001`); statements that are well formed are in the tree in spite of errors
/// elsewhere. There is no tree if the file does not begin with `network NAME version N` or
/// `rates NAME version N` (`E002`, which says what the file looks like instead).
pub fn parse(id: FileId, source: &SourceFile) -> (Option<ast::File>, Vec<Diagnostic>) {
    let text = source.text.as_str();
    if u32::try_from(text.len()).is_err() {
        let place = Span { file: id, start: 0, end: 0 };
        return (None, vec![Diagnostic::new(Code::E001, place, "the file is larger than 4 GiB")]);
    }
    let statements = split::split(text);
    let Some((head, rest)) = statements.split_first() else {
        return (None, vec![sniff::foreign(id, text, None)]);
    };
    let (mut file, mut diagnostics) = match magic(id, text, head) {
        Ok(found) => found,
        Err(diagnostic) => return (None, vec![*diagnostic]),
    };
    for statement in rest {
        match item(&mut file, text, statement) {
            Ok(()) => {}
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    (Some(file), diagnostics)
}

/// Reads the magic line with its documentation.
fn magic(id: FileId, text: &str, head: &Statement) -> Parsed<(ast::File, Vec<Diagnostic>)> {
    let place = Place { file: id, offset: head.start };
    let line = text.get(head.start..head.end).unwrap_or("");
    let (word, _) = split::first_word(line);
    let Some(kind) = sniff::kind_of(word).filter(|_| sniff::is_magic(line)) else {
        return Err(Box::new(sniff::foreign(
            id,
            text,
            Some(place.bytes(0, line.lines().next().map_or(0, str::len))),
        )));
    };
    let mut file = ast::File {
        id,
        kind,
        name: Spanned::new(String::new(), place.bytes(0, 0)),
        version: Spanned::new(1, place.bytes(0, 0)),
        doc: Vec::new(),
        items: Vec::new(),
    };
    match statement_pair(place, line, head, Rule::magic_statement) {
        Ok(pair) => {
            let mut cursor = Cursor::new(place, pair);
            cursor.pass(Rule::kw_kind);
            file.name = cursor.name(Rule::identifier)?;
            cursor.pass(Rule::kw_version);
            let number = cursor.need(Rule::integer)?;
            let mut diagnostics = Vec::new();
            match cursor::whole_number(place, &number, "version") {
                Ok(version) => file.version = version,
                Err(error) => diagnostics.push(Diagnostic { code: Code::E003, ..*error }),
            }
            file.doc = cursor.docs()?;
            Ok((file, diagnostics))
        }
        Err(diagnostic) => {
            let diagnostic = sniff::bad_version(place, line, &mut file).unwrap_or(*diagnostic);
            Ok((file, vec![diagnostic]))
        }
    }
}

/// Parses a statement into the file.
fn item(file: &mut ast::File, text: &str, statement: &Statement) -> Parsed<()> {
    let place = Place { file: file.id, offset: statement.start };
    let line = text.get(statement.start..statement.end).unwrap_or("");
    if statement.indented {
        return Err(Box::new(
            Diagnostic::new(Code::E001, place.bytes(0, line.len()), "indented line that continues nothing")
                .help("statements begin in the first column"),
        ));
    }
    if line.starts_with('"') && file.items.is_empty() {
        let pair = statement_pair(place, line, statement, Rule::string_statement)?;
        let mut cursor = Cursor::new(place, pair);
        file.doc.extend(cursor.docs()?);
        return Ok(());
    }
    let rule = statement::rule_of(place, line, file.kind)?;
    let pair = statement_pair(place, line, statement, rule).map_err(|mut diagnostic| {
        // The comment after a statement is no part of it.
        let rest = text.get(statement.end..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let comment = rest.trim_start().strip_prefix('#');
        diagnostic.help.extend(comment.and_then(|comment| hint::swallowed_by(line, comment)));
        diagnostic
    })?;
    file.items.push(statement::item(place, pair, line.len())?);
    Ok(())
}

/// Runs pest on one statement.
pub(crate) fn statement_pair<'t>(
    place: Place,
    line: &'t str,
    statement: &Statement,
    rule: Rule,
) -> Parsed<Pair<'t>> {
    if let Some(at) = statement.too_deep {
        let start = at - place.offset;
        return Err(Box::new(
            Diagnostic::new(Code::E001, place.bytes(start, start + 1), "brackets are nested too deeply")
                .label(format!("more than {} levels", split::DEEPEST))
                .help("give the inner parts names with `let`"),
        ));
    }
    match NetParser::parse(rule, line) {
        Ok(mut pairs) => pairs.next().ok_or_else(|| cursor::lost(place.bytes(0, line.len()))),
        Err(error) => Err(Box::new(message::syntax_error(place, line, statement, rule, &error))),
    }
}
