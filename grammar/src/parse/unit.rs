//! Units as written.

use crate::ast::UnitExpr;
use crate::diagnostic::{Code, Diagnostic};

use super::cursor::{Cursor, lost};
use super::{Pair, Parsed, Place, Rule};

/// Reads a `unit`.
pub(crate) fn unit(place: Place, pair: Pair<'_>) -> Parsed<UnitExpr> {
    let span = place.span(&pair);
    let mut factors = Vec::new();
    let mut sign = 1;
    for part in Cursor::new(place, pair) {
        match part.as_rule() {
            Rule::unit_divide => sign = -1,
            Rule::unit_one | Rule::unit_times => {}
            Rule::unit_factor => {
                let mut cursor = Cursor::new(place, part);
                let name = cursor.name(Rule::unit_name)?;
                cursor.pass(Rule::power);
                let exponent = cursor.maybe(Rule::exponent).map_or(Ok(1), |p| exponent(place, &p))?;
                factors.push((name, sign * exponent));
                sign = 1;
            }
            _ => return Err(lost(span)),
        }
    }
    Ok(UnitExpr { factors, span })
}

fn exponent(place: Place, pair: &Pair<'_>) -> Parsed<i32> {
    match pair.as_str().parse::<i32>() {
        Ok(value) if value.abs() <= 99 => Ok(value),
        _ => Err(Box::new(Diagnostic::new(
            Code::E024,
            place.span(pair),
            "the exponent of a unit is too large",
        ))),
    }
}
