//! Logarithms of products of positive factors.

use super::dag::Dag;
use super::logarithmic::is_temperature;
use super::node::{BinaryOp, ExprId, Node, UnaryOp};

impl Dag {
    /// ln a of a product or quotient of exponentials, powers of the temperature and positive numbers, as a sum: finite also
    /// where the product underflows. `None` of anything else.
    pub(super) fn ln_of_product(&mut self, a: ExprId) -> Option<ExprId> {
        match self.node(a) {
            Node::Constant(value) if value.get() > 0.0 => Some(self.constant(value.get().ln())),
            Node::Unary(UnaryOp::Exp, x) => Some(x),
            Node::Unary(UnaryOp::Sqrt, x) => {
                let (half, ln) = (self.constant(0.5), self.ln_of_product(x)?);
                Some(self.mul(half, ln))
            }
            Node::PowInt(x, n) => {
                let (n, ln) = (self.constant(f64::from(n)), self.ln_of_product(x)?);
                Some(self.mul(n, ln))
            }
            Node::Binary(op @ (BinaryOp::Mul | BinaryOp::Div), x, y) => {
                let (x, y) = (self.ln_of_product(x)?, self.ln_of_product(y)?);
                Some(if op == BinaryOp::Mul { self.add(x, y) } else { self.sub(x, y) })
            }
            _ if is_temperature(self, a) => Some(self.ln(a)),
            _ => None,
        }
    }
}
