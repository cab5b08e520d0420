//! Pieces of one piecewise expression: overlaps (E020) and gaps (W001).

use crate::checks::sampling::{seen_temperatures, temperature_domain};
use crate::diagnostic::{Code, Diagnostic};
use crate::network::Network;
use crate::resolve::facts::{Facts, PiecewiseFacts};
use crate::temperature_set::TemperatureSet;

/// Pieces that can never apply, and pieces whose ranges cross. A cascade, in which a later piece is the
/// fallback of an earlier, narrower one (`T < 10 : a   T < 100 : b`), is the normal use of "first match wins".
pub(crate) fn overlaps(facts: &Facts) -> Vec<Diagnostic> {
    facts.piecewise.iter().filter_map(overlap).collect()
}

fn overlap(piecewise: &PiecewiseFacts) -> Option<Diagnostic> {
    let mut before = TemperatureSet::none();
    for (i, (span, set)) in piecewise.pieces.iter().enumerate() {
        let Some(set) = set else { continue };
        if set.is_empty() {
            return Some(
                Diagnostic::new(Code::E020, *span, "this piece never applies")
                    .label("no temperature is like that")
                    .help("`and` holds where both conditions hold; is `or` meant, or the other comparison?"),
            );
        }
        if set.without(&before).is_empty() {
            let mut diagnostic =
                Diagnostic::new(Code::E020, *span, "this piece never applies").label("taken before");
            let mut earlier = piecewise.pieces.iter().take(i);
            let taking =
                earlier.find(|(_, earlier)| earlier.as_ref().is_some_and(|e| !e.intersect(set).is_empty()));
            if let Some((earlier, _)) = taking {
                diagnostic = diagnostic.other(*earlier, "by this");
            }
            return Some(
                diagnostic.help("the first condition that holds decides: put the narrower one first"),
            );
        }
        for (earlier_span, earlier) in piecewise.pieces.iter().take(i) {
            let Some(earlier) = earlier else { continue };
            let common = earlier.intersect(set);
            let cascade = earlier.without(set).is_empty();
            if common.has_width() && !cascade {
                return Some(
                    Diagnostic::new(Code::E020, *span, format!("two pieces overlap at {common}"))
                        .label("this piece")
                        .other(*earlier_span, "and this one, which would win")
                        .help("let one range end where the other begins"),
                );
            }
        }
        before = before.union(set);
    }
    None
}

/// Gaps between the pieces where there is no `else`.
pub(crate) fn gaps(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    // A limit lies inside of the piece that ends there.
    let domain = temperature_domain(network).intersect(&seen_temperatures(network, false));
    let mut found = Vec::new();
    for piecewise in facts.piecewise.iter().filter(|p| !p.has_else) {
        let sets: Option<Vec<&TemperatureSet>> = piecewise.pieces.iter().map(|(_, s)| s.as_ref()).collect();
        let Some(sets) = sets else { continue };
        let covered = sets.iter().fold(TemperatureSet::none(), |sum, set| sum.union(set));
        let gap = covered.hull().without(&covered).intersect(&domain);
        if gap.is_empty() {
            continue;
        }
        let mut diagnostic =
            Diagnostic::new(Code::W001, piecewise.span, format!("the pieces leave a gap: {gap}"))
                .label("the value is zero there");
        for (span, _) in &piecewise.pieces {
            diagnostic = diagnostic.other(*span, "a piece");
        }
        found.push(diagnostic.help("close the gap, or say what holds there: `else : ...`"));
    }
    found
}
