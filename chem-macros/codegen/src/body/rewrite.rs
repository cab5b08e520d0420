//! Cheaper forms of expensive operations, chosen where a function computes what they need anyway.
//!
//! `exp(a) * exp(b)` becomes `exp(a + b)` if neither exponential is used elsewhere; `x^b` becomes `exp(b * ln(x))` and
//! `ln(c * x)` becomes `ln(x) + ln(c)` if the logarithm of x is there, unless x and b can be zero together, or the logarithm is
//! the argument of a polynomial, where the last digit counts.

use chem_grammar::expr::{BinaryOp, Dag, ExprId, Node, UnaryOp};
use rustc_hash::{FxHashMap, FxHashSet};

use super::operation::Operation;

/// A product of factors and of one exponential.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Product {
    pub(crate) factors: Vec<ExprId>,
    /// Terms of the exponent: `a`, or `a * b`.
    pub(crate) exponents: Vec<(ExprId, Option<ExprId>)>,
}

/// What is known of a function when its operations are rewritten.
pub(crate) struct Rewriter<'a> {
    pub(crate) dag: &'a Dag,
    pub(crate) operations: &'a FxHashMap<ExprId, Operation>,
    /// Users of each node.
    pub(crate) uses: FxHashMap<ExprId, u32>,
    /// Logarithms that the function computes, by their arguments.
    pub(crate) logarithms: FxHashMap<ExprId, ExprId>,
    /// Arguments of polynomials.
    pub(crate) bases: FxHashSet<ExprId>,
    /// Nodes that are to stay as they are.
    pub(crate) keep: &'a dyn Fn(ExprId) -> bool,
}

impl Rewriter<'_> {
    /// The cheaper form of an operation, if there is one.
    pub(crate) fn rewrite(&self, id: ExprId) -> Option<Operation> {
        let Some(Operation::Node(node)) = self.operations.get(&id) else { return None };
        match *node {
            Node::Binary(BinaryOp::Mul, ..) => {
                let mut product = Product { factors: Vec::new(), exponents: Vec::new() };
                self.collect(id, true, &mut product);
                (product.exponents.len() > 1).then_some(Operation::Product(product))
            }
            Node::Binary(BinaryOp::Pow, a, b) => {
                let ln = self.logarithm(a, b)?;
                let exponents = vec![(b, Some(ln))];
                Some(Operation::Product(Product { factors: Vec::new(), exponents }))
            }
            Node::Unary(UnaryOp::Ln, a) if !self.bases.contains(&id) => {
                let Node::Binary(BinaryOp::Mul, c, x) = self.dag.node(a) else { return None };
                let offset = self.dag.as_constant(c).filter(|&c| c > 0.0)?.ln();
                Some(Operation::ShiftedLogarithm(*self.logarithms.get(&x)?, offset))
            }
            _ => None,
        }
    }

    /// The logarithm of a base, if the power may be written as an exponential of it.
    fn logarithm(&self, base: ExprId, exponent: ExprId) -> Option<ExprId> {
        let ln = *self.logarithms.get(&base)?;
        (!self.dag.may_be_zero_to_the_zero(base, exponent)).then_some(ln)
    }

    /// Gathers factors and exponents of a chain of products; numbers come first.
    fn collect(&self, id: ExprId, top: bool, product: &mut Product) {
        let inner = top || (self.uses.get(&id) == Some(&1) && !(self.keep)(id));
        match self.operations.get(&id) {
            Some(Operation::Node(Node::Binary(BinaryOp::Mul, a, b))) if inner => {
                self.collect(*a, false, product);
                self.collect(*b, false, product);
            }
            Some(Operation::Node(Node::Unary(UnaryOp::Exp, a))) if inner => {
                product.exponents.push((*a, None))
            }
            Some(Operation::Node(Node::Binary(BinaryOp::Pow, a, b))) if inner => match self.logarithm(*a, *b)
            {
                Some(ln) => product.exponents.push((*b, Some(ln))),
                None => product.factors.push(id),
            },
            _ => product.factors.push(id),
        }
    }
}
