//! Conditions and piecewise expressions.

use crate::ast::{Comparison, Condition, ConditionKind, Expr};
use crate::expr::{Compare, ExprId};
use crate::resolve::breakpoints::solve_for;
use crate::resolve::facts::PiecewiseFacts;
use crate::resolve::resolver::Resolver;
use crate::resolve::value::Value;
use crate::source::Span;
use crate::temperature_set::TemperatureSet;

/// A condition after resolution.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// One comparison.
    Compare(Compare, ExprId, ExprId),
    /// Both.
    And(Box<Test>, Box<Test>),
    /// Either.
    Or(Box<Test>, Box<Test>),
    /// Not.
    Not(Box<Test>),
    /// The outcome is known: T, clamped to its limits, is always on one side of an edge.
    Known(bool),
}

/// A test, and the temperatures at which it holds if it is about T alone.
pub(crate) type TestAndSet = (Test, Option<TemperatureSet>);

impl Resolver<'_> {
    /// Resolves a condition.
    pub(crate) fn condition(&mut self, condition: &Condition) -> Option<TestAndSet> {
        match &condition.kind {
            ConditionKind::Chain(values, comparisons) => self.chain(values, comparisons),
            ConditionKind::And(a, b) => {
                let (a, b) = (self.condition(a), self.condition(b));
                Some(both(a?, b?))
            }
            ConditionKind::Or(a, b) => {
                let (a, b) = (self.condition(a), self.condition(b));
                let ((a, set_a), (b, set_b)) = (a?, b?);
                let set = set_a.zip(set_b).map(|(a, b)| a.union(&b));
                Some((Test::Or(Box::new(a), Box::new(b)), set))
            }
            ConditionKind::Not(a) => {
                let (a, set) = self.condition(a)?;
                Some((Test::Not(Box::new(a)), set.map(|s| s.complement())))
            }
        }
    }

    fn chain(&mut self, values: &[Expr], comparisons: &[Comparison]) -> Option<TestAndSet> {
        let lowered: Vec<Option<Value>> = values.iter().map(|v| self.lower(v)).collect();
        let mut result: Option<TestAndSet> = None;
        for (i, &comparison) in comparisons.iter().enumerate() {
            let (left, right) = ((*lowered.get(i)?)?, (*lowered.get(i + 1)?)?);
            let spans = (values.get(i)?.span, values.get(i + 1)?.span);
            self.same_unit("compare", (left.unit, spans.0), (right.unit, spans.1));
            let next = self.comparison(comparison, left.expr, right.expr);
            result = Some(match result {
                Some(before) => both(before, next),
                None => next,
            });
        }
        result
    }

    /// A comparison; if it is one of T, or of a monotonic function of T, with a number, with the temperatures at
    /// which it holds, the limits of T left aside.
    fn comparison(&self, comparison: Comparison, left: ExprId, right: ExprId) -> TestAndSet {
        let as_written = test(comparison, left, right);
        let (function, number, turned) = match (self.dag.as_constant(left), self.dag.as_constant(right)) {
            (None, Some(number)) => (left, number, comparison),
            (Some(number), None) => (right, number, mirrored(comparison)),
            _ => return (as_written, None),
        };
        let Some((edge, rising)) = solve_for(&self.dag, function, number, self.temperature) else {
            return (as_written, None);
        };
        let of_temperature = if rising { turned } else { mirrored(turned) };
        let test = self.at_limits(of_temperature, edge).map_or(as_written, Test::Known);
        (test, Some(temperatures(of_temperature, edge)))
    }

    /// The outcome of a comparison of T with an edge that T never passes because it is clamped. A limit lies inside
    /// of the range that ends there: `T < 1e4` holds for all T if the upper limit is 1e4.
    fn at_limits(&self, comparison: Comparison, edge: f64) -> Option<bool> {
        let (low, high) = self.limits?;
        let (never_below, never_above) = (edge <= low, edge >= high);
        match comparison {
            Comparison::Less | Comparison::LessEqual if never_below || never_above => Some(never_above),
            Comparison::Greater | Comparison::GreaterEqual if never_below || never_above => Some(never_below),
            _ => None,
        }
    }

    /// `then` where a test holds, else `otherwise`.
    pub(crate) fn choose(&mut self, test: &Test, then: ExprId, otherwise: ExprId) -> ExprId {
        match test {
            Test::Compare(compare, left, right) => self.dag.select(*compare, *left, *right, then, otherwise),
            Test::And(a, b) => {
                let inner = self.choose(b, then, otherwise);
                self.choose(a, inner, otherwise)
            }
            Test::Or(a, b) => {
                let inner = self.choose(b, then, otherwise);
                self.choose(a, then, inner)
            }
            Test::Not(a) => self.choose(a, otherwise, then),
            Test::Known(holds) => {
                if *holds {
                    then
                } else {
                    otherwise
                }
            }
        }
    }

    /// `{ condition : value ... else : value }`; the first condition that holds wins.
    pub(crate) fn piecewise(
        &mut self,
        pieces: &[(Condition, Expr)],
        otherwise: Option<&Expr>,
        span: Span,
    ) -> Option<Value> {
        let mut facts = PiecewiseFacts { span, pieces: Vec::new(), has_else: otherwise.is_some() };
        let mut lowered: Vec<Option<(Test, Value)>> = Vec::new();
        let mut first_unit = None;
        for (condition, value) in pieces {
            let test = self.condition(condition);
            facts.pieces.push((condition.span, test.as_ref().and_then(|(_, set)| set.clone())));
            let value_span = value.span;
            let value = self.lower(value);
            if let Some(value) = value {
                self.alternative(&mut first_unit, value, value_span);
            }
            lowered.push(test.zip(value).map(|((test, _), value)| (test, value)));
        }
        self.piecewise.push(facts);
        let mut result = match otherwise {
            Some(expr) => {
                let value = self.lower(expr)?;
                self.alternative(&mut first_unit, value, expr.span);
                value.expr
            }
            None => self.dag.constant(0.0),
        };
        for piece in lowered.into_iter().rev() {
            let (test, value) = piece?;
            result = self.choose(&test, value.expr, result);
        }
        Some(Value::new(result, first_unit.map(|(unit, _)| unit)))
    }

    /// Compares the unit of a piece with that of the pieces before it.
    fn alternative(&mut self, first: &mut Option<(crate::unit::Dimension, Span)>, value: Value, span: Span) {
        let Some(unit) = value.unit else { return };
        match *first {
            Some((before, before_span)) => {
                self.same_unit("choose between", (Some(before), before_span), (Some(unit), span));
            }
            None => *first = Some((unit, span)),
        }
    }
}

/// Temperatures at which a comparison of T with an edge holds.
fn temperatures(comparison: Comparison, edge: f64) -> TemperatureSet {
    match comparison {
        Comparison::Less => TemperatureSet::below(edge, false),
        Comparison::LessEqual => TemperatureSet::below(edge, true),
        Comparison::Greater => TemperatureSet::above(edge, false),
        Comparison::GreaterEqual => TemperatureSet::above(edge, true),
        Comparison::Equal => TemperatureSet::below(edge, true).intersect(&TemperatureSet::above(edge, true)),
        Comparison::NotEqual => TemperatureSet::below(edge, false).union(&TemperatureSet::above(edge, false)),
    }
}

fn both((a, set_a): TestAndSet, (b, set_b): TestAndSet) -> TestAndSet {
    let set = set_a.zip(set_b).map(|(a, b)| a.intersect(&b));
    (Test::And(Box::new(a), Box::new(b)), set)
}

/// The graph knows `<`, `<=` and `==`.
fn test(comparison: Comparison, left: ExprId, right: ExprId) -> Test {
    match comparison {
        Comparison::Less => Test::Compare(Compare::Less, left, right),
        Comparison::LessEqual => Test::Compare(Compare::LessEqual, left, right),
        Comparison::Greater => Test::Compare(Compare::Less, right, left),
        Comparison::GreaterEqual => Test::Compare(Compare::LessEqual, right, left),
        Comparison::Equal => Test::Compare(Compare::Equal, left, right),
        Comparison::NotEqual => Test::Not(Box::new(Test::Compare(Compare::Equal, left, right))),
    }
}

/// The comparison with its sides exchanged.
fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}
