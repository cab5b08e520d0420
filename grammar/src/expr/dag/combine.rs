//! Sums, products and polynomials of many nodes.

use super::Dag;
use crate::expr::node::{BinaryOp, ExprId, Node};

impl Dag {
    /// Sum of many terms, in order.
    pub fn sum(&mut self, terms: impl IntoIterator<Item = ExprId>) -> ExprId {
        let zero = self.constant(0.0);
        terms.into_iter().fold(zero, |sum, term| self.add(sum, term))
    }

    /// A small whole multiple. Unlike in [`Dag::mul`] the term stays the node that it is, so that all its users
    /// share it.
    pub fn multiple(&mut self, factor: u32, term: ExprId) -> ExprId {
        let factor_id = self.constant(f64::from(factor));
        if factor <= 1 || self.as_constant(term).is_some() {
            return self.mul(factor_id, term);
        }
        self.intern(Node::Binary(BinaryOp::Mul, factor_id, term))
    }

    /// Sum of whole multiples: those gained, in order, less those lost, in order.
    pub fn balance(&mut self, terms: &[(i32, ExprId)]) -> ExprId {
        let (gained, lost): (Vec<_>, Vec<_>) = terms.iter().partition(|(factor, _)| *factor > 0);
        let mut sum = self.constant(0.0);
        if gained.is_empty() {
            for (factor, term) in lost {
                let multiple = self.multiple(factor.unsigned_abs(), term);
                sum = self.add(sum, multiple);
            }
            return self.neg(sum);
        }
        for (factor, term) in gained {
            let multiple = self.multiple(factor.unsigned_abs(), term);
            sum = self.add(sum, multiple);
        }
        for (factor, term) in lost {
            let multiple = self.multiple(factor.unsigned_abs(), term);
            sum = self.sub(sum, multiple);
        }
        sum
    }

    /// Product of many factors, in order.
    pub fn product(&mut self, factors: impl IntoIterator<Item = ExprId>) -> ExprId {
        let one = self.constant(1.0);
        factors.into_iter().fold(one, |product, factor| self.mul(product, factor))
    }

    /// Horner form of a polynomial with ascending coefficients. The argument stays the node that it is, even where
    /// it has a numerical factor: scaled coefficients would round differently.
    pub fn polynomial(&mut self, x: ExprId, coefficients: &[ExprId]) -> ExprId {
        let zero = self.constant(0.0);
        coefficients.iter().rev().fold(zero, |value, &coefficient| {
            let has_factor =
                matches!(self.node(x), Node::Binary(BinaryOp::Mul, c, _) if self.as_constant(c).is_some());
            let product = if has_factor && value != zero {
                self.intern(Node::Binary(BinaryOp::Mul, value, x))
            } else {
                self.mul(value, x)
            };
            self.add(product, coefficient)
        })
    }
}
