//! Reactions and processes.

use crate::ast::{RateLaw, Reaction, Term};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;

use super::cursor::{Cursor, whole_number};
use super::{Pair, Parsed, Place, Rule, expression};

/// Reads what follows `allow` in a `reaction_statement`.
pub(crate) fn reaction(place: Place, cursor: &mut Cursor<'_>) -> Parsed<Reaction> {
    let name = cursor.name(Rule::identifier)?;
    let reactants = side(place, cursor.need(Rule::side)?)?;
    let products = side(place, cursor.need(Rule::side)?)?;
    let mut range = None;
    if let Some(pair) = cursor.maybe(Rule::validity) {
        let mut inner = Cursor::new(place, pair);
        inner.pass(Rule::kw_for);
        range = Some(expression::condition(place, inner.need(Rule::expression)?)?);
    }
    let mut law = Cursor::new(place, cursor.need(Rule::law)?);
    let word = law.need(Rule::kw_law)?;
    let value = expression::value(place, law.need(Rule::expression)?)?;
    let law = if word.as_str() == "k" { RateLaw::Coefficient(value) } else { RateLaw::Flux(value) };
    Ok(Reaction { name, reactants, products, range, law })
}

fn side(place: Place, pair: Pair<'_>) -> Parsed<Vec<Term>> {
    Cursor::new(place, pair).map(|pair| term(place, pair)).collect()
}

fn term(place: Place, pair: Pair<'_>) -> Parsed<Term> {
    let start = place.span(&pair).start;
    let mut cursor = Cursor::new(place, pair);
    let count = match cursor.maybe(Rule::count) {
        Some(pair) => whole_number(place, &pair, "count")?,
        None => Spanned::new(1, crate::source::Span { file: place.file, start, end: start }),
    };
    if count.value == 0 {
        return Err(Box::new(Diagnostic::new(
            Code::E024,
            count.span,
            "a stoichiometric count is at least 1",
        )));
    }
    Ok(Term { count, name: cursor.name(Rule::species)? })
}
