//! Rust source as it grows: indentation, comments, long lines.
//!
//! Code is written as text and not built from tokens, because tokens lose comments: what `chem expand` prints
//! is what the compiler reads.

/// Lines are broken where they would be longer.
const WIDTH: usize = 110;

/// Text with indentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    text: String,
    depth: usize,
}

impl Source {
    /// The text so far.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// One line of code, or several if it is long.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if line.is_empty() {
            self.text.push('\n');
            return;
        }
        for (number, part) in wrap(line, WIDTH.saturating_sub(4 * self.depth)).into_iter().enumerate() {
            self.text.extend(std::iter::repeat_n(' ', 4 * (self.depth + usize::from(number > 0))));
            self.text.push_str(part);
            self.text.push('\n');
        }
    }

    /// A line that ends in an opening bracket.
    pub(crate) fn open(&mut self, line: impl AsRef<str>) {
        self.line(line);
        self.depth += 1;
    }

    /// The line of the closing bracket.
    pub(crate) fn close(&mut self, line: impl AsRef<str>) {
        self.depth = self.depth.saturating_sub(1);
        self.line(line);
    }

    /// An empty line, unless there is one already or a block has just begun.
    pub(crate) fn gap(&mut self) {
        let end = self.text.trim_end_matches(' ');
        if !(end.is_empty() || end.ends_with("\n\n") || end.ends_with("{\n") || end.ends_with("[\n")) {
            self.text.push('\n');
        }
    }

    /// `// text`, one line of comment per line of text.
    pub(crate) fn comment(&mut self, text: &str) {
        self.prefixed("// ", text);
    }

    /// `/// text`; brackets and the like are kept from being read as links or tags.
    pub(crate) fn doc(&mut self, text: &str) {
        self.prefixed("/// ", text);
    }

    fn prefixed(&mut self, prefix: &str, text: &str) {
        for line in text.lines() {
            self.text.extend(std::iter::repeat_n(' ', 4 * self.depth));
            self.text.push_str(format!("{prefix}{line}").trim_end());
            self.text.push('\n');
        }
    }

    /// Text as it is, without indentation.
    pub(crate) fn verbatim(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// Makes text safe in rustdoc: `n[H]` is no link, `<` no tag.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '[' | ']' | '<' | '>' | '*' | '_' | '`' | '|' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// Breaks a line before operators or after commas, as far left in the bracket nesting as possible.
fn wrap(line: &str, width: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    let mut room = width.max(40);
    while rest.len() > room {
        let Some(at) = break_point(rest, room) else { break };
        parts.push(rest[..at].trim_end());
        rest = rest[at..].trim_start();
        room = width.saturating_sub(4).max(36);
    }
    parts.push(rest);
    parts
}

fn break_point(line: &str, room: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    let (mut depth, mut quoted) = (0i32, false);
    let mut best: Option<(i32, usize)> = None;
    for at in 0..bytes.len() {
        match bytes[at] {
            b'"' if at == 0 || bytes[at - 1] != b'\\' => quoted = !quoted,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b' ' if !quoted && at > room / 3 => {
                let before_operator = matches!(bytes.get(at + 1), Some(b'+' | b'-' | b'*' | b'/'))
                    && bytes.get(at + 2) == Some(&b' ');
                if at > room {
                    return best
                        .map(|(_, at)| at)
                        .or((before_operator || bytes[at - 1] == b',').then_some(at));
                }
                // A sum is better broken than the products in it.
                let rank = depth * 2 + i32::from(matches!(bytes.get(at + 1), Some(b'*' | b'/')));
                if (before_operator || bytes[at - 1] == b',') && best.is_none_or(|(r, _)| rank <= r) {
                    best = Some((rank, at));
                }
            }
            _ => {}
        }
    }
    best.map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_break_at_the_outermost_sum() {
        let line = format!("let x = f({0}, {0}) + g({0});", "a".repeat(30));
        let parts = wrap(&line, 90);
        assert_eq!(parts.len(), 2, "{parts:?}");
        assert!(parts[1].starts_with("+ g("));
    }

    #[test]
    fn text_in_quotes_stays_whole() {
        let line = format!("f(\"{}\")", "word ".repeat(40));
        assert_eq!(wrap(&line, 60), [line.as_str()]);
    }
}
