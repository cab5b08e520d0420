//! Powers and roots of what is zero, in generated code, written out and looped, in lanes and in the interpreter: the
//! Jacobian is finite wherever its limit is, and both solvers get through.
#![allow(missing_docs, clippy::expect_used, clippy::panic)]

use chem_solver::batch::{Batch, Instructions, Rows, Status};
use chem_solver::bdf::{Bdf, Cause};
use chem_solver::network::Interpreted;
use chem_solver::network::{ChemNetwork, GenericNetwork};
use chem_solver::scalar::Dual;
use chem_solver::units::YEAR;

chem_runtime::chem_network!("networks/powers_of_zero.net");
chem_runtime::chem_network!("networks/powers_of_zero.net" as powers_of_zero_looped, looped);
chem_runtime::chem_network!("networks/steep.net");

use powers_of_zero::{PowersOfZero, UNKNOWN_COUNT};
use steep::Steep;

const SPECIES: usize = UNKNOWN_COUNT - 1;
const H: usize = 0;
const END: f64 = 1e5 * YEAR;

/// Cold and hot gas, with and without each species, and with next to none of it.
fn states() -> Vec<Vec<f64>> {
    let mut states = Vec::new();
    for t_gas in [10.0, 69.0, 75.0, 92.0, 150.0, 3e3] {
        for density in [0.0, f64::from_bits(1), 1e-200, 1e-30, 1.0] {
            for species in 0..SPECIES {
                let mut y = vec![3.0; UNKNOWN_COUNT];
                (y[species], y[SPECIES]) = (density, t_gas);
                states.push(y);
            }
        }
        let mut bare = vec![0.0; UNKNOWN_COUNT];
        (bare[H], bare[SPECIES]) = (1e3, t_gas);
        states.push(bare);
    }
    states
}

fn jacobian(network: &dyn ChemNetwork, y: &[f64]) -> Vec<f64> {
    let mut values = vec![f64::NAN; network.structure().jacobian_count()];
    network.jacobian(0.0, y, &mut values);
    values
}

#[test]
fn jacobians_are_finite_and_the_same_in_all_forms() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/networks/powers_of_zero.net");
    let interpreted = Interpreted::load(path).unwrap_or_else(|report| panic!("{report}"));
    let forms: [&dyn ChemNetwork; 2] =
        [&PowersOfZero::default(), &powers_of_zero_looped::PowersOfZero::default()];
    for y in states() {
        let expected = jacobian(&interpreted, &y);
        // `ci` by n[D] without D is infinite, and says so.
        let infinite = interpreted.structure().jacobian_column(5);
        for (index, value) in expected.iter().enumerate() {
            let may_be = infinite.contains(&index) && y[5] < 1e-200;
            assert!(value.is_finite() || may_be, "entry {index} of {y:?}: {value}");
        }
        for form in forms {
            let found = jacobian(form, &y);
            for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let is_same = (found - expected).abs() <= 1e-9 * expected.abs() + 1e-290 || found == expected;
                assert!(is_same, "entry {index} of {y:?}: {found:e} {expected:e}");
            }
        }
    }
}

/// Where all is smooth the derivatives are those of dual numbers, and near the border they go over into it.
#[test]
fn jacobians_agree_with_dual_numbers() {
    let network = PowersOfZero::default();
    let structure = network.structure();
    for y in states().into_iter().filter(|y| y[SPECIES] > 100.0 && y.iter().all(|n| *n >= 1e-30)) {
        let found = jacobian(&network, &y);
        for column in 0..UNKNOWN_COUNT {
            let duals: Vec<Dual<1>> = (y.iter().enumerate())
                .map(|(i, y)| if i == column { Dual::variable(*y, 0) } else { Dual::fixed(*y) })
                .collect();
            let mut out = vec![Dual::fixed(f64::NAN); UNKNOWN_COUNT];
            network.rhs_generic(Dual::fixed(0.0), &duals, &mut out);
            let largest = out.iter().fold(0.0f64, |m, d| m.max(d.derivatives[0].abs()));
            for (row, found) in structure.jacobian_values(column, &found) {
                let difference = (found - out[row].derivatives[0]).abs();
                assert!(difference <= 1e-9 * largest, "row {row}, column {column} of {y:?}: {difference:e}");
            }
        }
    }
}

#[test]
fn cold_gas_is_solved_by_both_solvers() {
    let network = PowersOfZero::default();
    let mut cells = Vec::new();
    for t_gas in [12.0, 40.0, 68.0, 71.0, 85.0, 93.0, 400.0, 4e3] {
        // D is formed from C, and H2+ from H2, only after the start.
        cells.extend([10.0, 100.0, 0.0, 0.0, 1e-2, 1e-3, t_gas]);
    }
    let bdf = Bdf::new(&network).rtol(1e-8);
    let mut exact = cells.clone();
    for (cell, out) in cells.chunks_exact(UNKNOWN_COUNT).zip(exact.chunks_exact_mut(UNKNOWN_COUNT)) {
        bdf.integrate(&mut bdf.workspace(), cell, &[END], out).unwrap_or_else(|error| panic!("{error}"));
    }
    for instructions in [Instructions::Scalar, Instructions::Fma, Instructions::Avx2, Instructions::Avx512] {
        let mut found = cells.clone();
        let batch = Batch::new(&network).rtol(1e-4).instructions(instructions);
        let report = batch.advance(Rows::new(&mut found, UNKNOWN_COUNT), END).expect("settings");
        assert!(report.cells.iter().all(|cell| cell.status == Status::Done), "{instructions:?}: {report}");
        for (found, exact) in found.iter().zip(&exact) {
            assert!((found - exact).abs() <= 2e-3 * exact + 1e-9, "{instructions:?}: {found:e} {exact:e}");
        }
    }
}

/// What really is infinite is an error that names the reaction, the species and the place; the cell stays as it was.
#[test]
fn infinite_slopes_are_named() {
    let network = Steep::default();
    let bdf = Bdf::new(&network);
    let empty = [0.0, 0.0, 100.0];
    let error = bdf.integrate(&mut bdf.workspace(), &empty, &[YEAR], &mut [0.0; 3]);
    let error = error.expect_err("no step leads out of this state");
    let Cause::SlopeNotFinite(slope) = &error.cause else { panic!("{error}") };
    assert_eq!(slope.of, ["`root` (H2 + photon -> 2 H)"]);
    assert_eq!(slope.by, "n[H2]");
    let text = error.to_string();
    let start = "the derivative of `root` (H2 + photon -> 2 H) by n[H2] is not finite, where n[H2] = 0 cm^-3, n[H] = 0 cm^-3 at t = 0";
    assert!(text.starts_with(start), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    // Without any particle nothing happens; with some, the same slope is infinite.
    let bare = [1.0, 0.0, 100.0];
    let mut cells = [bare, [1.0, 1.0, 100.0], [0.0, 0.0, 100.0]].concat();
    let report = Batch::new(&network).advance(Rows::new(&mut cells, 3), YEAR).expect("settings");
    assert_eq!(report.cells[0].status, Status::SlopeNotFinite, "{report}");
    assert_eq!(cells[..3], bare);
    assert!(report.cells[1].status.is_ok() && report.cells[2].status.is_ok(), "{report}");
    assert_eq!(cells[6..], [0.0, 0.0, 100.0]);
}
