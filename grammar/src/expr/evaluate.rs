//! Values of nodes for given numbers, without any preparation: for checks and constants. To evaluate the same
//! nodes many times use [`crate::interpret::Interpreter`].

use super::dag::Dag;
use super::node::{BinaryOp, Compare, ExprId, Node, ParameterId, SpeciesId, TableId, UnaryOp, Variable};
use crate::network::{Network, Table};

/// The point at which expressions are evaluated. What is not there evaluates to NaN.
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    /// Number densities [cm^-3], in declared order.
    pub densities: &'a [f64],
    /// Temperature `[K]`.
    pub temperature: f64,
    /// Time `[s]`.
    pub time: f64,
    /// Values of the parameters, in declared order.
    pub parameters: &'a [f64],
    /// The network's tables.
    pub tables: &'a [Table],
}

impl Point<'_> {
    fn variable(&self, variable: Variable) -> f64 {
        match variable {
            Variable::Density(SpeciesId(s)) => self.densities.get(s as usize).copied().unwrap_or(f64::NAN),
            Variable::Temperature => self.temperature,
            Variable::Time => self.time,
        }
    }

    fn parameter(&self, ParameterId(p): ParameterId) -> f64 {
        self.parameters.get(p as usize).copied().unwrap_or(f64::NAN)
    }

    fn table(&self, TableId(t): TableId, coordinates: [f64; 2], orders: [u8; 2]) -> f64 {
        self.tables.get(t as usize).map_or(f64::NAN, |table| table.grid.value(coordinates, orders))
    }
}

/// Evaluates nodes at one point and remembers their values. Only the chosen branch of a choice is looked at.
#[derive(Clone, Debug)]
pub struct Evaluator<'a> {
    dag: &'a Dag,
    point: Point<'a>,
    values: Vec<Option<f64>>,
}

impl<'a> Evaluator<'a> {
    /// At a point.
    pub fn new(dag: &'a Dag, point: Point<'a>) -> Self {
        Evaluator { dag, point, values: vec![None; dag.len()] }
    }

    fn known(&self, id: ExprId) -> Option<f64> {
        self.values.get(id.0 as usize).copied().flatten()
    }

    /// The value of a node; NaN if the graph has no such node.
    pub fn value(&mut self, root: ExprId) -> f64 {
        if root.0 as usize >= self.values.len() {
            return f64::NAN;
        }
        let mut stack = vec![root];
        while let Some(&id) = stack.last() {
            if self.known(id).is_some() {
                stack.pop();
                continue;
            }
            match self.step(id) {
                Ok(value) => {
                    self.values[id.0 as usize] = Some(value);
                    stack.pop();
                }
                Err(missing) => stack.push(missing),
            }
        }
        self.known(root).unwrap_or(f64::NAN)
    }

    /// The value of a node from the values of its operands, or the first operand that is missing.
    fn step(&self, id: ExprId) -> Result<f64, ExprId> {
        let get = |id: ExprId| self.known(id).ok_or(id);
        Ok(match self.dag.node(id) {
            Node::Constant(bits) => bits.get(),
            Node::Parameter(parameter) => self.point.parameter(parameter),
            Node::Variable(variable) => self.point.variable(variable),
            Node::Unary(op, a) => op.evaluate(get(a)?),
            Node::Binary(op, a, b) => op.evaluate(get(a)?, get(b)?),
            Node::PowInt(a, n) => get(a)?.powi(n),
            Node::Select { compare, left, right, then, otherwise } => {
                if compare.evaluate(get(left)?, get(right)?) { get(then)? } else { get(otherwise)? }
            }
            Node::Table { table, arguments: [a, b], orders } => {
                self.point.table(table, [get(a)?, get(b)?], orders)
            }
        })
    }
}

impl Dag {
    /// The value of one node at a point.
    pub fn evaluate(&self, root: ExprId, point: Point<'_>) -> f64 {
        Evaluator::new(self, point).value(root)
    }
}

impl Network {
    /// The defaults of all parameters, in declared order.
    pub fn default_parameters(&self) -> Vec<f64> {
        self.parameters.iter().map(|p| p.default).collect()
    }
}

impl UnaryOp {
    /// The function on numbers.
    pub fn evaluate(self, x: f64) -> f64 {
        match self {
            UnaryOp::Neg => -x,
            UnaryOp::Exp => x.exp(),
            UnaryOp::Ln => x.ln(),
            UnaryOp::Sqrt => x.sqrt(),
            UnaryOp::Abs => x.abs(),
            UnaryOp::Sin => x.sin(),
            UnaryOp::Cos => x.cos(),
            UnaryOp::Tan => x.tan(),
            UnaryOp::Asin => x.asin(),
            UnaryOp::Acos => x.acos(),
            UnaryOp::Atan => x.atan(),
            UnaryOp::Sinh => x.sinh(),
            UnaryOp::Cosh => x.cosh(),
            UnaryOp::Tanh => x.tanh(),
        }
    }
}

impl BinaryOp {
    /// The function on numbers.
    pub fn evaluate(self, x: f64, y: f64) -> f64 {
        match self {
            BinaryOp::Add => x + y,
            BinaryOp::Sub => x - y,
            BinaryOp::Mul => x * y,
            BinaryOp::Div => x / y,
            BinaryOp::Pow => x.powf(y),
            BinaryOp::Min => x.min(y),
            BinaryOp::Max => x.max(y),
        }
    }
}

impl Compare {
    /// The comparison on numbers.
    pub fn evaluate(self, x: f64, y: f64) -> bool {
        match self {
            Compare::Less => x < y,
            Compare::LessEqual => x <= y,
            Compare::Equal => x == y,
        }
    }
}
