//! Reactions that hold in different ranges of T become one reaction with a coefficient in pieces.

use rustc_hash::FxHashMap;

use super::draft::{Bound, Draft, DraftReaction, Piece};

/// Joins reactions with the same sides and of the same kind whose ranges of T exclude each other. Ranges that overlap, or
/// have no limits, stay reactions of their own: their coefficients add up, as they do in the original.
pub(super) fn join(draft: &mut Draft) {
    let mut first: FxHashMap<(Vec<String>, Vec<String>, String, bool), usize> = FxHashMap::default();
    let mut joined: Vec<DraftReaction> = Vec::with_capacity(draft.reactions.len());
    for reaction in std::mem::take(&mut draft.reactions) {
        let key =
            (sorted(&reaction.reactants), sorted(&reaction.products), reaction.kind.clone(), reaction.flux);
        let place = first.get(&key).and_then(|&place| joined.get_mut(place));
        match place.filter(|earlier| exclude_each_other(&earlier.pieces, &reaction.pieces)) {
            Some(earlier) => {
                earlier.pieces.extend(reaction.pieces);
                earlier.pieces.sort_by(|a, b| start(a).total_cmp(&start(b)));
            }
            None => {
                first.insert(key, joined.len());
                joined.push(reaction);
            }
        }
    }
    draft.reactions = joined;
}

/// The particles of a side in an order that does not depend on how they are written.
pub(super) fn sorted(side: &[String]) -> Vec<String> {
    let mut side = side.to_vec();
    side.sort();
    side
}

fn start(piece: &Piece) -> f64 {
    piece.low.as_ref().map_or(f64::NEG_INFINITY, |bound| bound.value)
}

fn exclude_each_other(a: &[Piece], b: &[Piece]) -> bool {
    // What never applies stays alone, to be found by the check.
    if a.iter().chain(b).any(is_empty) {
        return false;
    }
    a.iter().all(|a| b.iter().all(|b| ends_before(a, b) || ends_before(b, a)))
}

fn is_empty(piece: &Piece) -> bool {
    match (&piece.low, &piece.high) {
        (Some(low), Some(high)) => {
            low.value > high.value || (low.value == high.value && !(low.included && high.included))
        }
        _ => false,
    }
}

/// Whether no temperature of `later` is one of `earlier` or below it.
fn ends_before(earlier: &Piece, later: &Piece) -> bool {
    match (&earlier.high, &later.low) {
        (
            Some(Bound { value: end, included: last, .. }),
            Some(Bound { value: begin, included: first, .. }),
        ) => end < begin || (end == begin && !(*last && *first)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(low: Option<(f64, bool)>, high: Option<(f64, bool)>) -> Piece {
        let bound = |b: Option<(f64, bool)>| {
            b.map(|(value, included)| Bound { value, text: value.to_string(), included })
        };
        Piece { low: bound(low), high: bound(high), value: "1".to_owned(), doc: Vec::new(), line: 1 }
    }

    fn draft(pieces: &[Piece]) -> Draft {
        let reaction = |(index, piece): (usize, &Piece)| DraftReaction {
            name: format!("r{index}"),
            reactants: vec!["H".to_owned()],
            products: vec!["H+".to_owned()],
            pieces: vec![piece.clone()],
            flux: false,
            kind: String::new(),
        };
        let reactions = pieces.iter().enumerate().map(reaction).collect();
        Draft { reactions, ..Draft::default() }
    }

    #[test]
    fn ranges_that_meet_are_joined_and_ranges_that_overlap_are_not() {
        let (low, high) = (piece(None, Some((100.0, false))), piece(Some((100.0, true)), None));
        let mut meet = draft(&[high.clone(), low.clone()]);
        join(&mut meet);
        assert_eq!(meet.reactions.len(), 1);
        assert_eq!(meet.reactions.first().map(|r| r.pieces.clone()), Some(vec![low.clone(), high.clone()]));
        let both = piece(None, Some((100.0, true)));
        let mut overlap = draft(&[both, high]);
        join(&mut overlap);
        assert_eq!(overlap.reactions.len(), 2);
    }
}
