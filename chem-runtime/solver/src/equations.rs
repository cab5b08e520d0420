//! The equations of a network at many states, behind a pointer: for code that does not know the network's type.

use std::sync::Arc;

use crate::advance::Advance;
use crate::batch::implicit_steps::implicit_steps_of;
use crate::batch::{Batch, StepMeasure};
use crate::bdf::Bdf;
use crate::network::{ChemNetwork, GenericNetwork};

/// Absolute tolerance of trainings [cm^-3, K]: below what single species fall to.
const ATOL: f64 = 1e-26;

/// Most steps of a cell in a training: several times what most need.
const MAX_STEPS: u64 = 1000;

/// The equations of a network at many states, and their solver.
pub trait Equations: Send + Sync {
    /// The network.
    fn network(&self) -> &dyn ChemNetwork;

    /// The solver of these equations, to a relative tolerance per step.
    fn solver(&self, rtol: f64) -> Box<dyn Advance + '_>;

    /// The solver for states that a network is taught, exact for species above `least_share` of n_tot: cells that need unusually
    /// many steps are given up.
    fn training_solver(&self, rtol: f64, least_share: f64) -> Box<dyn Advance + '_> {
        let _ = least_share;
        self.solver(rtol)
    }

    /// Production P [cm^-3 s^-1] and loss coefficient L [1/s] of a species in each row (densities [cm^-3] in declared order,
    /// then T `[K]`), dn/dt = P - L n. The row's own density of the species does not count.
    fn production_and_loss(&self, rows: &[f64], species: usize, out: &mut [[f64; 2]]) {
        let structure = self.network().structure();
        let n = structure.unknown_count();
        let diagonal = structure.jacobian_diagonal(species);
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

    /// As many equal linearly implicit steps of each row over its own time step `[s]`, written to `ends`, and the sum of
    /// their measures `[decades]`; see [`Batch::implicit_steps`].
    fn implicit_steps(
        &self,
        steps: (StepMeasure, usize),
        rows: &[f64],
        dt: &[f64],
        ends: &mut [f64],
        sizes: &mut [f64],
    ) {
        implicit_steps_of(self.network(), steps, (rows, dt), (ends, sizes));
    }

    /// dy/dt of each row at t = 0 [cm^-3 s^-1, K s^-1].
    fn slopes(&self, rows: &[f64], out: &mut [f64]) {
        let n = self.network().structure().unknown_count();
        for (row, out) in rows.chunks_exact(n).zip(out.chunks_exact_mut(n)) {
            self.network().rhs(0.0, row, out);
        }
    }
}

impl<E: Equations + ?Sized> Equations for Arc<E> {
    fn network(&self) -> &dyn ChemNetwork {
        self.as_ref().network()
    }

    fn solver(&self, rtol: f64) -> Box<dyn Advance + '_> {
        self.as_ref().solver(rtol)
    }

    fn training_solver(&self, rtol: f64, least_share: f64) -> Box<dyn Advance + '_> {
        self.as_ref().training_solver(rtol, least_share)
    }

    fn production_and_loss(&self, rows: &[f64], species: usize, out: &mut [[f64; 2]]) {
        self.as_ref().production_and_loss(rows, species, out);
    }

    fn implicit_steps(
        &self,
        steps: (StepMeasure, usize),
        rows: &[f64],
        dt: &[f64],
        ends: &mut [f64],
        sizes: &mut [f64],
    ) {
        self.as_ref().implicit_steps(steps, rows, dt, ends, sizes);
    }

    fn slopes(&self, rows: &[f64], out: &mut [f64]) {
        self.as_ref().slopes(rows, out);
    }
}

impl<N: GenericNetwork + 'static> Equations for Batch<N> {
    fn network(&self) -> &dyn ChemNetwork {
        Batch::<N>::network(self)
    }

    fn solver(&self, rtol: f64) -> Box<dyn Advance + '_> {
        Box::new(self.clone().rtol(rtol))
    }

    fn training_solver(&self, rtol: f64, least_share: f64) -> Box<dyn Advance + '_> {
        let batch = self.clone().rtol(rtol).atol(ATOL).least_abundance(rtol * least_share);
        Box::new(batch.max_steps(MAX_STEPS).fallback(false))
    }

    fn production_and_loss(&self, rows: &[f64], species: usize, out: &mut [[f64; 2]]) {
        Batch::<N>::production_and_loss(self, rows, species, out);
    }

    fn implicit_steps(
        &self,
        steps: (StepMeasure, usize),
        rows: &[f64],
        dt: &[f64],
        ends: &mut [f64],
        sizes: &mut [f64],
    ) {
        Batch::<N>::implicit_steps(self, steps, rows, dt, ends, sizes);
    }

    fn slopes(&self, rows: &[f64], out: &mut [f64]) {
        Batch::<N>::slopes(self, rows, out);
    }
}

impl<N: ChemNetwork> Equations for Bdf<'_, N> {
    fn network(&self) -> &dyn ChemNetwork {
        Bdf::<N>::network(self)
    }

    fn solver(&self, rtol: f64) -> Box<dyn Advance + '_> {
        Box::new(self.clone().rtol(rtol))
    }
}

impl Equations for Bdf<'_, dyn ChemNetwork + '_> {
    fn network(&self) -> &dyn ChemNetwork {
        Bdf::<dyn ChemNetwork>::network(self)
    }

    fn solver(&self, rtol: f64) -> Box<dyn Advance + '_> {
        Box::new(self.clone().rtol(rtol))
    }
}

/// A network that is not compiled: the BDF takes one cell after the other.
#[cfg(feature = "csv")]
pub(crate) struct OneByOne(pub(crate) Box<dyn ChemNetwork>);

#[cfg(feature = "csv")]
impl Equations for OneByOne {
    fn network(&self) -> &dyn ChemNetwork {
        self.0.as_ref()
    }

    fn solver(&self, rtol: f64) -> Box<dyn Advance + '_> {
        Box::new(Bdf::new(self.0.as_ref()).rtol(rtol).atol(ATOL))
    }
}

#[cfg(all(test, feature = "csv"))]
mod tests {
    use super::*;
    use crate::advance::AdvanceError;
    use crate::runs::AnyNetwork;

    /// Cells one by one end where the BDF takes them; what cannot be advanced stays as it is.
    #[test]
    fn cells_one_by_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/benchmark_const.net");
        let network = AnyNetwork::load(path.as_ref()).unwrap();
        let initial = network.initials[0].unknowns.clone();
        let cells = network.equations();
        let n = initial.len();
        let mut rows = initial.repeat(3);
        rows[n] = f64::NAN;
        let before = rows.clone();
        let report = cells.solver(1e-6).advance_rows_by(&mut rows, &[2.0, 2.0, 0.0]).unwrap();
        assert_eq!(report.advanced(), [true, false, true]);
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
        let one_by_one = network.equations();
        let bdf = Bdf::new(&*network.network);
        for cells in [&one_by_one as &dyn Equations, &bdf] {
            let mut rows = start.clone();
            for rtol in [0.5, 0.0, -1e-3, f64::NAN, 1e-14] {
                let error = cells.solver(rtol).advance_rows_by(&mut rows, &[1.0]).unwrap_err();
                assert!(error.to_string().contains("rtol is "), "{error}");
            }
            for dt in [&[][..], &[1.0, 1.0]] {
                let error = cells.solver(1e-3).advance_rows_by(&mut rows, dt).unwrap_err();
                assert!(matches!(error, AdvanceError::Rows { .. }), "{error}");
            }
            assert_eq!(rows, start);
        }
    }
}
