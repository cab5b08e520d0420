//! Reactions in neighbouring lines stand in columns: name, equation, range, coefficient.

use crate::parse::{Pair, Rule};

use super::doc::{self, Doc, flat};
use super::layout::Layout;
use super::{Entry, trailing};

/// Widest cell of each column that others are padded to.
const WIDEST: [usize; 3] = [28, 48, 40];
/// Columns may make lines longer than elsewhere before the coefficient moves to a line of its own.
const WIDEST_ROW: usize = 120;
/// Blanks after each column.
const GAPS: [usize; 3] = [1, 3, 3];

/// Whether an entry can stand in a row: a reaction without comments inside.
pub(super) fn is_row(entry: &Entry<'_>) -> bool {
    match entry {
        Entry::Statement { parsed, layout, .. } => {
            parsed.as_rule() == Rule::reaction_statement && !layout.commented()
        }
        Entry::Comment(_) => false,
    }
}

struct Row {
    cells: [String; 3],
    rest: Vec<Doc>,
}

/// Lays out a block of reactions.
pub(super) fn rows(out: &mut String, block: &[(&Pair<'_>, &Layout, Option<&str>)]) {
    let rows: Vec<Row> = block.iter().map(|(parsed, layout, _)| row(parsed, layout)).collect();
    let mut widths = [0; 3];
    for row in &rows {
        for ((width, cell), widest) in widths.iter_mut().zip(&row.cells).zip(WIDEST) {
            let own = cell.chars().count();
            if own <= widest {
                *width = own.max(*width);
            }
        }
    }
    for (row, (_, _, comment)) in rows.into_iter().zip(block) {
        let mut head = String::new();
        for ((cell, width), gap) in row.cells.iter().zip(widths).zip(GAPS) {
            if width == 0 && cell.is_empty() {
                continue;
            }
            let blank = width.saturating_sub(cell.chars().count()) + gap;
            head.push_str(cell);
            head.extend(std::iter::repeat_n(' ', blank));
        }
        let docs = [vec![Doc::Text(head)], row.rest].concat();
        out.push_str(&doc::render(&docs, WIDEST_ROW));
        trailing(out, *comment);
        out.push('\n');
    }
}

fn row(parsed: &Pair<'_>, layout: &Layout) -> Row {
    let mut docs: [Vec<Doc>; 3] = Default::default();
    let mut rest = Vec::new();
    let [name, equation, range] = &mut docs;
    for part in parsed.clone().into_inner() {
        match part.as_rule() {
            Rule::allow => layout.statement_part(name, part),
            Rule::identifier | Rule::colon => layout.walk(name, part),
            Rule::side | Rule::arrow => layout.walk(equation, part),
            Rule::validity => layout.walk(range, part),
            _ => layout.statement_part(&mut rest, part),
        }
    }
    let cells = docs.map(|d| flat(&d).trim().to_owned());
    Row { cells, rest }
}
