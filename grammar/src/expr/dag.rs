//! The hash-consed graph.

mod combine;
mod simplify;

use rustc_hash::FxHashMap;

use super::node::{BinaryOp, ExprId, F64Bits, Node, ParameterId, SpeciesId, Variable};

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

    /// A node made anew from other operands, simplified.
    pub fn rebuild(&mut self, id: ExprId, copy: impl Fn(ExprId) -> ExprId) -> ExprId {
        self.make(self.node(id), copy)
    }

    /// A node as of another graph, from its operands' copies here, simplified.
    pub fn make(&mut self, node: Node, copy: impl Fn(ExprId) -> ExprId) -> ExprId {
        match node {
            Node::Constant(_) | Node::Parameter(_) | Node::Variable(_) => self.intern(node),
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
}
