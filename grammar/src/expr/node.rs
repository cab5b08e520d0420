//! The kinds of nodes.

/// Index of a node in a [`crate::expr::Dag`]. Operands always have smaller ids than their users, so that
/// ascending ids are a topological order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// Index of a species in [`crate::network::Network::species`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpeciesId(pub u32);

/// Index of a parameter in [`crate::network::Network::parameters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterId(pub u32);

/// Index of a table in [`crate::network::Network::tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// An `f64` that can be hashed: compared by its bits (`-0.0` is stored as `0.0`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct F64Bits(u64);

impl F64Bits {
    /// Stores a number.
    pub fn new(value: f64) -> Self {
        F64Bits(if value == 0.0 { 0 } else { value.to_bits() })
    }

    /// The number.
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

impl std::fmt::Debug for F64Bits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.get())
    }
}

/// What a derivative is taken with respect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    /// Number density of a species [cm^-3].
    Density(SpeciesId),
    /// Temperature `[K]`.
    Temperature,
    /// Time `[s]`.
    Time,
}

/// Functions of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnaryOp {
    /// -x
    Neg,
    /// e^x
    Exp,
    /// Natural logarithm.
    Ln,
    /// Square root.
    Sqrt,
    /// |x|
    Abs,
    /// Sine (radians), as the others below.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Inverse sine.
    Asin,
    /// Inverse cosine.
    Acos,
    /// Inverse tangent.
    Atan,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
}

/// Functions of two arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BinaryOp {
    /// a + b
    Add,
    /// a - b
    Sub,
    /// a b
    Mul,
    /// a / b
    Div,
    /// a^b where b is not constant (constant powers become `exp(b ln a)`, `sqrt` or [`Node::PowInt`])
    Pow,
    /// Smaller of two.
    Min,
    /// Larger of two.
    Max,
}

/// Comparisons; the others are written by exchanging sides or branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compare {
    /// a < b
    Less,
    /// a <= b
    LessEqual,
    /// a == b
    Equal,
}

/// A node of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A number.
    Constant(F64Bits),
    /// A parameter of the network.
    Parameter(ParameterId),
    /// A variable.
    Variable(Variable),
    /// A function of one argument.
    Unary(UnaryOp, ExprId),
    /// A function of two arguments. Operands of commutative functions are ordered by id.
    Binary(BinaryOp, ExprId, ExprId),
    /// Integer power; the exponent is not 0 or 1.
    PowInt(ExprId, i32),
    /// `if a OP b { then } else { otherwise }`. Only the chosen branch need be evaluated, and the other may be
    /// NaN or infinite without harm.
    Select {
        /// Comparison.
        compare: Compare,
        /// Left side of the comparison.
        left: ExprId,
        /// Right side of the comparison.
        right: ExprId,
        /// Value where it holds.
        then: ExprId,
        /// Value where it does not hold.
        otherwise: ExprId,
    },
    /// Interpolation in a table, or a derivative of it. Works in the table's own coordinates (the logarithm of
    /// a quantity where the axis is logarithmic).
    Table {
        /// The table.
        table: TableId,
        /// Coordinates; for a 1-D table both are the same node.
        arguments: [ExprId; 2],
        /// Order of the derivative with respect to each coordinate.
        orders: [u8; 2],
    },
}

impl Node {
    /// The same node of other operands.
    #[must_use]
    pub fn with_operands(self, of: impl Fn(ExprId) -> ExprId) -> Node {
        match self {
            Node::Constant(_) | Node::Parameter(_) | Node::Variable(_) => self,
            Node::Unary(op, a) => Node::Unary(op, of(a)),
            Node::PowInt(a, n) => Node::PowInt(of(a), n),
            Node::Binary(op, a, b) => Node::Binary(op, of(a), of(b)),
            Node::Select { compare, left, right, then, otherwise } => {
                let [left, right, then, otherwise] = [left, right, then, otherwise].map(of);
                Node::Select { compare, left, right, then, otherwise }
            }
            Node::Table { table, arguments, orders } => {
                Node::Table { table, arguments: arguments.map(of), orders }
            }
        }
    }

    /// Operands, in order.
    pub fn operands(&self) -> impl Iterator<Item = ExprId> + use<> {
        let list: [Option<ExprId>; 4] = match *self {
            Node::Constant(_) | Node::Parameter(_) | Node::Variable(_) => [None; 4],
            Node::Unary(_, a) | Node::PowInt(a, _) => [Some(a), None, None, None],
            Node::Binary(_, a, b) => [Some(a), Some(b), None, None],
            Node::Select { left, right, then, otherwise, .. } => {
                [Some(left), Some(right), Some(then), Some(otherwise)]
            }
            Node::Table { arguments: [a, b], .. } => [Some(a), (a != b).then_some(b), None, None],
        };
        list.into_iter().flatten()
    }
}
