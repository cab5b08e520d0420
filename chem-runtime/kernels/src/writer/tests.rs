use std::path::Path;

use chem_grammar::interpret::Interpreter;
use chem_grammar::network::Network;

use super::*;

fn load(name: &str) -> Network {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    Network::load(path).unwrap_or_else(|report| panic!("{report}"))
}

/// All operations, one after the other.
fn evaluated(writer: &Writer<'_>, y: &[f64], weights: &[f64], parameters: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = Vec::new();
    for operation in &writer.operations {
        values.push(match *operation {
            Operation::Constant(value) => value.get(),
            Operation::Parameter(index) => parameters[index],
            Operation::Unknown(index) => y[index],
            Operation::Time => 1e9,
            Operation::Weight(index) => weights[index],
            Operation::Unary(function, a) => function.evaluate(values[a]),
            Operation::Binary(function, a, b) => function.evaluate(values[a], values[b]),
            Operation::PowInt(a, exponent) => values[a].powi(exponent),
            Operation::Select(compare, [left, right, then, otherwise]) => {
                values[if compare.evaluate(values[left], values[right]) { then } else { otherwise }]
            }
            Operation::Table(table, [a, b], orders) => {
                writer.system.network.tables[table].grid.value([values[a], values[b]], orders)
            }
        });
    }
    values
}

fn check(network: Network, y: &[f64], parameters: &[f64]) {
    let system = System::new(network);
    let interpreter = Interpreter::new(&system);
    let count = system.unknown_count();
    let (mut rhs, mut jacobian) = (vec![f64::NAN; count], vec![f64::NAN; system.jacobian.len()]);
    interpreter.rhs(1e9, y, parameters, &mut rhs);
    let mut by_time = vec![f64::NAN; count];
    interpreter.time_derivative(1e9, y, parameters, &mut by_time);
    interpreter.jacobian(1e9, y, parameters, &mut jacobian);
    // One equation after the other: sums over equations of different units say little.
    for row in 0..count {
        let weights: Vec<f64> = (0..count).map(|i| if i == row { 1.0 } else { 0.0 }).collect();
        let mut writer = Writer::new(&system);
        let places = writer.product();
        let values = evaluated(&writer, y, &weights, parameters);
        for (place, expected) in places.iter().zip(&rhs) {
            let error = (values[*place] - expected).abs();
            assert!(error <= 1e-10 * expected.abs(), "f: {:e}, {expected:e} at {y:?}", values[*place]);
        }
        let (place, expected) = (places[2 * count], by_time[row]);
        assert!((values[place] - expected).abs() <= 1e-10 * expected.abs(), "by time: {expected:e}");
        let entries = || system.pattern.entries().zip(&jacobian);
        let largest = entries().filter(|((r, _), _)| *r == row).map(|(_, entry)| entry.abs());
        let largest = largest.fold(0.0, f64::max);
        for (column, place) in places[count..2 * count].iter().enumerate() {
            let entry = entries().find(|((r, c), _)| (*r, *c) == (row, column)).map_or(0.0, |(_, e)| *e);
            let error = (values[*place] - entry).abs();
            assert!(error <= 1e-10 * largest, "J[{row}, {column}]: {:e}, {entry:e} at {y:?}", values[*place]);
        }
    }
    let mut writer = Writer::new(&system);
    let places = writer.right_hand_side();
    let values = evaluated(&writer, y, &[], parameters);
    for (place, expected) in places.iter().zip(&rhs) {
        assert!((values[*place] - expected).abs() <= 1e-10 * expected.abs());
    }
}

const STATES: [[f64; 5]; 4] = [
    [1.0, 1e4, 1.0, 10.0, 1e3],
    [5e3, 5e3, 5e3, 1e-2, 2e4],
    [1e-3, 1e2, 1e-3, 5e3, 40.0],
    [1.0, 1e2, 1.0, 2e3, 10.05],
];

#[test]
fn kernels_conserve_energy() {
    for floor in [None, Some(10.0)] {
        for conserves_energy in [false, true] {
            for y in STATES {
                let network = load("tests/networks/energy.net");
                let network = Network { conserves_energy, temperature_floor: floor, ..network };
                check(network, &y, &[0.0, 1.0, 1.0]);
            }
        }
    }
}
