//! Plain numbers: settings of initial states, domains, limits.

use crate::ast::{Expr, ExprKind, Range, UnitExpr};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Dag, ExprId, Node};
use crate::network::Interval;
use crate::resolve::resolver::Resolver;
use crate::unit::Dimension;

impl Resolver<'_> {
    /// The number that an expression of constants and parameters (at their defaults) is.
    pub(crate) fn plain_number(
        &mut self,
        what: &str,
        expr: &Expr,
        unit: Dimension,
        code: Code,
    ) -> Option<f64> {
        let value = self.lower(expr)?;
        self.expect_unit(what, value, unit, expr.span);
        let defaults: Vec<f64> = self.parameters.iter().map(|p| p.default).collect();
        match constant_value(&self.dag, value.expr, &defaults) {
            Some(number) if number.is_finite() => Some(number),
            Some(number) => {
                self.report(Diagnostic::new(code, expr.span, format!("{what} is {number}")));
                None
            }
            None => {
                self.report(
                    Diagnostic::new(code, expr.span, format!("{what} must be a number"))
                        .help("it may depend on constants and parameters, not on T, t or densities"),
                );
                None
            }
        }
    }

    /// A range of plain numbers. A unit after the upper end belongs to a bare lower end as well.
    pub(crate) fn interval(
        &mut self,
        what: &str,
        range: &Range,
        unit: Dimension,
        code: Code,
    ) -> Option<Interval> {
        let low = match (unit_of(&range.low), unit_of(&range.high)) {
            (Some(None), Some(Some(unit))) => with_unit(&range.low, unit),
            _ => range.low.clone(),
        };
        let low = self.plain_number(what, &low, unit, code);
        let high = self.plain_number(what, &range.high, unit, code);
        let (low, high) = (low?, high?);
        let (fault, help) = if low > high {
            (format!("the range of {what} is empty"), "the lower end comes first")
        } else if range.log && low <= 0.0 {
            (
                format!("a logarithmic range of {what} must be positive"),
                "leave `log` out, or begin above zero",
            )
        } else {
            return Some(Interval { low, high, log: range.log });
        };
        let label = format!("from {low:e} to {high:e} in cgs units");
        self.report(Diagnostic::new(code, range.span, fault).label(label).help(help));
        None
    }
}

/// The unit of a plain literal: `Some(None)` for a bare number, `None` for any other expression.
fn unit_of(expr: &Expr) -> Option<Option<&UnitExpr>> {
    match &expr.kind {
        ExprKind::Number { unit, .. } => Some(unit.as_ref()),
        ExprKind::Negate(inner) => unit_of(inner),
        _ => None,
    }
}

fn with_unit(expr: &Expr, unit: &UnitExpr) -> Expr {
    let kind = match &expr.kind {
        ExprKind::Number { value, text, .. } => {
            ExprKind::Number { value: *value, text: text.clone(), unit: Some(unit.clone()) }
        }
        ExprKind::Negate(inner) => ExprKind::Negate(Box::new(with_unit(inner, unit))),
        other => other.clone(),
    };
    Expr { kind, span: expr.span }
}

/// Evaluates an expression that holds no variables.
pub(crate) fn constant_value(dag: &Dag, id: ExprId, parameters: &[f64]) -> Option<f64> {
    let value = |id| constant_value(dag, id, parameters);
    match dag.node(id) {
        Node::Constant(bits) => Some(bits.get()),
        Node::Parameter(id) => parameters.get(id.0 as usize).copied(),
        Node::Variable(_) | Node::Table { .. } => None,
        Node::Unary(op, a) => Some(op.evaluate(value(a)?)),
        Node::Binary(op, a, b) => Some(op.evaluate(value(a)?, value(b)?)),
        Node::PowInt(a, exponent) => Some(value(a)?.powi(exponent)),
        Node::Select { compare, left, right, then, otherwise } => {
            value(if compare.evaluate(value(left)?, value(right)?) { then } else { otherwise })
        }
    }
}
