//! Cells one after the other on each core, as [`Advance`].

use rayon::prelude::*;

use super::{Bdf, Cause, SolveError};
use crate::advance::{Advance, AdvanceError, AdvanceReport, Outcome, check_rows};
use crate::network::ChemNetwork;

impl<N: ChemNetwork + ?Sized> Advance for Bdf<'_, N> {
    fn unknown_count(&self) -> usize {
        self.network().structure().unknown_count()
    }

    fn advance_rows_by(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, AdvanceError> {
        let n = Advance::unknown_count(self);
        check_rows(rows, dt, n)?;
        // Settings are the same for all cells: wrong ones are found before the first.
        let settings = self.options.prepare(&mut self.workspace().atol);
        settings.map_err(|cause| AdvanceError::Setting(cause.to_string()))?;
        let advance = |workspace: &mut _, (row, dt): (&mut [f64], &f64)| {
            let before = row.to_vec();
            let result = self.integrate(workspace, &before, &[self.options.start_time + dt], row);
            result.err().inspect(|_| row.copy_from_slice(&before))
        };
        let cells = rows.par_chunks_exact_mut(n).zip(dt);
        let errors: Vec<Option<SolveError>> = cells.map_init(|| self.workspace(), advance).collect();
        let mut report = AdvanceReport::default();
        for error in errors {
            match error {
                None => report.push(Outcome::Solved, String::new),
                Some(error) if matches!(error.cause, Cause::InvalidInput(_)) => {
                    report.push(Outcome::Refused, || error.to_string())
                }
                Some(error) => report.push(Outcome::Failed, || error.to_string()),
            }
        }
        Ok(report)
    }
}
