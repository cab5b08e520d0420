//! Splits a text into statements by the lexical rule alone, so that an error in one does not hide the next.

use super::hint::after_allow;
use super::scan::{Piece, Scanner};
use crate::words::KEYWORDS;

/// Bracket levels that the parser follows; deeper text is refused before it can exhaust the stack.
pub(crate) const DEEPEST: usize = 48;

/// A statement as a byte range (no surrounding blanks or comments) and what the brackets say about it.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte that is neither blank nor comment.
    pub(crate) end: usize,
    /// Brackets that were opened and not closed, outermost first.
    pub(crate) unclosed: Vec<(usize, char)>,
    /// First bracket that closes nothing, or another kind.
    pub(crate) stray: Option<Stray>,
    /// First string without an end.
    pub(crate) open_string: Option<usize>,
    /// Where the nesting becomes deeper than [`DEEPEST`].
    pub(crate) too_deep: Option<usize>,
    /// The first line was indented although no statement was there to continue.
    pub(crate) indented: bool,
}

/// A closing bracket without its opening one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stray {
    /// Where it stands.
    pub(crate) at: usize,
    /// Which it is.
    pub(crate) sign: char,
    /// The innermost bracket that was open.
    pub(crate) open: Option<(usize, char)>,
}

impl Statement {
    fn new(start: usize) -> Self {
        Statement {
            start,
            end: start,
            unclosed: Vec::new(),
            stray: None,
            open_string: None,
            too_deep: None,
            indented: false,
        }
    }

    fn take(&mut self, piece: &Piece) {
        self.end = piece.end;
        match piece.first {
            '(' | '[' | '{' => {
                if self.unclosed.len() == DEEPEST && self.too_deep.is_none() {
                    self.too_deep = Some(piece.start);
                }
                self.unclosed.push((piece.start, piece.first));
            }
            ')' | ']' | '}' => {
                let open = self.unclosed.last().copied();
                if open.map(|(_, c)| closing(c)) == Some(piece.first) {
                    self.unclosed.pop();
                } else {
                    self.stray.get_or_insert(Stray { at: piece.start, sign: piece.first, open });
                }
            }
            '"' if piece.unterminated => {
                self.open_string.get_or_insert(piece.start);
            }
            _ => {}
        }
    }
}

/// The bracket that closes `open`.
pub(crate) fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// All statements of a text, in order. A statement begins at an unindented line outside brackets. Inside
/// brackets such a line continues the statement, unless it can only be the beginning of another one
/// (a keyword and a name, or `name:`): then the bracket was forgotten.
pub(crate) fn split(text: &str) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    for piece in Scanner::new(text) {
        if piece.comment {
            continue;
        }
        let begins = piece.line_start
            && statements.last().is_none_or(|s| {
                s.unclosed.is_empty() || starts_statement(text.get(piece.start..).unwrap_or(""))
            })
            && !statements.last().is_some_and(|s| only_allow(text.get(s.start..s.end).unwrap_or("")));
        if begins || statements.is_empty() {
            let mut statement = Statement::new(piece.start);
            statement.indented = !piece.line_start;
            statements.push(statement);
        }
        if let Some(statement) = statements.last_mut() {
            statement.take(&piece);
        }
    }
    statements
}

/// The first word of a text and what follows it.
pub(crate) fn first_word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.split_at(end)
}

/// Whether a line can only be the beginning of a statement: `let x`, `h_ci: ...`, `adiabatic_index =`.
fn starts_statement(line: &str) -> bool {
    let (word, rest) = first_word(line);
    let blank = rest.trim_start_matches([' ', '\t']);
    if word.is_empty() || word == "else" {
        return false;
    }
    if blank.starts_with(':') {
        return true;
    }
    let next = blank.chars().next().unwrap_or(' ');
    KEYWORDS.contains(&word)
        && match word {
            "allow" => blank.starts_with("(W") || blank.starts_with("(E"),
            "adiabatic_index" | "seam_tolerance" => next == '=' && !blank.starts_with("=="),
            "use" => next == '"',
            _ => {
                rest.starts_with([' ', '\t'])
                    && (next.is_ascii_alphanumeric() || next == '_')
                    && !joins(blank)
            }
        }
}

/// Whether a text begins with a word that joins conditions.
fn joins(text: &str) -> bool {
    matches!(first_word(text).0, "and" | "or")
}

/// `allow(...)` on a line of its own belongs to the statement on the next line.
fn only_allow(text: &str) -> bool {
    first_word(text).0 == "allow" && after_allow(text).is_empty()
}
