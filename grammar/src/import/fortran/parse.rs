//! From text to the tree.

use pest::Parser as _;
use pest::iterators::{Pair, Pairs};

use super::{Argument, Expr, Operator, Sign};

mod grammar {
    /// The parser that pest makes of `fortran.pest`.
    #[derive(pest_derive::Parser)]
    #[grammar = "import/fortran.pest"]
    pub(crate) struct FortranParser;
}

use grammar::{FortranParser, Rule};

/// Levels of brackets and of operators that are followed; deeper text is refused before it exhausts the stack.
const DEEPEST: usize = 48;
/// Longest expression, in bytes.
const LONGEST: usize = 20_000;

/// Reads an expression.
///
/// # Errors
/// In words, what is wrong.
pub(crate) fn parse(text: &str) -> Result<Expr, String> {
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(format!("parentheses are nested more than {DEEPEST} deep"));
        }
    }
    if text.len() > LONGEST {
        return Err(format!("the expression is longer than {LONGEST} letters"));
    }
    let whole = FortranParser::parse(Rule::whole, text).map_err(|error| {
        let at = match error.location {
            pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
        };
        match text.get(at..).filter(|rest| !rest.trim().is_empty()) {
            Some(rest) => format!("cannot be read from `{}` on", rest.chars().take(24).collect::<String>()),
            None => "the expression is incomplete".to_owned(),
        }
    })?;
    let found = whole.flatten().find(|pair| pair.as_rule() == Rule::expression);
    expression(found.ok_or("the expression is empty")?)
}

enum Token {
    Sign(Option<Sign>),
    Operator(Operator),
    Operand(Expr),
}

fn expression(pair: Pair<'_, Rule>) -> Result<Expr, String> {
    let mut tokens = Vec::new();
    for part in pair.into_inner() {
        tokens.push(match part.as_rule() {
            Rule::prefix => Token::Sign(match part.as_str() {
                "-" => Some(Sign::Minus),
                "+" => None,
                _ => Some(Sign::Not),
            }),
            Rule::infix => Token::Operator(operator(part)),
            Rule::number => Token::Operand(Expr::Number(part.as_str().to_owned())),
            Rule::name => Token::Operand(Expr::Name(part.as_str().to_owned())),
            Rule::call => Token::Operand(call(part.into_inner())?),
            _ => {
                let inner = part.into_inner().find(|p| p.as_rule() == Rule::expression);
                Token::Operand(expression(inner.ok_or("parentheses are empty")?)?)
            }
        });
    }
    let mut climber = Climber { tokens: tokens.into_iter().peekable() };
    climber.climb(0, 0)
}

fn operator(pair: Pair<'_, Rule>) -> Operator {
    match pair.into_inner().next().map(|inner| inner.as_rule()) {
        Some(Rule::or) => Operator::Or,
        Some(Rule::and) => Operator::And,
        Some(Rule::equal) => Operator::Equal,
        Some(Rule::unequal) => Operator::Unequal,
        Some(Rule::less_equal) => Operator::LessEqual,
        Some(Rule::greater_equal) => Operator::GreaterEqual,
        Some(Rule::less) => Operator::Less,
        Some(Rule::greater) => Operator::Greater,
        Some(Rule::subtract) => Operator::Subtract,
        Some(Rule::multiply) => Operator::Multiply,
        Some(Rule::divide) => Operator::Divide,
        Some(Rule::power) => Operator::Power,
        _ => Operator::Add,
    }
}

fn call(mut parts: Pairs<'_, Rule>) -> Result<Expr, String> {
    let name = parts.next().map(|name| name.as_str().to_owned()).unwrap_or_default();
    let mut arguments = Vec::new();
    for argument in parts {
        let mut inner = argument.into_inner();
        let first = inner.next().ok_or("an argument is empty")?;
        let is_slice = first.as_rule() == Rule::slice || inner.next().is_some();
        arguments.push(if is_slice { Argument::Slice } else { Argument::Value(expression(first)?) });
    }
    Ok(Expr::Call(name, arguments))
}

/// Gives a row of operands and operators its tree.
struct Climber {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

impl Climber {
    /// What binds at least as tightly as `level`.
    fn climb(&mut self, level: u8, depth: usize) -> Result<Expr, String> {
        if depth > DEEPEST {
            return Err(format!("operators are nested more than {DEEPEST} deep"));
        }
        let mut left = match self.tokens.next() {
            Some(Token::Operand(operand)) => operand,
            // After an operator a sign takes its operand and powers alone: `a**-b*c` is `(a**(-b))*c`.
            Some(Token::Sign(Some(Sign::Minus))) => {
                let operand = self.climb(level.max(Operator::Multiply.level()), depth + 1)?;
                Expr::Prefix(Sign::Minus, Box::new(operand))
            }
            Some(Token::Sign(None)) => self.climb(level.max(Operator::Multiply.level()), depth + 1)?,
            Some(Token::Sign(Some(Sign::Not))) => {
                Expr::Prefix(Sign::Not, Box::new(self.climb(Operator::Less.level(), depth + 1)?))
            }
            _ => return Err("an operand is missing".to_owned()),
        };
        while let Some(Token::Operator(operator)) = self.tokens.peek() {
            let operator = *operator;
            if operator.level() < level.max(1) {
                break;
            }
            self.tokens.next();
            let right_level = operator.level() + u8::from(operator != Operator::Power);
            let right = self.climb(right_level, depth + 1)?;
            left = Expr::Infix(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }
}
