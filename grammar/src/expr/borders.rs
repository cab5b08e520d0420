//! Derivatives at the borders of functions: powers and roots of zero, exponentials that underflow or overflow, the arc
//! functions at one.
//!
//! There one factor of a derivative is infinite and the other zero, and their product, computed as it stands, is no number.
//! The limit is known:
//!
//! ```text
//! x^y ln x dy      0 at x = 0 for y > 0, and wherever dy = 0
//! y x^(y-1) dx     0 at x = 0 wherever dx = 0
//! u' v             0 where v = 0 and v' is finite, though u' is infinite
//! y x^y x'/x       0 where x underflows
//! e^u u'           0 at u = -inf
//! a b' / b^2       0 where b overflows
//! ```
//! A choice says so, and stands only where the ranges of the operands allow the case. What really is infinite stays so. Of a
//! root of a sum that vanishes in second order, such as `sqrt(x^2 + y^2)`, the derivative at zero is 0, which lies between its
//! slopes to both sides.

use rustc_hash::FxHashSet;

use super::dag::Dag;
use super::differentiate::Differentiator;
use super::logarithmic::Logarithmic;
use super::node::{BinaryOp, Compare, ExprId, Node, UnaryOp, Variable};
use super::ranges::Range;

/// Divisors that are larger count as infinite; as a number of single precision it is.
const OVERFLOW: f64 = 1e300;

impl Differentiator {
    pub(super) fn range(&mut self, dag: &Dag, id: ExprId) -> Range {
        self.ranges.extend(dag);
        self.ranges.get(id)
    }

    pub(super) fn may_vanish(&mut self, dag: &Dag, id: ExprId) -> bool {
        self.range(dag, id).may_vanish()
    }

    /// Whether the derivative of a node by a variable may be infinite where the node itself is finite.
    pub(super) fn is_singular(&mut self, dag: &Dag, id: ExprId, variable: Variable) -> bool {
        self.ranges.extend(dag);
        self.dependencies.extend(dag);
        for index in self.has_border.len()..dag.len() {
            let node = dag.node(ExprId(index as u32));
            let within = node.operands().any(|operand| self.has_border[operand.0 as usize]);
            let own = self.is_steep(dag, node, |id| !self.dependencies.is_invariant(id));
            self.has_border.push(own || within);
        }
        let (mut stack, mut seen) = (vec![id], FxHashSet::default());
        while let Some(id) = stack.pop() {
            let varies = |id| self.dependencies.depends(id, variable);
            if !self.has_border[id.0 as usize] || !varies(id) || !seen.insert(id) {
                continue;
            }
            if self.is_steep(dag, dag.node(id), varies) {
                return true;
            }
            stack.extend(dag.node(id).operands());
        }
        false
    }

    /// Whether the function itself is infinitely steep at a border that its operands, of which some vary, can reach.
    fn is_steep(&self, dag: &Dag, node: Node, varies: impl Fn(ExprId) -> bool) -> bool {
        match node {
            Node::Unary(UnaryOp::Sqrt, a) => varies(a) && self.ranges.get(a).may_vanish(),
            Node::Unary(UnaryOp::Exp, a) => constant_power(dag, a).is_some_and(|(base, c)| {
                varies(base) && c > 0.0 && c < 1.0 && self.ranges.get(base).may_vanish()
            }),
            Node::Unary(UnaryOp::Asin | UnaryOp::Acos, a) => varies(a),
            Node::Binary(BinaryOp::Pow, a, b) => {
                let exponent = self.ranges.get(b);
                let by_base = varies(a) && exponent.low < 1.0 && exponent.high > 0.0;
                let by_exponent = varies(b) && exponent.may_vanish();
                self.ranges.get(a).may_vanish() && (by_base || by_exponent)
            }
            _ => false,
        }
    }

    /// A product with `inner`, which is 0 where `inner` is.
    pub(super) fn where_changing(
        &self,
        dag: &mut Dag,
        inner: ExprId,
        product: impl FnOnce(&mut Dag) -> ExprId,
    ) -> ExprId {
        let product = product(dag);
        if dag.as_constant(inner).is_some() {
            return product;
        }
        zero_where_zero(dag, inner, product)
    }

    /// A product with the derivative of `of`, which is 0 where `factor` is.
    pub(super) fn times_factor(
        &mut self,
        dag: &mut Dag,
        [of, factor]: [ExprId; 2],
        variable: Variable,
        product: ExprId,
    ) -> ExprId {
        let is_fine = dag.as_constant(product).is_some()
            || !self.is_singular(dag, of, variable)
            || self.is_singular(dag, factor, variable)
            || !self.may_vanish(dag, factor);
        if is_fine { product } else { zero_where_zero(dag, factor, product) }
    }

    /// A derivative of a rate coefficient, which is multiplied by the particles of its reaction.
    pub fn of_rate(&mut self, dag: &mut Dag, rate: ExprId, variable: Variable, particles: ExprId) -> ExprId {
        let derivative = self.derivative(dag, rate, variable);
        let is_changing = dag.as_constant(derivative) != Some(0.0) && dag.as_constant(particles).is_none();
        if is_changing && self.is_singular(dag, rate, variable) {
            return zero_where_zero(dag, particles, derivative);
        }
        derivative
    }

    /// `exp(c ln a)`, which a constant power of `a` became, where `a` can be zero: then the product `exp(c ln a) * c / a` would
    /// be 0/0, and the power one lower is not.
    pub(super) fn power_of_zero(
        &mut self,
        dag: &mut Dag,
        exponent: ExprId,
        variable: Variable,
    ) -> Option<(ExprId, f64)> {
        let (base, c) = constant_power(dag, exponent)?;
        if self.dependencies.depends_on_densities(base) {
            return Some((base, c));
        }
        let vanishes = self.may_vanish(dag, base);
        (vanishes && self.exponential_slope(dag, base, variable).is_none()).then_some((base, c))
    }

    /// f'/f of a product with an exponential, which holds where the product underflows too.
    pub(super) fn exponential_slope(
        &mut self,
        dag: &mut Dag,
        id: ExprId,
        variable: Variable,
    ) -> Option<ExprId> {
        match self.logarithmic(dag, id, variable) {
            Some(Logarithmic { slope, exponential: true }) => Some(slope),
            _ => None,
        }
    }

    /// Whether a node is a function of T and t that becomes zero by an exponential that underflows: whatever slope it has
    /// left there is none of the power's.
    fn underflows(&mut self, dag: &Dag, id: ExprId) -> bool {
        if !self.may_vanish(dag, id) || self.dependencies.depends_on_densities(id) {
            return false;
        }
        let (mut stack, mut seen) = (vec![id], FxHashSet::default());
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            match dag.node(id) {
                Node::Unary(UnaryOp::Exp, a) if constant_power(dag, a).is_none() => return true,
                node => stack.extend(node.operands()),
            }
        }
        false
    }

    /// d a^c by a variable, for a number c that is no whole one, where `id` is that power; `one_lower` makes c a^(c - 1) a' of
    /// a'.
    pub(super) fn constant_power_rule(
        &mut self,
        dag: &mut Dag,
        [id, a, c]: [ExprId; 3],
        variable: Variable,
        one_lower: impl FnOnce(&mut Dag, ExprId) -> ExprId,
    ) -> ExprId {
        if let Some(separate) = self.separate_powers(dag, a, c) {
            return self.derivative(dag, separate, variable);
        }
        let inner = self.of_operand(dag, a, variable);
        if self.underflows(dag, a) {
            return power_of_underflowing(dag, [id, a, c], inner);
        }
        // The slope is infinite at zero and the power is not.
        let has_border = dag.as_constant(c).is_some_and(|c| c > 0.0 && c < 1.0);
        if has_border && self.may_vanish(dag, a) {
            return self.where_changing(dag, inner, |dag| one_lower(dag, inner));
        }
        one_lower(dag, inner)
    }

    /// The power of a product as a product of powers, if a factor is itself a whole power of something that can be zero: the
    /// inner derivative vanishes with it, though the power's need not; or if a factor beside densities underflows. `None` if it is
    /// fine as it is.
    fn separate_powers(&mut self, dag: &mut Dag, a: ExprId, exponent: ExprId) -> Option<ExprId> {
        let (mut factors, mut stack, mut found) = (Vec::new(), vec![a], false);
        while let Some(id) = stack.pop() {
            match dag.node(id) {
                Node::Binary(BinaryOp::Mul, x, y) => stack.extend([y, x]),
                Node::PowInt(x, n) if n > 1 => {
                    found |= self.may_vanish(dag, x) && !self.dependencies.is_invariant(x);
                    factors.push((x, f64::from(n)));
                }
                _ => factors.push((id, 1.0)),
            }
        }
        if self.dependencies.depends_on_densities(a) {
            for (factor, _) in &factors {
                found |= self.underflows(dag, *factor);
            }
        }
        for (factor, _) in &factors {
            found &= self.range(dag, *factor).low >= 0.0;
        }
        found.then(|| {
            let powers = factors.into_iter().map(|(factor, n)| {
                let n = dag.constant(n);
                let exponent = dag.mul(n, exponent);
                dag.pow(factor, exponent)
            });
            let powers: Vec<ExprId> = powers.collect();
            dag.product(powers)
        })
    }

    /// d a^b = b a^(b-1) da + a^b ln a db
    pub(super) fn power_rule(
        &mut self,
        dag: &mut Dag,
        id: ExprId,
        [a, b]: [ExprId; 2],
        variable: Variable,
    ) -> ExprId {
        let (zero, one) = (dag.constant(0.0), dag.constant(1.0));
        let exponent = self.range(dag, b);
        // Where only negative exponents occur, the power itself is infinite at zero.
        let has_border = self.may_vanish(dag, a) && exponent.high >= 0.0;
        if has_border && let Some(separate) = self.separate_powers(dag, a, b) {
            return self.derivative(dag, separate, variable);
        }
        let (da, db) = (self.of_operand(dag, a, variable), self.of_operand(dag, b, variable));
        let from_base = if !self.dependencies.depends(a, variable) {
            zero
        } else if has_border && self.underflows(dag, a) {
            let product = power_of_underflowing(dag, [id, a, b], da);
            if exponent.may_vanish() { zero_where_zero(dag, b, product) } else { product }
        } else {
            let lower = dag.sub(b, one);
            let power = dag.pow(a, lower);
            let slope = dag.mul(b, power);
            let mut product = dag.mul(slope, da);
            if has_border && exponent.low < 1.0 && dag.as_constant(da).is_none() {
                product = zero_where_zero(dag, da, product);
            }
            if has_border && exponent.may_vanish() {
                product = zero_where_zero(dag, b, product);
            }
            product
        };
        let from_exponent = if self.dependencies.depends(b, variable) {
            let ln = dag.ln(a);
            let slope = dag.mul(id, ln);
            let mut product = dag.mul(slope, db);
            if has_border {
                product = zero_where_zero(dag, id, product);
            }
            if has_border && exponent.may_vanish() && dag.as_constant(db).is_none() {
                product = zero_where_zero(dag, db, product);
            }
            product
        } else {
            zero
        };
        dag.add(from_base, from_exponent)
    }

    /// A derivative of a quotient or negative power by something that is `divisor` or larger: 0 where that overflows.
    pub(super) fn zero_at_overflow(&mut self, dag: &mut Dag, divisor: ExprId, derivative: ExprId) -> ExprId {
        let range = self.range(dag, divisor);
        if !range.may_overflow() || dag.as_constant(derivative).is_some() {
            return derivative;
        }
        let size = if range.low < 0.0 { dag.unary(UnaryOp::Abs, divisor) } else { divisor };
        let (overflow, zero) = (dag.constant(OVERFLOW), dag.constant(0.0));
        dag.select(Compare::Less, size, overflow, derivative, zero)
    }
}

/// b a^b (da / a) where `id` is the power, which is 0 where that is.
fn power_of_underflowing(dag: &mut Dag, [id, a, b]: [ExprId; 3], da: ExprId) -> ExprId {
    let ratio = dag.div(da, a);
    let slope = dag.mul(b, id);
    let product = dag.mul(slope, ratio);
    zero_where_zero(dag, id, product)
}

/// c and a of an exponent `c ln a`.
fn constant_power(dag: &Dag, exponent: ExprId) -> Option<(ExprId, f64)> {
    let Node::Binary(BinaryOp::Mul, c, ln) = dag.node(exponent) else { return None };
    let c = dag.as_constant(c)?;
    match dag.node(ln) {
        Node::Unary(UnaryOp::Ln, a) => Some((a, c)),
        _ => None,
    }
}

/// `value`, but 0 where `indicator` is 0.
pub(super) fn zero_where_zero(dag: &mut Dag, indicator: ExprId, value: ExprId) -> ExprId {
    let zero = dag.constant(0.0);
    dag.select(Compare::Equal, indicator, zero, zero, value)
}
