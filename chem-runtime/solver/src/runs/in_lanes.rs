//! Solving many cells together by the batch, over lanes and threads.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use super::cells::{FailedCell, SolvedCell, solve_cells};
use crate::batch::{Batch, BatchError, CellReport, Rows};
use crate::bdf::{Counters, Options, Report};
use crate::data::states_csv::State;
use crate::network::{ChemNetwork, Environment, GenericNetwork};
use crate::structure::Structure;

/// Trajectories of cells that all have the same output times; `None` for a cell that the batch did not advance.
pub(super) type InLanes = Vec<Option<SolvedCell>>;

/// Solves cells from t = 0 through the same ascending times `[s]` on so many threads, each in its own environment (all have values of
/// the same parameters). Cells that the batch gives up are solved by the BDF, which says why if it cannot either.
///
/// # Errors
/// Tolerances, times and environments that the batch does not take.
pub(super) fn solve<N: GenericNetwork>(
    network: N,
    (options, threads): (&Options, NonZeroUsize),
    cells: &[State],
    times: &[f64],
) -> Result<InLanes, BatchError> {
    let structure = network.structure().clone();
    let n = structure.unknown_count();
    let (rtol, atol) = options.tolerances();
    let batch = Batch::new(network).rtol(rtol).fallback(false);
    let batch = match atol.first() {
        Some(atol) => batch.atol(*atol),
        None => batch,
    };
    let rows: Vec<f64> = cells.iter().flat_map(|cell| cell.unknowns.iter().copied()).collect();
    let own = environment_of(cells);
    let environment = own.iter().fold(Environment::new(), |all, (parameter, values)| {
        let name = structure.parameters.get(*parameter).map_or("", |name| name.as_ref());
        all.each(name.to_owned(), values)
    });
    let mut ends = Ends { reports: vec![CellReport::default(); cells.len()], states: Vec::new(), rows };
    let begin = Instant::now();
    let advance = |ends: &mut Ends| ends.advance(&batch, &environment, times);
    match rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build() {
        Ok(pool) => pool.install(|| advance(&mut ends))?,
        // Threads that the system does not give: those of the current pool.
        Err(_) => advance(&mut ends)?,
    }
    let elapsed = begin.elapsed() * threads.get() as u32 / cells.len().max(1) as u32;
    let solved = |(index, (cell, report)): (usize, (&State, &CellReport))| {
        report.status.is_ok().then(|| {
            let states: Vec<f64> = ends
                .states
                .iter()
                .flat_map(|rows| rows[index * n..(index + 1) * n].iter().copied())
                .collect();
            solved_cell(&structure, cell, (times, states), (report, elapsed))
        })
    };
    Ok(cells.iter().zip(&ends.reports).enumerate().map(solved).collect())
}

/// States of all cells at the output times that were reached.
struct Ends {
    rows: Vec<f64>,
    states: Vec<Vec<f64>>,
    /// Steps of all times; the first status that is not good stays.
    reports: Vec<CellReport>,
}

impl Ends {
    /// From output time to output time, so that each is the end of a step: between the ends the interpolant of a step in which T
    /// crosses a jump of a coefficient may be wrong for a species in balance.
    fn advance<N: GenericNetwork>(
        &mut self,
        batch: &Batch<N>,
        environment: &Environment<'_>,
        times: &[f64],
    ) -> Result<(), BatchError> {
        let n = batch.unknown_count();
        let mut before = 0.0;
        for time in times {
            let batch = batch.clone().start_time(before);
            let report = batch.advance_with(Rows::new(&mut self.rows, n), environment, time - before)?;
            for (sum, cell) in self.reports.iter_mut().zip(&report.cells) {
                sum.steps = sum.steps.saturating_add(cell.steps);
                sum.rejected = sum.rejected.saturating_add(cell.rejected);
                if sum.status.is_ok() {
                    sum.status = cell.status;
                }
            }
            self.states.push(self.rows.clone());
            before = *time;
        }
        Ok(())
    }
}

/// For each parameter that cells have values of, those of all.
fn environment_of(cells: &[State]) -> Vec<(usize, Vec<f64>)> {
    let Some(first) = cells.first() else { return Vec::new() };
    let value = |cell: &State, parameter: usize| {
        cell.environment.iter().find(|(of, _)| *of == parameter).map_or(f64::NAN, |(_, value)| *value)
    };
    let parameters = first.environment.iter().map(|(parameter, _)| *parameter);
    parameters.map(|p| (p, cells.iter().map(|cell| value(cell, p)).collect())).collect()
}

fn solved_cell(
    structure: &Structure,
    cell: &State,
    (times, states): (&[f64], Vec<f64>),
    (report, elapsed): (&CellReport, Duration),
) -> SolvedCell {
    let end = states.chunks_exact(structure.unknown_count()).next_back().unwrap_or(&[]).to_vec();
    let drift: Vec<f64> = (0..structure.law_count())
        .map(|law| {
            let sum =
                |y: &[f64]| -> f64 { structure.law(law).iter().zip(y).map(|(c, n)| *c as f64 * n).sum() };
            let terms = structure.law(law).iter().zip(&cell.unknowns);
            let size: f64 = terms.map(|(c, n)| (*c as f64 * n).abs()).sum();
            if size > 0.0 { (sum(&end) - sum(&cell.unknowns)) / size } else { 0.0 }
        })
        .collect();
    let rejected = u64::from(report.rejected);
    let counters =
        Counters { steps: u64::from(report.steps).saturating_sub(rejected), rejected, ..Counters::default() };
    let largest = drift.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    SolvedCell {
        id: cell.id.clone(),
        times: times.to_vec(),
        unknowns: states,
        report: Report { counters, drift: largest },
        drift,
        elapsed,
    }
}

/// What the batch solved, and by the BDF what it did not.
pub(super) fn completed(
    network: &dyn ChemNetwork,
    (options, threads): (&Options, NonZeroUsize),
    (cells, times): (&[State], &[f64]),
    solved: InLanes,
) -> Vec<Result<SolvedCell, FailedCell>> {
    let left: Vec<State> = cells
        .iter()
        .zip(&solved)
        .filter(|(_, solved)| solved.is_none())
        .map(|(cell, _)| cell.clone())
        .collect();
    let mut by_bdf = solve_cells(network, options, &left, |_| times, threads).into_iter();
    // As many as are missing, in their order.
    solved.into_iter().filter_map(|cell| cell.map(Ok).or_else(|| by_bdf.next())).collect()
}
