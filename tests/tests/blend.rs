//! Emulators blended with one step of the equations: repeated calls stay near the solver, and what holds for one call holds for
//! all.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // tests fail by panicking, and print what they count

use std::sync::Arc;

use chem_emulator::{Guarded, Pinn};
use chem_networks::atomic::Atomic;
use chem_solver::advance::{Advance, Outcome};
use chem_solver::batch::{Batch, StepMeasure};
use chem_solver::equations::Equations;
use chem_solver::network::domain::random_stream;
use chem_solver::network::{ChemNetwork, TypedNetwork};
use chem_solver::runs::AnyNetwork;
use chem_solver::units::YEAR;

const MODEL: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../networks/trained/general_atomic_in_the_loop/model.safetensors");

fn network() -> Atomic {
    Atomic::default()
}

fn alone() -> Pinn {
    Pinn::load(MODEL).unwrap().for_network(&network()).unwrap()
}

fn blended() -> Pinn {
    alone().with_equations(Batch::new(network())).unwrap()
}

/// Cells of the domain, from a seed of their own.
fn cells(count: u64) -> Vec<f64> {
    let (network, domain) = (network(), Atomic::DOMAINS.first().unwrap());
    (0..count)
        .flat_map(|cell| domain.draw(network.structure(), &mut random_stream(81, cell)).unwrap())
        .collect()
}

fn quantile(mut errors: Vec<f64>, share: f64) -> f64 {
    errors.sort_by(f64::total_cmp);
    errors[(share * (errors.len() - 1) as f64) as usize]
}

/// Errors of T and the species above 1e-8 of the total, after calls of `years`, of the cells that were always advanced.
fn errors(advance: &dyn Advance, rows: &[f64], years: f64, calls: usize) -> Vec<f64> {
    let n = advance.unknown_count();
    let dt = vec![years * YEAR; rows.len() / n];
    let exact = Batch::new(network()).rtol(1e-6);
    let (mut found, mut reference, mut inside) = (rows.to_vec(), rows.to_vec(), vec![true; dt.len()]);
    for _ in 0..calls {
        let report = advance.advance_rows_by(&mut found, &dt).unwrap();
        inside.iter_mut().zip(report.advanced()).for_each(|(inside, ok)| *inside &= ok);
        assert!(exact.advance_rows_by(&mut reference, &dt).unwrap().reasons.is_empty());
    }
    let pairs =
        found.chunks_exact(n).zip(reference.chunks_exact(n)).zip(inside).filter(|(_, inside)| *inside);
    let of_cell = |((found, end), _): ((&[f64], &[f64]), bool)| -> Vec<f64> {
        let total: f64 = end[..n - 1].iter().sum();
        let counted =
            found.iter().zip(end).enumerate().filter(|(k, (_, x))| *k == n - 1 || **x > 1e-8 * total);
        counted.map(|(_, (found, x))| (found / x - 1.0).abs()).collect()
    };
    pairs.flat_map(of_cell).collect()
}

/// A hundred calls of 1 kyr and of 10 yr: the network alone adds up its errors, the blend forgets them, and the guard bounds
/// them.
#[test]
fn repeated_calls_stay_near_the_solver() {
    let rows = cells(200);
    let guarded = Guarded::new(blended(), Batch::new(network()));
    for (years, median, ninth) in [(1e3, 1e-3, 2e-2), (1e1, 8e-3, 9e-2)] {
        let [with, without, guard] = [&blended() as &dyn Advance, &alone(), &guarded]
            .map(|advance| errors(advance, &rows, years, 100));
        let [with_9, without_9, guard_9] =
            [&with, &without, &guard].map(|errors| quantile(errors.clone(), 0.9));
        assert!(quantile(with.clone(), 0.5) < median && with_9 < ninth, "{years}: {with_9}");
        assert!(without_9 > 5.0 * with_9 && guard_9 <= with_9, "{years}: {without_9} {with_9} {guard_9}");
    }
}

/// Neither the number of cells in a call nor their neighbours matter; sums of nuclei and charge hold to rounding.
#[test]
fn calls_of_any_number_of_cells_agree_and_conserve() {
    let (network, pinn, rows) = (network(), blended(), cells(64));
    let structure = network.structure();
    let n = structure.unknown_count();
    let dt: Vec<f64> = (0..64).map(|cell| 10f64.powf(f64::from(cell) * 0.09) * YEAR).collect();
    let mut together = rows.clone();
    let report = pinn.advance_rows_by(&mut together, &dt).unwrap();
    assert!(report.count(Outcome::Solved) > 1 && report.count(Outcome::Emulated) > 3, "{report}");
    for size in [1, 8] {
        let mut parts = rows.clone();
        for (rows, dt) in parts.chunks_mut(size * n).zip(dt.chunks(size)) {
            pinn.advance_rows_by(rows, dt).unwrap();
        }
        for (a, b) in together.iter().zip(&parts) {
            assert!((a - b).abs() <= 1e-9 * b.abs(), "{size}: {a:e} {b:e}");
        }
    }
    for (end, start) in together.chunks_exact(n).zip(rows.chunks_exact(n)) {
        for law in (0..structure.law_count()).map(|law| structure.law(law)) {
            let sum = |y: &[f64]| law.iter().zip(y).map(|(c, n)| *c as f64 * n).sum::<f64>();
            let size = |y: &[f64]| law.iter().zip(y).map(|(c, n)| (*c as f64 * n).abs()).sum::<f64>();
            assert!((sum(end) - sum(start)).abs() < 1e-13 * size(end).max(size(start)));
        }
    }
}

/// Time steps that become short converge to the cell as it is, and nothing jumps where the network takes over.
#[test]
fn ends_are_continuous_in_the_time_step() {
    let (pinn, rows) = (blended(), cells(8));
    let n = Advance::unknown_count(&pinn);
    for start in rows.chunks_exact(n) {
        let end = |dt: f64| {
            let mut row = start.to_vec();
            pinn.advance_rows_by(&mut row, &[dt]).unwrap();
            row[n - 1]
        };
        assert!((end(1e-3) / start[n - 1] - 1.0).abs() < 1e-9);
        let mut before = end(YEAR);
        for i in 1..2500 {
            let after = end(10f64.powf(f64::from(i) * 2e-3) * YEAR);
            assert!((after / before).log10().abs() < 0.02, "{before} {after}");
            before = after;
        }
    }
}

/// Cells far outside, of zeros and of what is no number are refused by name or advanced to numbers.
#[test]
fn extreme_cells_are_refused_or_advanced_to_numbers() {
    let (pinn, mut rows) = (blended(), cells(300));
    let n = Advance::unknown_count(&pinn);
    for (cell, row) in rows.chunks_exact_mut(n).enumerate() {
        match cell % 6 {
            0 => row[1] = 0.0,
            1 => row[n - 1] = 10f64.powf((cell % 60) as f64 / 5.0 - 2.0),
            2 => row[..n - 1].iter_mut().for_each(|n| *n *= 1e12),
            3 => row[cell % n] = f64::NAN,
            _ => {}
        }
    }
    let before = rows.clone();
    let dt: Vec<f64> = (0..300).map(|cell| 10f64.powf(f64::from(cell % 7)) * YEAR).collect();
    for _ in 0..20 {
        let report = pinn.advance_rows_by(&mut rows, &dt).unwrap();
        for (cell, outcome) in report.cells.iter().enumerate() {
            let row = &rows[cell * n..(cell + 1) * n];
            match outcome {
                Outcome::Refused => assert!(report.reasons.iter().any(|(of, _)| *of == cell)),
                _ => assert!(row.iter().all(|x| x.is_finite() && *x >= 0.0), "{cell}: {row:?}"),
            }
        }
    }
    let nan = |rows: &[f64]| rows.iter().filter(|x| x.is_nan()).count();
    assert_eq!(nan(&before), nan(&rows));
}

/// The equations may be shared, compiled or not; without a step the network is alone again.
#[test]
fn equations_of_any_kind_will_do() {
    let rows = cells(20);
    let n = Advance::unknown_count(&alone());
    let dt = vec![1e3 * YEAR; 20];
    let ends = |pinn: &Pinn| {
        let mut ends = rows.clone();
        pinn.advance_rows_by(&mut ends, &dt).unwrap();
        ends
    };
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../networks/atomic.net");
    let interpreted: Arc<dyn Equations> = AnyNetwork::load(path.as_ref()).unwrap().equations();
    let compiled = ends(&blended());
    for (a, b) in ends(&alone().with_equations(interpreted).unwrap()).iter().zip(&compiled) {
        assert!((a - b).abs() <= 1e-4 * b.abs(), "{a:e} {b:e}");
    }
    assert_eq!(ends(&blended().without_step()), ends(&alone()));
    let moved = ends(&blended().blended_by(StepMeasure::Movement, 0.3));
    assert!(moved != compiled && moved.len() == 20 * n);
}

/// States of every kind a simulation may come to, in the domain and out of it: densities over 40 decades and zero, any T.
fn extreme(cell: u64, n: usize, charges: &[i32]) -> Vec<f64> {
    let mut stream = random_stream(82, cell);
    let mut uniform = || f64::from(rand::RngExt::random::<u32>(&mut stream)) / f64::from(u32::MAX);
    let mut row: Vec<f64> = (0..n - 1)
        .map(|_| if uniform() < 0.2 { 0.0 } else { 10f64.powf(-30.0 + 35.0 * uniform()) })
        .collect();
    let ions: f64 = row.iter().zip(charges).skip(1).map(|(x, charge)| x * f64::from(*charge)).sum();
    row[0] = ions.max(0.0);
    row.push(10f64.powf(10.0 * uniform() - 1.0));
    if uniform() < 0.01 {
        row[1 + (cell % (n as u64 - 1)) as usize] = [-1.0, f64::NAN, f64::INFINITY][(cell % 3) as usize];
    }
    row
}

/// `count` cells, half of the domain and half extreme, `calls` times over steps from a year to a million: every cell is
/// advanced to finite densities that are not negative, or refused by name and unchanged.
fn survive(count: u64, calls: usize) {
    let (network, pinn) = (network(), blended());
    let (n, structure) = (network.structure().unknown_count(), network.structure().clone());
    let mut rows = cells(count / 2);
    rows.extend((0..count / 2).flat_map(|cell| extreme(cell, n, &structure.charges)));
    let (mut emulated, mut solved, mut refused) = (0, 0, 0);
    for call in 0..calls {
        let dt = vec![10f64.powi((call % 7) as i32) * YEAR; rows.len() / n];
        let before = rows.clone();
        let report = pinn.advance_rows_by(&mut rows, &dt).unwrap();
        let mut named = report.reasons.iter().map(|(cell, _)| *cell).peekable();
        for (cell, outcome) in report.cells.iter().enumerate() {
            let row = &rows[cell * n..(cell + 1) * n];
            if outcome.is_advanced() {
                assert!(
                    row.iter().all(|x| x.is_finite() && *x >= 0.0) && row[n - 1] > 0.0,
                    "{cell}: {row:?}"
                );
            } else {
                let same = row.iter().zip(&before[cell * n..]).all(|(a, b)| a.to_bits() == b.to_bits());
                assert!(same && named.next_if_eq(&cell).is_some(), "{cell}: {row:?}");
            }
        }
        emulated += report.count(Outcome::Emulated);
        solved += report.count(Outcome::Solved);
        refused += report.reasons.len();
    }
    println!("{count} cells, {calls} calls: {emulated} emulated, {solved} solved, {refused} refused");
    assert!(emulated > 0 && solved > 0 && refused > 0);
}

#[test]
fn extreme_states_are_advanced_or_refused_by_name() {
    survive(2_000, 14);
}

#[test]
#[ignore = "a hundred million cells: `cargo test --release --test blend -- --ignored --nocapture`"]
fn a_million_cells_a_hundred_calls() {
    survive(1_000_000, 100);
}

#[test]
#[ignore = "prints what calls of few cells cost"]
fn what_small_calls_cost() {
    let (pinn, alone, rows) = (blended(), alone(), cells(4096));
    let n = pinn.unknown_count();
    for years in [1e1, 1e3, 1e5] {
        for size in [1, 8, 64, 512, 4096] {
            let dt = vec![years * YEAR; size];
            let least = |advance: &dyn Advance| {
                let of_all = |_| {
                    let begin = std::time::Instant::now();
                    for chunk in rows.chunks_exact(n * size) {
                        advance.advance_rows_by(&mut chunk.to_vec(), &dt).unwrap();
                    }
                    begin.elapsed().as_secs_f64()
                };
                let cells = (4096 / size * size) as f64;
                (0..5).map(of_all).fold(f64::INFINITY, f64::min) / cells * 1e6
            };
            let (with, without) = (least(&pinn), least(&alone));
            println!(
                "{years:e} yr, {size} cells a call: {with:.2} us with the step, {without:.2} us without"
            );
        }
    }
}
