//! The networks of the project: derivatives, structure and the interpreter.

use std::path::Path;

use chem_grammar::expr::{Evaluator, ExprId, Point, SpeciesId, Variable};
use chem_grammar::interpret::Interpreter;
use chem_grammar::network::Network;
use chem_grammar::system::System;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::dual::{DualEvaluator, State};

const NETWORKS: [&str; 4] = ["benchmark_const", "benchmark_tdep", "atomic", "molecular"];

fn load(name: &str) -> System {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../networks").join(name).with_extension("net");
    match Network::load(path) {
        Ok(network) => System::new(network),
        Err(report) => panic!("{name} does not load:\n{report}"),
    }
}

/// Densities over 15 decades, and a temperature over 7.
fn random_state(system: &System, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let mut y: Vec<f64> =
        system.network.species.iter().map(|_| 10f64.powf(rng.random_range(-12.0..3.0))).collect();
    y.push(10f64.powf(rng.random_range(0.0..7.0)));
    y
}

/// Random states, some of them directly below, on and above every breakpoint.
fn states(system: &System, count: usize) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut states: Vec<Vec<f64>> = (0..count).map(|_| random_state(system, &mut rng)).collect();
    for &breakpoint in &system.network.breakpoints {
        for temperature in [
            breakpoint.next_down(),
            breakpoint * (1.0 - 1e-9),
            breakpoint,
            breakpoint.next_up(),
            breakpoint * (1.0 + 1e-9),
        ] {
            let mut y = random_state(system, &mut rng);
            y[system.unknown_count() - 1] = temperature;
            states.push(y);
        }
    }
    if let Some(floor) = system.network.temperature_floor {
        // At the floor itself the clamp of the limits has a kink.
        for share in [-2.0, -0.9, -0.1, -1e-9, 1e-9, 0.5, 0.9, 1.1] {
            let mut y = random_state(system, &mut rng);
            y[system.unknown_count() - 1] = floor * (1.0 + 0.01 * share);
            states.push(y);
        }
    }
    states
}

fn unknown(system: &System, column: usize) -> Variable {
    if column + 1 == system.unknown_count() {
        Variable::Temperature
    } else {
        Variable::Density(SpeciesId(column as u32))
    }
}

/// Every entry of the Jacobian of a network, also those that are left out, against dual numbers.
pub(crate) fn check_jacobian(system: &System, y: &[f64], time: f64) {
    let parameters = system.network.default_parameters();
    let interpreter = Interpreter::new(system);
    let mut entries = vec![f64::NAN; system.jacobian.len()];
    interpreter.jacobian(time, y, &parameters, &mut entries);
    let count = system.unknown_count();
    let state = State {
        densities: &y[..count - 1],
        temperature: y[count - 1],
        time,
        parameters: &parameters,
        tables: &system.network.tables,
    };
    for column in 0..count {
        let mut evaluator = DualEvaluator::new(&system.dag, state, unknown(system, column));
        let expected: Vec<_> = system.rhs.iter().map(|&rhs| evaluator.evaluate(rhs)).collect();
        let scale = expected[..count - 1].iter().fold(0f64, |scale, dual| scale.max(dual.slope.abs()));
        for (row, expected) in expected.iter().enumerate() {
            let entry = system.pattern.find(row, column).map_or(0.0, |i| entries[i]);
            let error = (entry - expected.slope).abs();
            let place = || format!("({row}, {column}) at {y:?}: {entry:e}, {expected:?}");
            assert!(error <= 64.0 * f64::EPSILON * expected.slope_error, "{}", place());
            assert!(expected.slope_error.is_finite(), "{}", place());
            // The temperature has another unit; its row is held by the bound alone.
            assert!(row + 1 == count || error <= 1e-10 * scale, "{}", place());
        }
    }
}

/// Bit for bit: the interpreter does what evaluation node by node does, to the last choice.
#[test]
fn interpreter_agrees_with_lazy_evaluation() {
    for name in NETWORKS {
        let system = load(name);
        let interpreter = Interpreter::new(&system);
        let parameters = system.network.default_parameters();
        for y in states(&system, 20) {
            let (temperature, densities) = y.split_last().unwrap();
            let point = Point {
                densities,
                temperature: *temperature,
                time: 1e10,
                parameters: &parameters,
                tables: &system.network.tables,
            };
            let mut evaluator = Evaluator::new(&system.dag, point);
            let mut check = |what: &str, roots: &[ExprId], run: &dyn Fn(&mut [f64])| {
                let mut out = vec![f64::NAN; roots.len()];
                run(&mut out);
                for (i, (&root, out)) in roots.iter().zip(&out).enumerate() {
                    let expected = evaluator.value(root);
                    assert!(out.to_bits() == expected.to_bits(), "{what} {i} of {name}: {out} {expected}");
                    assert!(out.is_finite(), "{what} {i} of {name} at {y:?}");
                }
            };
            check("rate", &system.rates, &|out| interpreter.rates(1e10, &y, &parameters, out));
            check("flux", &system.fluxes, &|out| interpreter.fluxes(1e10, &y, &parameters, out));
            check("rhs", &system.rhs, &|out| interpreter.rhs(1e10, &y, &parameters, out));
            check("J", &system.jacobian, &|out| interpreter.jacobian(1e10, &y, &parameters, out));
            let heating: Vec<_> = system.network.heating.iter().map(|term| term.expr).collect();
            check("heating", &heating, &|out| interpreter.heating(1e10, &y, &parameters, out));
            let cooling: Vec<_> = system.network.cooling.iter().map(|term| term.expr).collect();
            check("cooling", &cooling, &|out| interpreter.cooling(1e10, &y, &parameters, out));
        }
    }
}

/// Species that are not there at all are common at the start: nothing may become NaN or infinite.
#[test]
fn absent_species_do_no_harm() {
    for name in NETWORKS {
        let system = load(name);
        let interpreter = Interpreter::new(&system);
        let parameters = system.network.default_parameters();
        let count = system.unknown_count();
        for present in 0..count - 1 {
            for temperature in [3.0, 90.0, 1e3, 2e4, 1e8] {
                let mut y = vec![0.0; count];
                y[present] = 1.0;
                y[count - 1] = temperature;
                let mut rhs = vec![f64::NAN; count];
                interpreter.rhs(0.0, &y, &parameters, &mut rhs);
                assert!(rhs.iter().all(|x| x.is_finite()), "{name} at {y:?}: {rhs:?}");
                let mut entries = vec![f64::NAN; system.jacobian.len()];
                interpreter.jacobian(0.0, &y, &parameters, &mut entries);
                for ((row, column), entry) in system.pattern.entries().zip(&entries) {
                    assert!(entry.is_finite(), "{name} at {y:?}: ({row}, {column}) = {entry}");
                }
            }
        }
    }
}

#[test]
fn nuclei_and_charge_are_all_that_is_conserved() {
    let laws =
        |name: &str| -> Vec<String> { load(name).conservation.into_iter().map(|law| law.name).collect() };
    assert_eq!(laws("atomic"), ["H", "He", "charge"]);
    assert_eq!(laws("molecular"), ["H", "He", "charge"]);
    let system = load("molecular");
    for law in &system.conservation {
        assert!(system.stoichiometry.conserves(&law.coefficients));
    }
}

#[test]
fn elimination_of_the_networks_makes_no_fill() {
    let size = |name: &str| {
        let system = load(name);
        (system.unknown_count(), system.pattern.entry_count(), system.lu.fill())
    };
    assert_eq!(size("molecular").2, 0);
    assert_eq!(size("atomic").2, 0);
}

#[test]
fn jacobian_agrees_with_dual_numbers() {
    for name in NETWORKS {
        let system = load(name);
        for y in states(&system, 100) {
            check_jacobian(&system, &y, 1e10);
        }
    }
}
