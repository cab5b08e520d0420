//! Cells that the batch gives up.

use super::cells::CellStore;
use super::integrate::{Chunk, Settings};
use super::{Batch, Status};
use crate::bdf::{Bdf, Cause};
use crate::network::{ChemNetwork, GenericNetwork};

/// Tolerance of the BDF that cells fall back to, over that of the batch: its errors are larger at equal tolerance.
const FALLBACK: f64 = 0.1;

impl<N: GenericNetwork> Batch<N> {
    /// Gives the cells that were given up to the BDF.
    pub(super) fn fall_back<S: CellStore>(&self, chunk: &mut Chunk<'_, S>) {
        if !self.fallback || chunk.reports.iter().all(|report| report.status != Status::Failed) {
            return;
        }
        let network: &dyn ChemNetwork = &*self.network;
        let mut workspace = self.bdf(network).workspace();
        let n = self.network.structure().unknown_count();
        let (mut before, mut end) = (vec![0.0; n], vec![0.0; n]);
        for (cell, report) in chunk.reports.iter_mut().enumerate() {
            if report.status != Status::Failed {
                continue;
            }
            chunk.cells.read(cell, &mut before);
            let (times, after) = match &mut chunk.outputs {
                Some(outputs) => (outputs.times.to_vec(), outputs.rows(cell, 0, n)),
                None => (vec![chunk.times.of(cell)], &mut end[..]),
            };
            let times: Vec<f64> = times.into_iter().map(|time| self.settings.start_time + time).collect();
            let own = chunk.environment.network_of(network, cell);
            let network = own.as_deref().unwrap_or(network);
            match self.bdf(network).integrate(&mut workspace, &before, &times, after) {
                Ok(_) => {
                    chunk.cells.write(cell, &after[after.len() - n..]);
                    report.status = Status::Fallback;
                }
                Err(error) => {
                    if matches!(error.cause, Cause::SlopeNotFinite(_)) {
                        report.status = Status::SlopeNotFinite;
                    }
                    after.fill(f64::NAN);
                }
            }
        }
    }

    fn bdf<'n>(&self, network: &'n dyn ChemNetwork) -> Bdf<'n, dyn ChemNetwork + 'n> {
        let Settings { rtol, atol, start_time, .. } = self.settings;
        Bdf::new(network).rtol((FALLBACK * rtol).max(1e-13)).atol(atol).start_time(start_time)
    }
}
