//! Cells of a block advanced by a trained network, with the solver behind it.

use std::path::Path;

use chem_emulator::{CheckpointError, Guarded, Pinn};
use chem_solver::advance::{Advance, AdvanceError, AdvanceReport, Outcome};
use chem_solver::batch::{Batch, CellStore, Status};
use chem_solver::equations::Equations as _;
use chem_solver::network::GenericNetwork;

use super::Solver;
use crate::block::{Block, place};
use crate::catalogue::EMULATED;
use crate::error::HostError;
use crate::guard::remember;
use crate::memory::{per_cell, room_for};

/// A trained network, the solver that takes over where it is not to be trusted, and when that is.
#[derive(Debug)]
pub struct Emulator<N> {
    solver: Solver<N>,
    way: Way<N>,
}

/// When the solver takes over.
#[derive(Debug)]
enum Way<N> {
    /// Outside of the trained domain.
    Alone(Box<Pinn>),
    /// Also where network and equations disagree.
    Guarded(Box<Guarded<Pinn, Batch<N>>>),
}

impl<N: GenericNetwork + Clone + Default + 'static> Emulator<N> {
    /// Reads a trained network. The solver gives its settings, threads and equations; later changes of it are not seen.
    /// `tolerance`: the largest residual in decades before the solver takes a cell over, 0 for none but cells outside of the
    /// trained domain.
    ///
    /// # Errors
    /// A file that is no trained network, or of another one; parameters other than the declared ones; a tolerance that is none.
    pub(crate) fn new(solver: &Solver<N>, path: &Path, tolerance: f64) -> Result<Self, HostError> {
        if !(0.0..=10.0).contains(&tolerance) {
            return Err(HostError::Value(format!(
                "tolerance is {tolerance}; it must lie between 0 and 10 decades"
            )));
        }
        if solver.network().parameter_values() != N::default().parameter_values() {
            let text =
                "the solver has other parameters than the declared ones, for which the network was trained";
            return Err(HostError::Value(text.to_owned()));
        }
        let solver = solver.twin()?;
        let refused = |problem| {
            let error = CheckpointError { path: path.to_path_buf(), problem };
            HostError::Missing(format!("{error}; {}", error.help()))
        };
        let pinn = Pinn::load(path).map_err(|error| refused(error.problem))?;
        let pinn = pinn.with_equations(solver.batch.clone()).map_err(refused)?;
        let way = if tolerance > 0.0 {
            let guarded = Guarded::new(pinn, solver.batch.clone());
            Way::Guarded(Box::new(guarded.tolerance(tolerance).rtol(solver.settings.rtol)))
        } else {
            Way::Alone(Box::new(pinn))
        };
        Ok(Emulator { solver, way })
    }

    /// Advances the cells of a block; returns how many were not.
    pub(crate) fn advance(&self, block: &mut Block) -> Result<i64, HostError> {
        block.total_added = 0.0;
        if block.environments > 0 || block.start != 0.0 {
            let text = "a trained network knows neither parameters of cells nor a start time; use the solver for these";
            return Err(HostError::Missing(text.to_owned()));
        }
        let Some(call) = self.solver.look(block)? else { return Ok(0) };
        let count = call.store.count;
        let n = self.solver.network().structure().unknown_count();
        let mut rows = room_for(count.checked_mul(n), count)?;
        let mut added = room_for(Some(count), count)?;
        let mut row = vec![0.0; n];
        for cell in 0..count {
            added.push(call.store.read_cell(cell, &mut row));
            rows.extend_from_slice(&row);
        }
        let dt = per_cell(count, |cell, _| call.dt_of(cell), 0)?;
        let report = self.solver.threads.install(|| self.advance_rows(&mut rows, &dt))??;
        if let Some((cell, reason)) = report.reasons.first() {
            remember(&format!("cell {cell}: {reason}"));
        }
        let mut store = call.store.clone();
        let mut failed = 0;
        for (cell, (outcome, row)) in report.cells.iter().zip(rows.chunks_exact(n)).enumerate() {
            let is_advanced = outcome.is_advanced();
            failed += i64::from(!is_advanced);
            if is_advanced {
                store.write(cell, row);
                block.total_added += added[cell];
            }
            if let Some(view) = call.added_to {
                view.set(place(cell, call.cells), 0, if is_advanced { added[cell] } else { 0.0 });
            }
            call.tell(cell, status_of(*outcome, row), 0);
        }
        Ok(failed)
    }

    fn advance_rows(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, HostError> {
        let report = match &self.way {
            Way::Guarded(guarded) => guarded.advance_rows_by(rows, dt),
            Way::Alone(pinn) => self.solve_what_is_refused(pinn, rows, dt),
        };
        report.map_err(|error| HostError::Setting(error.to_string()))
    }

    /// The network alone, and the solver for the cells that it does not know.
    fn solve_what_is_refused(
        &self,
        pinn: &Pinn,
        rows: &mut [f64],
        dt: &[f64],
    ) -> Result<AdvanceReport, AdvanceError> {
        let n = self.solver.network().structure().unknown_count();
        let mut report = pinn.advance_rows_by(rows, dt)?;
        let left: Vec<usize> = (0..dt.len()).filter(|cell| !report.cells[*cell].is_advanced()).collect();
        let mut solved: Vec<f64> = Vec::with_capacity(left.len() * n);
        left.iter().for_each(|cell| solved.extend_from_slice(&rows[cell * n..(cell + 1) * n]));
        let times: Vec<f64> = left.iter().map(|cell| dt[*cell]).collect();
        let by_solver =
            self.solver.batch.solver(self.solver.settings.rtol).advance_rows_by(&mut solved, &times)?;
        for ((cell, row), outcome) in left.iter().zip(solved.chunks_exact(n)).zip(&by_solver.cells) {
            rows[cell * n..(cell + 1) * n].copy_from_slice(row);
            report.cells[*cell] = *outcome;
        }
        report.handed_over = std::mem::take(&mut report.reasons);
        report.reasons = by_solver.reasons.into_iter().map(|(i, reason)| (left[i], reason)).collect();
        Ok(report)
    }
}

/// The status of the interface.
fn status_of(outcome: Outcome, row: &[f64]) -> i32 {
    let is_warm = row.last().is_some_and(|t_gas| t_gas.is_finite() && *t_gas > 0.0);
    match outcome {
        Outcome::Solved => Status::Done as i32,
        Outcome::Emulated => EMULATED,
        Outcome::Refused if is_warm => Status::InvalidDensity as i32,
        Outcome::Refused => Status::InvalidTemperature as i32,
        _ => Status::Failed as i32,
    }
}
