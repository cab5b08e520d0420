//! Values and derivatives of random expressions.

use chem_grammar::expr::{Dag, Dependencies, Differentiator, Evaluator, Point, Variable, needed};
use proptest::prelude::*;

use crate::dual::{DualEvaluator, State};
use crate::tree::{Tree, VARIABLES, trees};

/// How many machine epsilons times the error bound may lie between two ways to compute the same.
const SLACK: f64 = 32.0 * f64::EPSILON;

fn point<'a>(state: State<'a>) -> Point<'a> {
    Point {
        densities: state.densities,
        temperature: state.temperature,
        time: state.time,
        parameters: state.parameters,
        tables: &[],
    }
}

fn check(tree: &Tree, state: State<'_>) -> Result<(), TestCaseError> {
    let mut dag = Dag::new();
    let root = tree.build(&mut dag);
    for variable in VARIABLES {
        let Some(expected) = tree.dual(state, variable) else { return Ok(()) };
        let mut differentiator = Differentiator::new(2, &[]);
        let slope = differentiator.derivative(&mut dag, root, variable);
        let mut evaluator = Evaluator::new(&dag, point(state));
        let (value, slope) = (evaluator.value(root), evaluator.value(slope));
        prop_assert!(
            (value - expected.value).abs() <= SLACK * expected.value_error,
            "value {value:e}, {expected:?}"
        );
        prop_assert!(
            (slope - expected.slope).abs() <= SLACK * (expected.slope_error + expected.slope.abs()),
            "d/d {variable:?} = {slope:e}, {expected:?}, of {:?}",
            dag.node(root)
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn graph_agrees_with_dual_numbers(
        tree in trees(),
        n in [0.1f64..3.0, 0.1f64..3.0],
        temperature in 0.1f64..3.0,
        time in 0.1f64..3.0,
        parameter in 0.1f64..3.0,
    ) {
        let parameters = [parameter];
        check(&tree, State { densities: &n, temperature, time, parameters: &parameters, tables: &[] })?;
    }

    #[test]
    fn dependencies_are_what_can_change_a_value(tree in trees()) {
        let mut dag = Dag::new();
        let root = tree.build(&mut dag);
        let dependencies = Dependencies::of(&dag, 2);
        let reachable = needed(&dag, &[root]);
        for variable in VARIABLES {
            let leaf = dag.variable(variable);
            prop_assert_eq!(dependencies.depends(root, variable), reachable.contains(&leaf));
        }
        prop_assert!(reachable.is_sorted());
        prop_assert_eq!(reachable.last(), Some(&root));
    }
}

/// An expression of `n[0]`, T, t and the way a derivative is found by central differences.
fn central_difference(dag: &Dag, root: chem_grammar::expr::ExprId, x: f64, by: Variable) -> f64 {
    let at = |x: f64| {
        let (mut densities, mut temperature, mut time) = ([0.7, 1.3], 1.9, 0.4);
        match by {
            Variable::Density(s) => densities[s.0 as usize] = x,
            Variable::Temperature => temperature = x,
            Variable::Time => time = x,
        }
        dag.evaluate(root, Point { densities: &densities, temperature, time, parameters: &[], tables: &[] })
    };
    let step = 1e-5 * x;
    (8.0 * (at(x + step) - at(x - step)) - (at(x + 2.0 * step) - at(x - 2.0 * step))) / (12.0 * step)
}

#[test]
fn every_function_agrees_with_differences() {
    use chem_grammar::expr::UnaryOp::*;
    let mut dag = Dag::new();
    let t_gas = dag.temperature();
    let quarter = dag.constant(0.25);
    let x = dag.mul(quarter, t_gas);
    for op in [Neg, Exp, Ln, Sqrt, Abs, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh] {
        let f = dag.unary(op, x);
        let slope = Differentiator::new(2, &[]).derivative(&mut dag, f, Variable::Temperature);
        let slope = dag.evaluate(
            slope,
            Point { densities: &[0.7, 1.3], temperature: 1.9, time: 0.4, parameters: &[], tables: &[] },
        );
        let expected = central_difference(&dag, f, 1.9, Variable::Temperature);
        assert!((slope - expected).abs() <= 1e-9 * expected.abs(), "{op:?}: {slope} {expected}");
    }
}

#[test]
fn derivatives_use_the_nodes_that_are_there() {
    let mut dag = Dag::new();
    let t_gas = dag.temperature();
    let minus = dag.constant(-300.0);
    let argument = dag.div(minus, t_gas);
    let exponential = dag.exp(argument);
    let before = dag.len();
    let slope = Differentiator::new(0, &[]).derivative(&mut dag, exponential, Variable::Temperature);
    let reachable = needed(&dag, &[slope]);
    assert!(reachable.contains(&exponential));
    // argument / T, times the exponential, negated.
    let new: Vec<_> = reachable.iter().filter(|id| id.0 as usize >= before).map(|&id| dag.node(id)).collect();
    assert_eq!(new.len(), 3, "{new:?}");
}

#[test]
fn zero_density_to_a_broken_power_has_a_derivative() {
    let mut dag = Dag::new();
    let n = dag.density(chem_grammar::expr::SpeciesId(0));
    let exponent = dag.constant(1.5);
    let power = dag.pow(n, exponent);
    let by = Variable::Density(chem_grammar::expr::SpeciesId(0));
    let slope = Differentiator::new(1, &[]).derivative(&mut dag, power, by);
    let zero = Point { densities: &[0.0], temperature: 1.0, time: 0.0, parameters: &[], tables: &[] };
    assert_eq!((dag.evaluate(power, zero), dag.evaluate(slope, zero)), (0.0, 0.0));
}

#[test]
fn clamped_temperature_has_the_derivative_to_the_right_at_both_ends() {
    let mut dag = Dag::new();
    let (t_gas, low, high) = (dag.temperature(), dag.constant(10.0), dag.constant(1e4));
    let above = dag.max(t_gas, low);
    let clamped = dag.min(above, high);
    let slope = Differentiator::new(0, &[]).derivative(&mut dag, clamped, Variable::Temperature);
    let at = |temperature: f64| {
        let point = Point { densities: &[], temperature, time: 0.0, parameters: &[], tables: &[] };
        dag.evaluate(slope, point)
    };
    assert_eq!([5.0, 10.0, 500.0, 1e4, 2e4].map(at), [0.0, 1.0, 1.0, 0.0, 0.0]);
}

#[test]
fn products_with_powers_of_the_clamped_temperature() {
    let mut dag = Dag::new();
    let (t_gas, low, high) = (dag.temperature(), dag.constant(2.0), dag.constant(1e9));
    let below = dag.min(t_gas, high);
    let clamped = dag.max(below, low);
    let (scale, exponent) = (dag.constant(0.3), dag.constant(-0.7));
    let scaled = dag.mul(scale, clamped);
    let root = dag.sqrt(scaled);
    let square = dag.powi(clamped, 2);
    let power = dag.pow(scaled, exponent);
    let product = dag.product([square, power]);
    let f = dag.div(product, root);
    let slope = Differentiator::new(0, &[]).derivative(&mut dag, f, Variable::Temperature);
    let at = |id, temperature: f64| {
        dag.evaluate(id, Point { densities: &[], temperature, time: 0.0, parameters: &[], tables: &[] })
    };
    // f = 0.3^-1.2 T^0.8
    for temperature in [3.0, 50.0] {
        let expected = 0.3f64.powf(-1.2) * 0.8 * f64::powf(temperature, -0.2);
        assert!((at(slope, temperature) - expected).abs() < 1e-14);
    }
    assert_eq!(at(slope, 1.0), 0.0);
}

#[test]
fn sums_over_many_terms_do_not_overflow_the_stack() {
    let mut dag = Dag::new();
    let t_gas = dag.temperature();
    let mut sum = dag.constant(1.0);
    for i in 0..200_000 {
        let factor = dag.constant(1.0 + f64::from(i));
        let term = dag.mul(factor, t_gas);
        sum = dag.add(sum, term);
    }
    let slope = Differentiator::new(0, &[]).derivative(&mut dag, sum, Variable::Temperature);
    assert_eq!(dag.as_constant(slope), Some(200_000.0 * 200_001.0 / 2.0));
}

#[test]
fn duals_of_the_graph_agree_with_its_own_values() {
    let mut dag = Dag::new();
    let (t_gas, n) = (dag.temperature(), dag.density(chem_grammar::expr::SpeciesId(0)));
    let root = dag.sqrt(t_gas);
    let product = dag.mul(root, n);
    let state = State { densities: &[2.0], temperature: 9.0, time: 0.0, parameters: &[], tables: &[] };
    let dual = DualEvaluator::new(&dag, state, Variable::Temperature).evaluate(product);
    assert_eq!((dual.value, dual.slope), (6.0, 2.0 / 6.0));
}
