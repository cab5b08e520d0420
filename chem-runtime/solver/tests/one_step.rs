//! One linearly implicit step of each row against the BDF, against itself without lanes, and at rest.
#![allow(clippy::unwrap_used)] // tests fail by panicking

use std::path::Path;

use chem_solver::batch::StepMeasure;
use chem_solver::bdf::Bdf;
use chem_solver::equations::Equations;
use chem_solver::runs::AnyNetwork;

fn network(name: &str) -> AnyNetwork {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks").join(format!("{name}.net"));
    AnyNetwork::load(&path).unwrap()
}

/// The end of a step and its measure.
fn step(equations: &dyn Equations, measure: StepMeasure, row: &[f64], dt: f64) -> (Vec<f64>, f64) {
    let (mut end, mut size) = (vec![0.0; row.len()], [0.0]);
    equations.one_step(measure, row, &[dt], &mut end, &mut size);
    (end, size[0])
}

/// Largest relative difference of T and the species above 1e-3 of the total.
fn difference(a: &[f64], b: &[f64]) -> f64 {
    let species = a.len() - 1;
    let total: f64 = b[..species].iter().sum();
    let counted = a.iter().zip(b).enumerate().filter(|(k, (_, b))| *k == species || **b > 1e-3 * total);
    counted.map(|(_, (a, b))| (a / b - 1.0).abs()).fold(0.0, f64::max)
}

/// A step of a half of the length is wrong by an eighth: the method is of order 2. Its own estimate, of order 1 below, falls by
/// a fourth and is larger than the error.
#[test]
fn errors_fall_with_the_third_power_of_the_step() {
    let network = network("atomic");
    let (equations, start) = (network.equations(), network.initials[0].unknowns.clone());
    let bdf = Bdf::new(&*network.network).rtol(1e-11).atol(1e-30);
    // Past the fastest reactions, which no step follows.
    let mut later = vec![0.0; start.len()];
    bdf.integrate(&mut bdf.workspace(), &start, &[1e9], &mut later).unwrap();
    let found: Vec<(f64, f64)> = [1.6e10, 8e9, 4e9]
        .iter()
        .map(|dt| {
            let mut exact = vec![0.0; start.len()];
            bdf.integrate(&mut bdf.workspace(), &later, &[*dt], &mut exact).unwrap();
            let (end, size) = step(&*equations, StepMeasure::Error, &later, *dt);
            (difference(&end, &exact), size)
        })
        .collect();
    for pair in found.windows(2) {
        let [error, size] = [pair[0].0 / pair[1].0, pair[0].1 / pair[1].1];
        assert!((5.0..11.0).contains(&error) && (3.0..5.5).contains(&size), "{error} {size}: {found:?}");
    }
    assert!(found.iter().all(|(error, size)| *error < 10f64.powf(*size) - 1.0), "{found:?}");
}

/// A cell that has come to rest stays at rest, however long the step; one that moves far says so.
#[test]
fn a_cell_at_rest_stays_there_and_one_that_moves_far_says_so() {
    let network = network("atomic");
    let (equations, start) = (network.equations(), network.initials[0].unknowns.clone());
    let bdf = Bdf::new(&*network.network).rtol(1e-11).atol(1e-30);
    let mut settled = vec![0.0; start.len()];
    bdf.integrate(&mut bdf.workspace(), &start, &[1e20], &mut settled).unwrap();
    for dt in [0.0, 1e6, 1e13] {
        let (end, size) = step(&*equations, StepMeasure::Error, &settled, dt);
        assert!(size < 1e-5 && difference(&end, &settled) < 1e-5, "{dt:e}: {size:e}");
        assert_eq!(step(&*equations, StepMeasure::Movement, &settled, dt).0, end);
    }
    assert!(step(&*equations, StepMeasure::Error, &start, 1e14).1 > 0.1);
    assert!(step(&*equations, StepMeasure::Movement, &start, 1e14).1 > 0.1);
}

/// What no step can be made of stays as it is, and is told.
#[test]
fn rows_that_are_none_stay_as_they_are() {
    let network = network("atomic");
    let (equations, start) = (network.equations(), network.initials[0].unknowns.clone());
    for (k, value, dt) in
        [(0, f64::NAN, 1e9), (start.len() - 1, f64::NAN, 1e9), (0, start[0], -1.0), (0, start[0], f64::NAN)]
    {
        let mut row = start.clone();
        row[k] = value;
        let (end, size) = step(&*equations, StepMeasure::Error, &row, dt);
        assert_eq!(size, f64::INFINITY);
        assert!(end.iter().zip(&row).all(|(a, b)| a.to_bits() == b.to_bits()), "{end:?}");
    }
}
