//! Values with names.

use super::{Expr, Name};

/// `NAME = EXPRESSION`
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The name.
    pub name: Name,
    /// Right-hand side.
    pub value: Expr,
    /// Of a parameter that says `per cell`.
    pub per_cell: Option<PerCell>,
}

/// `per cell` after a parameter: each cell has a value of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerCell {
    /// `per cell signed`: values may be negative.
    pub signed: bool,
}
