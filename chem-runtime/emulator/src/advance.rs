//! Emulators, with and without a solver behind them, as [`Advance`].

use chem_solver::advance::{Advance, AdvanceError, AdvanceReport, Outcome, check_rows};
use chem_solver::equations::Equations;

use crate::emulator::{Emulator, EmulatorError};
use crate::guarded::{GuardError, GuardOutcome, Guarded};
use crate::predict::Pinn;

/// A network of one initial state knows no other: its result cannot be advanced again.
impl Advance for Pinn {
    fn unknown_count(&self) -> usize {
        Emulator::unknown_count(self)
    }

    fn advance_rows_by(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, AdvanceError> {
        check_rows(rows, dt, Advance::unknown_count(self))?;
        let mut ends = vec![0.0; rows.len()];
        let emulated = self.evaluate_cells(rows, dt, &mut ends)?;
        rows.copy_from_slice(&ends);
        let mut refused = emulated.refused.iter().peekable();
        let mut by_step = emulated.by_step.iter().peekable();
        let mut report = AdvanceReport::default();
        for cell in 0..dt.len() {
            match refused.next_if(|refused| refused.cell == cell) {
                Some(refused) => report.push(Outcome::Refused, || refused.reason.to_string()),
                None if by_step.next_if_eq(&&cell).is_some() => report.push(Outcome::Solved, String::new),
                None => report.push(Outcome::Emulated, String::new),
            }
        }
        Ok(report)
    }
}

impl<E: Emulator, S: Equations> Advance for Guarded<E, S> {
    fn unknown_count(&self) -> usize {
        self.solver().network().structure().unknown_count()
    }

    fn advance_rows_by(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, AdvanceError> {
        let guarded = self.advance_rows(rows, dt)?;
        let mut report = AdvanceReport::default();
        for outcome in guarded.cells {
            match outcome {
                GuardOutcome::Emulated => report.push(Outcome::Emulated, String::new),
                GuardOutcome::SolvedByStep | GuardOutcome::OutsideOfDomain | GuardOutcome::LargeResidual => {
                    report.push(Outcome::Solved, String::new);
                }
                GuardOutcome::Failed => {
                    let reason = "neither emulated nor solved: the solver gave it up";
                    report.push(Outcome::Failed, || reason.to_owned());
                }
            }
        }
        Ok(report)
    }
}

impl From<EmulatorError> for AdvanceError {
    fn from(error: EmulatorError) -> Self {
        AdvanceError::Setting(error.to_string())
    }
}

impl From<GuardError> for AdvanceError {
    fn from(error: GuardError) -> Self {
        match error {
            GuardError::Solver(error) => error,
            GuardError::Emulator(error) => error.into(),
        }
    }
}
