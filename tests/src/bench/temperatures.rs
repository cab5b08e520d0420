//! What a step costs in cold and in warm gas: the same work, unless numbers are such that a processor takes longer for them.

use std::fmt::Write as _;

use chem_solver::batch::Batch;
use chem_solver::network::TypedNetwork;
use chem_solver::units::YEAR;

use super::contender::{ATOL, Contender};
use super::measurement::thread_seconds;
use super::problem::Cells;
use super::report::three_digits;

/// Temperatures at the start `[K]`: cold gas, where the slowest terms of fits underflow, and warm gas.
const COLD: [f64; 3] = [25.0, 60.0, 400.0];
const WARM: [f64; 3] = [2e3, 1e4, 1e5];
/// Cells of each temperature.
const CELLS: usize = 2048;
/// Time of the solutions `[s]`: of the order of a hydrodynamical step.
const TIME: f64 = 2e4 * YEAR;
const RTOL: f64 = 1e-3;

/// Gas of one temperature.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct AtTemperature {
    /// Temperature at the start `[K]`.
    pub temperature: f64,
    /// Steps of a cell.
    pub steps: f64,
    /// CPU time of a step on one thread `[s]`: the least of all rounds.
    pub seconds_per_step: f64,
    /// Cells that failed.
    pub failures: usize,
}

/// Measures the batch at all temperatures in turn, `rounds` times over.
///
/// # Panics
/// If no thread can be started, or the network declares no initial state `single`.
pub fn measure<N: TypedNetwork + 'static>(thinning: usize, rounds: usize) -> Vec<AtTemperature> {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let batch = Batch::new(N::default()).rtol(RTOL).atol(ATOL);
    let temperatures = COLD.into_iter().chain(WARM);
    let cells: Vec<Cells> = temperatures.clone().map(|t| cells_at::<N>(t, CELLS / thinning)).collect();
    let mut rows: Vec<AtTemperature> = temperatures
        .map(|temperature| AtTemperature {
            temperature,
            steps: 0.0,
            seconds_per_step: f64::INFINITY,
            failures: 0,
        })
        .collect();
    for _ in 0..rounds {
        for (cells, row) in cells.iter().zip(&mut rows) {
            let mut ends = cells.starts.clone();
            let (seconds, tally) = one.install(|| {
                let begin = thread_seconds();
                let tally = batch.solve(cells, &mut ends);
                (thread_seconds() - begin, tally)
            });
            row.steps = tally.steps as f64 / cells.times.len() as f64;
            row.seconds_per_step = row.seconds_per_step.min(seconds / tally.steps as f64);
            row.failures = tally.failures;
        }
    }
    rows
}

/// The gas of `single` at temperatures around this one.
fn cells_at<N: TypedNetwork>(temperature: f64, count: usize) -> Cells {
    let unknowns = N::default().structure().unknown_count();
    let mut start = vec![0.0; unknowns];
    N::initial("single").expect("the network declares it").write_unknowns(&mut start);
    let mut cells = Cells { unknowns, ..Cells::default() };
    for cell in 0..count {
        start[unknowns - 1] = temperature * (0.95 + 0.1 * cell as f64 / count as f64);
        cells.push(&start, TIME);
    }
    cells
}

/// The table, as Markdown: a step in cold gas over the mean of a step in warm gas.
pub fn table(rows: &[AtTemperature]) -> String {
    let warm = rows.iter().filter(|row| WARM.contains(&row.temperature)).map(|row| row.seconds_per_step);
    let warm = warm.sum::<f64>() / WARM.len() as f64;
    let mut text =
        String::from("| T at the start | steps/cell | us/step | / warm | failed |\n|---|---|---|---|---|\n");
    for row in rows {
        let _ = writeln!(
            text,
            "| {} K | {:.1} | {} | {:.2} | {} |",
            row.temperature,
            row.steps,
            three_digits(1e6 * row.seconds_per_step),
            row.seconds_per_step / warm,
            row.failures
        );
    }
    text
}
