//! What has a meaning but is probably meant otherwise: constants that replace built-in ones (W014), numbers without
//! unit beside quantities (W015).

use crate::ast::{Expr, ExprKind};
use crate::constants;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::resolver::Resolver;
use crate::resolve::scope::DefinitionKind;
use crate::resolve::value::Value;

/// A constant that differs from the built-in one by a larger factor is another quantity, or in another unit.
const LARGEST_FACTOR: f64 = 1.05;

/// Units in which the literature prints constants, with their sizes in cgs.
const USUAL_UNITS: [(&str, &str, f64); 12] = [
    ("k_B", "eV/K", constants::ELECTRONVOLT),
    ("k_B", "J/K", 1e7),
    ("c", "m/s", 1e2),
    ("c", "km/s", 1e5),
    ("h", "J s", 1e7),
    ("h", "eV s", constants::ELECTRONVOLT),
    ("hbar", "J s", 1e7),
    ("m_e", "kg", 1e3),
    ("m_p", "kg", 1e3),
    ("m_u", "kg", 1e3),
    ("eV", "J", 1e7),
    ("yr", "day", 86_400.0),
];

impl Resolver<'_> {
    /// Constants that replace a built-in one by another value.
    pub(crate) fn check_replaced_constants(&mut self) {
        for index in 0..self.scope.values.len() {
            let Some(named) = self.scope.values.get(index).copied() else { continue };
            let name = &named.definition.name;
            let Some(built_in) = constants::find(&name.value) else { continue };
            if named.kind != DefinitionKind::Constant {
                continue;
            }
            let Some(value) = self.named_value(index, name.span) else { continue };
            let Some(number) = self.dag.as_constant(value.expr) else { continue };
            if is_near(number, built_in.value) {
                continue;
            }
            let message = format!("`{}` replaces the built-in {}", name.value, built_in.meaning);
            let mut diagnostic = Diagnostic::new(Code::W014, named.definition.value.span, message)
                .label(format!("{number:.4e} instead of {:.4e} {}", built_in.value, built_in.dimension));
            let text = self.program.sources.text(named.definition.value.span);
            let unit = USUAL_UNITS
                .iter()
                .find(|(of, _, size)| *of == built_in.name && is_near(number * size, built_in.value));
            if let (Some((_, unit, _)), None) = (unit, value.unit) {
                diagnostic = diagnostic.help(format!("state its unit: `{text} [{unit}]`"));
            }
            let name = &name.value;
            diagnostic = diagnostic.help(format!(
                "if it is another quantity, give it another name; else remove it: `{name}` is built in"
            ));
            self.findings.push(diagnostic);
        }
    }

    /// Looks at a sum or difference for a bare number beside an energy and the like. Kelvin, seconds and particles per
    /// cm^3 are what numbers without unit are in everywhere in this field.
    pub(crate) fn check_bare_number(&mut self, verb: &str, number: &Expr, other: Value) {
        let Some(unit) = other.unit.filter(|unit| unit.has_mass()) else { return };
        if !is_bare_number(number) {
            return;
        }
        let text = self.program.sources.text(number.span);
        let message = format!("a number without unit is {verb} a quantity in {unit}");
        let diagnostic = Diagnostic::new(Code::W015, number.span, message)
            .label(format!("taken as {text} {unit}"))
            .help(format!("state its unit: `{text} {unit}`, or the one that is meant"));
        self.findings.push(diagnostic);
    }
}

fn is_near(value: f64, expected: f64) -> bool {
    let factor = value / expected;
    factor.is_finite() && (1.0 / LARGEST_FACTOR..=LARGEST_FACTOR).contains(&factor)
}

/// A literal other than zero.
fn is_bare_number(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number { value, unit, .. } => unit.is_none() && *value != 0.0,
        ExprKind::Negate(inner) => is_bare_number(inner),
        _ => false,
    }
}
