//! Generated loops over tables, for a synthetic network that has every kind of statement: against the interpreter,
//! against dual numbers, and against the same network written out.
#![allow(missing_docs, clippy::expect_used)]

use chem_solver::linear::dense_lu::DenseLu;
use chem_solver::network::Interpreted;
use chem_solver::network::{ChemNetwork, GenericNetwork};
use chem_solver::scalar::Dual;
use chem_tests::states;

chem_runtime::chem_network!("networks/every_kind.net", looped);
chem_runtime::chem_network!("networks/every_kind.net" as written_out);

use every_kind::{EveryKind, UNKNOWN_COUNT};

const SPECIES: usize = UNKNOWN_COUNT - 1;
const POWERS: usize = every_kind::HEATING_COUNT + every_kind::COOLING_COUNT;
const TIME: f64 = 3e8;

/// By the unknowns, then time.
type Number = Dual<{ UNKNOWN_COUNT + 1 }>;

fn random_states() -> Vec<Vec<f64>> {
    states::random(SPECIES, &[10.0, 5500.0, 1e8], 1000, 7)
        .into_iter()
        .filter(|y| y[..SPECIES].iter().sum::<f64>() > 1e-10)
        .collect()
}

/// What is added up in each row of the right-hand side, by magnitude.
fn gross(network: &dyn ChemNetwork, y: &[f64]) -> Vec<f64> {
    let structure = network.structure();
    let mut fluxes = vec![0.0; structure.equations.len()];
    network.fluxes(TIME, y, &mut fluxes);
    let mut gross = vec![0.0; UNKNOWN_COUNT];
    for (flux, value) in fluxes.iter().enumerate() {
        for &(species, change) in structure.net_changes(flux) {
            gross[species as usize] += (f64::from(change) * value).abs();
        }
    }
    let mut power = vec![0.0; structure.heating.len() + structure.cooling.len()];
    let (heating, cooling) = power.split_at_mut(structure.heating.len());
    network.heating(TIME, y, heating);
    network.cooling(TIME, y, cooling);
    gross[SPECIES] =
        power.iter().map(|p| p.abs()).sum::<f64>() / (1.380649e-16 * y[..SPECIES].iter().sum::<f64>());
    gross
}

/// What is added up in an entry of the Jacobian's row of T, by magnitude: the change of each heating and cooling term
/// and of the heat capacity.
fn slope_of_power(powers: &[Number], column: usize, y: &[f64]) -> f64 {
    let n_tot: f64 = y[..SPECIES].iter().sum();
    let slopes = powers.iter().map(|p| p.derivatives[column].abs() + p.value.abs() / n_tot);
    slopes.sum::<f64>() / (1.380649e-16 * n_tot)
}

fn assert_close(name: &str, y: &[f64], a: &[f64], b: &[f64], scale: impl Fn(usize) -> f64, tolerance: f64) {
    assert_eq!(a.len(), b.len());
    for (index, (a, b)) in a.iter().zip(b).enumerate() {
        let close = (a - b).abs() <= tolerance * scale(index) || (a.abs() < 1e-290 && b.abs() < 1e-290);
        assert!(close, "{name} {index}: {a:e} and {b:e} at {y:?}");
    }
}

#[test]
fn loops_equal_the_interpreter_and_what_is_written_out() {
    let looped = EveryKind::default();
    let written_out = written_out::EveryKind::default();
    let interpreted = Interpreted::load(concat!(env!("CARGO_MANIFEST_DIR"), "/networks/every_kind.net"))
        .unwrap_or_else(|report| unreachable!("{report}"));
    let others: [&dyn ChemNetwork; 2] = [&written_out, &interpreted];
    type Function = fn(&dyn ChemNetwork, &[f64], &mut [f64]);
    let parts: [(&str, usize, Function); 4] = [
        ("k", every_kind::RATE_COUNT, |n, y, out| n.rates(TIME, y, out)),
        ("flux", every_kind::FLUX_COUNT, |n, y, out| n.fluxes(TIME, y, out)),
        ("heating", every_kind::HEATING_COUNT, |n, y, out| n.heating(TIME, y, out)),
        ("cooling", every_kind::COOLING_COUNT, |n, y, out| n.cooling(TIME, y, out)),
    ];
    for y in random_states() {
        for other in others {
            for (name, count, function) in parts {
                let (mut a, mut b) = (vec![f64::NAN; count], vec![f64::NAN; count]);
                function(&looped, &y, &mut a);
                function(other, &y, &mut b);
                assert_close(name, &y, &a, &b, |i| b[i].abs(), 1e-13);
            }
            let gross = gross(other, &y);
            let mut a = [f64::NAN; UNKNOWN_COUNT];
            let mut b = a;
            looped.rhs(TIME, &y, &mut a);
            other.rhs(TIME, &y, &mut b);
            assert_close("rhs", &y, &a, &b, |i| gross[i], 1e-13);
        }
    }
}

#[test]
fn derivatives_equal_those_of_dual_numbers() {
    let network = EveryKind::default();
    let structure = network.structure();
    for y in random_states() {
        let dual: Vec<Number> = y.iter().enumerate().map(|(i, &y)| Dual::variable(y, i)).collect();
        let mut f = [Dual::fixed(0.0); UNKNOWN_COUNT];
        network.rhs_generic(Dual::variable(TIME, UNKNOWN_COUNT), &dual, &mut f);
        let mut powers = [Dual::fixed(0.0); POWERS];
        let (heating, cooling) = powers.split_at_mut(every_kind::HEATING_COUNT);
        network.heating_generic(Dual::fixed(TIME), &dual, heating);
        network.cooling_generic(Dual::fixed(TIME), &dual, cooling);
        let mut jacobian = vec![f64::NAN; structure.jacobian_count()];
        network.jacobian(TIME, &y, &mut jacobian);
        for column in 0..UNKNOWN_COUNT {
            let mut dense = [0.0; UNKNOWN_COUNT];
            for (row, value) in structure.jacobian_values(column, &jacobian) {
                dense[row] = *value;
            }
            let expected = f.map(|f| f.derivatives[column]);
            // The row of T has a unit of its own, and is a difference of heating and cooling.
            let largest = expected[..SPECIES].iter().fold(0.0, |m: f64, d| m.max(d.abs()));
            let scale =
                |row: usize| if row < SPECIES { largest } else { slope_of_power(&powers, column, &y) };
            assert_close(&format!("column {column}, row"), &y, &dense, &expected, scale, 1e-10);
        }
        let mut by_time = [f64::NAN; UNKNOWN_COUNT];
        network.time_derivative(TIME, &y, &mut by_time);
        let expected = f.map(|f| f.derivatives[UNKNOWN_COUNT]);
        assert_close("by time", &y, &by_time, &expected, |row| expected[row].abs(), 1e-10);
    }
}

#[test]
fn factors_solve() {
    let network = EveryKind::default();
    let structure = network.structure();
    let mut pivoted = DenseLu::new(structure);
    let mut jacobian = vec![0.0; structure.jacobian_count()];
    let mut lu = vec![0.0; structure.lu_count()];
    assert_eq!(lu.len(), every_kind::LU_COUNT);
    let y = [1.0, 5000.0, 2.0, 2000.0, 10.0, 1.0, 300.0];
    network.jacobian(TIME, &y, &mut jacobian);
    for c in [1.0, 1e5, 1e10] {
        let growth = network.factor(c, &jacobian, &mut lu);
        assert!(growth < 10.0, "{growth}");
        assert!(pivoted.factor(structure, c, &jacobian));
        let mut x = y;
        let mut expected = y;
        network.solve(&lu, &mut x);
        pivoted.solve(&mut expected);
        assert_close("x", &y, &x, &expected, |i| expected[i].abs(), 1e-9);
    }
}
