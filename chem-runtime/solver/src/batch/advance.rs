//! Many cells over lanes and cores, as [`Advance`].

use super::{Batch, BatchError, Rows, Status};
use crate::advance::{Advance, AdvanceError, AdvanceReport, Outcome, check_rows};
use crate::network::GenericNetwork;

impl<N: GenericNetwork> Advance for Batch<N> {
    fn unknown_count(&self) -> usize {
        self.network.structure().unknown_count()
    }

    fn advance_rows_by(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, AdvanceError> {
        let n = self.unknown_count();
        check_rows(rows, dt, n)?;
        let cells = self.advance_each(Rows::new(rows, n), dt)?.cells;
        let mut report = AdvanceReport::default();
        for status in cells.into_iter().map(|cell| cell.status) {
            let outcome = match status {
                Status::Done | Status::Fallback => Outcome::Solved,
                Status::InvalidDensity | Status::InvalidTemperature | Status::InvalidTime => Outcome::Refused,
                Status::Failed | Status::SlopeNotFinite => Outcome::Failed,
            };
            report.push(outcome, || status.to_string());
        }
        Ok(report)
    }
}

impl From<BatchError> for AdvanceError {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Rows { found, cells, unknowns } => AdvanceError::Rows { found, cells, unknowns },
            BatchError::Unknowns { found, expected, .. } => AdvanceError::Unknowns { found, expected },
            other => AdvanceError::Setting(other.to_string()),
        }
    }
}

impl From<AdvanceError> for BatchError {
    fn from(error: AdvanceError) -> Self {
        match error {
            AdvanceError::Rows { found, cells, unknowns } => BatchError::Rows { found, cells, unknowns },
            other => BatchError::Setting(other.to_string()),
        }
    }
}
