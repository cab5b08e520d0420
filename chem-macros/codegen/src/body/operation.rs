//! What has to be computed in one function: the part of the graph that its results need.

use chem_grammar::expr::{BinaryOp, Dag, ExprId, Node, Polynomial, UnaryOp};
use rustc_hash::{FxHashMap, FxHashSet};

use super::rewrite::{Product, Rewriter};

/// Place of an operation in [`Operations`]; operands come before users.
pub(crate) type Place = usize;

/// One operation.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    /// A number, parameter or variable, or something that the function is given.
    Leaf,
    /// A node of the graph.
    Node(Node),
    /// A list of coefficients instead of a chain of nodes.
    Polynomial(Polynomial),
    /// Factors and exponentials multiplied.
    Product(Product),
    /// A logarithm plus a number.
    ShiftedLogarithm(ExprId, f64),
}

impl Operation {
    /// Whether it costs much more than a sum or product.
    pub(crate) fn is_expensive(&self) -> bool {
        match self {
            Operation::Leaf | Operation::ShiftedLogarithm(..) => false,
            Operation::Polynomial(polynomial) => polynomial.coefficients.len() > 4,
            Operation::Product(_) => true,
            Operation::Node(node) => match node {
                Node::Unary(op, _) => !matches!(op, UnaryOp::Neg | UnaryOp::Abs | UnaryOp::Sqrt),
                Node::Binary(op, ..) => *op == BinaryOp::Pow,
                Node::Table { .. } => true,
                _ => false,
            },
        }
    }
}

/// The operations that some results need, operands before users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operations {
    pub(crate) ids: Vec<ExprId>,
    pub(crate) operations: Vec<Operation>,
    places: FxHashMap<ExprId, Place>,
}

impl Operations {
    /// The operations behind `roots`; what is `given` is taken as it is, what is to be `kept` is not merged with others.
    pub(crate) fn new(
        dag: &Dag,
        polynomials: &FxHashMap<ExprId, Polynomial>,
        given: &dyn Fn(ExprId) -> bool,
        keep: &dyn Fn(ExprId) -> bool,
        roots: &[ExprId],
    ) -> Self {
        let plain =
            reach(roots, &|id| if given(id) { Operation::Leaf } else { operation(dag, polynomials, id) });
        let mut uses = FxHashMap::default();
        let mut logarithms = FxHashMap::default();
        let mut bases = FxHashSet::default();
        for (id, operation) in &plain {
            for operand in operands(operation) {
                *uses.entry(operand).or_insert(0) += 1;
            }
            if let Operation::Polynomial(polynomial) = operation {
                bases.insert(polynomial.base);
            }
            if let Operation::Node(Node::Unary(UnaryOp::Ln, a)) = operation {
                let scaled = matches!(dag.node(*a), Node::Binary(BinaryOp::Mul, c, x)
                    if dag.as_constant(c).is_some() && dag.as_constant(x).is_none());
                if !scaled {
                    logarithms.insert(*a, *id);
                }
            }
        }
        for &root in roots {
            *uses.entry(root).or_insert(0) += 1;
        }
        let rewriter = Rewriter { dag, operations: &plain, uses, logarithms, bases, keep };
        let mut seen = reach(roots, &|id| {
            rewriter.rewrite(id).or_else(|| plain.get(&id).cloned()).unwrap_or(Operation::Leaf)
        });
        let mut ids: Vec<ExprId> = seen.keys().copied().collect();
        ids.sort_unstable();
        // Polynomials in log10 x were given a base that may be newer than its users.
        let mut operations = Operations::default();
        for id in topological(&ids, &seen) {
            operations.places.insert(id, operations.ids.len());
            operations.ids.push(id);
            operations.operations.extend(seen.remove(&id));
        }
        operations
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Place of a node that is known to be among the operations.
    pub(crate) fn place(&self, id: ExprId) -> Place {
        self.places.get(&id).copied().unwrap_or(0)
    }

    /// Place of a node, if it is among the operations.
    pub(crate) fn find(&self, id: ExprId) -> Option<Place> {
        self.places.get(&id).copied()
    }

    /// Whether an operation computes nothing.
    pub(crate) fn is_leaf(&self, place: Place) -> bool {
        matches!(self.operations[place], Operation::Leaf)
    }

    /// Places of the operands, in order.
    pub(crate) fn operands(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        operands(&self.operations[place]).into_iter().map(|id| self.place(id))
    }
}

/// Everything that the roots need.
fn reach(roots: &[ExprId], operation: &dyn Fn(ExprId) -> Operation) -> FxHashMap<ExprId, Operation> {
    let mut seen = FxHashMap::default();
    let mut stack: Vec<ExprId> = roots.to_vec();
    while let Some(id) = stack.pop() {
        if let std::collections::hash_map::Entry::Vacant(entry) = seen.entry(id) {
            let operation = operation(id);
            stack.extend(operands(&operation));
            entry.insert(operation);
        }
    }
    seen
}

fn operation(dag: &Dag, polynomials: &FxHashMap<ExprId, Polynomial>, id: ExprId) -> Operation {
    match (polynomials.get(&id), dag.node(id)) {
        (Some(polynomial), _) => Operation::Polynomial(polynomial.clone()),
        (None, Node::Constant(_) | Node::Parameter(_) | Node::Variable(_)) => Operation::Leaf,
        (None, node) => Operation::Node(node),
    }
}

fn operands(operation: &Operation) -> Vec<ExprId> {
    match operation {
        Operation::Leaf => Vec::new(),
        Operation::Node(node) => node.operands().collect(),
        Operation::Polynomial(p) => std::iter::once(p.base).chain(p.factor).collect(),
        Operation::Product(product) => {
            let exponents = product.exponents.iter().flat_map(|(a, b)| std::iter::once(*a).chain(*b));
            product.factors.iter().copied().chain(exponents).collect()
        }
        Operation::ShiftedLogarithm(ln, _) => vec![*ln],
    }
}

/// Operands before users; ascending ids as far as that allows.
fn topological(ids: &[ExprId], operations: &FxHashMap<ExprId, Operation>) -> Vec<ExprId> {
    let mut ascending = ids.to_vec();
    ascending.sort_unstable();
    let mut order = Vec::with_capacity(ids.len());
    let mut done = FxHashMap::default();
    for id in ascending {
        let mut stack = vec![id];
        while let Some(&top) = stack.last() {
            if done.contains_key(&top) {
                stack.pop();
                continue;
            }
            let before = stack.len();
            stack.extend(
                operations
                    .get(&top)
                    .into_iter()
                    .flat_map(operands)
                    .filter(|operand| !done.contains_key(operand)),
            );
            if stack.len() == before {
                done.insert(top, ());
                order.push(top);
                stack.pop();
            }
        }
    }
    order
}
