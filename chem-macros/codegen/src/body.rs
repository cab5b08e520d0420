//! Bodies of generated functions: from a graph to lines that read like formulas.

mod condition;
mod expression;
mod names;
mod operation;
mod placement;
mod rewrite;
mod statement;

pub(crate) use names::Names;
pub(crate) use operation::Operations;
pub(crate) use statement::{Body, Comments};
