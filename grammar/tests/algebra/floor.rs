//! The floor of the temperature: net cooling fades above it and turns around below; all else stays as it is.

use chem_grammar::expr::{Evaluator, Point};
use chem_grammar::interpret::Interpreter;
use chem_grammar::network::Network;
use chem_grammar::system::System;

use crate::networks::check_jacobian;
use crate::system::one_of_everything;

const FLOOR: f64 = 10.0;
const PARAMETERS: [f64; 1] = [3e-17];

fn with_floor(floor: Option<f64>) -> System {
    System::new(Network { temperature_floor: floor, ..one_of_everything() })
}

/// Cells that cool and cells that warm: electrons excite hydrogen, cosmic rays ionise H2.
fn states(t_gas: f64) -> [[f64; 6]; 2] {
    [[3.0, 2.0, 0.3, 5.0, 0.7, t_gas], [3e-25, 2.0, 0.3, 5.0, 0.7, t_gas]]
}

fn rhs(system: &System, y: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NAN; y.len()];
    Interpreter::new(system).rhs(1e9, y, &PARAMETERS, &mut out);
    out
}

fn jacobian(system: &System, y: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NAN; system.jacobian.len()];
    Interpreter::new(system).jacobian(1e9, y, &PARAMETERS, &mut out);
    out
}

#[test]
fn only_cooling_near_the_floor_and_below_is_changed() {
    let (free, floored) = (with_floor(None), with_floor(Some(FLOOR)));
    for (t_gas, share) in [
        (1e4, 1.0),
        (10.11, 1.0),
        (10.1, 1.0),
        (10.05, 0.5),
        (10.0, 0.0),
        (9.95, -0.5),
        (9.9, -1.0),
        (1.0, -1.0),
    ] {
        let [cooling, warming] = states(t_gas);
        let (was, is) = (rhs(&free, &cooling), rhs(&floored, &cooling));
        assert!(was[5] < 0.0, "cools without a floor");
        assert!((is[5] - share * was[5]).abs() <= 1e-12 * was[5].abs(), "{t_gas}: {} {}", is[5], was[5]);
        assert_eq!(is[..5], was[..5]);
        let (was, is) = (rhs(&free, &warming), rhs(&floored, &warming));
        assert!(was[5] > 0.0, "warms");
        assert_eq!(is, was, "{t_gas}: heating acts in full");
    }
}

#[test]
fn above_the_floor_no_bit_is_changed() {
    let (free, floored) = (with_floor(None), with_floor(Some(FLOOR)));
    assert_eq!(free.pattern.rows, floored.pattern.rows);
    for t_gas in [FLOOR * 1.0101, 11.0, 30.0, 1e3, 1e6] {
        for y in states(t_gas) {
            assert_eq!(rhs(&floored, &y), rhs(&free, &y), "{t_gas}");
            assert_eq!(jacobian(&floored, &y), jacobian(&free, &y), "{t_gas}");
        }
    }
}

#[test]
fn the_jacobian_is_that_of_the_limited_equation() {
    let system = with_floor(Some(FLOOR));
    for t_gas in [1.0, 9.5, 9.9001, 9.95, FLOOR, 10.0 * (1.0 + 1e-9), 10.05, 10.0999, 10.5, 50.0] {
        for y in states(t_gas) {
            check_jacobian(&system, &y, 1e9);
        }
    }
}

#[test]
fn heating_and_cooling_stay_what_they_are() {
    let [cooling, _] = states(FLOOR);
    let (free, floored) = (with_floor(None), with_floor(Some(FLOOR)));
    let totals = |system: &System| {
        let point = Point {
            densities: &cooling[..5],
            temperature: FLOOR,
            time: 1e9,
            parameters: &PARAMETERS,
            tables: &system.network.tables,
        };
        let mut evaluator = Evaluator::new(&system.dag, point);
        [evaluator.value(system.total_heating), evaluator.value(system.total_cooling)]
    };
    assert_eq!(totals(&free), totals(&floored));
}
