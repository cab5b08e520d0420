//! Radiation fields and cross sections.

use crate::ast::{
    CrossSection, Edge, Expr, Given, Radiation, RadiationSetting, RadiationSettingKind, UnitExpr,
};
use crate::diagnostic::{Code, Diagnostic};

use super::cursor::{Cursor, lost, whole_number};
use super::settings::{give_unit, unit_of};
use super::{Pair, Parsed, Place, Rule, expression, unit};

/// Reads what follows `allow` in a `radiation_statement`.
pub(crate) fn radiation(place: Place, cursor: &mut Cursor<'_>) -> Parsed<Radiation> {
    cursor.pass(Rule::kw_radiation);
    let name = cursor.name(Rule::identifier)?;
    let mut settings = Vec::new();
    while let Some(pair) = cursor.maybe(Rule::radiation_setting) {
        let span = place.span(&pair);
        let inner = Cursor::new(place, pair).any().ok_or_else(|| lost(span))?;
        settings.push(RadiationSetting { kind: setting(place, inner)?, span });
    }
    Ok(Radiation { name, settings })
}

fn setting(place: Place, pair: Pair<'_>) -> Parsed<RadiationSettingKind> {
    let rule = pair.as_rule();
    let mut cursor = Cursor::new(place, pair);
    Ok(match rule {
        Rule::edges => {
            cursor.pass(Rule::kw_edges);
            RadiationSettingKind::Edges(edges(place, &mut cursor)?)
        }
        Rule::bands => {
            cursor.pass(Rule::kw_bands);
            let count = whole_number(place, &cursor.need(Rule::integer)?, "number of bands")?;
            RadiationSettingKind::Bands(count)
        }
        Rule::spectrum => {
            cursor.pass(Rule::kw_spectrum);
            RadiationSettingKind::Spectrum(expression::value(place, cursor.need(Rule::expression)?)?)
        }
        _ => {
            cursor.pass(Rule::kw_given);
            let quantity = cursor.name(Rule::identifier)?;
            let unit = unit::unit(place, cursor.need(Rule::unit)?)?;
            let per_cell = cursor.maybe(Rule::per_cell);
            if let Some(pair) = per_cell.as_ref().filter(|pair| pair.as_str().ends_with("signed")) {
                let message = "radiation is not negative";
                return Err(Box::new(
                    Diagnostic::new(Code::E001, place.span(pair), message).help("write `per cell`"),
                ));
            }
            RadiationSettingKind::Given(Given { quantity, unit, per_cell: per_cell.is_some() })
        }
    })
}

/// A unit after the last edge holds for all.
fn edges(place: Place, cursor: &mut Cursor<'_>) -> Parsed<Vec<Edge>> {
    let mut edges = Vec::new();
    let mut shared = None;
    while let Some(pair) = cursor.maybe(Rule::edge) {
        let (edge, unit) = edge(place, pair)?;
        shared = unit;
        edges.push(edge);
    }
    if let Some(shared) = shared {
        for edge in &mut edges {
            if let Edge::At(value) = edge {
                give_unit(value, &shared);
            }
        }
    }
    Ok(edges)
}

/// An edge, and the unit that stands at it.
fn edge(place: Place, pair: Pair<'_>) -> Parsed<(Edge, Option<UnitExpr>)> {
    let span = place.span(&pair);
    let mut cursor = Cursor::new(place, pair);
    if let Some(pair) = cursor.maybe(Rule::infinite) {
        let mut inner = Cursor::new(place, pair);
        inner.pass(Rule::kw_inf);
        let unit = inner.maybe(Rule::unit).map(|pair| unit::unit(place, pair)).transpose()?;
        return Ok((Edge::Infinite(span), unit));
    }
    let value: Expr = expression::value(place, cursor.need(Rule::expression)?)?;
    let unit = unit_of(&value).cloned();
    Ok((Edge::At(value), unit))
}

/// Reads what follows `allow` in a `cross_section_statement`.
pub(crate) fn cross_section(place: Place, cursor: &mut Cursor<'_>) -> Parsed<CrossSection> {
    cursor.pass(Rule::kw_section);
    let name = cursor.name(Rule::identifier)?;
    cursor.pass(Rule::kw_photon);
    let mut low = expression::value(place, cursor.need(Rule::expression)?)?;
    let (high, unit) = edge(place, cursor.need(Rule::edge)?)?;
    if let Some(unit) = unit {
        give_unit(&mut low, &unit);
    }
    cursor.pass(Rule::kw_sigma);
    let sigma = expression::value(place, cursor.need(Rule::expression)?)?;
    Ok(CrossSection { name, low, high, sigma })
}
