//! From the tree to our language.

use super::{Argument, Expr, Operator, Sign};

/// An expression of our language, and how tightly it binds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Printed {
    /// The text.
    pub(crate) text: String,
    level: u8,
}

/// Level of what needs no parentheses anywhere.
const ATOM: u8 = 10;

impl Printed {
    /// A number, a name, a call, something in brackets.
    pub(crate) fn atom(text: impl Into<String>) -> Self {
        Printed { text: text.into(), level: ATOM }
    }

    /// With parentheses if it binds less than `level`.
    fn at(self, level: u8) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text }
    }
}

/// What names, numbers and calls are in our language.
pub(crate) trait Names {
    /// A number.
    fn number(&mut self, text: &str) -> Result<String, String>;

    /// A name that stands alone.
    fn name(&mut self, name: &str) -> Result<Printed, String>;

    /// A function or array with its arguments.
    fn call(&mut self, name: &str, arguments: &[Argument]) -> Result<Printed, String>;
}

/// Prints a value.
///
/// # Errors
/// In words, what has no counterpart.
pub(crate) fn print(expr: &Expr, names: &mut dyn Names) -> Result<Printed, String> {
    if is_condition(expr) {
        return Err("a condition stands where a value is expected".to_owned());
    }
    any(expr, names)
}

/// Prints a condition.
///
/// # Errors
/// In words, what has no counterpart.
pub(crate) fn print_condition(expr: &Expr, names: &mut dyn Names) -> Result<Printed, String> {
    if !is_condition(expr) {
        return Err("a value stands where a condition is expected".to_owned());
    }
    any(expr, names)
}

fn is_condition(expr: &Expr) -> bool {
    match expr {
        Expr::Prefix(Sign::Not, _) => true,
        Expr::Infix(operator, ..) => operator.level() <= Operator::Less.level(),
        _ => false,
    }
}

fn any(expr: &Expr, names: &mut dyn Names) -> Result<Printed, String> {
    match expr {
        Expr::Number(text) => Ok(Printed::atom(names.number(text)?)),
        Expr::Name(name) => names.name(name),
        Expr::Call(name, arguments) => names.call(name, arguments),
        Expr::Prefix(Sign::Minus, inner) => {
            let inner = print(inner, names)?.at(Operator::Multiply.level());
            Ok(Printed { text: format!("-{inner}"), level: Operator::Add.level() })
        }
        Expr::Prefix(Sign::Not, inner) => {
            let inner = print_condition(inner, names)?.at(Operator::Less.level());
            Ok(Printed { text: format!("not {inner}"), level: Operator::Less.level() - 1 })
        }
        Expr::Infix(operator, left, right) => infix(*operator, left, right, names),
    }
}

fn infix(operator: Operator, left: &Expr, right: &Expr, names: &mut dyn Names) -> Result<Printed, String> {
    if let (Operator::Divide, Some(a), Some(b)) = (operator, whole(left), whole(right)) {
        let quotient = a.checked_div(b).ok_or("a whole number is divided by zero")?;
        return Ok(Printed::atom(quotient.to_string()));
    }
    let level = operator.level();
    if let (Operator::Power, Expr::Number(base)) = (operator, left)
        && crate::import::number::value(base) == Some(10.0)
    {
        return Ok(Printed::atom(format!("exp10({})", print(right, names)?.text)));
    }
    let (left_level, right_level) = match operator {
        Operator::Power => (level + 1, level),
        Operator::Less
        | Operator::LessEqual
        | Operator::Greater
        | Operator::GreaterEqual
        | Operator::Equal
        | Operator::Unequal => (level + 1, level + 1),
        _ => (level, level + 1),
    };
    // `-a * b` needs no parentheses at its beginning.
    let leading = matches!(left, Expr::Prefix(Sign::Minus, _)) && level <= Operator::Multiply.level();
    let part = if matches!(operator, Operator::And | Operator::Or) { print_condition } else { print };
    let left = part(left, names)?;
    let left = if leading { left.text } else { left.at(left_level) };
    let right = part(right, names)?.at(right_level);
    Ok(Printed { text: format!("{left}{}{right}", operator.text()), level })
}

/// A whole number: Fortran divides two of them without a rest.
fn whole(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Number(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    }
}
