//! A coefficient as a sum of products of a function of parameters and one of T.

use rustc_hash::FxHashMap;

use super::{Class, Classes, Unsplit};
use crate::expr::ranges::Ranges;
use crate::expr::{BinaryOp, Compare, Dag, ExprId, Node, UnaryOp};

/// Most products of a sum: with more, evaluating is cheaper.
const MOST_TERMS: usize = 6;
/// Largest power of a sum that is multiplied out.
const LARGEST_POWER: i32 = 3;

/// A product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// Of parameters alone, or 1.
    pub(super) environment: ExprId,
    /// Of T alone, or a number.
    pub(super) function: ExprId,
}

/// Why something is no sum of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// The exponent is no sum of a function of T and one of parameters.
    Exponent,
    /// Base or exponent of a power mixes both.
    Power,
    /// The argument of a root or logarithm is no product, or may be negative.
    Argument,
    /// The divisor is a sum.
    Divisor,
    /// A comparison of T with parameters.
    Comparison,
    /// A choice between factors of which one may be infinite.
    Pole,
    /// The smaller or larger of two.
    Extremum,
    /// Another function: of angles, a table.
    Function,
    /// There would be too many products.
    Length,
}

impl Obstacle {
    /// In words.
    pub fn reason(self) -> &'static str {
        match self {
            Obstacle::Exponent => "its exponent is no sum of a function of T and one of parameters",
            Obstacle::Power => "base or exponent of a power has T and parameters",
            Obstacle::Argument => {
                "a root or logarithm is taken of what is no product, or may have a negative factor"
            }
            Obstacle::Divisor => "it is divided by a sum of several products",
            Obstacle::Comparison => "T is compared with parameters",
            Obstacle::Pole => "a factor that may be infinite counts on one side of a choice only",
            Obstacle::Extremum => "the smaller or larger of two values is no product",
            Obstacle::Function => "a table or trigonometric function has both in its arguments",
            Obstacle::Length => "multiplied out it would have too many terms",
        }
    }
}

type Terms = Result<Vec<Term>, Obstacle>;

pub(super) struct Splitter<'a> {
    pub(super) dag: &'a mut Dag,
    pub(super) classes: Classes,
    pub(super) ranges: Ranges,
    pub(super) known: FxHashMap<ExprId, Terms>,
    pub(super) unsplit: Vec<Unsplit>,
}

impl Splitter<'_> {
    pub(super) fn class(&mut self, id: ExprId) -> Class {
        self.classes.extend(self.dag);
        self.classes.class(id)
    }

    /// The products of which a node is the sum. What cannot be parted from parameters of the whole network counts as a
    /// function of T.
    pub(super) fn terms(&mut self, id: ExprId) -> Terms {
        let one = self.dag.constant(1.0);
        match self.class(id) {
            Class::Constant | Class::Temperature => return Ok(vec![Term { environment: one, function: id }]),
            Class::Environment => return Ok(vec![Term { environment: id, function: one }]),
            Class::Both | Class::State => {}
        }
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        let mut found = self.split(id);
        if let Err(obstacle) = found {
            let per_cell = self.classes.is_per_cell(id);
            // What fails through an operand is told of that alone.
            let mut operands = self.dag.node(id).operands();
            if !operands.any(|operand| matches!(self.known.get(&operand), Some(Err(_)))) {
                self.unsplit.push(Unsplit { expr: id, obstacle, per_cell });
            }
            if !per_cell {
                self.classes.fold(id, self.dag);
                found = Ok(vec![Term { environment: one, function: id }]);
            }
        }
        self.known.insert(id, found.clone());
        found
    }

    fn split(&mut self, id: ExprId) -> Terms {
        match self.dag.node(id) {
            Node::Unary(UnaryOp::Neg, a) => {
                let terms = self.terms(a)?;
                Ok(terms.into_iter().map(|term| self.negative(term)).collect())
            }
            Node::Binary(BinaryOp::Add, a, b) => {
                let terms = [self.terms(a)?, self.terms(b)?].concat();
                self.merged(terms)
            }
            Node::Binary(BinaryOp::Sub, a, b) => {
                let mut terms = self.terms(a)?;
                let lost = self.terms(b)?;
                terms.extend(lost.into_iter().map(|term| self.negative(term)));
                self.merged(terms)
            }
            Node::Binary(BinaryOp::Mul, a, b) => {
                let (a, b) = (self.terms(a)?, self.terms(b)?);
                self.product(&a, &b)
            }
            Node::Binary(BinaryOp::Div, a, b) => {
                let (a, b) = (self.terms(a)?, self.terms(b)?);
                let [divisor] = b[..] else { return Err(Obstacle::Divisor) };
                Ok(a.into_iter().map(|term| self.quotient(term, divisor)).collect())
            }
            Node::PowInt(a, n) => self.power(a, n),
            Node::Unary(UnaryOp::Exp, a) => self.exponential(a),
            Node::Unary(UnaryOp::Ln, a) => {
                let Term { environment, function } = self.positive_product(a, false)?;
                let one = self.dag.constant(1.0);
                let (environment, function) = (self.dag.ln(environment), self.dag.ln(function));
                Ok(vec![Term { environment, function: one }, Term { environment: one, function }])
            }
            Node::Unary(UnaryOp::Sqrt, a) => {
                let Term { environment, function } = self.positive_product(a, true)?;
                let (environment, function) = (self.dag.sqrt(environment), self.dag.sqrt(function));
                Ok(vec![Term { environment, function }])
            }
            Node::Select { compare, left, right, then, otherwise } => {
                self.choice((compare, left, right), then, otherwise)
            }
            Node::Binary(BinaryOp::Min | BinaryOp::Max, ..) => Err(Obstacle::Extremum),
            Node::Binary(BinaryOp::Pow, ..) => Err(Obstacle::Power),
            _ => Err(Obstacle::Function),
        }
    }

    fn negative(&mut self, term: Term) -> Term {
        Term { function: self.dag.neg(term.function), ..term }
    }

    fn quotient(&mut self, a: Term, b: Term) -> Term {
        Term {
            environment: self.dag.div(a.environment, b.environment),
            function: self.dag.div(a.function, b.function),
        }
    }

    fn product(&mut self, a: &[Term], b: &[Term]) -> Terms {
        if a.len() * b.len() > MOST_TERMS * MOST_TERMS {
            return Err(Obstacle::Length);
        }
        let mut terms = Vec::new();
        for x in a {
            for y in b {
                terms.push(Term {
                    environment: self.dag.mul(x.environment, y.environment),
                    function: self.dag.mul(x.function, y.function),
                });
            }
        }
        self.merged(terms)
    }

    fn power(&mut self, a: ExprId, n: i32) -> Terms {
        let terms = self.terms(a)?;
        if let [Term { environment, function }] = terms[..] {
            let (environment, function) = (self.dag.powi(environment, n), self.dag.powi(function, n));
            return Ok(vec![Term { environment, function }]);
        }
        if !(2..=LARGEST_POWER).contains(&n) {
            return Err(Obstacle::Power);
        }
        (1..n).try_fold(terms.clone(), |power, _| self.product(&power, &terms))
    }

    /// e^(a + b) = e^a e^b
    fn exponential(&mut self, a: ExprId) -> Terms {
        let zero = self.dag.constant(0.0);
        let (mut of_cell, mut of_temperature) = (zero, zero);
        for Term { environment, function } in self.terms(a)? {
            let product = self.dag.mul(environment, function);
            match (self.dag.as_constant(environment), self.dag.as_constant(function)) {
                (Some(_), _) => of_temperature = self.dag.add(of_temperature, product),
                (_, Some(_)) => of_cell = self.dag.add(of_cell, product),
                _ => return Err(Obstacle::Exponent),
            }
        }
        let (environment, function) = (self.dag.exp(of_cell), self.dag.exp(of_temperature));
        Ok(vec![Term { environment, function }])
    }

    /// The only product that a node is, if its function of T is positive (or zero).
    fn positive_product(&mut self, id: ExprId, zero: bool) -> Result<Term, Obstacle> {
        let terms = self.terms(id)?;
        let [term] = terms[..] else { return Err(Obstacle::Argument) };
        self.ranges.extend(self.dag);
        let low = self.ranges.get(term.function).low;
        if low > 0.0 || (zero && low == 0.0) { Ok(term) } else { Err(Obstacle::Argument) }
    }

    /// A choice by T is one of each function of T; a choice by parameters one of each function of them.
    fn choice(
        &mut self,
        (compare, left, right): (Compare, ExprId, ExprId),
        then: ExprId,
        otherwise: ExprId,
    ) -> Terms {
        let sides = [self.class(left), self.class(right)];
        let only = |class: Class| sides.iter().all(|side| *side == class || *side == Class::Constant);
        let by_temperature = only(Class::Temperature);
        if !by_temperature && !only(Class::Environment) {
            return Err(Obstacle::Comparison);
        }
        let (then, otherwise) = (self.terms(then)?, self.terms(otherwise)?);
        // (what is the same on both sides, what is chosen there, and otherwise)
        let mut pairs: Vec<(ExprId, [Option<ExprId>; 2])> = Vec::new();
        for (side, terms) in [then, otherwise].into_iter().enumerate() {
            for Term { environment, function } in terms {
                let (same, chosen) =
                    if by_temperature { (environment, function) } else { (function, environment) };
                let place = pairs.iter().position(|(key, chosen)| *key == same && chosen[side].is_none());
                match place.and_then(|place| pairs.get_mut(place)) {
                    Some((_, slots)) => slots[side] = Some(chosen),
                    None if side == 0 => pairs.push((same, [Some(chosen), None])),
                    None => pairs.push((same, [None, Some(chosen)])),
                }
            }
        }
        let zero = self.dag.constant(0.0);
        let mut terms = Vec::new();
        self.ranges.extend(self.dag);
        for (same, [then, otherwise]) in pairs {
            // Nothing times infinity is not nothing.
            let range = self.ranges.get(same);
            let is_finite = !range.has_pole && range.low.is_finite() && range.high.is_finite();
            if (then.is_none() || otherwise.is_none()) && !is_finite {
                return Err(Obstacle::Pole);
            }
            let (then, otherwise) = (then.unwrap_or(zero), otherwise.unwrap_or(zero));
            let chosen = self.dag.select(compare, left, right, then, otherwise);
            terms.push(if by_temperature {
                Term { environment: same, function: chosen }
            } else {
                Term { environment: chosen, function: same }
            });
        }
        self.merged(terms)
    }

    /// Terms with the same function of T, or of parameters, put together.
    fn merged(&mut self, terms: Vec<Term>) -> Terms {
        let mut merged: Vec<Term> = Vec::new();
        for term in terms {
            if let Some(same) = merged.iter_mut().find(|other| other.environment == term.environment) {
                same.function = self.dag.add(same.function, term.function);
            } else if let Some(same) = merged.iter_mut().find(|other| other.function == term.function) {
                same.environment = self.dag.add(same.environment, term.environment);
            } else {
                merged.push(term);
            }
        }
        let zero = self.dag.constant(0.0);
        merged.retain(|term| term.function != zero);
        if merged.len() > MOST_TERMS { Err(Obstacle::Length) } else { Ok(merged) }
    }
}
