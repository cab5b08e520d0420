//! Energy that is conserved: de/dt is heating less cooling whatever particles are lost and made; the default knows nothing of it.

use std::path::Path;

use chem_grammar::expr::Variable;
use chem_grammar::interpret::Interpreter;
use chem_grammar::network::Network;
use chem_grammar::system::System;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::dual::{DualEvaluator, State};
use crate::gathered::compare;
use crate::networks::check_jacobian;
use crate::system::one_of_everything;

const BOLTZMANN: f64 = 1.380_649e-16;

fn load() -> Network {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/networks/energy.net");
    Network::load(path).unwrap_or_else(|report| panic!("{report}"))
}

fn states(count: usize) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut state = || -> Vec<f64> {
        let mut y: Vec<f64> = (0..4).map(|_| 10f64.powf(rng.random_range(-6.0..4.0))).collect();
        y.push(10f64.powf(rng.random_range(1.1..6.0)));
        y
    };
    (0..count).map(|_| state()).collect()
}

/// e, de/dn of each species, de/dT, by hand: e = k T (1.5 n_atoms + (1.5 + r) n_H2) of the gas above.
fn energy(y: &[f64]) -> (f64, [f64; 4], f64) {
    let [e, h, hp, h2, t] = y[..] else { panic!("{} unknowns", y.len()) };
    let square = (170.0 / t).powi(2);
    let rotation = 1.0 / (1.0 + square);
    let slope = 2.0 * square / t * rotation.powi(2);
    let capacity = BOLTZMANN * (1.5 * (e + h + hp) + (1.5 + rotation) * h2);
    let (atom, molecule) = (1.5 * BOLTZMANN * t, (1.5 + rotation) * BOLTZMANN * t);
    (capacity * t, [atom, atom, atom, molecule], capacity + BOLTZMANN * t * slope * h2)
}

#[test]
fn energy_changes_by_heating_and_cooling_alone() {
    let system = System::new(load());
    let interpreter = Interpreter::new(&system);
    for heated in [0.0, 1.0] {
        let parameters = [heated, heated, 1.0];
        for y in states(200) {
            let (_, by_species, by_temperature) = energy(&y);
            let mut dydt = vec![f64::NAN; 5];
            interpreter.rhs(0.0, &y, &parameters, &mut dydt);
            let mut heat = [[f64::NAN]; 2];
            interpreter.heating(0.0, &y, &parameters, &mut heat[0]);
            interpreter.cooling(0.0, &y, &parameters, &mut heat[1]);
            let carried: Vec<f64> = by_species.iter().zip(&dydt).map(|(by, dn)| by * dn).collect();
            let warmed = by_temperature * dydt[4];
            let found = carried.iter().sum::<f64>() + warmed;
            let size: f64 = carried.iter().map(|x| x.abs()).sum::<f64>() + heat[0][0] + heat[1][0];
            let expected = heat[0][0] - heat[1][0];
            assert!((found - expected).abs() <= 1e-13 * size, "{found:e} {expected:e} at {y:?}");
        }
    }
}

/// Two atoms that become a molecule leave their energy to the others; without the statement it is lost.
#[test]
fn by_default_energy_goes_with_the_particles() {
    let network = load();
    let y = [1e-3, 1e4, 1e-3, 1e2, 1e3];
    let rate = |network: Network| {
        let system = System::new(network);
        let mut dydt = vec![f64::NAN; 5];
        Interpreter::new(&system).rhs(0.0, &y, &[0.0, 0.0, 0.0], &mut dydt);
        dydt
    };
    let (conserved, lost) = (rate(network.clone()), rate(Network { conserves_energy: false, ..network }));
    assert_eq!(conserved[..4], lost[..4]);
    assert!(conserved[4] > 0.0, "warms: {} K/s", conserved[4]);
    assert_eq!(lost[4], 0.0);
}

#[test]
fn the_jacobian_is_that_of_the_energy() {
    let system = System::new(load());
    for y in states(40) {
        check_jacobian(&system, &y, 1e9);
        let state = State {
            densities: &y[..4],
            temperature: y[4],
            time: 1e9,
            parameters: &system.network.default_parameters(),
            tables: &[],
        };
        let mut evaluator = DualEvaluator::new(&system.dag, state, Variable::Time);
        let mut found = vec![f64::NAN; 5];
        Interpreter::new(&system).time_derivative(1e9, &y, state.parameters, &mut found);
        for (&rhs, found) in system.rhs.iter().zip(&found) {
            let expected = evaluator.evaluate(rhs);
            assert!((found - expected.slope).abs() <= 64.0 * f64::EPSILON * expected.slope_error);
        }
        assert!(found[4] != 0.0);
    }
    for floor in [None, Some(10.0)] {
        let system = Network { conserves_energy: true, temperature_floor: floor, ..one_of_everything() };
        let system = System::new(system);
        for t_gas in [9.5, 9.95, 10.05, 10.5, 300.0] {
            check_jacobian(&system, &[3.0, 2.0, 0.3, 5.0, 0.7, t_gas], 1e9);
            check_jacobian(&system, &[3e-25, 2.0, 0.3, 5.0, 0.7, t_gas], 1e9);
        }
    }
}

#[test]
fn gathering_changes_no_value_of_it() {
    compare(&System::new(load()));
    compare(&System::new(Network { conserves_energy: true, ..one_of_everything() }));
}

/// What a particle carries is 1.5 k T for all atoms: their changes are added up first.
#[test]
fn energy_per_particle_is_known() {
    let system = System::new(load());
    let [e, h, hp, h2] = system.carried[..] else { panic!("{} species", system.carried.len()) };
    assert!(e == h && h == hp && hp != h2);
    assert!(System::new(one_of_everything()).carried.is_empty());
}

/// T changes without heating and cooling as well: the particles alone carry the energy.
#[test]
fn particles_alone_change_the_temperature() {
    let network = load();
    let network = Network { heating: Vec::new(), cooling: Vec::new(), ..network };
    assert!(network.evolves_temperature());
    let system = System::new(network);
    let mut dydt = vec![f64::NAN; 5];
    Interpreter::new(&system).rhs(0.0, &[1e-3, 1e4, 1e-3, 1e2, 1e3], &[1.0, 1.0, 0.0], &mut dydt);
    assert!(dydt[4] > 0.0);
}
