//! Expressions of Fortran: parsed, and printed in our language.

mod parse;
mod print;

pub(crate) use parse::parse;
pub(crate) use print::{Names, Printed, print, print_condition};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    /// As written: `1.5d-10`, `2`.
    Number(String),
    /// As written.
    Name(String),
    /// A function or an array with what stands in its parentheses.
    Call(String, Vec<Argument>),
    /// `-x`, `.not. x`
    Prefix(Sign, Box<Expr>),
    /// `a + b`
    Infix(Operator, Box<Expr>, Box<Expr>),
}

/// What stands between the commas of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Argument {
    /// A value.
    Value(Expr),
    /// `:`, `1:nmols`
    Slice,
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// `-`
    Minus,
    /// `.not.`
    Not,
}

/// An operator between two operands, as our language writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    LessEqual,
    GreaterEqual,
    Less,
    Greater,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Operator {
    /// How tightly it binds: more binds first.
    fn level(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Add | Operator::Subtract => 5,
            Operator::Multiply | Operator::Divide => 6,
            Operator::Power => 8,
            _ => 4,
        }
    }

    /// As our language writes it.
    fn text(self) -> &'static str {
        match self {
            Operator::Or => " or ",
            Operator::And => " and ",
            Operator::Equal => " == ",
            Operator::Unequal => " != ",
            Operator::LessEqual => " <= ",
            Operator::GreaterEqual => " >= ",
            Operator::Less => " < ",
            Operator::Greater => " > ",
            Operator::Add => " + ",
            Operator::Subtract => " - ",
            Operator::Multiply => " * ",
            Operator::Divide => " / ",
            Operator::Power => "^",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain;

    impl Names for Plain {
        fn number(&mut self, text: &str) -> Result<String, String> {
            Ok(text.to_owned())
        }

        fn name(&mut self, name: &str) -> Result<Printed, String> {
            Ok(Printed::atom(name))
        }

        fn call(&mut self, name: &str, arguments: &[Argument]) -> Result<Printed, String> {
            let mut texts = Vec::new();
            for argument in arguments {
                texts.push(match argument {
                    Argument::Value(value) => print(value, self)?.text,
                    Argument::Slice => ":".to_owned(),
                });
            }
            Ok(Printed::atom(format!("{name}({})", texts.join(", "))))
        }
    }

    fn printed(text: &str) -> String {
        parse(text)
            .and_then(|expr| {
                print(&expr, &mut Plain).or_else(|e| print_condition(&expr, &mut Plain).map_err(|_| e))
            })
            .map_or_else(|e| format!("error: {e}"), |p| p.text)
    }

    #[test]
    fn operators_bind_as_in_fortran() {
        for (fortran, ours) in [
            ("a+b*c**d", "a + b * c^d"),
            ("(a+b)*c", "(a + b) * c"),
            ("a-(b-c)", "a - (b - c)"),
            ("a/(b*c)/d", "a / (b * c) / d"),
            ("-a**2", "-a^2"),
            ("(-a)**2", "(-a)^2"),
            ("a**b**c", "a^b^c"),
            ("(a**b)**c", "(a^b)^c"),
            ("a**-b*c", "a^(-b) * c"),
            ("a*-b", "a * (-b)"),
            ("-a*b", "-a * b"),
            ("-(a+b)", "-(a + b)"),
            ("1.d0*.5", "1.d0 * .5"),
            ("x.lt.1.and.y>=2d0", "x < 1 and y >= 2d0"),
            (".not. x == 1.", "not x == 1."),
            ("1.eq.x", "1 == x"),
            ("f(n(:), 2)+n(1:m)", "f(n(:), 2) + n(:)"),
        ] {
            assert_eq!(printed(fortran), ours, "{fortran}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in [
            "", "(a<b)+1", "a.and.b", ".not.a", "a<b<c", "a+", "(a", "a)", "1..2", "f(,)", "a b", "@x",
            "1d-12*(",
        ] {
            assert!(printed(text).starts_with("error"), "{text}: {}", printed(text));
        }
        assert!(printed(&"(".repeat(100_000)).starts_with("error"));
        assert!(printed(&"a**".repeat(100_000)).starts_with("error"));
        assert!(printed(&format!("{}a", "-".repeat(100_000))).starts_with("error"));
    }
}
