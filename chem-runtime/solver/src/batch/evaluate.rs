//! Right-hand sides of many states at once, over lanes: what emulators need of the equations.

use rayon::prelude::*;

use super::Batch;
use super::dispatch::{self, Instructions, Kernel, Task};
use super::functions_of_t::FunctionsOfT;
use super::table::Table;
use crate::float_mode::with_own_mode;
use crate::network::GenericNetwork;
use crate::scalar::Lane;

/// States that one thread takes at a time.
const SHARE: usize = 1024;

impl<N: GenericNetwork> Batch<N> {
    /// dy/dt [cm^-3 s^-1, K s^-1] at t = 0 of each row of `rows` (densities [cm^-3] in declared order, then T `[K]`), on
    /// the threads of the current rayon pool. Functions of T come from the table. Whole rows that both arrays have
    /// are evaluated.
    pub fn slopes(&self, rows: &[f64], out: &mut [f64]) {
        let length = self.unknown_count() * SHARE;
        let shares = rows.par_chunks(length).zip(out.par_chunks_mut(length));
        shares.for_each(|(rows, out)| self.evaluate(Slopes { rows, out }));
    }

    /// Production P [cm^-3 s^-1] and loss coefficient L [1/s] of a species in each row, as dn/dt = P - L n at n = 0:
    /// the row's own density of the species does not count. Otherwise as [`Batch::slopes`]; nothing is written if
    /// there is no such species.
    pub fn production_and_loss(&self, rows: &[f64], species: usize, out: &mut [[f64; 2]]) {
        let structure = self.network.structure();
        if species >= structure.species_count() {
            return;
        }
        let diagonal = structure.jacobian_diagonal(species);
        let shares = rows.par_chunks(self.unknown_count() * SHARE).zip(out.par_chunks_mut(SHARE));
        shares.for_each(|(rows, out)| self.evaluate(ProductionAndLoss { rows, species, diagonal, out }));
    }

    fn evaluate(&self, task: impl Task<N>) {
        let instructions = if N::HAS_LANES { Instructions::detect() } else { Instructions::Scalar };
        with_own_mode(|| dispatch::run(instructions, &*self.network, &self.table, task));
    }
}

/// States side by side.
struct States<V> {
    y: Vec<V>,
    at_t: FunctionsOfT<V>,
    dydt: Vec<V>,
}

impl<V: Lane> States<V> {
    fn new<N: GenericNetwork>(network: &N) -> Self {
        let zeros = vec![V::constant(0.0); network.structure().unknown_count()];
        States { y: zeros.clone(), at_t: FunctionsOfT::new(network), dydt: zeros }
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
    rows: &'a [f64],
    out: &'a mut [f64],
}

impl<N: GenericNetwork> Task<N> for Slopes<'_> {
    #[inline(always)]
    fn run<V: Lane>(self, network: &N, kernel: &Kernel<N, V>, table: &Table) {
        let mut states = States::<V>::new(network);
        let n = states.y.len();
        let count = self.rows.len().min(self.out.len()) / n * n;
        let (rows, out) = (&self.rows[..count], &mut self.out[..count]);
        for (rows, out) in rows.chunks(n * V::COUNT).zip(out.chunks_mut(n * V::COUNT)) {
            states.take(rows);
            states.at_t.set(network, kernel, table, &states.y[n - 1]);
            kernel.rhs(network, &V::constant(0.0), &states.y, states.at_t.values(), &mut states.dydt);
            for (lane, out) in out.chunks_exact_mut(n).enumerate() {
                for (out, dydt) in out.iter_mut().zip(&states.dydt) {
                    *out = dydt.lanes()[lane];
                }
            }
        }
    }
}

struct ProductionAndLoss<'a> {
    rows: &'a [f64],
    species: usize,
    /// Entry of the Jacobian; none if nothing that consumes or forms the species depends on it.
    diagonal: Option<usize>,
    out: &'a mut [[f64; 2]],
}

impl<N: GenericNetwork> Task<N> for ProductionAndLoss<'_> {
    #[inline(always)]
    fn run<V: Lane>(self, network: &N, kernel: &Kernel<N, V>, table: &Table) {
        let zero = V::constant(0.0);
        let mut states = States::<V>::new(network);
        let mut jacobian = vec![zero; network.structure().jacobian_count()];
        let n = states.y.len();
        let count = (self.rows.len() / n).min(self.out.len());
        let (rows, out) = (&self.rows[..count * n], &mut self.out[..count]);
        for (rows, out) in rows.chunks(n * V::COUNT).zip(out.chunks_mut(V::COUNT)) {
            states.take(rows);
            states.y[self.species] = zero;
            states.at_t.set_with_slopes(network, kernel, table, &states.y[n - 1]);
            let out_of_kernel = [&mut states.dydt[..], &mut jacobian];
            kernel.jacobian(network, &zero, &states.y, states.at_t.both(), out_of_kernel);
            for (lane, out) in out.iter_mut().enumerate() {
                let loss = self.diagonal.map_or(0.0, |diagonal| -jacobian[diagonal].lanes()[lane]);
                *out = [states.dydt[self.species].lanes()[lane], loss];
            }
        }
    }
}
