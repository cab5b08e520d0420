//! A row of short calls, as host codes make them: cells that have settled, left alone or shaken before each call.

use std::fmt::Write as _;

use chem_solver::bdf::Bdf;
use chem_solver::network::ChemNetwork;
use chem_solver::units::YEAR;

use super::contender::OneByOne;
use super::krome;
use super::measurement::{Entry, error_of_cell, thread_seconds};
use super::problem::Cells;
use super::report::{scientific, three_digits};
use crate::quantiles::Errors;

/// Time in which cells settle `[s]`; not timed.
const SETTLING: f64 = 1e5 * YEAR;
/// Time of a call `[s]`.
const CALL: f64 = 1e3 * YEAR;
const CALLS: usize = 20;
/// What T is multiplied by before calls, in turn, and the problem's name in KROME's figures.
const SHAKES: [(&str, [f64; 2]); 2] = [("calls", [1.0, 1.0]), ("shaken", [1.1, 0.9])];

/// A row of calls by one solver.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RowOfCalls {
    /// Name of the problem: `calls`, or `shaken` by 10 % of T before each.
    pub problem: &'static str,
    /// Name of the solver.
    pub solver: String,
    /// Its relative tolerance, if it has one.
    pub rtol: Option<f64>,
    /// CPU time of a cell and call on one thread `[s]`: the least of all rounds.
    pub cpu_seconds: f64,
    /// Steps of a cell and call.
    pub steps: f64,
    /// Cells that failed in a call.
    pub failures: usize,
    /// Largest relative error of a cell after all calls over T and the species above 1e-10 of the total: median.
    pub error_median: f64,
    /// 95 % quantile.
    pub error_p95: f64,
}

/// Measures all entries in turn, `rounds` times over, from the same initial states.
///
/// # Panics
/// If no thread can be started.
pub fn measure<N: ChemNetwork>(
    network: &N,
    starts: &Cells,
    entries: &[Entry<'_>],
    rounds: usize,
) -> Vec<RowOfCalls> {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let judge = Entry {
        solver: "judge".to_owned(),
        rtol: None,
        contender: Box::new(OneByOne(Bdf::new(network).rtol(1e-9))),
    };
    let mut settled = Cells { times: vec![SETTLING; starts.times.len()], ..starts.clone() };
    let mut ends = settled.starts.clone();
    judge.contender.solve(&settled, &mut ends);
    settled.starts = ends;
    settled.times.fill(CALL);
    let mut rows = Vec::new();
    for (problem, shakes) in SHAKES {
        let (exact, _) = row(&judge, &settled, shakes, problem);
        let mut of_problem: Vec<Option<RowOfCalls>> = vec![None; entries.len()];
        for _ in 0..rounds {
            for (entry, best) in entries.iter().zip(&mut of_problem) {
                let (ends, found) = one.install(|| row(entry, &settled, shakes, problem));
                if best.as_ref().is_none_or(|best| found.cpu_seconds < best.cpu_seconds) {
                    let n = settled.unknowns;
                    let mut errors = Errors::default();
                    for (end, exact) in ends.chunks_exact(n).zip(exact.chunks_exact(n)) {
                        errors.add(error_of_cell(end, exact).1, String::new);
                    }
                    *best = Some(RowOfCalls {
                        error_median: errors.median(),
                        error_p95: errors.quantile(0.95),
                        ..found
                    });
                }
            }
        }
        rows.extend(of_problem.into_iter().flatten());
    }
    rows
}

/// All calls of all cells: the states after the last, and what they took.
fn row(
    entry: &Entry<'_>,
    settled: &Cells,
    shakes: [f64; 2],
    problem: &'static str,
) -> (Vec<f64>, RowOfCalls) {
    let mut cells = settled.clone();
    let mut ends = settled.starts.clone();
    let (mut seconds, mut steps, mut failures) = (0.0, 0, 0);
    for call in 0..CALLS {
        for cell in cells.starts.chunks_exact_mut(cells.unknowns) {
            if let Some(t_gas) = cell.last_mut() {
                *t_gas *= shakes[call % 2];
            }
        }
        let begin = thread_seconds();
        let tally = entry.contender.solve(&cells, &mut ends);
        seconds += thread_seconds() - begin;
        steps += tally.steps;
        failures += tally.failures;
        std::mem::swap(&mut cells.starts, &mut ends);
    }
    let calls = (CALLS * cells.times.len()) as f64;
    let row = RowOfCalls {
        problem,
        solver: entry.solver.clone(),
        rtol: entry.rtol,
        cpu_seconds: seconds / calls,
        steps: steps as f64 / calls,
        failures,
        error_median: f64::NAN,
        error_p95: f64::NAN,
    };
    (cells.starts, row)
}

/// The table, as Markdown; `network` names the figures of KROME.
pub fn table(network: &str, rows: &[RowOfCalls]) -> String {
    let mut text = String::from(
        "| calls | solver | rtol | us/cell and call | x KROME* | steps | failed | error 50 % | 95 % |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let krome = krome::seconds(network, row.problem);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {:.1} | {} | {} | {} |",
            row.problem,
            row.solver,
            row.rtol.map_or_else(|| "-".to_owned(), |rtol| format!("{rtol:e}")),
            three_digits(1e6 * row.cpu_seconds),
            krome.map_or_else(|| "-".to_owned(), |seconds| three_digits(seconds / row.cpu_seconds)),
            row.steps,
            row.failures,
            scientific(row.error_median),
            scientific(row.error_p95)
        );
    }
    for (problem, _) in SHAKES {
        if let Some(seconds) = krome::seconds(network, problem) {
            let us = three_digits(1e6 * seconds);
            let _ = writeln!(text, "| {problem} | KROME* | 1e-4 | {us} | 1 | | | | |");
        }
    }
    text
}
