//! Many cells of one network behind a pointer, for code that does not know the network's type.

use std::sync::Arc;

use rayon::prelude::*;

use crate::batch::{BatchError, OwnedBatch, RTOL};
use crate::bdf::Bdf;
use crate::network::{ChemNetwork, GenericNetwork};

/// Absolute tolerance [cm^-3, K]: below what single species fall to.
const ATOL: f64 = 1e-26;

/// Most steps of a row: several times what the stiffest cells of a domain need.
const MAX_STEPS: u32 = 1000;

/// A network that advances many cells at once.
pub trait ManyCells: Send + Sync {
    /// The network.
    fn network(&self) -> &dyn ChemNetwork;

    /// Advances each row (densities [cm^-3] in declared order, then T `[K]`) by its own time step `[s]`, to a relative
    /// tolerance per step. `false` for rows that could not be advanced with usual effort; they are unchanged.
    ///
    /// # Errors
    /// Calls that fit no row: a tolerance out of range, arrays of the wrong length. All rows are then unchanged.
    fn advance_rows(&self, rows: &mut [f64], dt: &[f64], rtol: f64) -> Result<Vec<bool>, BatchError>;

    /// Production P [cm^-3 s^-1] and loss coefficient L [1/s] of a species in each row, dn/dt = P - L n. The row's own
    /// density of the species does not count.
    fn production_and_loss(&self, rows: &[f64], species: usize, out: &mut [[f64; 2]]) {
        let structure = self.network().structure();
        let n = structure.unknown_count();
        let column =
            structure.jacobian_columns[species] as usize..structure.jacobian_columns[species + 1] as usize;
        let diagonal = column.clone().find(|entry| structure.jacobian_rows[*entry] as usize == species);
        let mut row = vec![0.0; n];
        let mut dydt = vec![0.0; n];
        let mut jacobian = vec![0.0; structure.jacobian_count()];
        for (given, out) in rows.chunks_exact(n).zip(out) {
            row.copy_from_slice(given);
            row[species] = 0.0;
            self.network().rhs(0.0, &row, &mut dydt);
            self.network().jacobian(0.0, &row, &mut jacobian);
            *out = [dydt[species], -diagonal.map_or(0.0, |diagonal| jacobian[diagonal])];
        }
    }

    /// dy/dt of each row at t = 0 [cm^-3 s^-1, K s^-1].
    fn slopes(&self, rows: &[f64], out: &mut [f64]) {
        let n = self.network().structure().unknown_count();
        for (row, out) in rows.chunks_exact(n).zip(out.chunks_exact_mut(n)) {
            self.network().rhs(0.0, row, out);
        }
    }
}

impl<M: ManyCells + ?Sized> ManyCells for Arc<M> {
    fn network(&self) -> &dyn ChemNetwork {
        self.as_ref().network()
    }

    fn advance_rows(&self, rows: &mut [f64], dt: &[f64], rtol: f64) -> Result<Vec<bool>, BatchError> {
        self.as_ref().advance_rows(rows, dt, rtol)
    }

    fn production_and_loss(&self, rows: &[f64], species: usize, out: &mut [[f64; 2]]) {
        self.as_ref().production_and_loss(rows, species, out);
    }

    fn slopes(&self, rows: &[f64], out: &mut [f64]) {
        self.as_ref().slopes(rows, out);
    }
}

impl<N: GenericNetwork + 'static> ManyCells for OwnedBatch<N> {
    fn network(&self) -> &dyn ChemNetwork {
        OwnedBatch::<N>::network(self)
    }

    fn advance_rows(&self, rows: &mut [f64], dt: &[f64], rtol: f64) -> Result<Vec<bool>, BatchError> {
        let batch = self.batch().rtol(rtol).atol(ATOL).least_abundance(0.0);
        let batch = batch.max_steps(MAX_STEPS).without_second_try();
        check(self.network(), rows, dt, rtol)?;
        let report = batch.advance_each(crate::batch::Rows::new(rows, self.unknown_count()), dt)?;
        Ok(report.cells.iter().map(|cell| cell.status.is_ok()).collect())
    }
}

impl<N: ChemNetwork> ManyCells for Bdf<'_, N> {
    fn network(&self) -> &dyn ChemNetwork {
        Bdf::<N>::network(self)
    }

    fn advance_rows(&self, rows: &mut [f64], dt: &[f64], rtol: f64) -> Result<Vec<bool>, BatchError> {
        check(ManyCells::network(self), rows, dt, rtol)?;
        Ok(one_by_one(&self.clone().rtol(rtol), rows, dt))
    }
}

impl ManyCells for Bdf<'_, dyn ChemNetwork + '_> {
    fn network(&self) -> &dyn ChemNetwork {
        Bdf::<dyn ChemNetwork>::network(self)
    }

    fn advance_rows(&self, rows: &mut [f64], dt: &[f64], rtol: f64) -> Result<Vec<bool>, BatchError> {
        check(ManyCells::network(self), rows, dt, rtol)?;
        Ok(one_by_one(&self.clone().rtol(rtol), rows, dt))
    }
}

/// A network that is not compiled.
#[cfg(feature = "csv")]
pub(crate) struct CellByCell(pub(crate) Arc<dyn ChemNetwork>);

#[cfg(feature = "csv")]
impl ManyCells for CellByCell {
    fn network(&self) -> &dyn ChemNetwork {
        self.0.as_ref()
    }

    fn advance_rows(&self, rows: &mut [f64], dt: &[f64], rtol: f64) -> Result<Vec<bool>, BatchError> {
        check(self.network(), rows, dt, rtol)?;
        Ok(one_by_one(&Bdf::new(self.0.as_ref()).rtol(rtol).atol(ATOL), rows, dt))
    }
}

/// Whether a call can advance any row at all. The range of tolerances is the same for every solver.
fn check(network: &dyn ChemNetwork, rows: &[f64], dt: &[f64], rtol: f64) -> Result<(), BatchError> {
    let [low, high] = RTOL;
    if !(low..=high).contains(&rtol) {
        return Err(BatchError::Tolerance { name: "rtol", value: rtol, low, high });
    }
    let unknowns = network.structure().unknown_count();
    if rows.len() != dt.len() * unknowns {
        return Err(BatchError::Rows { found: rows.len(), cells: dt.len(), unknowns });
    }
    Ok(())
}

/// The BDF takes one row after the other.
fn one_by_one<N: ChemNetwork + ?Sized>(bdf: &Bdf<'_, N>, rows: &mut [f64], dt: &[f64]) -> Vec<bool> {
    let n = bdf.network().structure().unknown_count();
    let advance = |workspace: &mut _, (row, dt): (&mut [f64], &f64)| {
        let before = row.to_vec();
        bdf.integrate(workspace, &before, std::slice::from_ref(dt), row).is_ok() || {
            row.copy_from_slice(&before);
            false
        }
    };
    rows.par_chunks_exact_mut(n).zip(dt).map_init(|| bdf.workspace(), advance).collect()
}

#[cfg(all(test, feature = "csv"))]
mod tests {
    use super::*;
    use crate::runs::AnyNetwork;

    /// Cells one by one end where the BDF takes them; what cannot be advanced stays as it is.
    #[test]
    fn cells_one_by_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/benchmark_const.net");
        let network = AnyNetwork::load(path.as_ref()).unwrap();
        let initial = network.initials[0].unknowns.clone();
        let cells = network.many_cells()(Arc::from(network.network));
        let n = initial.len();
        let mut rows = initial.repeat(3);
        rows[n] = f64::NAN;
        let before = rows.clone();
        assert_eq!(cells.advance_rows(&mut rows, &[2.0, 2.0, 0.0], 1e-6).unwrap(), [true, false, true]);
        let mut end = vec![0.0; n];
        let bdf = Bdf::new(cells.network()).rtol(1e-6).atol(ATOL);
        bdf.integrate(&mut bdf.workspace(), &initial, &[2.0], &mut end).unwrap();
        assert_eq!(rows[..n], end);
        assert!(rows[n..].iter().zip(&before[n..]).all(|(a, b)| a.to_bits() == b.to_bits()));
    }

    /// What no cell can be advanced with is not reported as cells that are stiff.
    #[test]
    fn wrong_calls_are_errors_and_not_cells_that_fail() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/benchmark_const.net");
        let network = AnyNetwork::load(path.as_ref()).unwrap();
        let start = network.initials[0].unknowns.clone();
        let network: Arc<dyn ChemNetwork> = Arc::from(network.network);
        let one_by_one = CellByCell(network.clone());
        let bdf = Bdf::new(&*network);
        for cells in [&one_by_one as &dyn ManyCells, &bdf] {
            let mut rows = start.clone();
            for rtol in [0.5, 0.0, -1e-3, f64::NAN, 1e-12] {
                let error = cells.advance_rows(&mut rows, &[1.0], rtol).unwrap_err();
                assert!(matches!(error, BatchError::Tolerance { .. }), "{error}");
            }
            for dt in [&[][..], &[1.0, 1.0]] {
                let error = cells.advance_rows(&mut rows, dt, 1e-3).unwrap_err();
                assert!(matches!(error, BatchError::Rows { .. }), "{error}");
            }
            assert_eq!(rows, start);
        }
    }
}
