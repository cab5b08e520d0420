//! Words of a text, without comments and strings: names, species, units, numbers.
//!
//! Works on any text, complete or not: it is what hover, references and completion look at while a statement is being typed.

/// A word with its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word<'t> {
    /// As written, with the charge (`H+`, `e-`) if signs follow, without backquotes.
    pub(crate) text: &'t str,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether it stands between backquotes.
    pub(crate) quoted: bool,
    /// The first byte of a statement's line is the word's.
    pub(crate) first: bool,
}

impl<'t> Word<'t> {
    /// Without signs of a charge.
    pub(crate) fn base(&self) -> &'t str {
        if self.quoted { self.text } else { self.text.trim_end_matches(['+', '-']) }
    }

    /// The last byte of the base.
    pub(crate) fn base_end(&self) -> usize {
        if self.quoted { self.end } else { self.start + self.base().len() }
    }
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// All words that are no numbers.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(b'\n');
    let mut words = Vec::new();
    let mut at = 0;
    let mut first = true;
    while at < bytes.len() {
        let start = at;
        match byte(at) {
            b'#' => at = skip(bytes, at, b'\n'),
            b'"' => at = string_end(bytes, at),
            b'`' => {
                let end = skip(bytes, at + 1, b'`');
                let inner = text.get(at + 1..end).filter(|inner| !inner.contains('\n'));
                at = if inner.is_some() { end + 1 } else { at + 1 };
                if let Some(inner) = inner {
                    words.push(Word { text: inner, start, end: at.min(bytes.len()), quoted: true, first });
                }
            }
            b'\n' => {
                at += 1;
                first = true;
                continue;
            }
            c if in_word(c) => {
                at = word_end(bytes, at);
                let signs = bytes.get(at..).unwrap_or(&[]).iter().take_while(|c| **c == b'+').count();
                at += signs;
                if signs == 0 && byte(at) == b'-' && byte(at + 1) != b'>' {
                    at += 1;
                }
                if !c.is_ascii_digit()
                    && let Some(word) = text.get(start..at)
                {
                    words.push(Word { text: word, start, end: at, quoted: false, first });
                }
            }
            _ => at += 1,
        }
        first = false;
    }
    words
}

/// The end of a word from its first byte; groups in brackets belong to it, as in `C(CH3)4`.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let is = |at: usize| bytes.get(at).copied().is_some_and(in_word);
    let mut at = start;
    while is(at) {
        at += 1;
    }
    // `Ca(OH)2` is a species, `exp(T)` is a call: elements have an upper-case first letter and a digit follows the group.
    if bytes.get(start).is_some_and(u8::is_ascii_uppercase) && bytes.get(at) == Some(&b'(') {
        let mut end = at + 1;
        while is(end) {
            end += 1;
        }
        let digits = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if end > at + 1 && bytes.get(end) == Some(&b')') && digits {
            at = end + 1;
            while is(at) {
                at += 1;
            }
        }
    }
    at
}

fn skip(bytes: &[u8], from: usize, stop: u8) -> usize {
    let rest = bytes.get(from..).unwrap_or(&[]);
    rest.iter().position(|byte| *byte == stop).map_or(bytes.len(), |n| from + n)
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            None | Some(b'\n') => return at,
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            Some(_) => at += 1,
        }
    }
}

/// The word at a byte, or that ends there.
pub(crate) fn word_at(text: &str, byte: usize) -> Option<Word<'_>> {
    let words = words(text);
    let found = words.iter().find(|word| word.start <= byte && byte < word.end);
    found.or_else(|| words.iter().find(|word| word.end == byte || word.base_end() == byte)).copied()
}

/// The string at a byte, without its quotes: (text, first byte, end).
pub(crate) fn string_at(text: &str, byte: usize) -> Option<(&str, usize, usize)> {
    let start = text.get(..byte)?.rfind('\n').map_or(0, |at| at + 1);
    let bytes = text.as_bytes();
    let mut at = start;
    while at <= byte {
        match bytes.get(at)? {
            b'#' | b'\n' => return None,
            b'"' => {
                let end = string_end(bytes, at);
                if byte < end {
                    let inner = text.get(at + 1..end)?.trim_end_matches('"');
                    return Some((inner, at, end));
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_reaction() {
        let text = "a1: H + e- -> H+ + `c-C3H2`+ Ca(OH)2 # no \"x\n k = 2e-3 * Te^-0.6 \"doc\" exp(T)";
        let found: Vec<&str> = words(text).iter().map(|word| word.text).collect();
        assert_eq!(found, ["a1", "H", "e-", "H+", "c-C3H2", "Ca(OH)2", "k", "Te", "exp", "T"]);
    }

    #[test]
    fn incomplete_text_has_words() {
        for text in ["`", "\"", "H(", "`a\nb", "x\"\\", "a: H(O", "\u{e9}`\u{e9}"] {
            let _ = words(text);
            for byte in 0..=text.len() {
                let _ = (word_at(text, byte), string_at(text, byte));
            }
        }
    }
}
