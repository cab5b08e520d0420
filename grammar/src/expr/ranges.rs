//! Between which numbers the value of each node lies, over all states of a gas.

use super::dag::Dag;
use super::node::{BinaryOp, ExprId, Node, TableId, UnaryOp, Variable};
use crate::network::Table;

/// Larger than any density, parameter or other number that is not known: products of several are still numbers.
const LARGE: f64 = 1e60;
/// Temperatures of gases `[K]`.
const TEMPERATURES: [f64; 2] = [1e-3, 1e12];

/// Least and largest value of a node, rounding left aside. An end is infinite where an exponential overflows or where
/// there is a pole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Whether it is made of something that is infinite where a quotient, logarithm or power has no value.
    pub(super) has_pole: bool,
    /// Whether it is made of a logarithm: the exponential of it is a power or a fit, and fits do not overflow.
    of_logarithm: bool,
}

impl Range {
    /// Any finite number.
    const UNKNOWN: Range = Range { low: -LARGE, high: LARGE, has_pole: false, of_logarithm: false };

    fn new(low: f64, high: f64, has_pole: bool) -> Self {
        let low = if low.is_nan() { f64::NEG_INFINITY } else { low };
        let high = if high.is_nan() { f64::INFINITY } else { high };
        Range { low: low.min(high), high: high.max(low), has_pole, of_logarithm: false }
    }

    fn point(value: f64) -> Self {
        Range::new(value, value, false)
    }

    fn of(values: impl IntoIterator<Item = f64>, has_pole: bool) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            // What is no number at an end may be anything between.
            low = if value.is_nan() { f64::NEG_INFINITY } else { low.min(value) };
            high = if value.is_nan() { f64::INFINITY } else { high.max(value) };
        }
        Range::new(low, high, has_pole)
    }

    /// Whether zero is among the values; also where a positive number can become zero by underflow.
    pub(super) fn may_vanish(self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }

    /// Whether a number can become infinite because it is too large, not because there is a pole.
    pub(super) fn may_overflow(self) -> bool {
        !self.has_pole && (self.high == f64::INFINITY || self.low == f64::NEG_INFINITY)
    }

    fn plus(self, other: Self) -> Self {
        Range::new(self.low + other.low, self.high + other.high, self.has_pole || other.has_pole)
    }

    fn negative(self) -> Self {
        Range { low: -self.high, high: -self.low, ..self }
    }

    fn times(self, other: Self) -> Self {
        // Zero times a number that is too large is zero.
        let product = |x: f64, y: f64| if x == 0.0 || y == 0.0 { 0.0 } else { x * y };
        let ends = [self.low, self.high].map(|x| [product(x, other.low), product(x, other.high)]);
        Range::of(ends.into_iter().flatten(), self.has_pole || other.has_pole)
    }

    fn over(self, other: Self) -> Self {
        let has_pole = self.has_pole || other.has_pole || other.may_vanish();
        if other.low < 0.0 && other.high >= 0.0 || other.high == 0.0 {
            return Range::new(f64::NEG_INFINITY, f64::INFINITY, has_pole);
        }
        let quotient = |x: f64, y: f64| match (x == 0.0, y.is_infinite()) {
            (true, _) | (_, true) => 0.0,
            _ => x / y,
        };
        let ends = [self.low, self.high].map(|x| [quotient(x, other.low), quotient(x, other.high)]);
        Range::of(ends.into_iter().flatten(), has_pole)
    }

    fn powi(self, n: i32) -> Self {
        if n < 0 {
            return Range::point(1.0).over(self.powi(-n));
        }
        let least = (n % 2 == 0 && self.may_vanish()).then_some(0.0);
        Range::of([self.low.powi(n), self.high.powi(n)].into_iter().chain(least), self.has_pole)
    }

    fn pow(self, exponent: Self) -> Self {
        let has_pole =
            self.has_pole || exponent.has_pole || (self.low <= 0.0 && exponent.low < 0.0) || self.low < 0.0;
        let low = self.low.max(0.0);
        let ends = [low, self.high.max(low)].map(|x| [x.powf(exponent.low), x.powf(exponent.high)]);
        let Range { low, high, .. } = Range::of(ends.into_iter().flatten(), has_pole);
        // Exponents that are not known well would overflow: powers in formulas do not, but at a pole.
        Range::new(low.clamp(0.0, LARGE), if has_pole { high } else { high.min(LARGE) }, has_pole)
    }

    fn union(self, other: Self) -> Self {
        Range::new(self.low.min(other.low), self.high.max(other.high), self.has_pole || other.has_pole)
    }

    fn unary(self, op: UnaryOp) -> Self {
        let Range { low, high, has_pole, .. } = self;
        match op {
            UnaryOp::Neg => self.negative(),
            UnaryOp::Exp if self.of_logarithm => Range::new(low.exp(), high.exp().min(LARGE), has_pole),
            UnaryOp::Exp => Range::new(low.exp(), high.exp(), has_pole),
            UnaryOp::Ln => Range::new(low.max(0.0).ln(), high.max(0.0).ln(), has_pole || low <= 0.0),
            UnaryOp::Sqrt => Range::new(low.max(0.0).sqrt(), high.max(0.0).sqrt(), has_pole),
            UnaryOp::Abs if low >= 0.0 => self,
            UnaryOp::Abs if high <= 0.0 => self.negative(),
            UnaryOp::Abs => Range::new(0.0, high.max(-low), has_pole),
            UnaryOp::Sin | UnaryOp::Cos => Range::new(-1.0, 1.0, has_pole),
            UnaryOp::Atan => Range::new(low.atan(), high.atan(), has_pole),
            UnaryOp::Sinh => Range::new(low.sinh(), high.sinh(), has_pole),
            UnaryOp::Cosh => {
                let [low, high] = [low.cosh(), high.cosh()];
                Range::new(if self.may_vanish() { 1.0 } else { low.min(high) }, low.max(high), has_pole)
            }
            UnaryOp::Tanh => Range::new(low.tanh(), high.tanh(), has_pole),
            UnaryOp::Tan => Range::new(f64::NEG_INFINITY, f64::INFINITY, true),
            UnaryOp::Asin | UnaryOp::Acos => Range { has_pole, ..Range::new(-4.0, 4.0, false) },
        }
    }
}

/// The ranges of the nodes of a graph.
#[derive(Clone, Debug)]
pub(super) struct Ranges {
    /// Values at the nodes of each table; cubics may leave them.
    tables: Vec<Range>,
    of_node: Vec<Range>,
}

impl Ranges {
    /// No nodes yet; numbers of tables that are not among these are not known.
    pub(super) fn new(tables: &[Table]) -> Self {
        let of_table = |table: &Table| {
            let values = table.grid.values.iter().copied();
            let Range { low, high, .. } = Range::of(values, false);
            let width = (high - low).max(0.0);
            Range::new(low - width, high + width, false)
        };
        Ranges { tables: tables.iter().map(of_table).collect(), of_node: Vec::new() }
    }

    /// Takes in the nodes that were added to the graph since the last call.
    pub(super) fn extend(&mut self, dag: &Dag) {
        for node in &dag.nodes()[self.of_node.len().min(dag.len())..] {
            self.add(*node);
        }
    }

    fn add(&mut self, node: Node) {
        let of_logarithm = match node {
            Node::Unary(UnaryOp::Ln, _) => true,
            Node::Unary(UnaryOp::Exp, _) => false,
            _ => node.operands().any(|operand| self.get(operand).of_logarithm),
        };
        self.of_node.push(Range { of_logarithm, ..self.of(node) });
    }

    /// That of a node, if the graph has grown since: any number.
    pub(super) fn get(&self, id: ExprId) -> Range {
        self.of_node.get(id.0 as usize).copied().unwrap_or(Range::UNKNOWN)
    }

    fn of(&self, node: Node) -> Range {
        match node {
            Node::Constant(bits) => Range::point(bits.get()),
            // Taken as not negative: as a base or divisor it may be zero, which is all that matters.
            Node::Parameter(_) => Range::new(0.0, LARGE, false),
            Node::Variable(Variable::Density(_)) => Range::new(0.0, LARGE, false),
            Node::Variable(Variable::Temperature) => Range::new(TEMPERATURES[0], TEMPERATURES[1], false),
            Node::Variable(Variable::Time) => Range::UNKNOWN,
            Node::Unary(op, a) => self.get(a).unary(op),
            Node::Binary(op, a, b) => {
                let (a, b) = (self.get(a), self.get(b));
                match op {
                    BinaryOp::Add => a.plus(b),
                    BinaryOp::Sub => a.plus(b.negative()),
                    BinaryOp::Mul => a.times(b),
                    BinaryOp::Div => a.over(b),
                    BinaryOp::Pow => a.pow(b),
                    BinaryOp::Min => {
                        Range::new(a.low.min(b.low), a.high.min(b.high), a.has_pole || b.has_pole)
                    }
                    BinaryOp::Max => {
                        Range::new(a.low.max(b.low), a.high.max(b.high), a.has_pole || b.has_pole)
                    }
                }
            }
            Node::PowInt(a, n) => self.get(a).powi(n),
            Node::Select { then, otherwise, .. } => self.get(then).union(self.get(otherwise)),
            Node::Table { table: TableId(table), orders: [0, 0], .. } => {
                self.tables.get(table as usize).copied().unwrap_or(Range::UNKNOWN)
            }
            Node::Table { .. } => Range::UNKNOWN,
        }
    }
}

impl Dag {
    /// Whether both base and exponent of a power can be zero, at which `exp(b ln a)` is no number though `a^b` is 1.
    pub fn may_be_zero_to_the_zero(&self, base: ExprId, exponent: ExprId) -> bool {
        let mut ranges = Ranges::new(&[]);
        let count = (base.max(exponent).0 as usize + 1).min(self.len());
        for node in &self.nodes()[..count] {
            ranges.add(*node);
        }
        ranges.get(base).may_vanish() && ranges.get(exponent).may_vanish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::SpeciesId;

    fn range(build: impl FnOnce(&mut Dag) -> ExprId) -> Range {
        let mut dag = Dag::new();
        let id = build(&mut dag);
        let mut ranges = Ranges::new(&[]);
        ranges.extend(&dag);
        ranges.get(id)
    }

    #[test]
    fn what_can_vanish() {
        let boltzmann = |dag: &mut Dag| {
            let (energy, t_gas) = (dag.constant(-7e4), dag.temperature());
            let exponent = dag.div(energy, t_gas);
            dag.exp(exponent)
        };
        // By underflow.
        assert!(range(boltzmann).may_vanish());
        assert!(!range(|dag| dag.temperature()).may_vanish());
        assert!(range(|dag| dag.density(SpeciesId(0))).may_vanish());
        let raised = range(|dag| {
            let (n, least) = (dag.density(SpeciesId(0)), dag.constant(1e-20));
            dag.max(n, least)
        });
        assert!(!raised.may_vanish());
    }

    #[test]
    fn poles_are_not_overflows() {
        let inverse = range(|dag| {
            let (one, n) = (dag.constant(1.0), dag.density(SpeciesId(0)));
            dag.div(one, n)
        });
        assert!(inverse.has_pole && !inverse.may_overflow() && inverse.high == f64::INFINITY);
        let exponential = range(|dag| {
            let (energy, t_gas) = (dag.constant(7e4), dag.temperature());
            let exponent = dag.div(energy, t_gas);
            dag.exp(exponent)
        });
        assert!(exponential.may_overflow());
    }

    #[test]
    fn weights_of_densities_lie_between_zero_and_one() {
        let weight = range(|dag| {
            let (one, n, critical) = (dag.constant(1.0), dag.density(SpeciesId(0)), dag.constant(1e4));
            let ratio = dag.div(n, critical);
            let sum = dag.add(one, ratio);
            dag.div(one, sum)
        });
        assert!(weight.low > 0.0 && weight.low < 1e-50 && weight.high == 1.0, "{weight:?}");
    }
}
