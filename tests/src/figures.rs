//! The reference figures: tables of numbers with a header.

use std::path::Path;

/// A table of numbers.
#[derive(Clone, Debug)]
pub struct Figures {
    file: String,
    header: Vec<String>,
    rows: Vec<Vec<f64>>,
}

impl Figures {
    /// Reads a file of `tests/reference`.
    ///
    /// # Panics
    /// If the file is missing or is no table of numbers.
    pub fn read(file: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference").join(file);
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).from_path(&path).expect("the file can be read");
        let header = reader.headers().expect("there is a header").iter().map(str::to_owned).collect();
        let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("`{text}` in {file}"));
        let row = |record: csv::StringRecord| record.iter().map(number).collect();
        let rows = reader.records().map(|record| row(record.expect("all rows are complete"))).collect();
        Figures { file: file.to_owned(), header, rows }
    }

    /// The place of a column.
    ///
    /// # Panics
    /// If there is none of that name.
    pub fn column(&self, name: &str) -> usize {
        let found = self.header.iter().position(|h| h == name);
        found.unwrap_or_else(|| panic!("{} has no column {name}", self.file))
    }

    /// The places of many columns.
    ///
    /// # Panics
    /// If one is missing.
    pub fn columns<'a>(&self, names: impl IntoIterator<Item = &'a str>, prefix: &str) -> Vec<usize> {
        names.into_iter().map(|name| self.column(&format!("{prefix}{name}"))).collect()
    }

    /// All rows.
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// Rows of the same id, in the order of the file.
    pub fn cells(&self) -> Vec<&[Vec<f64>]> {
        let id = self.column("id");
        self.rows.chunk_by(|a, b| a[id] == b[id]).collect()
    }
}
