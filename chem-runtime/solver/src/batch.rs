//! Millions of cells: several side by side in SIMD lanes, on all cores.
//!
//! A Rosenbrock method of order 5 takes few, cheap steps; what depends on T alone comes from tables; every lane has
//! its own step and takes the next cell as soon as it is done. Cells are independent: results do not depend on the
//! number of threads, on the order, or on the neighbours.

mod advance;
mod cells;
mod dense_output;
mod dispatch;
mod environment;
mod error;
mod evaluate;
mod fallback;
mod functions_of_t;
pub(crate) mod implicit_steps;
mod integrate;
mod lanes;
mod method;
mod report;
mod source;
mod table;

pub use cells::{CellStore, Columns, DensitiesAndTemperatures, IntoCellStore, Rows};
pub use dispatch::Instructions;
pub use error::BatchError;
pub use implicit_steps::StepMeasure;
pub use method::Method;
pub use report::{BatchReport, CellReport, Status};

use std::sync::Arc;

use rayon::prelude::*;

use crate::float_mode::with_own_mode;
use crate::network::{Environment, GenericNetwork};
use dense_output::Outputs;
use integrate::{Chunk, Integration, Settings, Times};
use source::NetworkSource;
use table::Table;

/// Cells that one thread takes at a time: at least, and at most.
const CHUNK: (usize, usize) = (256, 2048);
/// The least where there are not even so many for each thread.
const SMALL_CHUNK: usize = 64;
/// Chunks per thread, so that none waits long for the last.
const CHUNKS_PER_THREAD: usize = 24;
/// Least and largest relative tolerance of a step.
pub const RTOL: [f64; 2] = [1e-10, 0.1];

/// A solver of many cells of one network.
///
/// Defaults: [`Method::Rodas5P`], `rtol` 1e-3, `atol` 1e-20 [cm^-3] and `[K]`, least abundance 1e-12 (less at a smaller
/// `rtol`), tables with an error of 1e-6.
///
/// ```ignore
/// let mut cells = vec![molecular::initial::single(); 1_000_000];
/// let report = Batch::new(&network).rtol(1e-3).advance(&mut cells[..], 1e6 * YEAR)?;
/// println!("{report}");
/// ```
#[derive(Debug)]
#[must_use = "a solver does nothing before it is asked to advance cells"]
pub struct Batch<N> {
    network: Arc<N>,
    table: Arc<Table>,
    settings: Settings,
    method: Method,
    instructions: Instructions,
    fallback: bool,
    in_callers_thread: bool,
    /// Error that the table was made with, if there is to be one.
    table_error: Option<f64>,
}

impl<N> Clone for Batch<N> {
    fn clone(&self) -> Self {
        let (network, table) = (Arc::clone(&self.network), Arc::clone(&self.table));
        Batch { network, table, settings: self.settings.clone(), ..*self }
    }
}

/// What a solver takes a network from: the network, a reference that it copies the parameters of, or a shared one.
pub trait IntoNetwork<N> {
    /// The network that the solver keeps.
    fn into_network(self) -> Arc<N>;
}

impl<N: GenericNetwork> IntoNetwork<N> for N {
    fn into_network(self) -> Arc<N> {
        Arc::new(self)
    }
}

impl<N: GenericNetwork + Clone> IntoNetwork<N> for &N {
    fn into_network(self) -> Arc<N> {
        Arc::new(self.clone())
    }
}

impl<N: GenericNetwork> IntoNetwork<N> for Arc<N> {
    fn into_network(self) -> Arc<N> {
        self
    }
}

impl<N: GenericNetwork> Batch<N> {
    /// Builds the tables for the values that the network's parameters have now. Clones share them.
    pub fn new(network: impl IntoNetwork<N>) -> Self {
        let method = Method::default();
        let batch = Batch {
            network: network.into_network(),
            table: Arc::default(),
            settings: Settings {
                tableau: method.tableau(),
                rtol: 1e-3,
                atol: 1e-20,
                least_abundance: None,
                max_steps: 100_000,
                start_time: 0.0,
            },
            method,
            instructions: if N::HAS_LANES { Instructions::detect() } else { Instructions::Scalar },
            fallback: true,
            in_callers_thread: false,
            table_error: None,
        };
        batch.table_error(1e-6)
    }

    /// The network, with the parameters that it had.
    pub fn network(&self) -> &N {
        &self.network
    }

    /// Number of unknowns of a cell: species, then T.
    pub fn unknown_count(&self) -> usize {
        self.network.structure().unknown_count()
    }

    /// Relative tolerance of a step, in [1e-10, 0.1].
    pub fn rtol(mut self, rtol: f64) -> Self {
        self.settings.rtol = rtol;
        self
    }

    /// Absolute tolerance of a step [cm^-3] and `[K]`.
    pub fn atol(mut self, atol: f64) -> Self {
        self.settings.atol = atol;
        self
    }

    /// Share (dimensionless, of n_tot [cm^-3]) of a cell's total density below which species need not be exact: the absolute tolerance of densities is at
    /// least this share. If it is not given: 1e-12, or 1e-9 `rtol` where that is less, so that rare species become exact
    /// with the others. With 0 there is `atol` alone.
    pub fn least_abundance(mut self, share: f64) -> Self {
        self.settings.least_abundance = Some(share);
        self
    }

    /// Most steps of a cell, rejected ones included, before it is given up; default 100,000, at most `u32::MAX`.
    pub fn max_steps(mut self, steps: u64) -> Self {
        self.settings.max_steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self
    }

    /// Whether cells that are given up fall back to the BDF, as is the default; else they are left unchanged.
    pub fn fallback(mut self, falls_back: bool) -> Self {
        self.fallback = falls_back;
        self
    }

    /// The time at which steps begin `[s]`, for networks with rates that depend on it; default 0. Time steps and output times
    /// count from there.
    pub fn start_time(mut self, time: f64) -> Self {
        self.settings.start_time = time;
        self
    }

    /// Whether all work is done in the thread that calls, as a rank or thread of a host code wants it, instead of in those
    /// of a rayon pool.
    pub fn in_callers_thread(mut self, is_so: bool) -> Self {
        self.in_callers_thread = is_so;
        self
    }

    /// The Rosenbrock method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self.settings.tableau = method.tableau();
        self
    }

    /// Replaces the instructions found on the machine; those that it, or the network, does not have are replaced by
    /// scalar ones.
    pub fn instructions(mut self, instructions: Instructions) -> Self {
        self.instructions = instructions;
        self
    }

    /// Tabulates the functions of T anew, to this relative error (dimensionless) where they exceed 1e-10 of their maxima.
    /// Their derivatives, which only the Jacobian needs, come from the same polynomials.
    pub fn table_error(mut self, error: f64) -> Self {
        self.table_error = Some(error);
        self.tabulate();
        self
    }

    /// Makes the table for the parameters that the network has now.
    fn tabulate(&mut self) {
        self.table = match self.table_error {
            Some(error) => Arc::new(with_own_mode(|| Table::new(&NetworkSource(&*self.network), error))),
            None => Arc::default(),
        };
    }

    /// Evaluates the functions of T as they are, without tables.
    pub fn without_tables(mut self) -> Self {
        self.table_error = None;
        self.tabulate();
        self
    }

    /// Share of the temperatures from 1 to 2e9 K, by octaves, that the tables cover; elsewhere the functions are
    /// evaluated as they are.
    pub fn table_coverage(&self) -> f64 {
        self.table.coverage
    }

    /// Largest relative error of the table over its functions at these temperatures `[K]`, where they exceed 1e-10 of
    /// their maxima; temperatures without a row, where functions are evaluated as they are, have none.
    pub fn table_error_at(&self, temperatures: impl IntoIterator<Item = f64>) -> f64 {
        let source = NetworkSource(&*self.network);
        let error_at = |t_gas| with_own_mode(|| self.table.error_at(&source, t_gas));
        temperatures.into_iter().map(error_at).fold(0.0, f64::max)
    }

    /// Bytes of the tables.
    pub fn table_size(&self) -> usize {
        self.table.size()
    }

    /// Advances all cells by `dt` `[s]`, on all threads of the current rayon pool.
    ///
    /// # Errors
    /// If settings or arrays do not fit. Cells that cannot be advanced are unchanged; the report says why.
    pub fn advance(&self, cells: impl IntoCellStore, dt: f64) -> Result<BatchReport, BatchError> {
        self.advance_with(cells, &Environment::new(), dt)
    }

    /// Advances all cells to the last of the output times `[s]`, and writes their states at all of them into `states`:
    /// cell by cell, time by time, densities [cm^-3] and T `[K]`. Output times cost no steps: states between the ends
    /// of steps are the method's own interpolant.
    ///
    /// # Errors
    /// As [`Batch::advance`]. States of cells that cannot be advanced are not numbers.
    pub fn advance_through(
        &self,
        cells: impl IntoCellStore,
        times: &[f64],
        states: &mut [f64],
    ) -> Result<BatchReport, BatchError> {
        self.advance_through_with(cells, &Environment::new(), times, states)
    }

    /// Advances each cell by its own time step `[s]`.
    ///
    /// # Errors
    /// As [`Batch::advance`].
    pub fn advance_each(&self, cells: impl IntoCellStore, dt: &[f64]) -> Result<BatchReport, BatchError> {
        self.advance_each_with(cells, &Environment::new(), dt)
    }

    /// Whether the tolerances are such as cells can be advanced with; every call looks at them, too.
    ///
    /// # Errors
    /// The first that is out of range.
    pub fn check_settings(&self) -> Result<(), BatchError> {
        let Settings { rtol, atol, least_abundance, .. } = self.settings;
        let limits = [
            ("rtol", rtol, RTOL[0], RTOL[1]),
            ("atol", atol, 1e-100, 1e100),
            ("least_abundance", least_abundance.unwrap_or(0.0), 0.0, 0.1),
        ];
        for (name, value, low, high) in limits {
            if !(low..=high).contains(&value) {
                return Err(BatchError::Tolerance { name, value, low, high });
            }
        }
        Ok(())
    }

    fn check(&self, unknowns: usize) -> Result<(), BatchError> {
        self.check_settings()?;
        let structure = self.network.structure();
        let expected = structure.unknown_count();
        if unknowns != expected {
            let network = structure.name.to_string();
            return Err(BatchError::Unknowns { network, found: unknowns, expected });
        }
        Ok(())
    }

    fn run(
        &self,
        cells: impl CellStore,
        environment: &Environment<'_>,
        times: Times<'_>,
        mut outputs: Option<Outputs<'_>>,
    ) -> Result<BatchReport, BatchError> {
        let unknowns = cells.unknown_count();
        self.check(unknowns)?;
        let count = cells.len();
        let environment = self.surroundings(environment, count)?;
        let threads = if self.in_callers_thread { 1 } else { rayon::current_num_threads() };
        let least = count.div_ceil(threads).clamp(SMALL_CHUNK, CHUNK.0);
        let size = (count / (CHUNKS_PER_THREAD * threads)).clamp(least, CHUNK.1);
        let size = if environment.of_single_cells() { 1 } else { size };
        let mut reports = Vec::new();
        reports.try_reserve_exact(count).map_err(|_| BatchError::Memory { cells: count })?;
        reports.resize(count, CellReport::default());
        let mut chunks = Vec::with_capacity(count.div_ceil(size));
        let mut rest = cells;
        for (number, reports) in reports.chunks_mut(size).enumerate() {
            let (cells, others) = rest.split_at(reports.len());
            rest = others;
            let times = match times {
                Times::One(dt) => Times::One(dt),
                Times::Each(times) => Times::Each(times.get(number * size..).unwrap_or(&[])),
            };
            let outputs = outputs.as_mut().map(|outputs| outputs.take_cells(reports.len(), unknowns));
            let environment = environment.from(number * size);
            chunks.push(Chunk { cells, environment, times, outputs, reports, settings: &self.settings });
        }
        let advance = |mut chunk| with_own_mode(|| self.advance_chunk(&mut chunk));
        if self.in_callers_thread {
            chunks.into_iter().for_each(advance);
        } else {
            chunks.into_par_iter().for_each(advance);
        }
        Ok(BatchReport { cells: reports })
    }

    fn advance_chunk<S: CellStore>(&self, chunk: &mut Chunk<'_, S>) {
        let instructions = self.instructions.for_cells(chunk.reports.len());
        match chunk.environment.of_network(&*self.network) {
            Some(network) => dispatch::run(instructions, &network, &self.table, Integration(chunk)),
            None => dispatch::run(instructions, &*self.network, &self.table, Integration(chunk)),
        }
        self.fall_back(chunk);
    }
}
