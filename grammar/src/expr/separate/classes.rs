//! What each node depends on.

use rustc_hash::FxHashSet;

use crate::expr::{BinaryOp, Dag, ExprId, Node, ParameterId, UnaryOp, Variable};

/// What a value depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Nothing.
    Constant,
    /// Parameters alone.
    Environment,
    /// T alone.
    Temperature,
    /// T and parameters.
    Both,
    /// Densities or time too.
    State,
}

const PARAMETER: u8 = 1;
const PER_CELL: u8 = 2;
const TEMPERATURE: u8 = 4;
const STATE: u8 = 8;
/// Costs more than sums and products, through T.
const COSTLY: u8 = 16;

/// What the nodes of a graph depend on.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    of_node: Vec<u8>,
    /// Whether each parameter has a value per cell.
    per_cell: Vec<bool>,
    /// Functions of T and parameters of the whole network that count as functions of T alone.
    folded: FxHashSet<ExprId>,
}

impl Classes {
    /// All nodes of a graph; `per_cell` tells of each parameter whether each cell has a value of its own.
    pub fn of(dag: &Dag, per_cell: Vec<bool>) -> Self {
        let mut classes = Classes { per_cell, ..Classes::default() };
        classes.extend(dag);
        classes
    }

    /// Takes in the nodes that were added to the graph since the last call.
    pub fn extend(&mut self, dag: &Dag) {
        for index in self.of_node.len()..dag.len() {
            let id = ExprId(index as u32);
            let node = dag.node(id);
            let own = match node {
                Node::Parameter(ParameterId(p)) => {
                    let per_cell = self.per_cell.get(p as usize) == Some(&true);
                    PARAMETER | if per_cell { PER_CELL } else { 0 }
                }
                Node::Variable(Variable::Temperature) => TEMPERATURE,
                Node::Variable(_) => STATE,
                _ => 0,
            };
            let mut bits = node.operands().fold(own, |bits, operand| bits | self.bits(operand));
            if is_costly(node) && bits & TEMPERATURE != 0 {
                bits |= COSTLY;
            }
            if self.folded.contains(&id) {
                bits &= !PARAMETER;
            }
            self.of_node.push(bits);
        }
    }

    fn bits(&self, id: ExprId) -> u8 {
        self.of_node.get(id.0 as usize).copied().unwrap_or(0)
    }

    /// What a node depends on.
    pub fn class(&self, id: ExprId) -> Class {
        let bits = self.bits(id);
        match (bits & STATE != 0, bits & TEMPERATURE != 0, bits & PARAMETER != 0) {
            (true, _, _) => Class::State,
            (_, true, true) => Class::Both,
            (_, true, false) => Class::Temperature,
            (_, _, true) => Class::Environment,
            _ => Class::Constant,
        }
    }

    /// Whether a node depends on a parameter per cell.
    pub fn is_per_cell(&self, id: ExprId) -> bool {
        self.bits(id) & PER_CELL != 0
    }

    /// Whether more than sums and products of T go into a node.
    pub(super) fn is_costly(&self, id: ExprId) -> bool {
        self.bits(id) & COSTLY != 0
    }

    /// Counts a node as a function of T alone from now on; nodes that use it follow when the graph is taken in anew.
    pub(super) fn fold(&mut self, id: ExprId, dag: &Dag) {
        if self.folded.insert(id) {
            self.of_node.clear();
            self.extend(dag);
        }
    }
}

fn is_costly(node: Node) -> bool {
    match node {
        Node::Unary(op, _) => !matches!(op, UnaryOp::Neg | UnaryOp::Abs),
        Node::Binary(op, ..) => matches!(op, BinaryOp::Div | BinaryOp::Pow),
        Node::PowInt(_, exponent) => exponent < 0,
        Node::Select { .. } | Node::Table { .. } => true,
        _ => false,
    }
}
