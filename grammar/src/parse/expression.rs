//! Values and conditions. The grammar reads both as one flat sequence; precedence and the difference between
//! the two are settled here.

use std::sync::LazyLock;

use pest::pratt_parser::{Assoc, Op, PrattParser};

use crate::ast::{BinaryOperator, Comparison, Condition, ConditionKind, Expr, ExprKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

use super::cursor::{Cursor, lost};
use super::{Pair, Parsed, Place, Rule, unit};

/// Levels of an expression's tree; deeper ones are refused so that no later pass can exhaust the stack.
const DEEPEST_TREE: u32 = 256;

/// Weakest first.
static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    PrattParser::new()
        .op(Op::infix(Rule::or, Assoc::Left))
        .op(Op::infix(Rule::and, Assoc::Left))
        .op(Op::prefix(Rule::not))
        .op(Op::infix(Rule::less, Assoc::Left)
            | Op::infix(Rule::less_equal, Assoc::Left)
            | Op::infix(Rule::greater, Assoc::Left)
            | Op::infix(Rule::greater_equal, Assoc::Left)
            | Op::infix(Rule::equal, Assoc::Left)
            | Op::infix(Rule::not_equal, Assoc::Left))
        .op(Op::infix(Rule::add, Assoc::Left) | Op::infix(Rule::subtract, Assoc::Left))
        .op(Op::infix(Rule::multiply, Assoc::Left) | Op::infix(Rule::divide, Assoc::Left))
        .op(Op::prefix(Rule::negate))
        .op(Op::infix(Rule::power, Assoc::Right))
});

/// A value or a condition, with the height of its tree.
struct Built {
    what: What,
    span: Span,
    height: u32,
}

enum What {
    Value(ExprKind),
    /// `bare`: a chain without parentheses around it, which a further comparison prolongs.
    Condition {
        kind: ConditionKind,
        bare: bool,
    },
}

/// Reads an `expression` that must be a value.
pub(crate) fn value(place: Place, pair: Pair<'_>) -> Parsed<Expr> {
    Ok(built(place, pair)?.value()?.0)
}

/// Reads an `expression` that must be a condition.
pub(crate) fn condition(place: Place, pair: Pair<'_>) -> Parsed<Condition> {
    Ok(built(place, pair)?.condition()?.0)
}

fn built(place: Place, pair: Pair<'_>) -> Parsed<Built> {
    let span = place.span(&pair);
    let nested = pair
        .clone()
        .into_inner()
        .filter(|p| matches!(p.as_rule(), Rule::negate | Rule::not | Rule::power))
        .count();
    if nested > DEEPEST_TREE as usize {
        return Err(too_deep(span));
    }
    PRECEDENCE
        .map_primary(|pair| primary(place, pair))
        .map_prefix(|operator, operand| prefix(place.span(&operator), operator.as_rule(), operand?))
        .map_infix(|left, operator, right| infix(place.span(&operator), operator.as_rule(), left?, right?))
        .parse(pair.into_inner())
}

impl Built {
    fn new(kind: ExprKind, span: Span, below: u32) -> Parsed<Built> {
        Built::checked(What::Value(kind), span, below)
    }

    fn checked(what: What, span: Span, below: u32) -> Parsed<Built> {
        if below >= DEEPEST_TREE {
            return Err(too_deep(span));
        }
        Ok(Built { what, span, height: below + 1 })
    }

    fn value(self) -> Parsed<(Expr, u32)> {
        match self.what {
            What::Value(kind) => Ok((Expr { kind, span: self.span }, self.height)),
            What::Condition { .. } => Err(Box::new(
                Diagnostic::new(Code::E001, self.span, "a condition stands where a value is expected")
                    .help("a value that depends on a condition is written `{ T < 100 [K] : a   else : b }`"),
            )),
        }
    }

    fn condition(self) -> Parsed<(Condition, u32)> {
        match self.what {
            What::Condition { kind, .. } => Ok((Condition { kind, span: self.span }, self.height)),
            What::Value(_) => Err(Box::new(
                Diagnostic::new(Code::E001, self.span, "a value stands where a condition is expected")
                    .help("conditions compare: `T < 100 [K]`, `100 [K] <= T < 1e5 [K]`, joined by `and`, `or`, `not`"),
            )),
        }
    }
}

fn too_deep(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(Code::E001, span, "this expression is too deep")
            .label(format!("more than {DEEPEST_TREE} operations on top of each other"))
            .help("give parts of it names with `let`"),
    )
}

fn prefix(at: Span, rule: Rule, operand: Built) -> Parsed<Built> {
    let span = at.to(operand.span);
    if rule == Rule::not {
        let (inner, height) = operand.condition()?;
        let kind = ConditionKind::Not(Box::new(inner));
        return Built::checked(What::Condition { kind, bare: false }, span, height);
    }
    let (inner, height) = operand.value()?;
    Built::new(ExprKind::Negate(Box::new(inner)), span, height)
}

fn infix(at: Span, rule: Rule, left: Built, right: Built) -> Parsed<Built> {
    let span = left.span.to(right.span);
    let operator = match rule {
        Rule::add => BinaryOperator::Add,
        Rule::subtract => BinaryOperator::Subtract,
        Rule::multiply => BinaryOperator::Multiply,
        Rule::divide => BinaryOperator::Divide,
        Rule::power => BinaryOperator::Power,
        Rule::and | Rule::or => {
            let ((left, a), (right, b)) = (left.condition()?, right.condition()?);
            let (left, right) = (Box::new(left), Box::new(right));
            let kind = if rule == Rule::and {
                ConditionKind::And(left, right)
            } else {
                ConditionKind::Or(left, right)
            };
            return Built::checked(What::Condition { kind, bare: false }, span, a.max(b));
        }
        _ => return chain(at, rule, left, right),
    };
    let ((left, a), (right, b)) = (left.value()?, right.value()?);
    Built::new(ExprKind::Binary(operator, Box::new(left), Box::new(right)), span, a.max(b))
}

/// A comparison; `a < b < c` is one chain.
fn chain(at: Span, rule: Rule, left: Built, right: Built) -> Parsed<Built> {
    let span = left.span.to(right.span);
    let comparison = match rule {
        Rule::less => Comparison::Less,
        Rule::less_equal => Comparison::LessEqual,
        Rule::greater => Comparison::Greater,
        Rule::greater_equal => Comparison::GreaterEqual,
        Rule::equal => Comparison::Equal,
        Rule::not_equal => Comparison::NotEqual,
        _ => return Err(lost(at)),
    };
    let (right, b) = right.value()?;
    let (kind, height) = match left {
        Built {
            what: What::Condition { kind: ConditionKind::Chain(mut terms, mut signs), bare: true },
            height,
            ..
        } => {
            terms.push(right);
            signs.push(comparison);
            (ConditionKind::Chain(terms, signs), height.max(b + 1) - 1)
        }
        other => {
            let (left, a) = other.value()?;
            (ConditionKind::Chain(vec![left, right], vec![comparison]), a.max(b))
        }
    };
    Built::checked(What::Condition { kind, bare: true }, span, height)
}

fn primary(place: Place, pair: Pair<'_>) -> Parsed<Built> {
    let span = place.span(&pair);
    match pair.as_rule() {
        Rule::quantity => quantity(place, pair),
        Rule::name => Built::new(ExprKind::Name(pair.as_str().to_owned()), span, 0),
        Rule::parenthesised => {
            let inner = Cursor::new(place, pair).need(Rule::expression)?;
            let inner = built(place, inner)?;
            let what = match inner.what {
                What::Condition { kind, .. } => What::Condition { kind, bare: false },
                value => value,
            };
            Ok(Built { what, span, height: inner.height })
        }
        Rule::indexed => indexed(place, pair),
        Rule::call => call(place, pair),
        Rule::piecewise => piecewise(place, pair),
        _ => Err(lost(span)),
    }
}

fn quantity(place: Place, pair: Pair<'_>) -> Parsed<Built> {
    let span = place.span(&pair);
    let mut cursor = Cursor::new(place, pair);
    let number = cursor.need(Rule::number)?;
    let value = finite(place, &number)?;
    let unit = cursor.maybe(Rule::unit).map(|pair| unit::unit(place, pair)).transpose()?;
    Built::new(ExprKind::Number { value, text: number.as_str().to_owned(), unit }, span, 0)
}

/// The value of a `number`.
pub(crate) fn finite(place: Place, pair: &Pair<'_>) -> Parsed<f64> {
    match pair.as_str().parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(Box::new(Diagnostic::new(Code::E024, place.span(pair), "this number is too large"))),
    }
}

fn indexed(place: Place, pair: Pair<'_>) -> Parsed<Built> {
    let span = place.span(&pair);
    let mut cursor = Cursor::new(place, pair);
    let base = cursor.name(Rule::identifier)?;
    let index = cursor.name(Rule::species)?;
    if !matches!(base.value.as_str(), "n" | "nuclei" | "k" | "flux" | "verner96") {
        return Err(Box::new(
            Diagnostic::new(Code::E001, span, format!("`{}` is followed by a bracket", base.value))
                .help("a unit stands only after a number: `1e4 [K]`")
                .help("brackets select: `n[H+]`, `nuclei[H]`, `k[reaction]`, `flux[reaction]`"),
        ));
    }
    Built::new(ExprKind::Indexed(base, index), span, 0)
}

fn call(place: Place, pair: Pair<'_>) -> Parsed<Built> {
    let span = place.span(&pair);
    let mut cursor = Cursor::new(place, pair);
    let name = cursor.name(Rule::identifier)?;
    let (mut arguments, mut semicolon, mut height) = (Vec::new(), None, 0);
    for part in Cursor::new(place, cursor.need(Rule::arguments)?) {
        if part.as_rule() == Rule::semicolon {
            semicolon = Some(arguments.len());
            continue;
        }
        let (argument, below) = built(place, part)?.value()?;
        height = height.max(below);
        arguments.push(argument);
    }
    Built::new(ExprKind::Call { name, arguments, semicolon }, span, height)
}

fn piecewise(place: Place, pair: Pair<'_>) -> Parsed<Built> {
    let span = place.span(&pair);
    let (mut pieces, mut otherwise, mut height) = (Vec::new(), None, 0);
    for part in Cursor::new(place, pair) {
        let rule = part.as_rule();
        if rule == Rule::semicolon {
            continue;
        }
        let mut cursor = Cursor::new(place, part);
        if rule == Rule::otherwise {
            cursor.pass(Rule::kw_else);
            let (value, below) = built(place, cursor.need(Rule::expression)?)?.value()?;
            height = height.max(below);
            otherwise = Some(Box::new(value));
            continue;
        }
        let (condition, above) = built(place, cursor.need(Rule::expression)?)?.condition()?;
        let (value, below) = built(place, cursor.need(Rule::expression)?)?.value()?;
        height = height.max(above).max(below);
        pieces.push((condition, value));
    }
    Built::new(ExprKind::Piecewise { pieces, otherwise }, span, height)
}
