//! Declarations of tables.

use crate::ast::{Axis, Interpolation, Outside, Scale, TableDeclaration};
use crate::diagnostic::{Code, Diagnostic};

use super::cursor::{Cursor, string};
use super::{Pair, Parsed, Place, Rule, unit};

/// Reads what follows `allow` in a `table_statement`.
pub(crate) fn table(place: Place, cursor: &mut Cursor<'_>) -> Parsed<TableDeclaration> {
    cursor.pass(Rule::kw_table);
    let name = cursor.name(Rule::identifier)?;
    let mut axes = Vec::new();
    while let Some(pair) = cursor.maybe(Rule::axis) {
        let span = place.span(&pair);
        axes.push(axis(place, pair)?);
        if axes.len() > 2 {
            return Err(Box::new(Diagnostic::new(Code::E001, span, "a table has one or two axes")));
        }
    }
    let (mut value_scale, mut value_unit) = (Scale::Linear, None);
    if let Some(pair) = cursor.maybe(Rule::table_value) {
        let mut inner = Cursor::new(place, pair);
        value_scale = scale(&mut inner);
        value_unit = inner.maybe(Rule::unit).map(|p| unit::unit(place, p)).transpose()?;
    }
    cursor.pass(Rule::kw_from);
    let path = string(place, &cursor.need(Rule::string)?);
    let (mut interpolation, mut outside) = (None, None);
    loop {
        if let Some(pair) = cursor.maybe(Rule::interpolate) {
            let choice = choice(place, &pair, Rule::interpolation)?;
            let value = if choice == "cubic" { Interpolation::Cubic } else { Interpolation::Linear };
            once(place, &pair, interpolation.replace(value).is_some())?;
        } else if let Some(pair) = cursor.maybe(Rule::outside) {
            let value = match choice(place, &pair, Rule::outside_choice)? {
                "extrapolate" => Outside::Extrapolate,
                "zero" => Outside::Zero,
                _ => Outside::Clamp,
            };
            once(place, &pair, outside.replace(value).is_some())?;
        } else {
            break;
        }
    }
    let interpolation = interpolation.unwrap_or(Interpolation::Linear);
    let outside = outside.unwrap_or(Outside::Clamp);
    Ok(TableDeclaration { name, axes, value_scale, value_unit, path, interpolation, outside })
}

fn axis(place: Place, pair: Pair<'_>) -> Parsed<Axis> {
    let mut cursor = Cursor::new(place, pair);
    let scale = scale(&mut cursor);
    let name = cursor.name(Rule::identifier)?;
    let unit = cursor.maybe(Rule::unit).map(|p| unit::unit(place, p)).transpose()?;
    Ok(Axis { scale, name, unit })
}

fn scale(cursor: &mut Cursor<'_>) -> Scale {
    if cursor.pass(Rule::kw_log10) { Scale::Log10 } else { Scale::Linear }
}

/// The word of `interpolate WORD` or `outside WORD`.
fn choice<'t>(place: Place, pair: &Pair<'t>, rule: Rule) -> Parsed<&'t str> {
    let mut cursor = Cursor::new(place, pair.clone());
    cursor.pass(Rule::kw_interpolate);
    cursor.pass(Rule::kw_outside);
    Ok(cursor.need(rule)?.as_str())
}

fn once(place: Place, pair: &Pair<'_>, again: bool) -> Parsed<()> {
    if again {
        return Err(Box::new(Diagnostic::new(Code::E001, place.span(pair), "this is stated twice")));
    }
    Ok(())
}
