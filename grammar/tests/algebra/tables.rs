//! Interpolation on grids.

use chem_grammar::ast::{Interpolation, Outside};
use chem_grammar::expr::{Differentiator, Point, TableId, Variable};
use chem_grammar::interpolation::Grid;
use proptest::prelude::*;

use crate::builder::Builder;

fn grid(
    axes: [Vec<f64>; 2],
    f: impl Fn(f64, f64) -> f64,
    interpolation: Interpolation,
    outside: Outside,
) -> Grid {
    let values = axes[1].iter().flat_map(|&y| axes[0].iter().map(move |&x| (x, y))).map(|(x, y)| f(x, y));
    Grid { values: values.collect::<Vec<_>>().into(), axes: axes.map(Into::into), interpolation, outside }
}

fn line(nodes: &[f64], f: impl Fn(f64) -> f64, interpolation: Interpolation, outside: Outside) -> Grid {
    grid([nodes.to_vec(), vec![0.0]], |x, _| f(x), interpolation, outside)
}

const UNEVEN: [f64; 6] = [-1.0, 0.0, 0.1, 2.0, 2.5, 7.0];

#[test]
fn linear_is_exact_for_bilinear_functions_everywhere() {
    let f = |x: f64, y: f64| 3.0 - x + 2.0 * y + 0.5 * x * y;
    let axes = [UNEVEN.to_vec(), vec![0.0, 1.0, 2.0, 3.0]];
    let table = grid(axes, f, Interpolation::Linear, Outside::Extrapolate);
    for x in [-3.0, -1.0, 0.05, 0.1, 1.0, 2.4999, 7.0, 9.0] {
        for y in [-1.0, 0.0, 0.3, 3.0, 4.5] {
            assert!((table.value([x, y], [0, 0]) - f(x, y)).abs() < 1e-13);
            assert!((table.value([x, y], [1, 0]) - (-1.0 + 0.5 * y)).abs() < 1e-13);
            assert!((table.value([x, y], [0, 1]) - (2.0 + 0.5 * x)).abs() < 1e-13);
            assert!((table.value([x, y], [1, 1]) - 0.5).abs() < 1e-13);
            assert_eq!(table.value([x, y], [2, 0]), 0.0);
        }
    }
}

#[test]
fn cubic_is_exact_for_parabolas_and_their_derivatives() {
    let f = |x: f64, y: f64| (1.0 - x + 0.25 * x * x) * (2.0 + y - 0.5 * y * y);
    let axes = [UNEVEN.to_vec(), vec![0.0, 1.0, 1.5, 3.0]];
    let table = grid(axes, f, Interpolation::Cubic, Outside::Extrapolate);
    for x in [-3.0, -1.0, 0.05, 0.1, 1.0, 2.4999, 7.0, 9.0] {
        for y in [-1.0, 0.0, 0.3, 3.0, 4.5] {
            let (gx, gy) = (1.0 - x + 0.25 * x * x, 2.0 + y - 0.5 * y * y);
            let expected = [
                ([0, 0], gx * gy),
                ([1, 0], (-1.0 + 0.5 * x) * gy),
                ([0, 1], gx * (1.0 - y)),
                ([1, 1], (-1.0 + 0.5 * x) * (1.0 - y)),
                ([2, 0], 0.5 * gy),
                ([0, 2], -gx),
                ([3, 0], 0.0),
                ([4, 0], 0.0),
            ];
            for (orders, expected) in expected {
                let value = table.value([x, y], orders);
                assert!((value - expected).abs() < 2e-11, "{x} {y} {orders:?}: {value} {expected}");
            }
        }
    }
}

#[test]
fn nodes_are_reproduced() {
    for interpolation in [Interpolation::Linear, Interpolation::Cubic] {
        let table = line(&UNEVEN, f64::sin, interpolation, Outside::Clamp);
        for x in UNEVEN {
            assert_eq!(table.value([x, x], [0, 0]), x.sin());
        }
    }
}

#[test]
fn cubic_has_a_continuous_slope_and_its_own_derivatives() {
    let table = line(&UNEVEN, |x| (x * 3.0).sin(), Interpolation::Cubic, Outside::Extrapolate);
    for x in &UNEVEN[1..5] {
        let [left, right] = [x - 1e-9, x + 1e-9].map(|x| table.value([x, x], [1, 0]));
        assert!((left - right).abs() < 1e-6, "{left} {right}");
    }
    for x in [-0.4, 0.07, 1.0, 2.2, 5.0] {
        for order in 0..4 {
            let h = 1e-4;
            let [minus, plus] = [x - h, x + h].map(|x| table.value([x, x], [order, 0]));
            let slope = table.value([x, x], [order + 1, 0]);
            assert!(((plus - minus) / (2.0 * h) - slope).abs() <= 1e-4 * slope.abs().max(1.0));
        }
    }
}

#[test]
fn linear_slopes_are_those_of_the_cell_to_the_right() {
    let table = line(&[0.0, 1.0, 3.0], |x| x * x, Interpolation::Linear, Outside::Clamp);
    let slopes = [-0.5, 0.0, 0.999, 1.0, 2.999, 3.0, 4.0].map(|x| table.value([x, x], [1, 0]));
    assert_eq!(slopes, [0.0, 1.0, 1.0, 4.0, 4.0, 0.0, 0.0]);
}

#[test]
fn clamped_outside() {
    for outside in [Outside::Clamp, Outside::Zero] {
        let table = line(&UNEVEN, |x| x * x, Interpolation::Cubic, outside);
        assert_eq!(table.value([-5.0; 2], [0, 0]), 1.0);
        assert_eq!(table.value([1e300; 2], [0, 0]), 49.0);
        assert_eq!(table.value([f64::INFINITY; 2], [0, 0]), 49.0);
        assert_eq!(table.value([f64::NEG_INFINITY; 2], [0, 0]), 1.0);
        assert_eq!(table.value([-5.0; 2], [1, 0]), 0.0);
    }
}

#[test]
fn malformed_grids_and_points_give_nan() {
    let table = line(&UNEVEN, |x| x, Interpolation::Cubic, Outside::Extrapolate);
    assert!(table.value([f64::NAN; 2], [0, 0]).is_nan());
    let plane = grid([UNEVEN.to_vec(), vec![0.0, 1.0]], |x, _| x, Interpolation::Linear, Outside::Clamp);
    assert!(plane.value([0.0, f64::NAN], [0, 0]).is_nan());
    assert!(plane.value([f64::NAN, 0.0], [0, 0]).is_nan());
    let short = Grid { values: vec![1.0].into(), ..plane };
    assert!(short.value([5.0, 0.5], [0, 0]).is_nan());
    let empty = Grid { axes: [vec![].into(), vec![].into()], values: vec![].into(), ..short };
    assert!(empty.value([5.0, 0.5], [0, 0]).is_nan());
}

proptest! {
    /// The fast search finds the cell that a linear search finds, on axes of all kinds.
    #[test]
    fn cells_are_found(
        steps in prop::collection::vec(prop_oneof![Just(0.1f64), Just(1e-9), 0.01f64..5.0], 1..40),
        start in -100.0f64..100.0,
        place in 0.0f64..1.0,
        node in 0usize..40,
    ) {
        let mut nodes = vec![start];
        for step in steps {
            nodes.push(nodes[nodes.len() - 1] + step);
        }
        let (first, last) = (nodes[0], nodes[nodes.len() - 1]);
        let table = line(&nodes, |x| x, Interpolation::Linear, Outside::Extrapolate);
        let slopes: Vec<f64> = (0..nodes.len() - 1).map(|i| 1.0 + i as f64).collect();
        let mut values = vec![0.0];
        for (i, slope) in slopes.iter().enumerate() {
            values.push(values[i] + slope * (nodes[i + 1] - nodes[i]));
        }
        let table = Grid { values: values.into(), ..table };
        for x in [first + place * (last - first), nodes[node % nodes.len()], first - 1.0, last + 1.0] {
            let cell = (1..nodes.len() - 1).filter(|&i| nodes[i] <= x).count();
            let slope = table.value([x, x], [1, 0]);
            prop_assert!((slope - slopes[cell]).abs() < 1e-3, "{} in {:?}: {} {}", x, nodes, slope, slopes[cell]);
        }
    }

    #[test]
    fn any_numbers_are_survived(
        x: f64, y: f64, orders in [0u8..6, 0u8..6], cubic: bool, extrapolate: bool,
    ) {
        let interpolation = if cubic { Interpolation::Cubic } else { Interpolation::Linear };
        let outside = if extrapolate { Outside::Extrapolate } else { Outside::Clamp };
        let table = grid([UNEVEN.to_vec(), vec![1.0, 2.0, 4.0]], |x, y| x * y, interpolation, outside);
        let value = table.value([x, y], orders);
        prop_assert!(extrapolate || value.is_finite() == (!x.is_nan() && !y.is_nan()));
    }
}

#[test]
fn derivatives_of_tables_in_expressions() {
    let mut builder = Builder::new(&["H"]);
    let axes = [UNEVEN.to_vec(), vec![0.0, 1.0, 1.5, 3.0]];
    builder.table("surface", grid(axes, |x, y| (x * y).sin(), Interpolation::Cubic, Outside::Clamp));
    let network = &mut builder.network;
    let t_gas = network.dag.temperature();
    let (x, y) = (network.dag.ln(t_gas), network.dag.sqrt(t_gas));
    let f = network.dag.table(TableId(0), [x, y], [0, 0]);
    let mut differentiator = Differentiator::new(1, &network.tables);
    let first = differentiator.derivative(&mut network.dag, f, Variable::Temperature);
    let second = differentiator.derivative(&mut network.dag, first, Variable::Temperature);
    let at = |id, temperature| {
        let point =
            Point { densities: &[1.0], temperature, time: 0.0, parameters: &[], tables: &network.tables };
        network.dag.evaluate(id, point)
    };
    for (f, slope) in [(f, first), (first, second)] {
        for temperature in [1.05, 3.0, 5.0] {
            let h = 1e-5;
            let expected = (at(f, temperature + h) - at(f, temperature - h)) / (2.0 * h);
            assert!((at(slope, temperature) - expected).abs() <= 1e-7 * expected.abs().max(1.0));
        }
    }
}

#[test]
fn linear_tables_have_no_second_derivative() {
    let mut builder = Builder::new(&["H"]);
    builder.table("line", line(&[0.0, 1.0], |x| x, Interpolation::Linear, Outside::Clamp));
    let network = &mut builder.network;
    let t_gas = network.dag.temperature();
    let f = network.dag.table(TableId(0), [t_gas, t_gas], [0, 0]);
    let mut differentiator = Differentiator::new(1, &network.tables);
    let first = differentiator.derivative(&mut network.dag, f, Variable::Temperature);
    let second = differentiator.derivative(&mut network.dag, first, Variable::Temperature);
    assert_eq!(network.dag.as_constant(first), None);
    assert_eq!(network.dag.as_constant(second), Some(0.0));
}
