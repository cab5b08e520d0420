//! One line of CSV, as all tables write it.
//!
//! By hand, since a text that begins with `#` must be quoted, which `csv::Writer` does for none or for every `#`.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

/// An entry of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry<'a> {
    /// In quotes where it needs them: with a comma, a quote or a line break in it, or a `#` first.
    Text(Cow<'a, str>),
    /// With 17 significant digits, enough to read the same number back.
    Number(f64),
}

impl<'a> Entry<'a> {
    /// A text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Entry::Text(text.into())
    }
}

impl fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Number(number) => write!(f, "{number:.16e}"),
            Entry::Text(text) if text.contains(['"', ',', '\n', '\r']) || text.starts_with('#') => {
                write!(f, "\"{}\"", text.replace('"', "\"\""))
            }
            Entry::Text(text) => f.write_str(text),
        }
    }
}

/// Writes entries as one line.
///
/// # Errors
/// As the writer says.
pub fn write_record<'a>(out: &mut dyn Write, entries: impl IntoIterator<Item = Entry<'a>>) -> io::Result<()> {
    for (index, entry) in entries.into_iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(out, "{comma}{entry}")?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read_back() {
        let texts = ["a", "#b", "c,d", "e\"f\"", "n_#CO", ""];
        let mut out = Vec::new();
        let entries = texts.iter().map(|text| Entry::text(*text)).chain([Entry::Number(0.1)]);
        write_record(&mut out, entries).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&out),
            "a,\"#b\",\"c,d\",\"e\"\"f\"\"\",n_#CO,,1.0000000000000001e-1\n"
        );
        let mut reader = csv::ReaderBuilder::new().has_headers(false).comment(Some(b'#')).from_reader(&*out);
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(record.iter().take(6).collect::<Vec<_>>(), texts);
        assert_eq!(record[6].parse::<f64>().unwrap(), 0.1);
    }
}
