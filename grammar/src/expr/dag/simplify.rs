//! The constructors of nodes, which simplify as they go.

use super::Dag;
use crate::expr::node::{BinaryOp, Compare, ExprId, Node, TableId, UnaryOp};

impl Dag {
    /// A function of one argument.
    pub fn unary(&mut self, op: UnaryOp, a: ExprId) -> ExprId {
        if let Some(x) = self.as_constant(a) {
            return self.constant(op.evaluate(x));
        }
        match (op, self.node(a)) {
            (UnaryOp::Neg, Node::Unary(UnaryOp::Neg, inner))
            | (UnaryOp::Exp, Node::Unary(UnaryOp::Ln, inner))
            | (UnaryOp::Ln, Node::Unary(UnaryOp::Exp, inner)) => inner,
            (UnaryOp::Neg, Node::Binary(BinaryOp::Sub, x, y)) => self.sub(y, x),
            (UnaryOp::Neg, Node::Binary(BinaryOp::Mul, x, y)) => match self.as_constant(x) {
                Some(c) => {
                    let c = self.constant(-c);
                    self.mul(c, y)
                }
                None => self.intern(Node::Unary(op, a)),
            },
            (UnaryOp::Abs, Node::Unary(UnaryOp::Neg | UnaryOp::Abs, inner)) => {
                self.unary(UnaryOp::Abs, inner)
            }
            _ => self.intern(Node::Unary(op, a)),
        }
    }

    /// -a
    pub fn neg(&mut self, a: ExprId) -> ExprId {
        self.unary(UnaryOp::Neg, a)
    }

    /// e^a
    pub fn exp(&mut self, a: ExprId) -> ExprId {
        self.unary(UnaryOp::Exp, a)
    }

    /// ln a
    pub fn ln(&mut self, a: ExprId) -> ExprId {
        self.unary(UnaryOp::Ln, a)
    }

    /// Square root.
    pub fn sqrt(&mut self, a: ExprId) -> ExprId {
        self.unary(UnaryOp::Sqrt, a)
    }

    /// log10 a, as ln a times a constant, so that logarithms of all bases share the one transcendental.
    pub fn log10(&mut self, a: ExprId) -> ExprId {
        if let Some(x) = self.as_constant(a) {
            return self.constant(x.log10());
        }
        let ln = self.ln(a);
        let factor = self.constant(std::f64::consts::LOG10_E);
        self.mul(factor, ln)
    }

    /// 10^a, as an exponential of base e.
    pub fn exp10(&mut self, a: ExprId) -> ExprId {
        if let Some(x) = self.as_constant(a) {
            return self.constant(10f64.powf(x));
        }
        let factor = self.constant(std::f64::consts::LN_10);
        let scaled = self.mul(factor, a);
        self.exp(scaled)
    }

    /// a + b
    pub fn add(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(x), Some(y)) => return self.constant(x + y),
            (Some(0.0), _) => return b,
            (_, Some(0.0)) => return a,
            _ => {}
        }
        if a == b {
            let two = self.constant(2.0);
            return self.mul(two, a);
        }
        match (self.node(a), self.node(b)) {
            (_, Node::Unary(UnaryOp::Neg, y)) => self.sub(a, y),
            (Node::Unary(UnaryOp::Neg, x), _) => self.sub(b, x),
            _ => self.intern(Node::Binary(BinaryOp::Add, a.min(b), a.max(b))),
        }
    }

    /// a - b
    pub fn sub(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(x), Some(y)) => return self.constant(x - y),
            (Some(0.0), _) => return self.neg(b),
            (_, Some(0.0)) => return a,
            _ => {}
        }
        if a == b {
            return self.constant(0.0);
        }
        match self.node(b) {
            Node::Unary(UnaryOp::Neg, y) => self.add(a, y),
            _ => self.intern(Node::Binary(BinaryOp::Sub, a, b)),
        }
    }

    /// a b; numerical factors are gathered in front.
    pub fn mul(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(x), Some(y)) => return self.constant(x * y),
            (Some(x), None) => return self.scale(x, b, a),
            (None, Some(y)) => return self.scale(y, a, b),
            (None, None) => {}
        }
        match (self.node(a), self.node(b)) {
            (Node::Unary(UnaryOp::Neg, x), _) => {
                let product = self.mul(x, b);
                self.neg(product)
            }
            (_, Node::Unary(UnaryOp::Neg, y)) => {
                let product = self.mul(a, y);
                self.neg(product)
            }
            (Node::Binary(BinaryOp::Mul, c, x), _) if self.as_constant(c).is_some() => {
                let product = self.mul(x, b);
                self.mul(c, product)
            }
            (_, Node::Binary(BinaryOp::Mul, c, y)) if self.as_constant(c).is_some() => {
                let product = self.mul(a, y);
                self.mul(c, product)
            }
            _ if a == b => self.powi(a, 2),
            _ => self.intern(Node::Binary(BinaryOp::Mul, a.min(b), a.max(b))),
        }
    }

    /// a b as it is: numbers within a and b stay where they are.
    pub fn plain_product(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let number_first = match (self.as_constant(a), self.as_constant(b)) {
            (Some(_), None) => [a, b],
            (None, Some(_)) => [b, a],
            _ => [a.min(b), a.max(b)],
        };
        self.intern(Node::Binary(BinaryOp::Mul, number_first[0], number_first[1]))
    }

    /// Number times expression; the number always stands on the left.
    fn scale(&mut self, factor: f64, x: ExprId, factor_id: ExprId) -> ExprId {
        if factor == 0.0 {
            return self.constant(0.0);
        }
        if factor == 1.0 {
            return x;
        }
        if factor == -1.0 {
            return self.neg(x);
        }
        match self.node(x) {
            Node::Unary(UnaryOp::Neg, inner) => {
                let factor = self.constant(-factor);
                self.mul(factor, inner)
            }
            Node::Binary(BinaryOp::Mul, c, y) => match self.as_constant(c) {
                Some(c) => {
                    let factor = self.constant(factor * c);
                    self.mul(factor, y)
                }
                None => self.intern(Node::Binary(BinaryOp::Mul, factor_id, x)),
            },
            _ => self.intern(Node::Binary(BinaryOp::Mul, factor_id, x)),
        }
    }

    /// a / b
    pub fn div(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(x), Some(y)) => return self.constant(x / y),
            (Some(0.0), _) => return a,
            (_, Some(1.0)) => return a,
            (None, Some(y)) if (1.0 / y).is_finite() && y != 0.0 => {
                let reciprocal = self.constant(1.0 / y);
                return self.mul(reciprocal, a);
            }
            _ => {}
        }
        if a == b {
            return self.constant(1.0);
        }
        match self.node(a) {
            Node::Binary(BinaryOp::Mul, c, x) if self.as_constant(c).is_some() => {
                let quotient = self.div(x, b);
                self.mul(c, quotient)
            }
            Node::Unary(UnaryOp::Neg, x) => {
                let quotient = self.div(x, b);
                self.neg(quotient)
            }
            _ => self.intern(Node::Binary(BinaryOp::Div, a, b)),
        }
    }

    /// Smaller of two.
    pub fn min(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(x), Some(y)) => self.constant(x.min(y)),
            _ if a == b => a,
            _ => self.intern(Node::Binary(BinaryOp::Min, a.min(b), a.max(b))),
        }
    }

    /// Larger of two.
    pub fn max(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(x), Some(y)) => self.constant(x.max(y)),
            _ if a == b => a,
            _ => self.intern(Node::Binary(BinaryOp::Max, a.min(b), a.max(b))),
        }
    }

    /// Integer power.
    pub fn powi(&mut self, a: ExprId, exponent: i32) -> ExprId {
        match exponent {
            0 => return self.constant(1.0),
            1 => return a,
            _ => {}
        }
        if let Some(x) = self.as_constant(a) {
            return self.constant(x.powi(exponent));
        }
        match self.node(a) {
            Node::Unary(UnaryOp::Exp, x) => {
                let exponent = self.constant(f64::from(exponent));
                let scaled = self.mul(exponent, x);
                self.exp(scaled)
            }
            _ => self.intern(Node::PowInt(a, exponent)),
        }
    }

    /// a^b. A constant power becomes an integer power, a square root, or exp(b ln a), so that all powers of one
    /// base share its logarithm; a variable power of a product of exponentials becomes one exponential, which does not
    /// underflow before its time.
    pub fn pow(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(x), Some(y)) => return self.constant(x.powf(y)),
            (_, Some(y)) if y.fract() == 0.0 && y.abs() <= 1024.0 => return self.powi(a, y as i32),
            (_, Some(0.5)) => return self.sqrt(a),
            (_, Some(-0.5)) => {
                let root = self.sqrt(a);
                let one = self.constant(1.0);
                return self.div(one, root);
            }
            (None, Some(y)) if y.fract() != 0.0 => {
                let ln = self.ln(a);
                let scaled = self.mul(b, ln);
                return self.exp(scaled);
            }
            (Some(x), None) if x > 0.0 => {
                let ln = self.constant(x.ln());
                let scaled = self.mul(ln, b);
                return self.exp(scaled);
            }
            _ => {}
        }
        if let Node::Unary(..) | Node::PowInt(..) | Node::Binary(..) = self.node(a)
            && self.as_constant(b).is_none()
            && let Some(ln) = self.ln_of_product(a)
        {
            let scaled = self.mul(b, ln);
            return self.exp(scaled);
        }
        self.intern(Node::Binary(BinaryOp::Pow, a, b))
    }

    /// Choice between two values.
    pub fn select(
        &mut self,
        compare: Compare,
        left: ExprId,
        right: ExprId,
        then: ExprId,
        otherwise: ExprId,
    ) -> ExprId {
        if then == otherwise {
            return then;
        }
        if let (Some(x), Some(y)) = (self.as_constant(left), self.as_constant(right)) {
            return if compare.evaluate(x, y) { then } else { otherwise };
        }
        self.intern(Node::Select { compare, left, right, then, otherwise })
    }

    /// Table look-up in the table's own coordinates.
    pub fn table(&mut self, table: TableId, arguments: [ExprId; 2], orders: [u8; 2]) -> ExprId {
        self.intern(Node::Table { table, arguments, orders })
    }
}
