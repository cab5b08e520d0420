//! Tables of text with aligned columns.

/// Pads every cell to the width of its column, of `least` letters at least. Columns for which `is_right` holds are aligned to the
/// right.
pub fn aligned(rows: &[Vec<String>], least: usize, is_right: impl Fn(usize) -> bool) -> Vec<Vec<String>> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), least);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let pad = |(column, (cell, width)): (usize, (&String, &usize))| match is_right(column) {
        true => format!("{cell:>width$}"),
        false => format!("{cell:width$}"),
    };
    rows.iter().map(|row| row.iter().zip(&widths).enumerate().map(pad).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_count_not_bytes() {
        let rows = [vec!["µs".to_owned(), "1".to_owned()], vec!["a".to_owned(), "–10".to_owned()]];
        assert_eq!(aligned(&rows, 0, |column| column == 1), [["µs", "  1"], ["a ", "–10"]]);
        assert_eq!(aligned(&rows, 4, |_| false), [["µs  ", "1   "], ["a   ", "–10 "]]);
    }
}
