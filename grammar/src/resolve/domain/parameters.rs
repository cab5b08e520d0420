//! Ranges of parameters in a domain: each of its cells has a value of its own.

use crate::ast::{Expr, ExprKind, Name, Range};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::ParameterId;
use crate::network::{Interval, ParameterKind};
use crate::resolve::resolver::Resolver;
use crate::suggest::did_you_mean;
use crate::unit::Dimension;

impl Resolver<'_> {
    /// `parameter G0 = 1e-2 .. 1e4 log`
    pub(super) fn parameter_range(&mut self, name: &Name, range: &Range) -> Option<(usize, Interval)> {
        let code = Code::E023;
        let text = name.value.as_str();
        let Some(index) = self.parameters.iter().position(|parameter| parameter.name == text) else {
            let known = self.parameters.iter().map(|parameter| parameter.name.as_str());
            let help = did_you_mean(text, known)
                .unwrap_or_else(|| format!("declare it: `parameter {text} = 1 per cell`"));
            let message = format!("the network has no parameter `{text}`");
            self.report(Diagnostic::new(code, name.span, message).help(help));
            return None;
        };
        let parameter = self.parameters.get(index)?;
        let (kind, per_cell) = (parameter.kind, parameter.per_cell);
        let refusal = match (per_cell, kind) {
            (None, _) => Some((
                format!("`{text}` has one value in the whole network"),
                "write `per cell` after its declaration, so that each cell of the domain can have its own",
            )),
            (_, ParameterKind::Switch) => Some((
                format!("`{text}` is a switch, which has no range"),
                "leave it out; it is on or off in a run",
            )),
            _ => None,
        };
        if let Some((message, help)) = refusal {
            self.report(Diagnostic::new(code, name.span, message).help(help));
            return None;
        }
        let unit = self.parameter_units.get(index).copied().flatten().unwrap_or(Dimension::NONE);
        let interval = self.interval(&format!("`{text}`"), range, unit, code)?;
        if interval.low < 0.0 && !per_cell.is_some_and(|per_cell| per_cell.signed) {
            let message = format!("`{text}` must not be negative");
            let label = format!("the range begins at {}", interval.low);
            let help = "write `per cell signed` after its declaration if it may be";
            self.report(Diagnostic::new(code, range.span, message).label(label).help(help));
            return None;
        }
        // Values of bands are in the unit of their field.
        let size = match kind {
            ParameterKind::Band if !(is_bare(&range.low) && is_bare(&range.high)) => self.band_size(index),
            _ => 1.0,
        };
        Some((index, Interval { low: interval.low / size, high: interval.high / size, log: interval.log }))
    }

    /// The unit in which a band's value is given, in cgs.
    fn band_size(&self, parameter: usize) -> f64 {
        let fields = self.fields.iter().flatten();
        fields.filter_map(|field| field.unit_of(ParameterId(parameter as u32))).next().unwrap_or(1.0)
    }
}

/// Whether a number has no unit.
fn is_bare(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number { unit, .. } => unit.is_none(),
        ExprKind::Negate(inner) => is_bare(inner),
        _ => false,
    }
}
