//! Positions of the protocol: lines, and units of UTF-16 in them, both counted from 0.

use serde_json::{Value, json};

/// A place in a text as the protocol counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, counted from 0.
    pub line: usize,
    /// Units of UTF-16 in front of the place in its line.
    pub character: usize,
}

impl Position {
    /// Reads a `Position` of the protocol.
    pub fn of(value: &Value) -> Option<Position> {
        let number = |name: &str| value.get(name)?.as_u64().map(|n| n as usize);
        Some(Position { line: number("line")?, character: number("character")? })
    }
}

/// A text with an index of its lines.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Indexes the lines of a text.
    pub fn new(text: &'t str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(i, _)| i + 1);
        Lines { text, starts: std::iter::once(0).chain(after).collect() }
    }

    /// The position of a byte.
    pub fn position(&self, byte: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let mut end = byte.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let character = self.text.get(start..end).map_or(0, |part| part.encode_utf16().count());
        Position { line, character }
    }

    /// The byte of a position; the end of the line or text if it lies beyond.
    pub fn byte(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line).copied() else { return self.text.len() };
        let line = self.text.get(start..).unwrap_or("").split('\n').next().unwrap_or("");
        let mut units = 0;
        for (offset, c) in line.char_indices() {
            if units >= position.character {
                return start + offset;
            }
            units += c.len_utf16();
        }
        start + line.len()
    }

    /// A `Range` of the protocol.
    pub fn range(&self, start: usize, end: usize) -> Value {
        let place = |byte| {
            let Position { line, character } = self.position(byte);
            json!({ "line": line, "character": character })
        };
        json!({ "start": place(start), "end": place(end) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_utf_16() {
        let text = "ab\n\u{1d49c}\u{e9} x\n";
        let lines = Lines::new(text);
        let x = text.find('x').unwrap_or(0);
        assert_eq!(lines.position(x), Position { line: 1, character: 4 });
        assert_eq!(lines.byte(Position { line: 1, character: 4 }), x);
        assert_eq!(lines.byte(Position { line: 1, character: 99 }), x + 1);
        assert_eq!(lines.byte(Position { line: 99, character: 0 }), text.len());
    }
}
