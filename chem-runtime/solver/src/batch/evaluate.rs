//! Right-hand sides of many states at once, over lanes: what emulators need of the equations.

use rayon::prelude::*;

use super::Batch;
use super::dispatch::{self, Instructions, Kernel, Task};
use super::environment::{CellEnvironment, LaneEnvironment, Surroundings};
use super::functions_of_t::FunctionsOfT;
use super::table::Table;
use crate::float_mode::with_own_mode;
use crate::network::{Environment, EnvironmentError, GenericNetwork};
use crate::scalar::Lane;

/// States that one thread takes at a time.
const SHARE: usize = 1024;

impl<N: GenericNetwork> Batch<N> {
    /// dy/dt [cm^-3 s^-1, K s^-1] at t = 0 of each row of `rows` (densities [cm^-3] in declared order, then T `[K]`), on
    /// the threads of the current rayon pool. Functions of T come from the table. Whole rows that both arrays have
    /// are evaluated.
    pub fn slopes(&self, rows: &[f64], out: &mut [f64]) {
        self.slopes_in(&self.own_surroundings(), rows, out);
    }

    /// [`Batch::slopes`], each row in its own environment.
    ///
    /// # Errors
    /// If the environment does not fit as many rows as both arrays have; nothing is then written.
    pub fn slopes_with(
        &self,
        environment: &Environment<'_>,
        rows: &[f64],
        out: &mut [f64],
    ) -> Result<(), EnvironmentError> {
        let cells = rows.len().min(out.len()) / self.unknown_count();
        self.slopes_in(&self.surroundings(environment, cells)?, rows, out);
        Ok(())
    }

    fn slopes_in(&self, surroundings: &Surroundings<'_>, rows: &[f64], out: &mut [f64]) {
        let n = self.unknown_count();
        let cells = if surroundings.of_single_cells() { 1 } else { SHARE };
        let shares = rows.par_chunks(n * cells).zip(out.par_chunks_mut(n * cells)).enumerate();
        shares.for_each(|(share, (rows, out))| {
            self.evaluate(surroundings.from(share * cells), |environment| Slopes { environment, rows, out });
        });
    }

    /// Production P [cm^-3 s^-1] and loss coefficient L [1/s] of a species in each row, as dn/dt = P - L n at n = 0:
    /// the row's own density of the species does not count. Otherwise as [`Batch::slopes`]; nothing is written if
    /// there is no such species.
    pub fn production_and_loss(&self, rows: &[f64], species: usize, out: &mut [[f64; 2]]) {
        self.production_and_loss_in(&self.own_surroundings(), rows, species, out);
    }

    /// [`Batch::production_and_loss`], each row in its own environment.
    ///
    /// # Errors
    /// If the environment does not fit as many rows as both arrays have; nothing is then written.
    pub fn production_and_loss_with(
        &self,
        environment: &Environment<'_>,
        rows: &[f64],
        species: usize,
        out: &mut [[f64; 2]],
    ) -> Result<(), EnvironmentError> {
        let cells = (rows.len() / self.unknown_count()).min(out.len());
        self.production_and_loss_in(&self.surroundings(environment, cells)?, rows, species, out);
        Ok(())
    }

    fn production_and_loss_in(
        &self,
        surroundings: &Surroundings<'_>,
        rows: &[f64],
        species: usize,
        out: &mut [[f64; 2]],
    ) {
        let structure = self.network.structure();
        if species >= structure.species_count() {
            return;
        }
        let diagonal = structure.jacobian_diagonal(species);
        let cells = if surroundings.of_single_cells() { 1 } else { SHARE };
        let shares = rows.par_chunks(self.unknown_count() * cells).zip(out.par_chunks_mut(cells)).enumerate();
        shares.for_each(|(share, (rows, out))| {
            let environment = surroundings.from(share * cells);
            self.evaluate(environment, |environment| ProductionAndLoss {
                environment,
                rows,
                species,
                diagonal,
                out,
            });
        });
    }

    fn evaluate<'a, T: Task<N>>(
        &self,
        mut environment: CellEnvironment<'a>,
        task: impl FnOnce(CellEnvironment<'a>) -> T,
    ) {
        let instructions = if N::HAS_LANES { Instructions::detect() } else { Instructions::Scalar };
        with_own_mode(|| match environment.of_network(&*self.network) {
            Some(network) => dispatch::run(instructions, &network, &self.table, task(environment)),
            None => dispatch::run(instructions, &*self.network, &self.table, task(environment)),
        });
    }
}

/// States side by side.
struct States<V> {
    y: Vec<V>,
    environment: LaneEnvironment<V>,
    at_t: FunctionsOfT<V>,
    dydt: Vec<V>,
}

impl<V: Lane> States<V> {
    fn new<N: GenericNetwork>(network: &N) -> Self {
        let zeros = vec![V::constant(0.0); network.structure().unknown_count()];
        let environment = LaneEnvironment::new(network);
        States { y: zeros.clone(), environment, at_t: FunctionsOfT::new(network), dydt: zeros }
    }

    /// Takes the first rows, one for each lane; the last once more where there are fewer.
    #[inline(always)]
    fn take(&mut self, rows: &[f64]) {
        let n = self.y.len();
        let last = (rows.len() / n).saturating_sub(1);
        for lane in 0..V::COUNT {
            let Some(row) = rows.get(lane.min(last) * n..) else { return };
            for (y, value) in self.y.iter_mut().zip(row) {
                y.lanes_mut()[lane] = *value;
            }
        }
    }
}

struct Slopes<'a> {
    environment: CellEnvironment<'a>,
    rows: &'a [f64],
    out: &'a mut [f64],
}

impl<N: GenericNetwork> Task<N> for Slopes<'_> {
    #[inline(always)]
    fn run<V: Lane>(mut self, network: &N, kernel: &Kernel<N, V>, table: &Table) {
        let mut states = States::<V>::new(network);
        let n = states.y.len();
        let count = self.rows.len().min(self.out.len()) / n * n;
        let (rows, out) = (&self.rows[..count], &mut self.out[..count]);
        for (step, (rows, out)) in rows.chunks(n * V::COUNT).zip(out.chunks_mut(n * V::COUNT)).enumerate() {
            states.take(rows);
            states.environment.take(network, &mut self.environment, step * V::COUNT, rows.len() / n);
            states.at_t.set(network, kernel, table, &states.y[n - 1]);
            let given = states.at_t.given(states.environment.values());
            kernel.rhs(network, &V::constant(0.0), &states.y, &given, &mut states.dydt);
            for (lane, out) in out.chunks_exact_mut(n).enumerate() {
                for (out, dydt) in out.iter_mut().zip(&states.dydt) {
                    *out = dydt.lanes()[lane];
                }
            }
        }
    }
}

struct ProductionAndLoss<'a> {
    environment: CellEnvironment<'a>,
    rows: &'a [f64],
    species: usize,
    /// Entry of the Jacobian; none if nothing that consumes or forms the species depends on it.
    diagonal: Option<usize>,
    out: &'a mut [[f64; 2]],
}

impl<N: GenericNetwork> Task<N> for ProductionAndLoss<'_> {
    #[inline(always)]
    fn run<V: Lane>(mut self, network: &N, kernel: &Kernel<N, V>, table: &Table) {
        let zero = V::constant(0.0);
        let mut states = States::<V>::new(network);
        let mut jacobian = vec![zero; network.structure().jacobian_count()];
        let n = states.y.len();
        let count = (self.rows.len() / n).min(self.out.len());
        let (rows, out) = (&self.rows[..count * n], &mut self.out[..count]);
        for (step, (rows, out)) in rows.chunks(n * V::COUNT).zip(out.chunks_mut(V::COUNT)).enumerate() {
            states.take(rows);
            states.environment.take(network, &mut self.environment, step * V::COUNT, out.len());
            states.y[self.species] = zero;
            states.at_t.set_with_slopes(network, kernel, table, &states.y[n - 1]);
            let out_of_kernel = [&mut states.dydt[..], &mut jacobian];
            let given = states.at_t.given(states.environment.values());
            kernel.jacobian(network, &zero, &states.y, &given, out_of_kernel);
            for (lane, out) in out.iter_mut().enumerate() {
                let loss = self.diagonal.map_or(0.0, |diagonal| -jacobian[diagonal].lanes()[lane]);
                *out = [states.dydt[self.species].lanes()[lane], loss];
            }
        }
    }
}
