//! Times and errors.

use std::time::Instant;

use super::contender::{Contender, Tally};
use super::problem::{Cells, Problem};
use crate::quantiles::Errors;

/// Species below this share of the total density do not count, as in the reference figures.
const LEAST_ABUNDANCE: f64 = 1e-10;

/// A contender and its setting.
pub struct Entry<'a> {
    /// Its name.
    pub solver: String,
    /// Its relative tolerance, if it has one.
    pub rtol: Option<f64>,
    /// Itself.
    pub contender: Box<dyn Contender + 'a>,
}

/// What was measured of one entry on one problem.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Measurement {
    /// Name of the network.
    pub network: String,
    /// Name of the problem.
    pub problem: String,
    /// Name of the solver.
    pub solver: String,
    /// Its relative tolerance, if it has one.
    pub rtol: Option<f64>,
    /// CPU time of a cell on one thread `[s]`: the least of all rounds.
    pub cpu_seconds: f64,
    /// The median of all rounds `[s]`.
    pub cpu_seconds_median: f64,
    /// Cells per second on all threads together, by the clock on the wall.
    pub cells_per_second: f64,
    /// Threads of that.
    pub threads: usize,
    /// Steps per cell, rejected ones included.
    pub steps: Option<f64>,
    /// Cells that were not solved, of those timed and judged.
    pub failures: usize,
    /// Largest relative error of a cell over T and the species above 1e-10 of the total: median over the cells.
    pub error_median: f64,
    /// 95 % quantile.
    pub error_p95: f64,
    /// Maximum.
    pub error_max: f64,
    /// What the largest error is.
    pub worst: String,
}

/// CPU time of this thread `[s]`; where the system does not tell, time since the first call.
pub(super) fn thread_seconds() -> f64 {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
    }
    #[cfg(not(unix))]
    {
        static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        START.get_or_init(Instant::now).elapsed().as_secs_f64()
    }
}

/// The largest relative error of each cell over T and the species above 1e-10 of the total; cells that were not
/// solved are left out.
pub fn errors(problem: &Problem, ends: &[f64], names: &[String]) -> Errors {
    let n = problem.judged.unknowns;
    let mut errors = Errors::default();
    for (cell, (found, judge)) in ends.chunks_exact(n).zip(problem.judge.chunks_exact(n)).enumerate() {
        if found.iter().all(|y| y.is_nan()) {
            continue;
        }
        let (worst, largest) = error_of_cell(found, judge);
        let name = names.get(worst).map_or("T", String::as_str);
        errors.add(largest, || format!("{name} of cell {cell}"));
    }
    errors
}

/// The largest relative error of a cell over T and the species above 1e-10 of the total, and of which unknown it is.
pub(super) fn error_of_cell(found: &[f64], judge: &[f64]) -> (usize, f64) {
    let last = judge.len() - 1;
    let total: f64 = judge[..last].iter().sum();
    let (mut worst, mut largest) = (last, 0.0);
    for (unknown, (a, b)) in found.iter().zip(judge).enumerate() {
        let error = ((a - b) / b).abs();
        if (unknown == last || *b > LEAST_ABUNDANCE * total) && (error > largest || error.is_nan()) {
            (worst, largest) = (unknown, error);
        }
    }
    (worst, largest)
}

/// Measures all entries on a problem, in turn, `rounds` times over.
///
/// # Panics
/// If no thread can be started.
pub fn measure(
    (network, names): (&str, &[String]),
    problem: &Problem,
    entries: &[Entry<'_>],
    rounds: usize,
) -> Vec<Measurement> {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let timed = &problem.timed;
    let count = timed.times.len() as f64;
    let mut ends = vec![0.0; timed.starts.len()];
    let mut times = vec![Vec::with_capacity(rounds); entries.len()];
    let mut tallies = vec![Tally::default(); entries.len()];
    for _ in 0..rounds {
        for ((entry, times), tally) in entries.iter().zip(&mut times).zip(&mut tallies) {
            let solve = || timed_solve(entry.contender.as_ref(), timed, &mut ends);
            let (seconds, solved) = one.install(solve);
            times.push(seconds / count);
            *tally = solved;
        }
    }
    let many = repeated(timed, 32 * rayon::current_num_threads());
    let mut many_ends = vec![0.0; many.starts.len()];
    let mut judged_ends = vec![0.0; problem.judged.starts.len()];
    let mut measurements = Vec::new();
    for ((entry, times), tally) in entries.iter().zip(&mut times).zip(&tallies) {
        times.sort_by(f64::total_cmp);
        let judged = entry.contender.solve(&problem.judged, &mut judged_ends);
        let errors = errors(problem, &judged_ends, names);
        let least = times.first().copied().unwrap_or(f64::NAN);
        // What takes long is not repeated so often.
        let share = if least * count > 0.1 { timed } else { &many };
        let out = &mut many_ends[..share.starts.len()];
        let begin = Instant::now();
        entry.contender.solve(share, out);
        let wall = begin.elapsed().as_secs_f64();
        measurements.push(Measurement {
            network: network.to_owned(),
            problem: problem.name.to_owned(),
            solver: entry.solver.clone(),
            rtol: entry.rtol,
            cpu_seconds: least,
            cpu_seconds_median: times[times.len() / 2],
            cells_per_second: share.times.len() as f64 / wall,
            threads: rayon::current_num_threads(),
            steps: (tally.steps > 0).then(|| tally.steps as f64 / count),
            failures: tally.failures + judged.failures,
            error_median: errors.median(),
            error_p95: errors.quantile(0.95),
            error_max: errors.maximum(),
            worst: errors.worst().to_owned(),
        });
    }
    measurements
}

fn timed_solve(contender: &dyn Contender, cells: &Cells, ends: &mut [f64]) -> (f64, Tally) {
    let begin = thread_seconds();
    let tally = contender.solve(cells, ends);
    (thread_seconds() - begin, tally)
}

/// The same cells several times over, so that all threads have enough to do.
fn repeated(cells: &Cells, times: usize) -> Cells {
    Cells { unknowns: cells.unknowns, starts: cells.starts.repeat(times), times: cells.times.repeat(times) }
}
