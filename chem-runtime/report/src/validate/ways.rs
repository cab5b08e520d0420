//! Ways to advance the cells of a domain, in one run: error against cost.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::ValidateError;
use super::errors::{ABUNDANT, ROUNDING};
use super::reference::Reference;
use super::summary::Quantiles;
use crate::cpu_time::cpu_seconds;
use chem_emulator::config::Precision;
use chem_emulator::{Guarded, Pinn};
use chem_solver::advance::{Advance, Outcome};
use chem_solver::bdf::Bdf;
use chem_solver::equations::Equations;
use chem_solver::structure::Structure;

/// The smallest of so many measurements counts: what disturbs only adds.
const REPEATS: usize = 3;
/// Tolerances of the guard, in decades, and of the solvers.
const GUARDS: [f64; 3] = [0.2, 0.05, 0.02];
const BATCH_RTOL: [f64; 4] = [1e-1, 1e-2, 1e-3, 1e-4];
const BDF_RTOL: [f64; 2] = [1e-3, 1e-4];
/// Every so many cells are given to the BDF: it takes them one by one.
const BDF_STRIDE: usize = 16;
/// Steps of a rollout by which the last time is reached.
const CALLS: [u32; 3] = [1, 10, 100];

/// One way, with its error and cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// What advances the cells (`emulator`, `guarded`, `batch solver`, `BDF`).
    pub name: String,
    /// Its setting.
    pub setting: String,
    /// log10 of the quantiles of Delta_r over all judged states.
    pub quantiles: Quantiles,
    /// The same over species above 1e-10 n_tot and T; none in older files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abundant: Option<Quantiles>,
    /// CPU time per cell `[s]`.
    pub seconds_per_cell: f64,
    /// Share of the cells that the guard left to the emulator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emulated: Option<f64>,
}

/// The error at the last time of a rollout: a call from the state that the call before said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Iterated {
    /// Number of calls, each over the same share of the time.
    pub calls: u32,
    /// log10 of the quantiles of Delta_r at the last time, over the cells that stayed in the domain.
    pub quantiles: Quantiles,
    /// The same over species above 1e-10 n_tot and T; none in older files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abundant: Option<Quantiles>,
    /// Share of the cells that left the trained domain on the way.
    pub left_domain: f64,
    /// Largest change of a conserved sum over the sum of its terms.
    pub drift: f64,
}

/// All that is measured for emulators of a domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ways {
    /// Ways to advance a cell.
    pub ways: Vec<Way>,
    /// Rollouts.
    pub iterated: Vec<Iterated>,
}

/// Judged states as cells: where each starts, for how long, and where it should end.
struct Cells {
    starts: Vec<f64>,
    times: Vec<f64>,
    ends: Vec<f64>,
    unknowns: usize,
    counted: usize,
}

impl Cells {
    /// The states of a reference after `after` `[s]`; only the last of each cell, if asked for.
    fn new(reference: &Reference, structure: &Structure, after: f64, last_only: bool) -> Self {
        let unknowns = structure.unknown_count();
        let counted = structure.species_count() + usize::from(structure.evolves_temperature);
        let mut cells = Cells { starts: vec![], times: vec![], ends: vec![], unknowns, counted };
        for cell in &reference.cells {
            let first = if last_only { cell.times.len().saturating_sub(1) } else { 0 };
            let states = cell.times.iter().zip(cell.states.chunks_exact(unknowns)).skip(first);
            for (time, state) in states.filter(|(time, _)| **time > after) {
                cells.starts.extend_from_slice(&cell.initial);
                cells.times.push(*time);
                cells.ends.extend_from_slice(state);
            }
        }
        cells
    }

    fn thinned(&self, stride: usize) -> Self {
        let rows = |all: &[f64]| all.chunks_exact(self.unknowns).step_by(stride).flatten().copied().collect();
        Cells {
            starts: rows(&self.starts),
            times: self.times.iter().step_by(stride).copied().collect(),
            ends: rows(&self.ends),
            ..*self
        }
    }

    /// Relative errors of some rows: of all unknowns, and of abundant species and T.
    fn errors(&self, found: &[f64], counts: impl Fn(usize) -> bool) -> (Quantiles, Option<Quantiles>) {
        let (mut all, mut abundant) = (Vec::new(), Vec::new());
        let rows = found.chunks_exact(self.unknowns).zip(self.ends.chunks_exact(self.unknowns));
        for (_, (found, end)) in rows.enumerate().filter(|(i, _)| counts(*i)) {
            let total: f64 = end.iter().take(self.unknowns - 1).sum();
            for (k, (f, e)) in found.iter().zip(end).take(self.counted).enumerate() {
                let error = ((f - e) / e).abs();
                let error = if error.is_nan() { f64::INFINITY } else { error.max(ROUNDING) };
                all.push(error);
                if k + 1 == self.unknowns || *e > ABUNDANT * total {
                    abundant.push(error);
                }
            }
        }
        (Quantiles::of(all), Quantiles::of_any(abundant))
    }

    /// Error and cost of a way that turns rows into the states after their times.
    fn measure(
        &self,
        name: &str,
        setting: String,
        mut advance: impl FnMut(&mut [f64]) -> Result<Option<f64>, ValidateError>,
    ) -> Result<Way, ValidateError> {
        let mut rows = self.starts.clone();
        let (mut seconds, mut emulated) = (f64::INFINITY, None);
        for _ in 0..REPEATS {
            rows.copy_from_slice(&self.starts);
            let begin = cpu_seconds();
            emulated = advance(&mut rows)?;
            seconds = seconds.min(cpu_seconds() - begin);
        }
        let (quantiles, abundant) = self.errors(&rows, |_| true);
        let seconds_per_cell = seconds / self.times.len().max(1) as f64;
        Ok(Way { name: name.to_owned(), setting, quantiles, abundant, seconds_per_cell, emulated })
    }
}

/// Measures everything on one thread; states after `after` `[s]` count.
///
/// # Errors
/// If the solver cannot be called for these cells.
pub fn ways(
    pinn: &Pinn,
    cells: &Arc<dyn Equations>,
    reference: &Reference,
    after: f64,
) -> Result<Ways, ValidateError> {
    let measure = || {
        let structure = cells.network().structure();
        let judged = Cells::new(reference, structure, after, false);
        let last = Cells::new(reference, structure, after, true);
        Ok(Ways {
            ways: all_ways(pinn, cells, &judged)?,
            iterated: CALLS.iter().map(|calls| iterated(pinn, structure, &last, *calls)).collect(),
        })
    };
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(one) => one.install(measure),
        Err(_) => measure(),
    }
}

fn all_ways(pinn: &Pinn, cells: &Arc<dyn Equations>, judged: &Cells) -> Result<Vec<Way>, ValidateError> {
    let mut ways = Vec::new();
    for (precision, name) in [(Precision::F32, "f32"), (Precision::F64, "f64")] {
        let pinn = pinn.clone().with_precision(precision);
        ways.push(judged.measure("emulator", name.to_owned(), |rows| {
            pinn.advance_rows_by(rows, &judged.times)?;
            Ok(None)
        })?);
    }
    for tolerance in GUARDS {
        let single = pinn.clone().with_precision(Precision::F32);
        let guarded = Guarded::new(single, cells.clone()).tolerance(tolerance);
        ways.push(judged.measure("guarded", format!("{tolerance} dex"), |rows| {
            let report = guarded.advance_rows_by(rows, &judged.times)?;
            Ok(Some(report.count(Outcome::Emulated) as f64 / judged.times.len() as f64))
        })?);
    }
    for rtol in BATCH_RTOL {
        ways.push(judged.measure("batch solver", format!("rtol {rtol:e}"), |rows| {
            cells.solver(rtol).advance_rows_by(rows, &judged.times)?;
            Ok(None)
        })?);
    }
    let few = judged.thinned(BDF_STRIDE);
    for rtol in BDF_RTOL {
        let bdf = Bdf::new(cells.network()).rtol(rtol);
        ways.push(few.measure("BDF", format!("rtol {rtol:e}"), |rows| {
            bdf.advance_rows_by(rows, &few.times)?;
            Ok(None)
        })?);
    }
    Ok(ways)
}

fn iterated(pinn: &Pinn, structure: &Structure, cells: &Cells, calls: u32) -> Iterated {
    let n = cells.unknowns;
    let mut rows = cells.starts.clone();
    let mut inside = vec![true; cells.times.len()];
    let dt: Vec<f64> = cells.times.iter().map(|time| time / f64::from(calls)).collect();
    for _ in 0..calls {
        match pinn.advance_rows_by(&mut rows, &dt) {
            // What left stays as it is, and is refused again.
            Ok(report) => report.reasons.iter().for_each(|(cell, _)| inside[*cell] = false),
            Err(_) => inside.fill(false),
        }
    }
    let drift = rows.chunks_exact(n).zip(cells.starts.chunks_exact(n)).map(|(row, start)| {
        let change = |law: usize| {
            let terms = || structure.law(law).iter().zip(row.iter().zip(start));
            let change: f64 = terms().map(|(c, (now, start))| *c as f64 * (now - start)).sum();
            let size: f64 = terms().map(|(c, (now, _))| (*c as f64 * now).abs()).sum();
            change.abs() / size
        };
        (0..structure.law_count()).map(change).fold(0.0, f64::max)
    });
    let left = inside.iter().filter(|inside| !**inside).count();
    let (quantiles, abundant) = cells.errors(&rows, |i| inside[i]);
    Iterated {
        calls,
        quantiles,
        abundant,
        left_domain: left as f64 / inside.len().max(1) as f64,
        drift: drift.fold(0.0, f64::max),
    }
}
