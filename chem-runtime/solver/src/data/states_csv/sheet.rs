//! A CSV file as text, with the line of every row.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::data::input_error::InputError;

/// A CSV file in memory.
pub(super) struct Sheet {
    pub(super) path: PathBuf,
    /// Names of the columns, trimmed.
    pub(super) header: Vec<String>,
    /// Line of the header, counted from 1.
    pub(super) header_line: u64,
    /// Line and fields; every row has as many fields as the header.
    pub(super) rows: Vec<(u64, csv::StringRecord)>,
}

impl Sheet {
    /// Reads a whole file.
    pub(super) fn read(path: &Path) -> Result<Self, InputError> {
        let bytes = std::fs::read(path).map_err(|e| {
            InputError::new(path, format!("cannot be read: {e}"), "give the path of a CSV file with states")
        })?;
        Sheet::parse(path, &bytes)
    }

    /// Reads a whole text; `path` serves the messages.
    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, InputError> {
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(bytes);
        let record = reader.headers().map_err(|e| wrong_csv(path, bytes, &e))?.clone();
        let header_line = line_of(bytes, record.position());
        let header: Vec<String> =
            record.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        if header.iter().all(String::is_empty) {
            let remedy = "the first line must name the columns, for example `id,T_K,n_e-,n_H`";
            return Err(InputError::new(path, "the file has no header", remedy));
        }
        let mut seen = HashMap::new();
        for (index, name) in header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if seen.insert(name.as_str(), index).is_some() {
                return Err(InputError::new(path, "the column stands twice", "remove or rename one of them")
                    .at_line(header_line)
                    .in_column(name));
            }
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| wrong_csv(path, bytes, &e))?;
            rows.push((line_of(bytes, record.position()), record));
        }
        Ok(Sheet { path: path.to_path_buf(), header, header_line, rows })
    }

    /// Index of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h == name)
    }

    /// A mistake in a row and column.
    pub(super) fn error(
        &self,
        line: u64,
        column: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> InputError {
        InputError::new(&self.path, message, remedy).at_line(line).in_column(column)
    }
}

/// Line of a record. The reader's position may lie before comments and empty lines that it passed over.
fn line_of(bytes: &[u8], position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 1 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = bytes.get(start..).unwrap_or(&[]);
    let passed_over = |line: &&[u8]| line.is_empty() || *line == b"\r" || line.starts_with(b"#");
    position.line() + rest.split(|b| *b == b'\n').take_while(passed_over).count() as u64
}

fn wrong_csv(path: &Path, bytes: &[u8], error: &csv::Error) -> InputError {
    let line = error.position().map(|position| line_of(bytes, Some(position)));
    let (message, remedy) = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => (
            format!("the row has {len} fields, the header {expected_len}"),
            "give every row as many fields as the header".to_owned(),
        ),
        csv::ErrorKind::Utf8 { .. } => {
            ("the text is not UTF-8".to_owned(), "save the file as UTF-8".to_owned())
        }
        _ => (error.to_string(), "the file must be plain CSV with commas".to_owned()),
    };
    let mistake = InputError::new(path, message, remedy);
    match line {
        Some(line) => mistake.at_line(line),
        None => mistake,
    }
}
