//! How operations are written: how tightly they bind, and what the functions are called.

use super::node::{BinaryOp, UnaryOp};

/// How tightly a written expression binds. An operand that binds less tightly than its place asks for stands in
/// parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// a + b, a - b
    Sum,
    /// a b, a / b
    Product,
    /// -a
    Minus,
    /// a^b
    Power,
    /// Names, numbers, calls.
    Atom,
}

impl UnaryOp {
    /// How tightly it binds.
    pub fn level(self) -> Level {
        match self {
            UnaryOp::Neg => Level::Minus,
            _ => Level::Atom,
        }
    }

    /// The name of the function, in network files as in Rust.
    pub fn name(self) -> &'static str {
        match self {
            UnaryOp::Neg => "neg",
            UnaryOp::Exp => "exp",
            UnaryOp::Ln => "ln",
            UnaryOp::Sqrt => "sqrt",
            UnaryOp::Abs => "abs",
            UnaryOp::Sin => "sin",
            UnaryOp::Cos => "cos",
            UnaryOp::Tan => "tan",
            UnaryOp::Asin => "asin",
            UnaryOp::Acos => "acos",
            UnaryOp::Atan => "atan",
            UnaryOp::Sinh => "sinh",
            UnaryOp::Cosh => "cosh",
            UnaryOp::Tanh => "tanh",
        }
    }
}

impl BinaryOp {
    /// How tightly it binds, where powers are written with `^`.
    pub fn level(self) -> Level {
        match self {
            BinaryOp::Add | BinaryOp::Sub => Level::Sum,
            BinaryOp::Mul | BinaryOp::Div => Level::Product,
            BinaryOp::Pow => Level::Power,
            BinaryOp::Min | BinaryOp::Max => Level::Atom,
        }
    }
}
