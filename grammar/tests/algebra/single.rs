//! Graphs in single precision, as kernels compute them.

use chem_grammar::expr::{BinaryOp, Compare, Dag, ExprId, Node, UnaryOp, Variable, needed};

/// The value of a node without tables and parameters; all branches are computed.
pub(crate) fn value(dag: &Dag, root: ExprId, densities: [f32; 2], t_gas: f32) -> f32 {
    let mut values = vec![f32::NAN; dag.len()];
    for id in needed(dag, &[root]) {
        let get = |id: ExprId| values[id.0 as usize];
        values[id.0 as usize] = match dag.node(id) {
            Node::Constant(number) => number.get() as f32,
            Node::Variable(Variable::Density(species)) => densities[species.0 as usize],
            Node::Variable(_) => t_gas,
            Node::Unary(op, a) => unary(op, get(a)),
            Node::Binary(op, a, b) => binary(op, get(a), get(b)),
            Node::PowInt(a, n) => get(a).powi(n),
            Node::Select { compare, left, right, then, otherwise } => {
                let (left, right) = (get(left), get(right));
                let holds = match compare {
                    Compare::Less => left < right,
                    Compare::LessEqual => left <= right,
                    Compare::Equal => left == right,
                };
                get(if holds { then } else { otherwise })
            }
            Node::Parameter(_) | Node::Table { .. } => f32::NAN,
        };
    }
    values[root.0 as usize]
}

fn unary(op: UnaryOp, x: f32) -> f32 {
    match op {
        UnaryOp::Neg => -x,
        UnaryOp::Exp => x.exp(),
        UnaryOp::Ln => x.ln(),
        UnaryOp::Sqrt => x.sqrt(),
        UnaryOp::Abs => x.abs(),
        UnaryOp::Asin => x.asin(),
        UnaryOp::Acos => x.acos(),
        _ => f32::NAN,
    }
}

fn binary(op: BinaryOp, x: f32, y: f32) -> f32 {
    match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div => x / y,
        BinaryOp::Pow => x.powf(y),
        BinaryOp::Min => x.min(y),
        BinaryOp::Max => x.max(y),
    }
}
