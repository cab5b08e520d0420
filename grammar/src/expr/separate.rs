//! What values depend on, and coefficients that depend on T and on parameters as sums of products.
//!
//! ```text
//! constant       a number
//! environment    of parameters alone: once for each cell and call
//! T              of T alone: tabulated
//! T x environment    sum of e f, e of parameters and f of T alone, where the expression allows it
//! state          of densities or time too: evaluated at every state
//! ```
//! A function of T that cannot be parted from parameters of the whole network is tabulated with their values; from parameters
//! per cell, it is evaluated where it stands.

mod classes;
mod terms;

use rustc_hash::{FxHashMap, FxHashSet};

pub use classes::{Class, Classes};
pub use terms::Obstacle;

use super::dag::Dag;
use super::node::{BinaryOp, ExprId, Node, UnaryOp};
use super::ranges::Ranges;
use crate::network::Network;
use terms::{Splitter, Term};

/// Roots with their coefficients separated.
#[derive(Clone, Debug)]
pub struct Separated {
    /// The roots, in the order given.
    pub roots: Vec<ExprId>,
    /// What each node depends on, with `folded` as functions of T alone.
    pub classes: Classes,
    /// What could not be parted, in the order of the graph.
    pub unsplit: Vec<Unsplit>,
}

/// A function of T and parameters that is no sum of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsplit {
    /// The function.
    pub expr: ExprId,
    /// Why it is none.
    pub obstacle: Obstacle,
    /// Whether it depends on parameters per cell, and is evaluated where it stands; else it is tabulated with the values of
    /// the parameters.
    pub per_cell: bool,
}

/// Separates all coefficients in `roots`, nodes of a graph that extends that of `network`. Nodes that need no change stay
/// what they are.
pub fn separate(network: &Network, dag: &mut Dag, roots: &[ExprId]) -> Separated {
    let per_cell = network.parameters.iter().map(|parameter| parameter.per_cell.is_some()).collect();
    let mut splitter = Splitter {
        classes: Classes::of(dag, per_cell),
        ranges: Ranges::new(&network.tables),
        known: FxHashMap::default(),
        unsplit: Vec::new(),
        dag,
    };
    let mut known: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    let mut stack: Vec<ExprId> = roots.to_vec();
    let mut seen = FxHashSet::default();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        match splitter.class(id) {
            Class::Constant | Class::Environment | Class::Temperature => {}
            Class::Both if !splitter.classes.is_costly(id) => {}
            Class::Both => match splitter.terms(id) {
                Ok(terms) => {
                    let separated = splitter.best(id, &terms);
                    known.insert(id, separated);
                }
                Err(_) => stack.extend(splitter.dag.node(id).operands()),
            },
            Class::State => stack.extend(splitter.dag.node(id).operands()),
        }
    }
    let Splitter { dag, mut classes, mut unsplit, .. } = splitter;
    known.retain(|before, after| before != after);
    let copies = if known.is_empty() { FxHashMap::default() } else { dag.copies(roots, known, rebuilt) };
    classes.extend(dag);
    unsplit.sort_unstable_by_key(|unsplit| unsplit.expr);
    let roots = roots.iter().map(|root| copies.get(root).copied().unwrap_or(*root)).collect();
    Separated { roots, classes, unsplit }
}

/// A node of new operands; the node itself where none is new. Numbers stay with what they are multiplied with.
fn rebuilt(dag: &mut Dag, id: ExprId, copy: &dyn Fn(ExprId) -> ExprId) -> ExprId {
    match dag.node(id) {
        node if node.operands().all(|operand| copy(operand) == operand) => id,
        Node::Binary(BinaryOp::Mul, a, b) => dag.plain_product(copy(a), copy(b)),
        _ => dag.rebuild(id, copy),
    }
}

impl Splitter<'_> {
    /// The sum of the terms, unless the node as it is has no more functions of T and joins them by sums and products alone.
    fn best(&mut self, id: ExprId, terms: &[Term]) -> ExprId {
        let (mut functions, mut plain) = (FxHashSet::default(), true);
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            match (self.class(id), self.dag.node(id)) {
                (Class::Temperature, _) if self.classes.is_costly(id) => {
                    functions.insert(id);
                }
                (
                    Class::Both,
                    node @ (Node::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, ..)
                    | Node::Unary(UnaryOp::Neg, _)),
                ) => stack.extend(node.operands()),
                (Class::Both, _) => plain = false,
                _ => {}
            }
        }
        if plain && functions.len() < terms.len() {
            return id;
        }
        let mut sum = self.dag.constant(0.0);
        for Term { environment, function } in terms {
            let product = match (self.dag.as_constant(*environment), self.dag.as_constant(*function)) {
                // A number stays with its function, to be tabulated with it.
                (None, None) => self.dag.plain_product(*environment, *function),
                _ => self.dag.mul(*environment, *function),
            };
            sum = self.dag.add(sum, product);
        }
        sum
    }
}

#[cfg(test)]
mod tests;
