//! Sparsity patterns.

/// Pattern of a square matrix in compressed columns; rows ascend within a column.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Pattern {
    /// Start of each column in `rows`; one more entry than columns.
    pub column_starts: Vec<u32>,
    /// Row of each entry.
    pub rows: Vec<u32>,
}

impl Pattern {
    /// From the rows of each column, in any order and possibly repeated.
    pub fn from_columns(columns: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let mut pattern = Pattern { column_starts: vec![0], rows: Vec::new() };
        for mut rows in columns {
            rows.sort_unstable();
            rows.dedup();
            pattern.rows.extend(rows);
            pattern.column_starts.push(pattern.rows.len() as u32);
        }
        pattern
    }

    /// Order of the matrix.
    pub fn order(&self) -> usize {
        self.column_starts.len().saturating_sub(1)
    }

    /// Number of entries.
    pub fn entry_count(&self) -> usize {
        self.rows.len()
    }

    /// Positions of the entries of a column.
    pub fn column(&self, column: usize) -> std::ops::Range<usize> {
        self.column_starts[column] as usize..self.column_starts[column + 1] as usize
    }

    /// Position of an entry, if it is in the pattern.
    pub fn find(&self, row: usize, column: usize) -> Option<usize> {
        let range = self.column(column);
        let start = range.start;
        self.rows[range].binary_search(&(row as u32)).ok().map(|i| start + i)
    }

    /// (row, column) of every entry, by columns.
    pub fn entries(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.order()).flat_map(move |c| self.column(c).map(move |i| (self.rows[i] as usize, c)))
    }

    /// A drawing: one line per row, `x` for entries and `.` elsewhere.
    pub fn picture(&self) -> String {
        let order = self.order();
        let mut text = String::with_capacity(2 * order * order);
        for row in 0..order {
            for column in 0..order {
                if column > 0 {
                    text.push(' ');
                }
                text.push(if self.find(row, column).is_some() { 'x' } else { '.' });
            }
            text.push('\n');
        }
        text
    }
}
