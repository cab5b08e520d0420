//! Piecewise values: on one line if they are short, else one line for each piece, the colons below each other.

use crate::parse::{Pair, Rule};

use super::doc::{Doc, INDENT, flat};
use super::layout::Layout;

/// Widest condition that others are padded to.
const WIDEST_CONDITION: usize = 48;
/// Most pieces on one line.
const MOST_ON_A_LINE: usize = 2;

/// A condition (or `else`) and what follows it.
struct Piece {
    condition: Vec<Doc>,
    /// Width of the condition, if it may stand on one line.
    width: Option<usize>,
    rest: Vec<Doc>,
}

impl Layout {
    /// `{ a : b   else : c }`
    pub(super) fn piecewise(&self, pair: Pair<'_>) -> Doc {
        let (mut open, mut close) = (Vec::new(), Vec::new());
        let mut pieces: Vec<Piece> = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::open_brace => self.token(&mut open, &part),
                Rule::close_brace => self.token(&mut close, &part),
                Rule::comma | Rule::semicolon => {
                    if let Some(piece) = pieces.last_mut() {
                        self.token(&mut piece.rest, &part);
                    }
                }
                _ => pieces.push(self.piece(part)),
            }
        }
        let many = pieces.len() > MOST_ON_A_LINE;
        let line_end = |blank| if many { Doc::Hard } else { Doc::Line(blank) };
        let padded = pieces.iter().all(|p| p.width.is_some());
        let widths = pieces.iter().filter_map(|p| p.width).filter(|w| padded && *w <= WIDEST_CONDITION);
        let widest = widths.max().unwrap_or(0);
        let mut inner = Vec::new();
        for (i, piece) in pieces.into_iter().enumerate() {
            inner.push(line_end(if i == 0 { " " } else { "   " }));
            inner.extend(piece.condition);
            inner.push(Doc::Text(" ".to_owned()));
            inner.push(Doc::Pad(piece.width.map_or(0, |w| widest.saturating_sub(w))));
            inner.extend(piece.rest);
        }
        let mut docs = open;
        docs.push(Doc::Indent(INDENT, inner));
        docs.push(line_end(" "));
        docs.append(&mut close);
        Doc::Hug(docs)
    }

    fn piece(&self, pair: Pair<'_>) -> Piece {
        let mut parts = pair.into_inner();
        let (mut condition, mut rest) = (Vec::new(), Vec::new());
        if let Some(part) = parts.next() {
            self.walk(&mut condition, part);
        }
        for part in parts {
            if part.as_rule() == Rule::colon {
                self.token(&mut rest, &part);
                rest.push(Doc::Text(" ".to_owned()));
            } else {
                let mut value = Vec::new();
                self.walk(&mut value, part);
                rest.push(Doc::Indent(INDENT, value));
            }
        }
        let forced = condition.iter().any(Doc::forced);
        let width = (!forced).then(|| flat(&condition).chars().count());
        Piece { condition, width, rest }
    }
}
