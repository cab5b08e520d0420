//! Random expressions as plain trees, which know nothing of the graph's simplification.

use chem_grammar::expr::{BinaryOp, Compare, Dag, ExprId, ParameterId, SpeciesId, UnaryOp, Variable};
use proptest::prelude::*;

use crate::dual::{Dual, State};

#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Constant(f64),
    Parameter,
    Variable(Variable),
    Unary(UnaryOp, Box<Tree>),
    Binary(BinaryOp, Box<Tree>, Box<Tree>),
    /// A power with a constant exponent, which the graph treats in several ways.
    Power(Box<Tree>, f64),
    Select(Compare, Box<[Tree; 4]>),
}

pub(crate) const VARIABLES: [Variable; 4] =
    [Variable::Density(SpeciesId(0)), Variable::Density(SpeciesId(1)), Variable::Temperature, Variable::Time];

const UNARY: [UnaryOp; 14] = [
    UnaryOp::Neg,
    UnaryOp::Exp,
    UnaryOp::Ln,
    UnaryOp::Sqrt,
    UnaryOp::Abs,
    UnaryOp::Sin,
    UnaryOp::Cos,
    UnaryOp::Tan,
    UnaryOp::Asin,
    UnaryOp::Acos,
    UnaryOp::Atan,
    UnaryOp::Sinh,
    UnaryOp::Cosh,
    UnaryOp::Tanh,
];

const BINARY: [BinaryOp; 7] =
    [BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div, BinaryOp::Pow, BinaryOp::Min, BinaryOp::Max];

const COMPARE: [Compare; 3] = [Compare::Less, Compare::LessEqual, Compare::Equal];

/// Trees of moderate depth over two densities, T, t and one parameter.
pub(crate) fn trees() -> impl Strategy<Value = Tree> {
    let constants = prop::sample::select(vec![-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0]);
    let leaf = prop_oneof![
        2 => constants.prop_map(Tree::Constant),
        1 => Just(Tree::Parameter),
        5 => prop::sample::select(VARIABLES.to_vec()).prop_map(Tree::Variable),
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        let exponents = prop::sample::select(vec![-2.0, -1.0, -0.7, -0.5, 0.0, 0.5, 1.0, 1.3, 2.0, 3.0, 17.0]);
        prop_oneof![
            4 => (prop::sample::select(UNARY.to_vec()), inner.clone())
                .prop_map(|(op, a)| Tree::Unary(op, a.into())),
            8 => (prop::sample::select(BINARY.to_vec()), inner.clone(), inner.clone())
                .prop_map(|(op, a, b)| Tree::Binary(op, a.into(), b.into())),
            2 => (inner.clone(), exponents).prop_map(|(a, b)| Tree::Power(a.into(), b)),
            1 => (prop::sample::select(COMPARE.to_vec()), [inner.clone(), inner.clone(), inner.clone(), inner])
                .prop_map(|(compare, branches)| Tree::Select(compare, branches.into())),
        ]
    })
}

impl Tree {
    /// The node that the graph makes of it.
    pub(crate) fn build(&self, dag: &mut Dag) -> ExprId {
        match self {
            Tree::Constant(value) => dag.constant(*value),
            Tree::Parameter => dag.parameter(ParameterId(0)),
            Tree::Variable(variable) => dag.variable(*variable),
            Tree::Unary(op, a) => {
                let a = a.build(dag);
                dag.unary(*op, a)
            }
            Tree::Binary(op, a, b) => {
                let (a, b) = (a.build(dag), b.build(dag));
                match op {
                    BinaryOp::Add => dag.add(a, b),
                    BinaryOp::Sub => dag.sub(a, b),
                    BinaryOp::Mul => dag.mul(a, b),
                    BinaryOp::Div => dag.div(a, b),
                    BinaryOp::Pow => dag.pow(a, b),
                    BinaryOp::Min => dag.min(a, b),
                    BinaryOp::Max => dag.max(a, b),
                }
            }
            Tree::Power(a, exponent) => {
                let (a, exponent) = (a.build(dag), dag.constant(*exponent));
                dag.pow(a, exponent)
            }
            Tree::Select(compare, branches) => {
                let [left, right, then, otherwise] = branches.each_ref().map(|tree| tree.build(dag));
                dag.select(*compare, left, right, then, otherwise)
            }
        }
    }

    /// Its value and derivative, straight from the definition. `None` where an operation leaves the reals,
    /// where a comparison could be decided by rounding, or where the derivative does not exist.
    pub(crate) fn dual(&self, state: State<'_>, by: Variable) -> Option<Dual> {
        let value = match self {
            Tree::Constant(value) => Dual::constant(*value),
            Tree::Parameter => Dual::constant(state.parameters[0]),
            Tree::Variable(variable) => {
                let value = match variable {
                    Variable::Density(s) => state.densities[s.0 as usize],
                    Variable::Temperature => state.temperature,
                    Variable::Time => state.time,
                };
                if *variable == by { Dual::variable(value) } else { Dual::constant(value) }
            }
            Tree::Unary(op, a) => {
                let a = a.dual(state, by)?;
                if *op == UnaryOp::Abs {
                    apart(a, Dual::constant(0.0))?;
                }
                a.unary(*op)
            }
            Tree::Binary(op, a, b) => {
                let (a, b) = (a.dual(state, by)?, b.dual(state, by)?);
                if matches!(op, BinaryOp::Min | BinaryOp::Max) {
                    apart(a, b)?;
                }
                a.binary(*op, b)
            }
            Tree::Power(a, exponent) => {
                let a = a.dual(state, by)?;
                if exponent.fract() == 0.0 {
                    a.powi(*exponent as i32)
                } else {
                    a.binary(BinaryOp::Pow, Dual::constant(*exponent))
                }
            }
            Tree::Select(compare, branches) => {
                let [left, right, then, otherwise] = &**branches;
                let (left, right) = (left.dual(state, by)?, right.dual(state, by)?);
                apart(left, right)?;
                let chosen = if compare.evaluate(left.value, right.value) { then } else { otherwise };
                chosen.dual(state, by)?
            }
        };
        let reliable = |value: f64, error: f64| value.abs() < 1e12 && error < 1e8;
        (reliable(value.value, value.value_error) && reliable(value.slope, value.slope_error))
            .then_some(value)
    }
}

/// Whether two values differ by more than rounding.
fn apart(a: Dual, b: Dual) -> Option<()> {
    let noise = 1e-13 * (a.value_error + b.value_error);
    ((a.value - b.value).abs() > noise.max(1e-12)).then_some(())
}
