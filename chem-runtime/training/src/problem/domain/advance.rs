//! Implicit steps of many cells, shared among ranks.

use super::DomainStates;
use crate::error::TrainError;

/// Cells that are advanced on one rank one after another: neighbours are alike, and the next go elsewhere.
const STRIPE: usize = 32;

impl DomainStates {
    /// Advances rows by their times `[s]`, each on one rank; `false` for those that could not be.
    pub(super) fn advance_shared(&self, rows: &mut [f64], dt: &[f64]) -> Result<Vec<bool>, TrainError> {
        // Without a least share, whatever can be told from nothing counts.
        let least_share = self.config.model.least_share.unwrap_or(0.0);
        let solver = self.cells.training_solver(self.config.residual.tolerance, least_share);
        if self.parallel.ranks.is_alone() {
            return Ok(solver.advance_rows_by(rows, dt)?.advanced());
        }
        let n = self.cells.network().structure().unknown_count();
        let stripes: Vec<(&[f64], &[f64])> = rows.chunks(STRIPE * n).zip(dt.chunks(STRIPE)).collect();
        let costs: Vec<usize> = stripes.iter().map(|(_, dt)| dt.len()).collect();
        // A stripe is its rows, then which of them are known.
        let advance = |own: &[usize]| -> Result<_, TrainError> {
            let mut rows: Vec<f64> = own.iter().flat_map(|stripe| stripes[*stripe].0).copied().collect();
            let dt: Vec<f64> = own.iter().flat_map(|stripe| stripes[*stripe].1).copied().collect();
            let known = solver.advance_rows_by(&mut rows, &dt)?.advanced();
            let known: Vec<f64> = known.iter().map(|known| f64::from(u8::from(*known))).collect();
            let (mut rows, mut known) = (rows.as_slice(), known.as_slice());
            let stripe = |stripe: &usize| {
                let (of_rows, of_known);
                (of_rows, rows) = rows.split_at(costs[*stripe] * n);
                (of_known, known) = known.split_at(costs[*stripe]);
                [of_rows, of_known].concat()
            };
            Ok(own.iter().map(stripe).collect())
        };
        let found = self.parallel.ranks.share(&costs, advance)?;
        let mut all_known = Vec::with_capacity(dt.len());
        for (rows, (found, cells)) in rows.chunks_mut(STRIPE * n).zip(found.iter().zip(&costs)) {
            let (advanced, known) = found.split_at((cells * n).min(found.len()));
            rows.copy_from_slice(advanced);
            all_known.extend(known.iter().map(|known| *known == 1.0));
        }
        Ok(all_known)
    }
}
