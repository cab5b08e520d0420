//! States at output times: the interpolants of the batch's methods against solutions that end there.
#![allow(clippy::expect_used, clippy::print_stdout)] // tests fail by panicking and print their figures

use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_solver::batch::{Batch, Method, Rows, Status};
use chem_solver::data::times;
use chem_solver::network::TypedNetwork;
use chem_solver::units::YEAR;
use chem_tests::states::random_cells;
use chem_tests::tight_bdf::errors;

const CELLS: usize = 64;

/// The states at 30 output times: from one solution, and from one solution to each; and the steps of the former.
fn both<N: TypedNetwork>(batch: &Batch<N>, start: &[f64], n: usize, times: &[f64]) -> ([Vec<f64>; 2], u64) {
    let mut cells = start.to_vec();
    let mut through = vec![0.0; start.len() * times.len()];
    let report = batch.advance_through(Rows::new(&mut cells, n), times, &mut through).expect("settings");
    assert_eq!(report.failures().count() + report.fallbacks(), 0, "{report}");
    for (cell, states) in cells.chunks_exact(n).zip(through.chunks_exact(n * times.len())) {
        assert_eq!(cell, &states[states.len() - n..], "a cell ends at the last output time");
    }
    let mut anew = through.clone();
    for (number, time) in times.iter().enumerate() {
        cells.copy_from_slice(start);
        batch.advance(Rows::new(&mut cells, n), *time).expect("settings");
        for (cell, states) in cells.chunks_exact(n).zip(anew.chunks_exact_mut(n * times.len())) {
            states[number * n..][..n].copy_from_slice(cell);
        }
    }
    ([through, anew], report.steps())
}

fn is_as_exact_between_steps<N: TypedNetwork>(method: Method, rtol: f64, [median, p95]: [f64; 2]) {
    let network = N::default();
    let structure = network.structure();
    let n = structure.unknown_count();
    let start = random_cells(&network, CELLS as u64);
    let times = times::logarithmic(10.0 * YEAR, 1e6 * YEAR, 30);
    let batch = Batch::new(&network).method(method).rtol(rtol);
    let ([through, anew], steps) = both(&batch, &start, n, &times);
    let [through_errors, anew_errors] =
        [&through, &anew].map(|states| errors(&network, &start, &times, states));
    println!(
        "{} {method:?} {rtol:e}: {:.0} steps; between steps {through_errors}; solved anew {anew_errors}",
        structure.name,
        steps as f64 / CELLS as f64
    );
    assert!(through_errors.median() < median && through_errors.quantile(0.95) < p95, "{through_errors}");
    for (start, states) in start.chunks_exact(n).zip(through.chunks_exact(n * times.len())) {
        for state in states.chunks_exact(n) {
            assert!(state.iter().all(|y| *y >= 0.0 && y.is_finite()));
            for law in 0..structure.law_count() {
                let sum =
                    |y: &[f64]| -> f64 { structure.law(law).iter().zip(y).map(|(c, n)| *c as f64 * n).sum() };
                let size: f64 =
                    structure.law(law).iter().zip(state).map(|(c, n)| (*c as f64 * n).abs()).sum();
                assert!((sum(state) - sum(start)).abs() <= 1e-12 * size);
            }
        }
    }
}

#[test]
fn states_between_steps_are_as_exact_as_at_their_ends() {
    is_as_exact_between_steps::<Molecular>(Method::Rodas5P, 1e-3, [2e-4, 3e-3]);
    is_as_exact_between_steps::<Molecular>(Method::Rodas5P, 1e-6, [1e-6, 1e-4]);
    is_as_exact_between_steps::<Molecular>(Method::Rodas4, 1e-4, [1e-4, 2e-3]);
    is_as_exact_between_steps::<Molecular>(Method::Rodas3, 1e-4, [5e-4, 1e-2]);
    is_as_exact_between_steps::<Atomic>(Method::Rodas5P, 1e-3, [2e-4, 3e-3]);
}

/// Neither the number of output times nor the neighbours change anything; wrong cells have states that are none.
#[test]
fn output_times_change_no_step_and_wrong_cells_harm_nobody() {
    let network = Molecular::default();
    let n = 10;
    let mut start = random_cells(&network, 300);
    start[17 * n + 2] = -1.0;
    let batch = Batch::new(&network);
    let run = |times: &[f64]| {
        let mut cells = start.clone();
        let mut states = vec![0.0; start.len() * times.len()];
        let report = batch.advance_through(Rows::new(&mut cells, n), times, &mut states).expect("settings");
        (cells, states, report)
    };
    let few = [0.0, 1e3 * YEAR, 1e6 * YEAR];
    let (cells, states, report) = run(&few);
    let (same_cells, _, same_report) = run(&[1e6 * YEAR]);
    assert_eq!(report, same_report);
    assert_eq!(report.cells[17].status, Status::InvalidDensity);
    for (cell, states) in states.chunks_exact(3 * n).enumerate() {
        let of_cell = cell * n..(cell + 1) * n;
        if cell == 17 {
            assert!(states.iter().all(|y| y.is_nan()));
            continue;
        }
        assert_eq!(cells[of_cell.clone()], same_cells[of_cell.clone()]);
        for (a, b) in states[..n].iter().zip(&start[of_cell]) {
            assert!((a - b).abs() <= 1e-14 * b, "the state at 0 is the initial one");
        }
    }
    let (unchanged, states, _) = run(&[0.0]);
    assert_eq!(unchanged[..17 * n], start[..17 * n]);
    assert_eq!(states[..17 * n], start[..17 * n]);
}

#[test]
fn wrong_output_times_are_refused() {
    let network = Molecular::default();
    let batch = Batch::new(&network);
    let mut cells = random_cells(&network, 2);
    let mut text = |times: &[f64], length: usize| {
        let mut states = vec![0.0; length];
        batch.advance_through(Rows::new(&mut cells, 10), times, &mut states).unwrap_err().to_string()
    };
    assert!(text(&[], 0).contains("there must be one"));
    assert!(text(&[1.0, 1.0], 40).contains("number 2 is not"));
    assert!(text(&[-1.0, 1.0], 40).contains("number 1 is not"));
    assert!(text(&[1.0, f64::NAN], 40).contains("number 2 is not"));
    assert!(text(&[1.0, 2.0], 39).contains("39 entries instead of 40"));
}
