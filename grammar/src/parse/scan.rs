//! The coarsest reading of a text: strings, comments and single characters, each with its place.

/// A string, a comment or one visible character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// First character: `"` for strings, `#` for comments, a backquote for names between them.
    pub(crate) first: char,
    /// It is a comment.
    pub(crate) comment: bool,
    /// It is a string that the line end cuts off.
    pub(crate) unterminated: bool,
    /// It stands in the first column of a line.
    pub(crate) line_start: bool,
    /// Nothing but blanks stand before it on its line.
    pub(crate) first_on_line: bool,
}

/// Iterates over the [`Piece`]s of a text.
#[derive(Clone, Debug)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    fresh_line: bool,
}

impl<'t> Scanner<'t> {
    /// Begins at the start of a text; a byte order mark is passed over.
    pub(crate) fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Scanner { text, at, fresh_line: true }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }
}

impl Iterator for Scanner<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let begin = self.at;
        loop {
            let first = self.rest().chars().next()?;
            match first {
                '\n' => self.fresh_line = true,
                ' ' | '\t' | '\r' => {}
                _ => break,
            }
            self.at += 1;
        }
        let start = self.at;
        let first = self.rest().chars().next()?;
        let line_start = self.fresh_line
            && (start == begin || self.text.as_bytes().get(start.wrapping_sub(1)) == Some(&b'\n'));
        let (length, unterminated) = match first {
            '"' => string_length(self.rest()),
            '`' => (quoted_length(self.rest()), false),
            '#' => (self.rest().find('\n').unwrap_or(self.rest().len()), false),
            _ => (first.len_utf8(), false),
        };
        self.at += length;
        let first_on_line = std::mem::replace(&mut self.fresh_line, false);
        let mut end = self.at;
        if first == '#' || unterminated {
            end = start + self.text.get(start..end).map_or(0, |t| t.trim_end().len());
        }
        Some(Piece { start, end, first, comment: first == '#', unterminated, line_start, first_on_line })
    }
}

/// Length of the name between backquotes at the beginning of `text`; 1 if the line ends before it does.
fn quoted_length(text: &str) -> usize {
    let end = text.char_indices().skip(1).find(|(_, c)| matches!(c, '`' | '\n'));
    end.filter(|(_, c)| *c == '`').map_or(1, |(at, _)| at + 1)
}

/// Length of the string at the beginning of `text` and whether the line ends before it does.
fn string_length(text: &str) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return (at + 1, false),
            b'\n' => return (at, true),
            b'\\' if matches!(bytes.get(at + 1), Some(b'"' | b'\\')) => at += 2,
            _ => at += 1,
        }
    }
    (bytes.len(), true)
}
