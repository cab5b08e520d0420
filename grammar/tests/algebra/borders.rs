//! Derivatives at the borders of functions, against limits that are known.

use chem_grammar::expr::{Dag, Differentiator, Evaluator, ExprId, Point, SpeciesId, UnaryOp, Variable};
use proptest::prelude::*;

use crate::single;

const X: Variable = Variable::Density(SpeciesId(0));
const Y: Variable = Variable::Density(SpeciesId(1));
const INFINITE: f64 = f64::INFINITY;

/// Builds from x, y (densities) and T.
type Build = fn(&mut Dag, [ExprId; 3]) -> ExprId;

fn slope(build: Build, by: Variable, [x, y, temperature]: [f64; 3]) -> f64 {
    let mut dag = Dag::new();
    let [a, b] = [0, 1].map(|species| dag.density(SpeciesId(species)));
    let t_gas = dag.temperature();
    let root = build(&mut dag, [a, b, t_gas]);
    let derivative = Differentiator::new(2, &[]).derivative(&mut dag, root, by);
    let point = Point { densities: &[x, y], temperature, time: 0.0, parameters: &[], tables: &[] };
    let slope = Evaluator::new(&dag, point).value(derivative);
    // Kernels compute in single precision, in which more underflows.
    let single = f64::from(single::value(&dag, derivative, [x as f32, y as f32], temperature as f32));
    let fits = [x, y].iter().all(|n| *n == 0.0 || *n > 1e-37);
    let is_same = single == slope || (single - slope).abs() <= 1e-3 * slope.abs() + 1e-30;
    let is_out_of_range = slope.is_finite() && slope.abs() > 1e30;
    assert!(!fits || is_same || is_out_of_range, "{slope:e}, in single precision {single:e}");
    slope
}

fn constant_power(dag: &mut Dag, base: ExprId, exponent: f64) -> ExprId {
    let exponent = dag.constant(exponent);
    dag.pow(base, exponent)
}

/// 1e-10 exp(-7e4 K / T), which underflows below 98 K.
fn boltzmann(dag: &mut Dag, t_gas: ExprId) -> ExprId {
    let (factor, energy) = (dag.constant(1e-10), dag.constant(-7e4));
    let exponent = dag.div(energy, t_gas);
    let exponential = dag.exp(exponent);
    dag.mul(factor, exponential)
}

/// Two of them, of which there is no logarithmic derivative.
fn two_boltzmanns(dag: &mut Dag, t_gas: ExprId) -> ExprId {
    let first = boltzmann(dag, t_gas);
    let energy = dag.constant(-8e4);
    let exponent = dag.div(energy, t_gas);
    let second = dag.exp(exponent);
    dag.add(first, second)
}

/// x^y with both variable: (x, y, d/dx, d/dy).
#[test]
fn powers_at_the_borders_of_base_and_exponent() {
    let tiny = f64::from_bits(1);
    let table = [
        (0.0, 2.0, 0.0, 0.0),
        (0.0, 1.5, 0.0, 0.0),
        (0.0, 1.0, 1.0, 0.0),
        (0.0, 0.5, INFINITE, 0.0),
        (0.0, 1e-3, INFINITE, 0.0),
        // x^0 is 1 for all x, 0^y falls from 1 to 0.
        (0.0, 0.0, 0.0, -INFINITE),
        (tiny, 3.0, 0.0, 0.0),
        (tiny, 1.0, 1.0, tiny * tiny.ln()),
        (1.0, 0.0, 0.0, 0.0),
        (2.0, 0.0, 0.0, std::f64::consts::LN_2),
        (2.0, 3.0, 12.0, 8.0 * std::f64::consts::LN_2),
    ];
    for (x, y, by_x, by_y) in table {
        let power: Build = |dag, [x, y, _]| dag.pow(x, y);
        assert_eq!(slope(power, X, [x, y, 1.0]), by_x, "d/dx of {x:e}^{y}");
        assert_eq!(slope(power, Y, [x, y, 1.0]), by_y, "d/dy of {x:e}^{y}");
    }
}

/// Of a base that does not change there is no slope, however steep the power is.
#[test]
fn powers_of_products() {
    for exponent in [0.3, 0.5, 0.9] {
        let by_x = |at: [f64; 3]| match exponent {
            0.3 => slope(
                |dag, [x, y, _]| {
                    let p = dag.mul(x, y);
                    constant_power(dag, p, 0.3)
                },
                X,
                at,
            ),
            0.5 => slope(
                |dag, [x, y, _]| {
                    let p = dag.mul(x, y);
                    constant_power(dag, p, 0.5)
                },
                X,
                at,
            ),
            _ => slope(
                |dag, [x, y, _]| {
                    let p = dag.mul(x, y);
                    constant_power(dag, p, 0.9)
                },
                X,
                at,
            ),
        };
        assert_eq!(by_x([0.0, 0.0, 1.0]), 0.0);
        assert_eq!(by_x([3.0, 0.0, 1.0]), 0.0);
        assert_eq!(by_x([0.0, 3.0, 1.0]), INFINITE);
    }
    // sqrt(x^2 y) = x sqrt(y)
    let root: Build = |dag, [x, y, _]| {
        let square = dag.powi(x, 2);
        let product = dag.mul(square, y);
        dag.sqrt(product)
    };
    assert_eq!(slope(root, X, [0.0, 4.0, 1.0]), 2.0);
    assert_eq!(slope(root, Y, [0.0, 4.0, 1.0]), 0.0);
    // (x^2)^0.75 = x^1.5, and with a variable exponent
    let power: Build = |dag, [x, ..]| {
        let square = dag.powi(x, 2);
        constant_power(dag, square, 0.75)
    };
    assert_eq!(slope(power, X, [0.0, 0.0, 1.0]), 0.0);
    assert!((slope(power, X, [4.0, 0.0, 1.0]) - 3.0).abs() < 1e-14);
    let power: Build = |dag, [x, y, _]| {
        let cube = dag.powi(x, 3);
        dag.pow(cube, y)
    };
    assert!((slope(power, X, [0.0, 1.0 / 3.0, 1.0]) - 1.0).abs() < 1e-14);
    assert_eq!(slope(power, Y, [0.0, 0.5, 1.0]), 0.0);
}

#[test]
fn powers_of_what_underflows() {
    let powers: [Build; 6] = [
        |dag, [_, y, t_gas]| {
            let base = two_boltzmanns(dag, t_gas);
            let hundredth = dag.constant(0.01);
            let exponent = dag.mul(hundredth, y);
            let (power, tiny) = (dag.pow(base, exponent), boltzmann(dag, t_gas));
            dag.mul(power, tiny)
        },
        |dag, [_, y, t_gas]| {
            let base = boltzmann(dag, t_gas);
            let product = dag.mul(base, y);
            let power = constant_power(dag, product, 0.3);
            dag.mul(power, y)
        },
        |dag, [_, y, t_gas]| {
            let base = boltzmann(dag, t_gas);
            dag.pow(base, y)
        },
        |dag, [_, y, t_gas]| {
            let base = two_boltzmanns(dag, t_gas);
            dag.pow(base, y)
        },
        |dag, [_, _, t_gas]| {
            let base = two_boltzmanns(dag, t_gas);
            constant_power(dag, base, 0.3)
        },
        |dag, [_, _, t_gas]| {
            let base = boltzmann(dag, t_gas);
            dag.sqrt(base)
        },
    ];
    for (number, power) in powers.into_iter().enumerate() {
        for by in [Y, Variable::Temperature] {
            // The bases are subnormal from some 92 to 98 K, and zero below.
            for step in 0..800 {
                let t_gas = 20.0 + 0.1 * f64::from(step);
                let found = slope(power, by, [0.0, 0.7, t_gas]);
                assert!(found.abs() < 1e-40, "power {number} by {by:?} at {t_gas} K: {found:e}");
            }
            assert!(slope(power, by, [0.0, 0.7, 1e4]) != 0.0 || number > 3);
        }
    }
}

/// A small power of what underflows does not: the logarithms are added.
#[test]
fn small_powers_of_what_underflows() {
    let mut dag = Dag::new();
    let (t_gas, y) = (dag.temperature(), dag.density(SpeciesId(1)));
    let base = boltzmann(&mut dag, t_gas);
    let power = dag.pow(base, y);
    let point = Point { densities: &[0.0, 0.01], temperature: 50.0, time: 0.0, parameters: &[], tables: &[] };
    let expected = (0.01 * (1e-10f64.ln() - 1400.0)).exp();
    assert!((dag.evaluate(power, point) / expected - 1.0).abs() < 1e-13);
}

/// kh^(1 - a) kl^a with a = 1 / (1 + x / 1e4), as Glover and Abel (2008) interpolate between the limits of low and high
/// density, from bases that are no products.
#[test]
fn interpolation_between_limits_of_density() {
    let rate: Build = |dag, [x, _, t_gas]| {
        let (high, low) = (two_boltzmanns(dag, t_gas), two_boltzmanns(dag, t_gas));
        let (one, critical) = (dag.constant(1.0), dag.constant(1e4));
        let ratio = dag.div(x, critical);
        let sum = dag.add(one, ratio);
        let a = dag.div(one, sum);
        let rest = dag.sub(one, a);
        let (high, low) = (dag.pow(high, rest), dag.pow(low, a));
        dag.mul(high, low)
    };
    for by in [X, Variable::Temperature] {
        for x in [1e-30, 1.0, 1e4, 1e12] {
            assert_eq!(slope(rate, by, [x, 0.0, 20.0]), 0.0, "by {by:?} at {x}");
        }
    }
    assert_eq!(slope(rate, Variable::Temperature, [0.0, 0.0, 20.0]), 0.0);
}

/// u'v where u' is infinite and v zero.
#[test]
fn products_with_roots() {
    // sqrt(x) x = x^1.5
    let product: Build = |dag, [x, ..]| {
        let root = dag.sqrt(x);
        dag.mul(root, x)
    };
    assert_eq!(slope(product, X, [0.0, 0.0, 1.0]), 0.0);
    // y / (1 + sqrt(x)) at y = 0
    let quotient: Build = |dag, [x, y, _]| {
        let (one, root) = (dag.constant(1.0), dag.sqrt(x));
        let sum = dag.add(one, root);
        dag.div(y, sum)
    };
    assert_eq!(slope(quotient, X, [0.0, 0.0, 1.0]), 0.0);
    assert_eq!(slope(quotient, X, [0.0, 2.0, 1.0]), -INFINITE);
    assert_eq!(slope(quotient, Y, [0.0, 0.0, 1.0]), 1.0);
}

#[test]
fn exponentials_that_leave_the_range_of_numbers() {
    // 1 / (1 + exp(7e4 K / T))
    let occupation: Build = |dag, [_, _, t_gas]| {
        let (one, energy) = (dag.constant(1.0), dag.constant(7e4));
        let exponent = dag.div(energy, t_gas);
        let exponential = dag.exp(exponent);
        let sum = dag.add(one, exponential);
        dag.div(one, sum)
    };
    assert_eq!(slope(occupation, Variable::Temperature, [0.0, 0.0, 20.0]), 0.0);
    let at_1e4 = slope(occupation, Variable::Temperature, [0.0, 0.0, 1e4]);
    let exact = 7e-4 * 7f64.exp() / (1.0 + 7f64.exp()).powi(2);
    assert!((at_1e4 / exact - 1.0).abs() < 1e-13);
    // exp(-1 / x)
    let shielding: Build = |dag, [x, ..]| {
        let minus_one = dag.constant(-1.0);
        let exponent = dag.div(minus_one, x);
        dag.exp(exponent)
    };
    assert_eq!(slope(shielding, X, [0.0, 0.0, 1.0]), 0.0);
    assert!((slope(shielding, X, [2.0, 0.0, 1.0]) - (-0.5f64).exp() / 4.0).abs() < 1e-15);
}

#[test]
fn arc_functions_at_one() {
    for op in [UnaryOp::Asin, UnaryOp::Acos] {
        let arc = |dag: &mut Dag, of: ExprId| dag.unary(op, of);
        let mut dag = Dag::new();
        let [x, y] = [0, 1].map(|species| dag.density(SpeciesId(species)));
        let product = dag.mul(x, y);
        let one = dag.constant(1.0);
        let argument = dag.sub(one, product);
        let root = arc(&mut dag, argument);
        let derivative = Differentiator::new(2, &[]).derivative(&mut dag, root, X);
        let at = |densities: [f64; 2]| {
            let point =
                Point { densities: &densities, temperature: 1.0, time: 0.0, parameters: &[], tables: &[] };
            dag.evaluate(derivative, point)
        };
        assert_eq!(at([3.0, 0.0]), 0.0);
        assert!(at([0.0, 3.0]).is_infinite());
    }
}

proptest! {
    /// Slopes of x^y near its border, against differences of logarithms.
    #[test]
    fn powers_near_zero_agree_with_differences(exponent in 0.02f64..3.0, decades in -300.0f64..2.0) {
        let x = 10f64.powf(decades);
        let power: Build = |dag, [x, y, _]| dag.pow(x, y);
        let by_x = slope(power, X, [x, exponent, 1.0]);
        let by_y = slope(power, Y, [x, exponent, 1.0]);
        let value = |exponent: f64| (exponent * x.ln()).exp();
        let steps = [1e-4 * exponent, 2e-4 * exponent].map(|h| (value(exponent + h) - value(exponent - h)) / (2.0 * h));
        let difference = (4.0 * steps[0] - steps[1]) / 3.0;
        prop_assert!((by_y - difference).abs() <= 1e-4 * difference.abs() + 1e-300, "{by_y:e} {difference:e}");
        // (x r)^y - x^y = x^y (r^y - 1)
        let step = 1e-6;
        let difference = ((exponent - 1.0) * x.ln()).exp() * (exponent * f64::ln_1p(step)).exp_m1() / step;
        prop_assert!((by_x - difference).abs() <= 1e-4 * difference.abs() + 1e-300, "{by_x:e} {difference:e}");
    }
}
