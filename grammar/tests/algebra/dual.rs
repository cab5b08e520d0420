//! Dual numbers with rounding-error bounds, and the evaluation of graphs in them: what symbolic derivatives
//! are compared with.

use chem_grammar::expr::{BinaryOp, Dag, ExprId, Node, UnaryOp, Variable};
use chem_grammar::network::Table;

/// A value, its derivative, and first-order bounds of the rounding errors of both in units of the machine
/// epsilon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dual {
    pub(crate) value: f64,
    pub(crate) slope: f64,
    pub(crate) value_error: f64,
    pub(crate) slope_error: f64,
}

impl Dual {
    pub(crate) fn constant(value: f64) -> Self {
        Dual { value, slope: 0.0, value_error: 0.0, slope_error: 0.0 }
    }

    pub(crate) fn variable(value: f64) -> Self {
        Dual { slope: 1.0, ..Dual::constant(value) }
    }

    fn rounded(value: f64, slope: f64, value_error: f64, slope_error: f64) -> Self {
        let value_error = value_error + value.abs();
        Dual { value, slope, value_error, slope_error: slope_error + slope.abs() }
    }

    /// f(a), given f, f' and f'' at a.
    fn chain(self, f: [f64; 3]) -> Self {
        let slope_error = f[1].abs() * self.slope_error + f[2].abs() * self.value_error * self.slope.abs();
        Dual::rounded(f[0], f[1] * self.slope, f[1].abs() * self.value_error, slope_error)
    }

    pub(crate) fn unary(self, op: UnaryOp) -> Self {
        let x = self.value;
        self.chain(match op {
            UnaryOp::Neg => [-x, -1.0, 0.0],
            UnaryOp::Exp => [x.exp(); 3],
            UnaryOp::Ln => [x.ln(), 1.0 / x, -1.0 / (x * x)],
            UnaryOp::Sqrt => [x.sqrt(), 0.5 / x.sqrt(), -0.25 / (x * x.sqrt())],
            UnaryOp::Abs => [x.abs(), if x < 0.0 { -1.0 } else { 1.0 }, 0.0],
            UnaryOp::Sin => [x.sin(), x.cos(), -x.sin()],
            UnaryOp::Cos => [x.cos(), -x.sin(), -x.cos()],
            UnaryOp::Tan => {
                let slope = 1.0 / (x.cos() * x.cos());
                [x.tan(), slope, 2.0 * x.tan() * slope]
            }
            UnaryOp::Asin => {
                let root = (1.0 - x * x).sqrt();
                [x.asin(), 1.0 / root, x / (root * root * root)]
            }
            UnaryOp::Acos => {
                let root = (1.0 - x * x).sqrt();
                [x.acos(), -1.0 / root, -x / (root * root * root)]
            }
            UnaryOp::Atan => {
                let slope = 1.0 / (1.0 + x * x);
                [x.atan(), slope, -2.0 * x * slope * slope]
            }
            UnaryOp::Sinh => [x.sinh(), x.cosh(), x.sinh()],
            UnaryOp::Cosh => [x.cosh(), x.sinh(), x.cosh()],
            UnaryOp::Tanh => {
                let slope = 1.0 / (x.cosh() * x.cosh());
                [x.tanh(), slope, -2.0 * x.tanh() * slope]
            }
        })
    }

    pub(crate) fn powi(self, n: i32) -> Self {
        let (x, m) = (self.value, f64::from(n));
        self.chain([x.powi(n), m * x.powi(n - 1), m * (m - 1.0) * x.powi(n - 2)])
    }

    pub(crate) fn binary(self, op: BinaryOp, other: Self) -> Self {
        let (a, b) = (self, other);
        match op {
            BinaryOp::Add => Dual::rounded(
                a.value + b.value,
                a.slope + b.slope,
                a.value_error + b.value_error,
                a.slope_error + b.slope_error,
            ),
            BinaryOp::Sub => a.binary(BinaryOp::Add, b.unary(UnaryOp::Neg)),
            BinaryOp::Mul => {
                let terms = [a.slope * b.value, a.value * b.slope];
                let slope_error = a.slope_error * b.value.abs()
                    + a.slope.abs() * b.value_error
                    + a.value_error * b.slope.abs()
                    + a.value.abs() * b.slope_error
                    + terms[0].abs()
                    + terms[1].abs();
                let value_error = a.value_error * b.value.abs() + a.value.abs() * b.value_error;
                Dual::rounded(a.value * b.value, terms[0] + terms[1], value_error, slope_error)
            }
            BinaryOp::Div => {
                let size = b.value.abs();
                let quotient = a.value / b.value;
                let value_error = (a.value_error + quotient.abs() * b.value_error) / size;
                let slope = (a.slope - quotient * b.slope) / b.value;
                let slope_error = a.slope_error
                    + value_error * b.slope.abs()
                    + quotient.abs() * b.slope_error
                    + a.slope.abs()
                    + 2.0 * (quotient * b.slope).abs()
                    + slope.abs() * b.value_error;
                Dual::rounded(quotient, slope, value_error, slope_error / size)
            }
            BinaryOp::Pow => {
                let power = b.binary(BinaryOp::Mul, a.unary(UnaryOp::Ln)).unary(UnaryOp::Exp);
                Dual { value: a.value.powf(b.value), ..power }
            }
            BinaryOp::Min => {
                if b.value < a.value {
                    b
                } else {
                    a
                }
            }
            BinaryOp::Max => {
                if a.value < b.value {
                    b
                } else {
                    a
                }
            }
        }
    }
}

/// Where a graph is evaluated.
#[derive(Clone, Copy)]
pub(crate) struct State<'a> {
    pub(crate) densities: &'a [f64],
    pub(crate) temperature: f64,
    pub(crate) time: f64,
    pub(crate) parameters: &'a [f64],
    pub(crate) tables: &'a [Table],
}

/// Evaluates nodes in dual numbers with derivatives by one variable; only the chosen branch of a choice.
pub(crate) struct DualEvaluator<'a> {
    dag: &'a Dag,
    state: State<'a>,
    variable: Variable,
    values: Vec<Option<Dual>>,
}

impl<'a> DualEvaluator<'a> {
    pub(crate) fn new(dag: &'a Dag, state: State<'a>, variable: Variable) -> Self {
        DualEvaluator { dag, state, variable, values: vec![None; dag.len()] }
    }

    pub(crate) fn evaluate(&mut self, id: ExprId) -> Dual {
        if let Some(known) = self.values[id.0 as usize] {
            return known;
        }
        let value = match self.dag.node(id) {
            Node::Constant(bits) => Dual::constant(bits.get()),
            Node::Parameter(p) => Dual::constant(self.state.parameters[p.0 as usize]),
            Node::Variable(variable) => {
                let value = match variable {
                    Variable::Density(s) => self.state.densities[s.0 as usize],
                    Variable::Temperature => self.state.temperature,
                    Variable::Time => self.state.time,
                };
                if variable == self.variable { Dual::variable(value) } else { Dual::constant(value) }
            }
            Node::Unary(op, a) => self.evaluate(a).unary(op),
            Node::Binary(op, a, b) => {
                let a = self.evaluate(a);
                a.binary(op, self.evaluate(b))
            }
            Node::PowInt(a, n) => self.evaluate(a).powi(n),
            Node::Select { compare, left, right, then, otherwise } => {
                let holds = compare.evaluate(self.evaluate(left).value, self.evaluate(right).value);
                self.evaluate(if holds { then } else { otherwise })
            }
            Node::Table { table, arguments, orders } => {
                assert_eq!(orders, [0, 0], "derivatives of tables are not evaluated in dual numbers");
                let table = &self.state.tables[table.0 as usize];
                let arguments = arguments.map(|a| self.evaluate(a));
                table_value(table, arguments)
            }
        };
        self.values[id.0 as usize] = Some(value);
        value
    }
}

fn table_value(table: &Table, arguments: [Dual; 2]) -> Dual {
    let x = arguments.map(|a| a.value);
    let value = table.grid.value(x, [0, 0]);
    let mut result = Dual::rounded(value, 0.0, 0.0, 0.0);
    for (axis, argument) in arguments.into_iter().enumerate().take(table.axes.len()) {
        let order = |n: u8| if axis == 0 { [n, 0] } else { [0, n] };
        let slope = table.grid.value(x, order(1));
        let curvature = table.grid.value(x, order(2));
        let term = Dual::constant(0.0).binary(BinaryOp::Add, argument.chain([0.0, slope, curvature]));
        result.slope += term.slope;
        result.slope_error += term.slope_error;
        result.value_error += term.value_error;
    }
    result
}
