//! Linearly implicit steps of each row against the BDF, against itself without lanes, and at rest.
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
    steps(equations, (measure, 1), row, dt)
}

/// The end of some equal steps and the sum of their measures.
fn steps(equations: &dyn Equations, parts: (StepMeasure, usize), row: &[f64], dt: f64) -> (Vec<f64>, f64) {
    let (mut end, mut size) = (vec![0.0; row.len()], [0.0]);
    equations.implicit_steps(parts, row, &[dt], &mut end, &mut size);
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

/// Three steps are three calls with a third of the time, each from the end of the one before; none are one.
#[test]
fn parts_are_calls_one_after_the_other() {
    let network = network("molecular");
    let equations = network.equations();
    let start = &network.initials[0].unknowns.to_vec();
    for measure in [StepMeasure::Error, StepMeasure::Movement] {
        let dt = 3e10;
        let (mut state, mut sum) = (start.clone(), 0.0);
        for _ in 0..3 {
            let (end, size) = step(&*equations, measure, &state, dt / 3.0);
            state = end;
            sum += size;
        }
        let (end, size) = steps(&*equations, (measure, 3), start, dt);
        assert!((size / sum - 1.0).abs() < 1e-12, "{size} {sum}");
        assert!(end.iter().zip(&state).all(|(a, b)| (a - b).abs() <= 1e-12 * b.abs()), "{end:?} {state:?}");
        assert_eq!(steps(&*equations, (measure, 0), start, dt), step(&*equations, measure, start, dt));
        assert_ne!(end, step(&*equations, measure, start, dt).0);
    }
}

/// Coefficients that depend on time are taken at the time of each part: the error of six parts is far below that of three.
#[test]
fn parts_know_their_time() {
    let network = network("benchmark_tdep");
    let (equations, start) = (network.equations(), network.initials[0].unknowns.clone());
    let bdf = Bdf::new(&*network.network).rtol(1e-11).atol(1e-30);
    let dt = 2.0;
    let mut exact = vec![0.0; start.len()];
    bdf.integrate(&mut bdf.workspace(), &start, &[dt], &mut exact).unwrap();
    let error =
        |parts: usize| difference(&steps(&*equations, (StepMeasure::Error, parts), &start, dt).0, &exact);
    let found = [error(8), error(16), error(32)];
    assert!(found[0] > 2.5 * found[1] && found[1] > 2.5 * found[2] && found[2] < 1e-2, "{found:?}");
}
