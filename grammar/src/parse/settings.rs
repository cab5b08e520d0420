//! Initial states and domains.

use crate::ast::{Expr, ExprKind, Range, Setting, Target, UnitExpr};

use super::cursor::{Cursor, lost};
use super::{Pair, Parsed, Place, Rule, expression};

/// Reads the settings of an initial state.
pub(crate) fn initial(place: Place, cursor: &mut Cursor<'_>) -> Parsed<Vec<Setting<Expr>>> {
    settings(place, cursor, Rule::initial_setting, |cursor| {
        expression::value(place, cursor.need(Rule::expression)?)
    })
}

/// Reads the settings of a domain.
pub(crate) fn domain(place: Place, cursor: &mut Cursor<'_>) -> Parsed<Vec<Setting<Range>>> {
    settings(place, cursor, Rule::domain_setting, |cursor| range(place, cursor.need(Rule::domain_value)?))
}

fn settings<'t, V>(
    place: Place,
    cursor: &mut Cursor<'t>,
    rule: Rule,
    mut value: impl FnMut(&mut Cursor<'t>) -> Parsed<V>,
) -> Parsed<Vec<Setting<V>>> {
    let mut settings = Vec::new();
    while let Some(pair) = cursor.maybe(rule) {
        let span = place.span(&pair);
        let mut inner = Cursor::new(place, pair);
        let setting = if let Some(pair) = inner.maybe(Rule::neutral) {
            let species = Cursor::new(place, pair).name(Rule::species)?;
            Setting { target: Target::Neutral(species), value: None, span }
        } else if let Some(pair) = inner.maybe(Rule::rest) {
            let mut rest = Cursor::new(place, pair);
            let target = if rest.pass(Rule::kw_nuclei) {
                Target::NucleiRest(rest.name(Rule::isotope)?)
            } else {
                rest.pass(Rule::kw_abundance);
                Target::Rest(rest.name(Rule::species)?)
            };
            Setting { target, value: None, span }
        } else if let Some(pair) = inner.maybe(Rule::parameter_range) {
            let mut named = Cursor::new(place, pair);
            named.pass(Rule::kw_parameter);
            let target = Target::Parameter(named.name(Rule::identifier)?);
            Setting { target, value: Some(value(&mut inner)?), span }
        } else {
            let target = target(place, inner.need(Rule::target)?)?;
            Setting { target, value: Some(value(&mut inner)?), span }
        };
        settings.push(setting);
    }
    Ok(settings)
}

fn target(place: Place, pair: Pair<'_>) -> Parsed<Target> {
    let whole = place.span(&pair);
    let inner = Cursor::new(place, pair).next().ok_or_else(|| lost(whole))?;
    let rule = inner.as_rule();
    if rule == Rule::state {
        return Ok(match inner.as_str() {
            "T" => Target::Temperature,
            "t" => Target::Time,
            "n_H" => Target::HydrogenDensity,
            _ => Target::TotalDensity,
        });
    }
    let mut cursor = Cursor::new(place, inner);
    match rule {
        Rule::density => {
            cursor.pass(Rule::density_word);
            Ok(Target::Density(cursor.name(Rule::species)?))
        }
        Rule::nuclei => {
            cursor.pass(Rule::kw_nuclei);
            Ok(Target::Nuclei(cursor.name(Rule::isotope)?))
        }
        Rule::abundance => {
            cursor.pass(Rule::kw_abundance);
            Ok(Target::Abundance(cursor.map(|pair| place.name(&pair)).collect()))
        }
        _ => {
            cursor.pass(Rule::kw_fraction);
            Ok(Target::Fraction(cursor.map(|pair| place.name(&pair)).collect()))
        }
    }
}

/// Reads a `range` or a `domain_value`. A unit after the upper end holds for both.
pub(crate) fn range(place: Place, pair: Pair<'_>) -> Parsed<Range> {
    let span = place.span(&pair);
    let mut cursor = Cursor::new(place, pair);
    let mut low = expression::value(place, cursor.need(Rule::expression)?)?;
    let high = match cursor.maybe(Rule::expression) {
        Some(pair) => expression::value(place, pair)?,
        None => low.clone(),
    };
    if let Some(unit) = unit_of(&high) {
        give_unit(&mut low, unit);
    }
    Ok(Range { low, high, log: cursor.pass(Rule::kw_log), span })
}

pub(crate) fn unit_of(value: &Expr) -> Option<&UnitExpr> {
    match &value.kind {
        ExprKind::Number { unit, .. } => unit.as_ref(),
        ExprKind::Negate(inner) => unit_of(inner),
        _ => None,
    }
}

pub(crate) fn give_unit(value: &mut Expr, shared: &UnitExpr) {
    match &mut value.kind {
        ExprKind::Number { unit, .. } => {
            unit.get_or_insert_with(|| shared.clone());
        }
        ExprKind::Negate(inner) => give_unit(inner, shared),
        _ => {}
    }
}
