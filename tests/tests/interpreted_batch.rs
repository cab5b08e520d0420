//! A network that is read at run time in a batch: the same steps as its generated code, to rounding; and where there is no code to
//! compare with, the BDF.
#![allow(clippy::expect_used, clippy::unwrap_used)] // tests fail by panicking

use std::path::Path;

use chem_networks::{atomic::Atomic, benchmark_const::BenchmarkConst, molecular::Molecular};
use chem_solver::batch::{Batch, Instructions, Rows};
use chem_solver::bdf::Bdf;
use chem_solver::network::{ChemNetwork, Environment, GenericNetwork, Interpreted, TypedNetwork};
use chem_solver::units::YEAR;
use chem_tests::states::random_cells;

const CELLS: usize = 50;

fn interpreted(name: &str) -> Interpreted {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    Interpreted::load(Path::new(folder).join(name)).expect("the network")
}

fn solve<N: GenericNetwork>(batch: &Batch<N>, start: &[f64], dt: f64) -> (Vec<f64>, u64) {
    let n = batch.network().structure().unknown_count();
    let mut rows = start.to_vec();
    let report = batch.advance(Rows::new(&mut rows, n), dt).expect("a call");
    assert_eq!(report.failures().count(), 0, "{report}");
    (rows, report.steps())
}

fn assert_near(found: &[f64], expected: &[f64], n: usize, tolerance: f64, what: &str) {
    for (cell, (found, expected)) in found.chunks_exact(n).zip(expected.chunks_exact(n)).enumerate() {
        let total: f64 = expected[..n - 1].iter().sum();
        for (a, b) in found.iter().zip(expected) {
            let near = (a - b).abs() <= tolerance * (b.abs() + 1e-10 * total);
            assert!(near, "{what}, cell {cell}: {a:e} {b:e}");
        }
    }
}

fn equals_generated<N: TypedNetwork>(name: &str, dt: f64) {
    let generated = N::default();
    let n = generated.structure().unknown_count();
    let start = random_cells(&generated, CELLS as u64);
    for instructions in [Instructions::detect(), Instructions::Fma, Instructions::Scalar] {
        for rtol in [1e-3, 1e-6] {
            let compiled = Batch::new(N::default()).rtol(rtol).instructions(instructions);
            let read = Batch::new(interpreted(name)).rtol(rtol).instructions(instructions);
            assert_eq!(read.table_size(), compiled.table_size());
            let (expected, steps) = solve(&compiled, &start, dt);
            let (found, found_steps) = solve(&read, &start, dt);
            let what = format!("{name}, {instructions:?}, rtol {rtol:e}");
            // Steps that are accepted by one and not by the other differ by what the tolerance allows.
            assert_near(&found, &expected, n, 2.0 * rtol, &what);
            // Rounding may turn a step that is just accepted into one that is not.
            let difference = steps.abs_diff(found_steps) as f64;
            assert!(difference <= 0.01 * steps as f64, "{what}: {steps} {found_steps}");
        }
    }
}

#[test]
fn steps_are_those_of_the_generated_code() {
    equals_generated::<Molecular>("networks/molecular.net", 1e6 * YEAR);
    equals_generated::<Atomic>("networks/atomic.net", 1e6 * YEAR);
}

/// The same number to rounding, against the sum of the magnitudes of the fluxes.
#[test]
fn slopes_are_those_of_the_generated_code() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    let rows = random_cells(&network, 200);
    let (mut expected, mut found) = (vec![0.0; rows.len()], vec![0.0; rows.len()]);
    Batch::new(Molecular::default()).slopes(&rows, &mut expected);
    Batch::new(interpreted("networks/molecular.net")).slopes(&rows, &mut found);
    let structure = network.structure();
    for (cell, row) in rows.chunks_exact(n).enumerate() {
        let mut fluxes = vec![0.0; structure.equations.len()];
        network.fluxes(0.0, row, &mut fluxes);
        let gross: f64 = fluxes.iter().map(|flux| flux.abs()).sum();
        for i in cell * n..(cell + 1) * n - 1 {
            assert!((found[i] - expected[i]).abs() <= 1e-13 * gross, "{:e} {:e}", found[i], expected[i]);
        }
        let t = (cell + 1) * n - 1;
        assert!((found[t] / expected[t] - 1.0).abs() <= 1e-9, "{:e} {:e}", found[t], expected[t]);
    }
}

#[test]
fn a_network_without_heating_is_a_batch_too() {
    let start: Vec<f64> = (0..9).flat_map(|i| [1.0 + f64::from(i), 0.5, 0.1, 300.0]).collect();
    let (expected, _) = solve(&Batch::new(BenchmarkConst::default()).rtol(1e-8), &start, 3.0);
    let (found, _) = solve(&Batch::new(interpreted("networks/benchmark_const.net")).rtol(1e-8), &start, 3.0);
    assert_near(&found, &expected, 4, 1e-10, "benchmark_const");
}

/// Values per cell, and parameters of the network that are set.
#[test]
fn parameters_are_those_of_the_generated_code() {
    let n = Molecular::default().structure().unknown_count();
    let start = random_cells(&Molecular::default(), CELLS as u64);
    let zeta: Vec<f64> = (0..CELLS).map(|cell| 1e-17 * 1.2f64.powi(cell as i32 % 30)).collect();
    let mut compiled = Batch::new(Molecular::default()).rtol(1e-5);
    let mut read = Batch::new(interpreted("networks/molecular.net")).rtol(1e-5);
    for (name, value) in [("metallicity", 0.3), ("redshift", 2.0)] {
        compiled.set_parameter(name, value).expect("a parameter");
        read.set_parameter(name, value).expect("a parameter");
    }
    let environment = Environment::new().each("zeta_cr", &zeta).all("g0", 0.7);
    let (mut expected, mut found) = (start.clone(), start);
    compiled.advance_with(Rows::new(&mut expected, n), &environment, 1e5 * YEAR).expect("a call");
    read.advance_with(Rows::new(&mut found, n), &environment, 1e5 * YEAR).expect("a call");
    assert_near(&found, &expected, n, 2e-5, "parameters");
}

/// Tables, choices, time and all functions of the language.
#[test]
fn every_kind_of_expression_as_by_the_bdf() {
    for name in ["every_kind", "environment", "radiation"] {
        let network = interpreted(&format!("tests/networks/{name}.net"));
        let n = network.structure().unknown_count();
        let domain = network.domains().first().cloned();
        let start: Vec<f64> = match domain {
            Some(domain) => (0..CELLS as u64)
                .flat_map(|index| {
                    let mut stream = chem_solver::network::domain::random_stream(3, index);
                    let view = chem_solver::network::domain::DomainView::from(&domain);
                    view.draw(network.structure(), &mut stream).expect("a state")
                })
                .collect(),
            None => network
                .initials()
                .iter()
                .flat_map(|i| i.densities.iter().copied().chain([i.temperature]))
                .collect(),
        };
        let dt = 1e2 * YEAR;
        let (found, _) = solve(&Batch::new(network.clone()).rtol(1e-6), &start, dt);
        let solver = Bdf::new(&network).rtol(1e-9);
        let mut expected = vec![0.0; start.len()];
        for (start, end) in start.chunks_exact(n).zip(expected.chunks_exact_mut(n)) {
            solver.integrate(&mut solver.workspace(), start, &[dt], end).expect("the BDF");
        }
        assert_near(&found, &expected, n, 1e-4, name);
    }
}
