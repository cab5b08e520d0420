//! The hash-consed graph and its simplifying constructors.

use rustc_hash::FxHashMap;

use super::node::{
    BinaryOp, Compare, ExprId, F64Bits, Node, ParameterId, SpeciesId, TableId, UnaryOp, Variable,
};

/// A hash-consed expression graph: equal expressions are one node, so sharing common subexpressions is
/// automatic. Nodes are only added; the constructors simplify as they go.
#[derive(Clone, Debug, Default)]
pub struct Dag {
    nodes: Vec<Node>,
    index: FxHashMap<Node, ExprId>,
}

impl Dag {
    /// An empty graph.
    pub fn new() -> Self {
        Dag::default()
    }

    /// The node of an id.
    pub fn node(&self, id: ExprId) -> Node {
        self.nodes[id.0 as usize]
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes, operands before users.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Adds a node as it is, or finds it.
    pub fn intern(&mut self, node: Node) -> ExprId {
        if let Some(&id) = self.index.get(&node) {
            return id;
        }
        let id = ExprId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.index.insert(node, id);
        id
    }

    /// A number.
    pub fn constant(&mut self, value: f64) -> ExprId {
        self.intern(Node::Constant(F64Bits::new(value)))
    }

    /// The id of a node, if it is in the graph.
    pub fn find(&self, node: Node) -> Option<ExprId> {
        self.index.get(&node).copied()
    }

    /// The number that a node is, if it is one.
    pub fn as_constant(&self, id: ExprId) -> Option<f64> {
        match self.node(id) {
            Node::Constant(bits) => Some(bits.get()),
            _ => None,
        }
    }

    /// A parameter.
    pub fn parameter(&mut self, id: ParameterId) -> ExprId {
        self.intern(Node::Parameter(id))
    }

    /// A variable.
    pub fn variable(&mut self, variable: Variable) -> ExprId {
        self.intern(Node::Variable(variable))
    }

    /// Number density of a species.
    pub fn density(&mut self, species: SpeciesId) -> ExprId {
        self.variable(Variable::Density(species))
    }

    /// The temperature as integrated (not clamped).
    pub fn temperature(&mut self) -> ExprId {
        self.variable(Variable::Temperature)
    }

    /// The time.
    pub fn time(&mut self) -> ExprId {
        self.variable(Variable::Time)
    }

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

    /// A node made anew from other operands, simplified.
    pub fn rebuild(&mut self, id: ExprId, copy: impl Fn(ExprId) -> ExprId) -> ExprId {
        match self.node(id) {
            Node::Constant(_) | Node::Parameter(_) | Node::Variable(_) => id,
            Node::Unary(op, a) => self.unary(op, copy(a)),
            Node::Binary(op, a, b) => {
                let (a, b) = (copy(a), copy(b));
                match op {
                    BinaryOp::Add => self.add(a, b),
                    BinaryOp::Sub => self.sub(a, b),
                    BinaryOp::Mul => self.mul(a, b),
                    BinaryOp::Div => self.div(a, b),
                    BinaryOp::Min => self.min(a, b),
                    BinaryOp::Max => self.max(a, b),
                    BinaryOp::Pow => self.pow(a, b),
                }
            }
            Node::PowInt(a, exponent) => self.powi(copy(a), exponent),
            Node::Select { compare, left, right, then, otherwise } => {
                self.select(compare, copy(left), copy(right), copy(then), copy(otherwise))
            }
            Node::Table { table, arguments, orders } => self.table(table, arguments.map(copy), orders),
        }
    }

    /// Copies of all that `roots` are made of: some nodes are known already, `copied` makes the others from their
    /// originals and a function from each operand to its copy.
    pub fn copies(
        &mut self,
        roots: &[ExprId],
        known: FxHashMap<ExprId, ExprId>,
        copied: impl Fn(&mut Dag, ExprId, &dyn Fn(ExprId) -> ExprId) -> ExprId,
    ) -> FxHashMap<ExprId, ExprId> {
        let mut copies = known;
        let mut stack: Vec<ExprId> = roots.to_vec();
        while let Some(&id) = stack.last() {
            if copies.contains_key(&id) {
                stack.pop();
                continue;
            }
            let before = stack.len();
            stack.extend(self.node(id).operands().filter(|operand| !copies.contains_key(operand)));
            if stack.len() > before {
                continue;
            }
            stack.pop();
            let copy = |id: ExprId| copies.get(&id).copied().unwrap_or(id);
            let made = copied(self, id, &copy);
            copies.insert(id, made);
        }
        copies
    }

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

impl UnaryOp {
    /// The function on numbers.
    pub fn evaluate(self, x: f64) -> f64 {
        match self {
            UnaryOp::Neg => -x,
            UnaryOp::Exp => x.exp(),
            UnaryOp::Ln => x.ln(),
            UnaryOp::Sqrt => x.sqrt(),
            UnaryOp::Abs => x.abs(),
            UnaryOp::Sin => x.sin(),
            UnaryOp::Cos => x.cos(),
            UnaryOp::Tan => x.tan(),
            UnaryOp::Asin => x.asin(),
            UnaryOp::Acos => x.acos(),
            UnaryOp::Atan => x.atan(),
            UnaryOp::Sinh => x.sinh(),
            UnaryOp::Cosh => x.cosh(),
            UnaryOp::Tanh => x.tanh(),
        }
    }
}

impl BinaryOp {
    /// The function on numbers.
    pub fn evaluate(self, x: f64, y: f64) -> f64 {
        match self {
            BinaryOp::Add => x + y,
            BinaryOp::Sub => x - y,
            BinaryOp::Mul => x * y,
            BinaryOp::Div => x / y,
            BinaryOp::Pow => x.powf(y),
            BinaryOp::Min => x.min(y),
            BinaryOp::Max => x.max(y),
        }
    }
}

impl Compare {
    /// The comparison on numbers.
    pub fn evaluate(self, x: f64, y: f64) -> bool {
        match self {
            Compare::Less => x < y,
            Compare::LessEqual => x <= y,
            Compare::Equal => x == y,
        }
    }
}
