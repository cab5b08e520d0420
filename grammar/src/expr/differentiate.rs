//! Symbolic derivatives.

use rustc_hash::FxHashMap;

use super::borders::zero_where_zero;
use super::dag::Dag;
use super::dependencies::Dependencies;
use super::logarithmic::{Logarithmic, factored_sum};
use super::node::{BinaryOp, Compare, ExprId, Node, TableId, UnaryOp, Variable};
use super::ranges::Ranges;
use crate::ast::Interpolation;
use crate::network::Table;

/// Differentiates nodes of one graph, remembering what was done.
///
/// Derivatives of choices and of `min`, `max`, `abs` are one-sided at the breakpoint: they are those of the branch
/// that is chosen there. Where a function is at a border of its range, they are the limits from within; what really is
/// infinite, such as the slope of a root at zero, is infinite.
#[derive(Clone, Debug)]
pub struct Differentiator {
    pub(super) dependencies: Dependencies,
    pub(super) ranges: Ranges,
    /// Whether a derivative of a node may be infinite where the node is not.
    pub(super) has_border: Vec<bool>,
    tables: Vec<TableShape>,
    memo: FxHashMap<(ExprId, Variable), ExprId>,
    pub(super) logarithmic_memo: FxHashMap<(ExprId, Variable), Option<Logarithmic>>,
}

#[derive(Clone, Copy, Debug)]
struct TableShape {
    axes: usize,
    degree: u8,
}

impl Differentiator {
    /// For graphs over `species_count` species and these tables.
    pub fn new(species_count: usize, tables: &[Table]) -> Self {
        let shape = |table: &Table| TableShape {
            axes: table.axes.len(),
            degree: match table.interpolation {
                Interpolation::Linear => 1,
                Interpolation::Cubic => 3,
            },
        };
        Differentiator {
            dependencies: Dependencies::new(species_count),
            ranges: Ranges::new(tables),
            has_border: Vec::new(),
            tables: tables.iter().map(shape).collect(),
            memo: FxHashMap::default(),
            logarithmic_memo: FxHashMap::default(),
        }
    }

    /// The same, and `count` more tables of one axis, numbered after the others, that have all derivatives: they stand
    /// for any functions.
    pub fn with_functions(species_count: usize, tables: &[Table], count: usize) -> Self {
        let mut differentiator = Differentiator::new(species_count, tables);
        differentiator.tables.extend(std::iter::repeat_n(TableShape { axes: 1, degree: u8::MAX }, count));
        differentiator
    }

    /// Which variables each node depends on, brought up to date with the graph.
    pub fn dependencies(&mut self, dag: &Dag) -> &Dependencies {
        self.dependencies.extend(dag);
        &self.dependencies
    }

    /// d f / d variable, added to the graph.
    pub fn derivative(&mut self, dag: &mut Dag, f: ExprId, variable: Variable) -> ExprId {
        self.dependencies.extend(dag);
        // An explicit stack, because sums over hundreds of species nest as deep.
        let mut stack = vec![f];
        while let Some(&id) = stack.last() {
            if self.known(id, variable).is_some() || !self.dependencies.depends(id, variable) {
                stack.pop();
                continue;
            }
            let before = stack.len();
            for operand in dag.node(id).operands() {
                if self.dependencies.depends(operand, variable) && self.known(operand, variable).is_none() {
                    stack.push(operand);
                }
            }
            if stack.len() == before {
                let derivative = self.rule(dag, id, variable);
                self.memo.insert((id, variable), derivative);
                stack.pop();
            }
        }
        self.of_operand(dag, f, variable)
    }

    /// Takes the derivative of a node as known, so that what was derived otherwise is shared and not derived again.
    pub(crate) fn know(&mut self, f: ExprId, variable: Variable, derivative: ExprId) {
        self.memo.insert((f, variable), derivative);
    }

    fn known(&self, id: ExprId, variable: Variable) -> Option<ExprId> {
        self.memo.get(&(id, variable)).copied()
    }

    /// The derivative of a node whose derivative is known or zero.
    pub(super) fn of_operand(&self, dag: &mut Dag, id: ExprId, variable: Variable) -> ExprId {
        self.known(id, variable).unwrap_or_else(|| dag.constant(0.0))
    }

    fn rule(&mut self, dag: &mut Dag, id: ExprId, variable: Variable) -> ExprId {
        match dag.node(id) {
            Node::Constant(_) | Node::Parameter(_) => dag.constant(0.0),
            Node::Variable(v) => dag.constant(if v == variable { 1.0 } else { 0.0 }),
            Node::Unary(op, a) => self.unary_rule(dag, op, id, a, variable),
            Node::Binary(op, a, b) => self.binary_rule(dag, op, id, [a, b], variable),
            Node::PowInt(a, n) => {
                let inner = self.of_operand(dag, a, variable);
                let power = dag.powi(a, n - 1);
                let number = dag.constant(f64::from(n));
                let slope = dag.mul(number, power);
                let product = dag.mul(slope, inner);
                if n < 0 { self.zero_at_overflow(dag, a, product) } else { product }
            }
            Node::Select { compare, left, right, then, otherwise } => {
                let then = self.of_operand(dag, then, variable);
                let otherwise = self.of_operand(dag, otherwise, variable);
                dag.select(compare, left, right, then, otherwise)
            }
            Node::Table { table, arguments, orders } => {
                self.table_rule(dag, table, arguments, orders, variable)
            }
        }
    }

    fn unary_rule(
        &mut self,
        dag: &mut Dag,
        op: UnaryOp,
        id: ExprId,
        a: ExprId,
        variable: Variable,
    ) -> ExprId {
        let inner = self.of_operand(dag, a, variable);
        match op {
            UnaryOp::Exp => match self.power_of_zero(dag, a, variable) {
                Some((base, c)) => {
                    let exponent = dag.constant(c);
                    self.constant_power_rule(dag, [id, base, exponent], variable, |dag, inner| {
                        let lower = dag.constant(c - 1.0);
                        let power = dag.pow(base, lower);
                        let slope = dag.mul(exponent, power);
                        dag.mul(slope, inner)
                    })
                }
                None => {
                    let product = dag.mul(id, inner);
                    let reaches_zero = self.range(dag, a).low == f64::NEG_INFINITY;
                    if reaches_zero { zero_where_zero(dag, id, product) } else { product }
                }
            },
            UnaryOp::Ln if self.may_vanish(dag, a) => match self.exponential_slope(dag, a, variable) {
                Some(slope) => slope,
                None => dag.div(inner, a),
            },
            UnaryOp::Sqrt if self.may_vanish(dag, a) => {
                let half = dag.constant(0.5);
                if let Some(slope) = self.exponential_slope(dag, a, variable) {
                    let slope = dag.mul(half, slope);
                    return dag.mul(id, slope);
                }
                self.constant_power_rule(dag, [id, a, half], variable, |dag, inner| {
                    let numerator = dag.mul(half, inner);
                    dag.div(numerator, id)
                })
            }
            UnaryOp::Asin | UnaryOp::Acos => {
                self.where_changing(dag, inner, |dag| smooth_rule(dag, op, id, a, inner))
            }
            _ => smooth_rule(dag, op, id, a, inner),
        }
    }

    fn binary_rule(
        &mut self,
        dag: &mut Dag,
        op: BinaryOp,
        id: ExprId,
        [a, b]: [ExprId; 2],
        variable: Variable,
    ) -> ExprId {
        // Only of products: a clamp's own derivative, which its logarithmic one is made of, is not known here.
        if matches!(op, BinaryOp::Mul | BinaryOp::Div)
            && let Some(Logarithmic { slope, exponential: true }) = self.logarithmic(dag, id, variable)
        {
            return dag.mul(id, slope);
        }
        let da = self.of_operand(dag, a, variable);
        let db = self.of_operand(dag, b, variable);
        match op {
            BinaryOp::Add => factored_sum(dag, da, db),
            BinaryOp::Sub => dag.sub(da, db),
            BinaryOp::Mul => {
                let (left, right) = (dag.mul(da, b), dag.mul(a, db));
                let left = self.times_factor(dag, [a, b], variable, left);
                let right = self.times_factor(dag, [b, a], variable, right);
                factored_sum(dag, left, right)
            }
            BinaryOp::Div => {
                let change = dag.mul(id, db);
                let change = self.times_factor(dag, [b, a], variable, change);
                let numerator = dag.sub(da, change);
                let quotient = dag.div(numerator, b);
                if dag.as_constant(db) == Some(0.0) {
                    quotient
                } else {
                    self.zero_at_overflow(dag, b, quotient)
                }
            }
            BinaryOp::Pow => self.power_rule(dag, id, [a, b], variable),
            BinaryOp::Min | BinaryOp::Max => {
                // At equality: the derivative towards larger values of the variable if one side is fixed.
                let fixed_first = self.dependencies.depends(b, variable);
                let ((x, dx), (y, dy)) = if fixed_first { ((a, da), (b, db)) } else { ((b, db), (a, da)) };
                match op {
                    BinaryOp::Min => dag.select(Compare::Less, y, x, dy, dx),
                    _ => dag.select(Compare::Less, y, x, dx, dy),
                }
            }
        }
    }

    fn table_rule(
        &mut self,
        dag: &mut Dag,
        table: TableId,
        arguments: [ExprId; 2],
        orders: [u8; 2],
        variable: Variable,
    ) -> ExprId {
        let mut sum = dag.constant(0.0);
        let Some(&shape) = self.tables.get(table.0 as usize) else { return sum };
        for axis in 0..shape.axes.min(2) {
            let mut orders = orders;
            orders[axis] += 1;
            if orders[axis] > shape.degree {
                continue;
            }
            let inner = self.of_operand(dag, arguments[axis], variable);
            let slope = dag.table(table, arguments, orders);
            let mut term = dag.mul(slope, inner);
            // Beyond its edge a table has no slope, and the logarithm of zero an infinite one.
            if self.range(dag, arguments[axis]).has_pole && dag.as_constant(inner).is_none() {
                term = zero_where_zero(dag, slope, term);
            }
            sum = dag.add(sum, term);
        }
        sum
    }
}

/// Derivative of `id = op(a)` where `inner` is that of `a`, inside the range of the function; reuses `id` where the rule
/// contains it.
fn smooth_rule(dag: &mut Dag, op: UnaryOp, id: ExprId, a: ExprId, inner: ExprId) -> ExprId {
    let one = dag.constant(1.0);
    match op {
        UnaryOp::Neg => dag.neg(inner),
        UnaryOp::Exp => dag.mul(id, inner),
        UnaryOp::Ln => dag.div(inner, a),
        UnaryOp::Sqrt => {
            let half = dag.constant(0.5);
            let numerator = dag.mul(half, inner);
            dag.div(numerator, id)
        }
        UnaryOp::Abs => {
            let zero = dag.constant(0.0);
            let negative = dag.neg(inner);
            dag.select(Compare::Less, a, zero, negative, inner)
        }
        UnaryOp::Sin => {
            let slope = dag.unary(UnaryOp::Cos, a);
            dag.mul(slope, inner)
        }
        UnaryOp::Cos => {
            let sine = dag.unary(UnaryOp::Sin, a);
            let product = dag.mul(sine, inner);
            dag.neg(product)
        }
        UnaryOp::Tan => {
            let square = dag.powi(id, 2);
            let slope = dag.add(one, square);
            dag.mul(slope, inner)
        }
        UnaryOp::Asin | UnaryOp::Acos => {
            // (1 - a)(1 + a) keeps its digits near |a| = 1, where 1 - a^2 does not.
            let below = dag.sub(one, a);
            let above = dag.add(one, a);
            let product = dag.mul(below, above);
            let root = dag.sqrt(product);
            let slope = dag.div(inner, root);
            if op == UnaryOp::Acos { dag.neg(slope) } else { slope }
        }
        UnaryOp::Atan => {
            let square = dag.powi(a, 2);
            let denominator = dag.add(one, square);
            dag.div(inner, denominator)
        }
        UnaryOp::Sinh => {
            let slope = dag.unary(UnaryOp::Cosh, a);
            dag.mul(slope, inner)
        }
        UnaryOp::Cosh => {
            let slope = dag.unary(UnaryOp::Sinh, a);
            dag.mul(slope, inner)
        }
        UnaryOp::Tanh => {
            // 1 / cosh^2 keeps its digits where tanh is close to 1.
            let cosh = dag.unary(UnaryOp::Cosh, a);
            let slope = dag.powi(cosh, -2);
            dag.mul(slope, inner)
        }
    }
}
