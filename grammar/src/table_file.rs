//! Reads the CSV file of a table.
//!
//! One axis: a header row, then rows of two numbers. Two axes: the header row holds a free cell and the first
//! axis, every further row a node of the second axis and the values. Lines that begin with `#` are comments.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// Axes and values of a table as they stand in the file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawTable {
    /// Nodes; the second axis of a 1-D table is a single zero.
    pub(crate) axes: (Vec<f64>, Vec<f64>),
    /// Values, the first axis fastest.
    pub(crate) values: Vec<f64>,
}

/// A number with its place.
type Cell = (f64, Span);

/// Reads a table of one or two axes.
pub(crate) fn read(file: FileId, text: &str, axes: usize) -> Result<RawTable, Vec<Diagnostic>> {
    let mut reader = Reader { file, diagnostics: Vec::new() };
    let rows = rows(file, text);
    let raw = if axes == 1 { reader.one_axis(&rows) } else { reader.two_axes(&rows) };
    match raw {
        Some(raw) if reader.diagnostics.is_empty() => Ok(raw),
        _ => Err(reader.diagnostics),
    }
}

struct Row<'a> {
    span: Span,
    fields: Vec<(&'a str, Span)>,
}

/// Splits a text into rows of trimmed fields; comments and empty lines are left out.
fn rows(file: FileId, text: &str) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') {
            let mut fields = Vec::new();
            let mut start = offset;
            for field in line.split(',') {
                let trimmed = field.trim();
                let blank = if trimmed.is_empty() { 0 } else { field.len() - field.trim_start().len() };
                let begin = start + blank;
                fields.push((trimmed, span(file, begin, begin + trimmed.len())));
                start += field.len() + 1;
            }
            let begin = offset + (line.len() - line.trim_start().len());
            rows.push(Row { span: span(file, begin, begin + content.len()), fields });
        }
        offset += line.len();
    }
    rows
}

fn span(file: FileId, start: usize, end: usize) -> Span {
    Span { file, start: start as u32, end: end as u32 }
}

/// At most so many findings are reported per table.
const MAX_FINDINGS: usize = 8;

struct Reader {
    file: FileId,
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    fn report(&mut self, span: Span, message: impl Into<String>, help: &str) {
        if self.diagnostics.len() < MAX_FINDINGS {
            let diagnostic = Diagnostic::new(Code::E021, span, message);
            self.diagnostics.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
        }
    }

    fn one_axis(&mut self, rows: &[Row<'_>]) -> Option<RawTable> {
        let body = self.body(rows, "a table of one axis has a header row and then rows `axis,value`")?;
        let header =
            rows.first().filter(|row| row.fields.iter().all(|(field, _)| field.parse::<f64>().is_ok()));
        if let Some(header) = header {
            let help =
                "the first row has the names of the columns: `E_eV,sigma_cm2`; its numbers would be lost";
            self.report(header.span, "the header row holds numbers", help);
        }
        let mut nodes = Vec::new();
        let mut values = Vec::new();
        for row in body {
            if row.fields.len() != 2 {
                let message = format!("a table of one axis has 2 columns, this row has {}", row.fields.len());
                self.report(
                    row.span,
                    message,
                    "columns are separated by commas; a point is the decimal point",
                );
                continue;
            }
            let mut numbers = row.fields.iter().map(|f| self.number(*f)).collect::<Vec<_>>().into_iter();
            if let (Some(Some(node)), Some(Some(value))) = (numbers.next(), numbers.next()) {
                nodes.push(node);
                values.push(value.0);
            }
        }
        self.increasing(&nodes);
        Some(RawTable { axes: (nodes.iter().map(|n| n.0).collect(), vec![0.0]), values })
    }

    fn two_axes(&mut self, rows: &[Row<'_>]) -> Option<RawTable> {
        let shape = "a table of two axes has the first axis in its header row (first cell free) and the second in its first column";
        let body = self.body(rows, shape)?;
        let header = rows.first()?;
        let first: Vec<Cell> = header.fields.iter().skip(1).filter_map(|f| self.number(*f)).collect();
        let columns = header.fields.len();
        let mut second = Vec::new();
        let mut values = Vec::new();
        for row in body {
            if row.fields.len() != columns {
                let message =
                    format!("this row has {} columns, the header row has {columns}", row.fields.len());
                self.report(row.span, message, shape);
                continue;
            }
            let numbers: Vec<Option<Cell>> = row.fields.iter().map(|f| self.number(*f)).collect();
            if let Some((Some(node), rest)) = numbers.split_first() {
                second.push(*node);
                values.extend(rest.iter().flatten().map(|cell| cell.0));
            }
        }
        self.increasing(&first);
        self.increasing(&second);
        if self.diagnostics.is_empty() && first.len() < 2 {
            self.report(header.span, "the first axis has fewer than two nodes", shape);
        }
        let strip = |cells: Vec<Cell>| cells.into_iter().map(|c| c.0).collect();
        Some(RawTable { axes: (strip(first), strip(second)), values })
    }

    /// The rows below the header.
    fn body<'r, 't>(&mut self, rows: &'r [Row<'t>], shape: &str) -> Option<&'r [Row<'t>]> {
        match rows.split_first() {
            Some((_, body)) if body.len() >= 2 => Some(body),
            _ => {
                let place = rows.last().map_or(span(self.file, 0, 0), |r| r.span);
                self.report(place, "the table has fewer than two rows of numbers", shape);
                None
            }
        }
    }

    fn number(&mut self, (field, span): (&str, Span)) -> Option<Cell> {
        match field.parse::<f64>() {
            Ok(value) if value.is_finite() => Some((value, span)),
            _ if field.is_empty() => {
                self.report(span, "a number is missing", "every cell must hold a finite number");
                None
            }
            _ => {
                let message = format!("`{field}` is not a finite number");
                let fortran = field.replace(['d', 'D'], "e");
                let help = match fortran.parse::<f64>() {
                    Ok(value) if value.is_finite() => format!("write `{fortran}`"),
                    _ => "numbers are written as `1.5e-3`, with a point, and separated by commas".to_owned(),
                };
                self.report(span, message, &help);
                None
            }
        }
    }

    fn increasing(&mut self, nodes: &[Cell]) {
        for pair in nodes.windows(2) {
            if let [(before, _), (after, span)] = pair
                && before >= after
            {
                let message = format!("the axis does not increase: {after} follows {before}");
                self.report(*span, message, "nodes of an axis must be strictly increasing");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str, axes: usize) -> Result<RawTable, Vec<String>> {
        read(FileId(0), text, axes).map_err(|d| d.into_iter().map(|d| d.message).collect())
    }

    #[test]
    fn one_axis() {
        let table = read_text("# a comment\nT,k\n1,10\r\n2, 20\n\n3,30", 1).unwrap();
        assert_eq!(table.axes.0, [1.0, 2.0, 3.0]);
        assert_eq!(table.values, [10.0, 20.0, 30.0]);
    }

    #[test]
    fn two_axes_run_the_first_fastest() {
        let table = read_text(",1,2,3\n10,11,12,13\n20,21,22,23\n", 2).unwrap();
        assert_eq!(table.axes, (vec![1.0, 2.0, 3.0], vec![10.0, 20.0]));
        assert_eq!(table.values, [11.0, 12.0, 13.0, 21.0, 22.0, 23.0]);
    }

    #[test]
    fn findings_stand_where_they_are() {
        let text = "T,k\n1,10\n2,x\n3\n2.5,1\n2.5,nan\n";
        let found = read(FileId(0), text, 1).unwrap_err();
        let places: Vec<&str> =
            found.iter().map(|d| &text[d.span.start as usize..d.span.end as usize]).collect();
        assert_eq!(places, ["x", "3", "nan"]);
        let text = "T,k\n1,10\n2,1\n1.5,1\n";
        let found = read(FileId(0), text, 1).unwrap_err();
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("1.5 follows 2"), "{}", found[0].message);
        // Without names the first row of numbers would be taken for them.
        assert_eq!(read_text("1,10\n2,20\n3,30\n", 1).unwrap_err(), ["the header row holds numbers"]);
    }
}
