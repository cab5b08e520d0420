//! What was parsed, as short text.

use chem_grammar::ast::*;

/// A value with all parentheses, as the tree says.
pub(crate) fn shape(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number { text, unit: None, .. } => text.clone(),
        ExprKind::Number { text, unit: Some(unit), .. } => format!("{text}[{}]", unit_shape(unit)),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Indexed(base, index) => format!("{}[{}]", base.value, index.value),
        ExprKind::Negate(inner) => format!("(-{})", shape(inner)),
        ExprKind::Binary(operator, a, b) => {
            let sign = match operator {
                BinaryOperator::Add => "+",
                BinaryOperator::Subtract => "-",
                BinaryOperator::Multiply => "*",
                BinaryOperator::Divide => "/",
                BinaryOperator::Power => "^",
            };
            format!("({}{sign}{})", shape(a), shape(b))
        }
        ExprKind::Call { name, arguments, semicolon } => {
            let mut out = format!("{}(", name.value);
            for (i, argument) in arguments.iter().enumerate() {
                if i > 0 {
                    out.push(if Some(i) == *semicolon { ';' } else { ',' });
                }
                out.push_str(&shape(argument));
            }
            out + ")"
        }
        ExprKind::Piecewise { pieces, otherwise } => {
            let mut parts: Vec<String> =
                pieces.iter().map(|(c, v)| format!("{}:{}", condition_shape(c), shape(v))).collect();
            parts.extend(otherwise.as_ref().map(|v| format!("else:{}", shape(v))));
            format!("{{{}}}", parts.join(" "))
        }
    }
}

pub(crate) fn unit_shape(unit: &UnitExpr) -> String {
    unit.factors
        .iter()
        .map(|(name, exponent)| format!("{}^{exponent}", name.value))
        .collect::<Vec<_>>()
        .join(" ")
}

pub(crate) fn condition_shape(condition: &Condition) -> String {
    match &condition.kind {
        ConditionKind::Chain(terms, signs) => {
            let mut out = shape(&terms[0]);
            assert_eq!(terms.len(), signs.len() + 1);
            for (term, sign) in terms[1..].iter().zip(signs) {
                let sign = match sign {
                    Comparison::Less => "<",
                    Comparison::LessEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterEqual => ">=",
                    Comparison::Equal => "==",
                    Comparison::NotEqual => "!=",
                };
                out = format!("{out}{sign}{}", shape(term));
            }
            out
        }
        ConditionKind::And(a, b) => format!("({} and {})", condition_shape(a), condition_shape(b)),
        ConditionKind::Or(a, b) => format!("({} or {})", condition_shape(a), condition_shape(b)),
        ConditionKind::Not(a) => format!("(not {})", condition_shape(a)),
    }
}

pub(crate) fn target(target: &Target) -> String {
    match target {
        Target::Temperature => "T".to_owned(),
        Target::Time => "t".to_owned(),
        Target::TotalDensity => "n_tot".to_owned(),
        Target::HydrogenDensity => "n_H".to_owned(),
        Target::Density(name) => format!("n {}", name.value),
        Target::Fraction(names) => {
            format!("fraction {}", names.iter().map(|n| n.value.as_str()).collect::<Vec<_>>().join(" "))
        }
        Target::Abundance(names) => {
            format!("abundance {}", names.iter().map(|n| n.value.as_str()).collect::<Vec<_>>().join(" "))
        }
        Target::Rest(name) => format!("rest {}", name.value),
        Target::Nuclei(name) => format!("nuclei {}", name.value),
        Target::NucleiRest(name) => format!("nuclei rest {}", name.value),
        Target::Neutral(name) => format!("neutral {}", name.value),
        Target::Parameter(name) => format!("parameter {}", name.value),
    }
}
