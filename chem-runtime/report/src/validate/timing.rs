//! What a cell costs: the emulator beside the solver, on one core.

use std::time::Instant;

use super::error::ValidateError;
use super::errors::Evaluate;
use chem_solver::bdf::{Bdf, Options};
use chem_solver::network::ChemNetwork;
use chem_solver::runs::FailedCell;

/// Relative tolerance of the solver that is timed; atol is 1e-20: the settings of KROME and of the paper.
pub const SOLVER_RTOL: f64 = 1e-4;
/// Times in the call that measures evaluations per second, as in the paper's test.
const EVALUATIONS: usize = 100_000;
/// Copies of one time in a call, so that the clock is fine enough.
const COPIES: usize = 2048;
/// The smallest of so many measurements counts: what disturbs only adds.
const REPEATS: usize = 7;

/// A cell to be timed: initial state and the time `[s]` to which it is brought.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedCell {
    /// Name of the cell.
    pub id: String,
    /// Densities [cm^-3], then T `[K]`.
    pub initial: Vec<f64>,
    /// Time `[s]`.
    pub end: f64,
}

/// What cells cost on one core.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    /// States per second of the emulator in a long call.
    pub evaluations_per_second: f64,
    /// Time of each cell by the emulator `[s]`.
    pub emulator: Vec<f64>,
    /// Time of each cell by the BDF at rtol 1e-4, atol 1e-20 `[s]`.
    pub solver: Vec<f64>,
}

/// Times every cell.
///
/// # Errors
/// If the emulator was not made for a cell, or the solver gives it up.
pub fn timing(
    emulator: Evaluate<'_>,
    network: &dyn ChemNetwork,
    allow_negative: bool,
    cells: &[TimedCell],
) -> Result<Timing, ValidateError> {
    let options = Options::default().rtol(SOLVER_RTOL).allow_negative(allow_negative);
    let solver = Bdf::new(network).options(options);
    let mut workspace = solver.workspace();
    let mut timing = Timing::default();
    for cell in cells {
        let mut out = vec![0.0; cell.initial.len()];
        let mut failure = None;
        timing.solver.push(fastest(|| {
            let solved = solver.integrate(&mut workspace, &cell.initial, &[cell.end], &mut out);
            failure = solved.err();
        }));
        if let Some(error) = failure {
            return Err(FailedCell { id: cell.id.clone(), error }.into());
        }
        let seconds = evaluate(emulator, cell, &[cell.end; COPIES])?;
        timing.emulator.push(seconds / COPIES as f64);
    }
    if let Some(cell) = cells.iter().max_by(|a, b| a.end.total_cmp(&b.end)) {
        let times: Vec<f64> = (1..=EVALUATIONS).map(|i| cell.end * i as f64 / EVALUATIONS as f64).collect();
        timing.evaluations_per_second = EVALUATIONS as f64 / evaluate(emulator, cell, &times)?;
    }
    Ok(timing)
}

/// Seconds of one call.
fn evaluate(emulator: Evaluate<'_>, cell: &TimedCell, times: &[f64]) -> Result<f64, ValidateError> {
    let mut out = vec![0.0; cell.initial.len() * times.len()];
    let mut failure = None;
    let seconds = fastest(|| failure = emulator(&cell.initial, times, &mut out).err());
    match failure {
        Some(error) => Err(ValidateError::Emulator { id: cell.id.clone(), error }),
        None => Ok(seconds),
    }
}

fn fastest(mut work: impl FnMut()) -> f64 {
    let seconds = (0..REPEATS).map(|_| {
        let begin = Instant::now();
        work();
        begin.elapsed().as_secs_f64()
    });
    seconds.fold(f64::INFINITY, f64::min)
}

/// Standard deviation over mean.
pub fn spread(seconds: &[f64]) -> f64 {
    let n = seconds.len() as f64;
    let mean = seconds.iter().sum::<f64>() / n;
    (seconds.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / n).sqrt() / mean
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn spread_is_relative() {
        assert!((spread(&[1.0, 3.0]) - 0.5).abs() < 1e-15);
        assert_eq!(spread(&[2.0, 2.0]), 0.0);
    }
}
