//! Random initial states of the declared domains, solved to 1 Myr at default tolerances: no failure, nothing that is
//! not finite, no negative density, elements and charge conserved.
//!
//! A few hundred run with the other tests. The long run is
//! `cargo test --release --test random_cells -- --ignored --nocapture`.
#![allow(clippy::expect_used, clippy::print_stdout)] // tests fail by panicking and print their figures

use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_solver::batch::Batch;
use chem_solver::bdf::Bdf;
use chem_solver::equations::Equations;
use chem_solver::network::domain::random_stream;
use chem_solver::network::{ChemNetwork, GenericNetwork, TypedNetwork};
use chem_solver::units::YEAR;

const SEED: u64 = 20_230;
/// Largest drift of a conserved sum over the sum of its terms.
const DRIFT: f64 = 1e-12;

/// What is wrong with the final state of a cell, if anything.
fn complaint<N: ChemNetwork>(network: &N, start: &[f64], end: &[f64]) -> Option<String> {
    let structure = network.structure();
    if let Some(bad) = end.iter().find(|y| !(**y >= 0.0 && y.is_finite())) {
        return Some(format!("a value of {bad}"));
    }
    (0..structure.law_count()).find_map(|law| {
        let sum = |y: &[f64], absolute: bool| -> f64 {
            let terms = structure.law(law).iter().zip(y).map(|(&c, n)| c as f64 * n);
            if absolute { terms.map(f64::abs).sum() } else { terms.sum() }
        };
        let drift = (sum(end, false) - sum(start, false)).abs() / sum(end, true);
        (drift > DRIFT).then(|| format!("{} drifts by {drift:e}", structure.conservation_names[law]))
    })
}

/// Solves cells `first..last` of the seed; returns the steps and the complaints.
fn solve<N: TypedNetwork>(first: u64, last: u64) -> (u64, Vec<String>) {
    let network = N::default();
    let domain = N::DOMAINS.iter().find(|domain| domain.name == "general").expect("the domain");
    let bdf = Bdf::new(&network);
    let mut workspace = bdf.workspace();
    let mut end = vec![0.0; network.structure().unknown_count()];
    let (mut steps, mut complaints) = (0, Vec::new());
    for index in first..last {
        let start =
            domain.draw(network.structure(), &mut random_stream(SEED, index)).expect("a neutral state");
        match bdf.integrate(&mut workspace, &start, &[1e6 * YEAR], &mut end) {
            Ok(report) => {
                steps += report.counters.steps;
                complaints.extend(complaint(&network, &start, &end).map(|c| format!("cell {index}: {c}")));
            }
            Err(error) => complaints.push(format!("cell {index}: {error}")),
        }
    }
    (steps, complaints)
}

fn solve_all<N: TypedNetwork>(count: u64) {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let results: Vec<_> = std::thread::scope(|scope| {
        let share = |i: u64| i * count / threads;
        let workers: Vec<_> =
            (0..threads).map(|i| scope.spawn(move || solve::<N>(share(i), share(i + 1)))).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker")).collect()
    });
    let steps: u64 = results.iter().map(|(steps, _)| steps).sum();
    let complaints: Vec<_> = results.into_iter().flat_map(|(_, complaints)| complaints).collect();
    println!(
        "{count} cells, {:.1} steps per cell, {} complaints",
        steps as f64 / count as f64,
        complaints.len()
    );
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The solver behind emulators gives no cell of the domain of simulations up, at any tolerance and time step.
fn advance_all<N: TypedNetwork + GenericNetwork + Clone + 'static>(cells: u64) {
    let network = N::default();
    let domain = N::DOMAINS.iter().find(|domain| domain.name == "tracks").expect("the domain");
    let n = network.structure().unknown_count();
    let draw =
        |index| domain.draw(network.structure(), &mut random_stream(SEED, index)).expect("a neutral state");
    let starts: Vec<f64> = (0..cells).flat_map(draw).collect();
    let equations = Batch::new(&network);
    for rtol in [1e-1, 1e-2, 1e-6] {
        let solver = Equations::solver(&equations, rtol);
        for years in [1e1, 1e3, 1e6] {
            let mut rows = starts.clone();
            let dt = vec![years * YEAR; cells as usize];
            let report = solver.advance_rows_by(&mut rows, &dt).expect("cells that can be advanced");
            let mut complaints = Vec::new();
            for (index, ok) in report.advanced().into_iter().enumerate() {
                let row = index * n..(index + 1) * n;
                if !ok {
                    complaints.push(format!("cell {index}: not advanced: {:?}", &starts[row.clone()]));
                }
                complaints.extend(
                    complaint(&network, &starts[row.clone()], &rows[row])
                        .map(|c| format!("cell {index}: {c}")),
                );
            }
            assert!(
                complaints.is_empty(),
                "{rtol:e}, {years:e} yr: {} complaints\n{}",
                complaints.len(),
                complaints.join("\n")
            );
        }
    }
}

#[test]
fn hundreds_of_tracks() {
    advance_all::<Atomic>(400);
    advance_all::<Molecular>(400);
}

#[test]
fn hundreds_molecular() {
    solve_all::<Molecular>(300);
}

#[test]
fn hundreds_atomic() {
    solve_all::<Atomic>(300);
}

#[test]
#[ignore = "minutes: 100,000 cells of each network"]
fn hundred_thousand_molecular() {
    solve_all::<Molecular>(100_000);
}

#[test]
#[ignore = "minutes: 100,000 cells of each network"]
fn hundred_thousand_atomic() {
    solve_all::<Atomic>(100_000);
}
