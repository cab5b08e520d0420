//! The floor of the temperature: gas that cools into it stays there at bounded cost, and leaves it where heating wins.
//!
//! Without it the cooling of these cells, a fit extrapolated to T -> 0, takes T down to 1e-15 K.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // tests fail by panicking and print their figures

use std::path::Path;

use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_solver::batch::{Batch, Instructions, Method, Rows};
use chem_solver::bdf::Bdf;
use chem_solver::network::interpreted::Interpreted;
use chem_solver::network::{ChemNetwork, TypedNetwork};
use chem_solver::units::YEAR;

chem_runtime::chem_network!("../networks/molecular.net" as looped, looped);

/// [K]
const FLOOR: f64 = 2.73;
/// Steps that no cell needs, at tolerances down to 1e-6 and below.
const MANY: [u64; 2] = [4000, 12_000];

/// Cells that cool to the floor and below without one: T `[K]`, and densities [cm^-3] of some species.
fn cold_cells(network: &dyn ChemNetwork) -> Vec<Vec<f64>> {
    let structure = network.structure();
    let cell = |t_gas: f64, densities: &[(&str, f64)]| {
        let mut y = vec![0.0; structure.unknown_count()];
        for (name, density) in densities {
            if let Some(place) = structure.species.iter().position(|species| species == name) {
                y[place] = *density;
            }
        }
        if let Some(last) = y.last_mut() {
            *last = t_gas;
        }
        y
    };
    vec![
        cell(80.0, &[("H", 3e14), ("He", 1e13), ("e-", 1e-6), ("H+", 1e-6)]),
        cell(300.0, &[("H", 2e8), ("H2", 4e9), ("He", 1e9), ("e-", 1e-3), ("H+", 1e-3)]),
        cell(25.0, &[("H", 1e6), ("H2", 3e5), ("He", 1e5), ("e-", 1.0), ("H+", 1.0)]),
        cell(3.0, &[("H", 1e5), ("He", 1e4), ("e-", 1e-2), ("H+", 1e-2)]),
        cell(2.74, &[("H", 1e7), ("He", 1e6)]),
    ]
}

const TIMES: [f64; 7] = [1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e4, 1e6];

fn times() -> Vec<f64> {
    TIMES.iter().map(|years| years * YEAR).collect()
}

/// The states of a cell at all times, by the BDF.
fn solved<N: ChemNetwork + ?Sized>(network: &N, cell: &[f64], rtol: f64) -> Vec<f64> {
    let bdf = Bdf::new(network).rtol(rtol);
    let mut out = vec![f64::NAN; TIMES.len() * cell.len()];
    let report = bdf
        .integrate(&mut bdf.workspace(), cell, &times(), &mut out)
        .unwrap_or_else(|error| panic!("rtol {rtol:e}, {cell:?}: {error}"));
    let steps = report.counters.steps + report.counters.rejected + report.counters.newton_failures;
    let coldest = out.chunks_exact(cell.len()).map(|y| y[cell.len() - 1]).fold(f64::INFINITY, f64::min);
    println!("rtol {rtol:e}, from {} K: {steps} steps, coldest {coldest} K", cell[cell.len() - 1]);
    assert!(steps < MANY[usize::from(rtol < 1e-6)], "{steps} steps");
    out
}

fn stays_above(out: &[f64], unknowns: usize) {
    for y in out.chunks_exact(unknowns) {
        assert!(y[unknowns - 1] >= FLOOR, "{} K", y[unknowns - 1]);
        assert!(y.iter().all(|value| value.is_finite() && *value >= 0.0), "{y:?}");
    }
}

/// Largest relative difference of T.
fn difference(a: &[f64], b: &[f64], unknowns: usize) -> f64 {
    let t_gas = |rows: &[f64]| -> Vec<f64> { rows.chunks_exact(unknowns).map(|y| y[unknowns - 1]).collect() };
    t_gas(a).iter().zip(t_gas(b)).map(|(a, b)| (a / b - 1.0).abs()).fold(0.0, f64::max)
}

#[test]
fn cold_gas_ends_at_the_floor_by_the_bdf() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    let file = Path::new(chem_networks::DIRECTORY).join("molecular.net");
    let interpreted = Interpreted::load(file).unwrap_or_else(|report| panic!("{report}"));
    let in_loops = looped::Molecular::default();
    let mut reached = 0;
    for cell in cold_cells(&network) {
        let exact = solved(&network, &cell, 1e-8);
        stays_above(&exact, n);
        reached += usize::from(exact.chunks_exact(n).any(|y| y[n - 1] < FLOOR * 1.01));
        for rtol in [1e-3, 1e-4, 1e-6] {
            let rows = solved(&network, &cell, rtol);
            stays_above(&rows, n);
            let difference = difference(&rows, &exact, n);
            println!("rtol {rtol:e}: T differs by {difference:e}");
            assert!(difference < 30.0 * rtol, "rtol {rtol:e}: {difference:e}");
        }
        for other in [solved(&interpreted, &cell, 1e-4), solved(&in_loops, &cell, 1e-4)] {
            stays_above(&other, n);
            let difference = difference(&other, &exact, n);
            assert!(difference < 3e-3, "{difference:e}");
        }
    }
    assert!(reached >= 2, "only {reached} of the cells cool to the floor");
}

#[test]
fn cold_gas_ends_at_the_floor_in_batches() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    let cells = cold_cells(&network);
    let exact: Vec<Vec<f64>> = cells.iter().map(|cell| solved(&network, cell, 1e-8)).collect();
    let all = [Instructions::Scalar, Instructions::Fma, Instructions::Avx2, Instructions::Avx512];
    for instructions in all.into_iter().filter(|instructions| instructions.are_there()) {
        for method in [Method::Rodas5P, Method::Rodas4, Method::Rodas3] {
            for (place, time) in times().into_iter().enumerate() {
                let mut rows: Vec<f64> = cells.concat();
                // Rare species are not what is looked at: the more exact they must be, the more of these dense cells, whose
                // rates cancel to 1e-15 of the total, end by the fallback.
                let batch = Batch::new(&network).instructions(instructions).method(method);
                let batch = batch.rtol(1e-4).least_abundance(1e-12);
                let report = batch.advance(Rows::new(&mut rows, n), time).expect("settings");
                // The densest cell may need it after 1e4 years and more.
                assert_eq!(report.failures().count(), 0, "{method:?}: {report}");
                assert!(report.fallbacks() <= 1, "{method:?}: {report}");
                let steps = report.cells.iter().map(|cell| cell.steps).max().unwrap_or_default();
                println!("{instructions:?} {method:?} {time:e} s: {steps} steps");
                assert!(u64::from(steps) < MANY[0], "{method:?}: {steps} steps");
                stays_above(&rows, n);
                for (row, exact) in rows.chunks_exact(n).zip(&exact) {
                    let exact = exact[(place + 1) * n - 1];
                    let difference = (row[n - 1] / exact - 1.0).abs();
                    assert!(
                        difference < 1e-2,
                        "{instructions:?} {method:?} after {time:e} s: {} K, {exact} K",
                        row[n - 1]
                    );
                }
            }
        }
    }
}

fn leaves_the_floor_where_heating_wins<N: TypedNetwork>(cell: usize) {
    let mut network = N::default();
    let n = network.structure().unknown_count();
    let start = cold_cells(&network).swap_remove(cell);
    let rows = solved(&network, &start, 1e-4);
    let cold = rows[(TIMES.len() - 1) * n..].to_vec();
    assert!(cold[n - 1] < 1.01 * FLOOR, "{} K", cold[n - 1]);
    // A hundred million times as many cosmic rays.
    network.set_parameter("zeta_cr", 3e-9).expect("a parameter");
    let warm = solved(&network, &cold, 1e-4);
    let hottest = warm.chunks_exact(n).map(|y| y[n - 1]).fold(0.0, f64::max);
    assert!(hottest > 10.0, "{hottest} K");
    let mut rows = cold;
    let report =
        Batch::new(&network).rtol(1e-4).advance(Rows::new(&mut rows, n), times()[3]).expect("settings");
    assert_eq!(report.failures().count(), 0, "{report}");
    let expected = warm[4 * n - 1];
    assert!((rows[n - 1] / expected - 1.0).abs() < 1e-2, "{} K, {expected} K", rows[n - 1]);
}

#[test]
fn gas_leaves_the_floor_where_heating_wins() {
    leaves_the_floor_where_heating_wins::<Molecular>(1);
    leaves_the_floor_where_heating_wins::<Atomic>(1);
}

#[test]
fn gas_below_the_floor_warms_to_it_and_never_cools() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    for began in [0.5, 1.0, 2.7, 2.7299] {
        let mut cell = cold_cells(&network).swap_remove(0);
        cell[n - 1] = began;
        let mut dydt = vec![f64::NAN; n];
        network.rhs(0.0, &cell, &mut dydt);
        assert!(dydt[n - 1] >= 0.0, "{began} K: {} K/s", dydt[n - 1]);
        let rows = solved(&network, &cell, 1e-4);
        let mut before = began;
        for y in rows.chunks_exact(n) {
            assert!(y[n - 1] >= before.min(FLOOR) * (1.0 - 1e-4), "{} K after {before} K", y[n - 1]);
            before = y[n - 1];
        }
        assert!((before / FLOOR - 1.0).abs() < 1e-2, "{before} K at the end");
    }
}
