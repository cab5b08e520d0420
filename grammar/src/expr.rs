//! Expressions of the intermediate form: one hash-consed directed acyclic graph per network.

mod borders;
mod dag;
mod dependencies;
mod differentiate;
mod display;
mod evaluate;
mod logarithmic;
mod node;
mod notation;
mod polynomial;
mod positive_product;
mod ranges;
mod separate;

pub use dag::Dag;
pub use dependencies::{Dependencies, needed, parameters, use_counts};
pub use differentiate::Differentiator;
pub use display::Printer;
pub use evaluate::{Evaluator, Point};
pub use node::{
    BinaryOp, Compare, ExprId, F64Bits, Node, ParameterId, SpeciesId, TableId, UnaryOp, Variable,
};
pub use notation::Level;
pub use polynomial::{Polynomial, polynomials, polynomials_to_centre};
pub use separate::{Class, Classes, Obstacle, Separated, Unsplit, separate};
