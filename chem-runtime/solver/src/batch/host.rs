//! A solver behind a handle, for host codes in C and Fortran.

use super::cells::{CellStore, Columns, DensitiesAndTemperatures};
use super::report::BatchReport;
use super::{Batch, BatchError};
use crate::network::{GenericNetwork, UnknownParameter};

/// Order of the densities in the host code's array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// All species of cell 0, then those of cell 1, and so on: `n[cell * species + s]`; in Fortran `n(species, cell)`.
    CellByCell,
    /// All cells of species 0, then those of species 1, and so on: `n[s * cells + cell]`; in Fortran `n(cell, species)`.
    SpeciesBySpecies,
}

/// What a host code did wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Settings or arrays that do not fit.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// No parameter of that name.
    #[error(transparent)]
    Parameter(#[from] UnknownParameter),
    /// An array of the wrong length.
    #[error("{what} has {found} entries instead of {expected}")]
    Length {
        /// Which array.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// A value of a parameter that is no number.
    #[error("the parameter `{name}` cannot be {value}; give a finite number")]
    Value {
        /// Name of the parameter.
        name: String,
        /// The value.
        value: f64,
    },
    /// More cells than can be in memory.
    #[error("the arrays of {cells} cells would be larger than what can be addressed")]
    Cells {
        /// Their number.
        cells: usize,
    },
    /// More threads than a machine has: a count that was negative, for example.
    #[error("{threads} threads; give 0 for as many as the machine has, or at most {MOST_THREADS}")]
    TooManyThreads {
        /// Their number.
        threads: usize,
    },
    /// The threads could not be started.
    #[error("the threads could not be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// The most threads of a handle: they are started one by one.
const MOST_THREADS: usize = 1024;

/// A network, a batch solver for it, and threads of its own: what a host code holds between its steps.
///
/// Has no global state: several handles do not know of one another, and one can be used from several threads at once.
#[derive(Debug)]
pub struct Host<N> {
    batch: Batch<N>,
    rtol: f64,
    atol: f64,
    threads: rayon::ThreadPool,
}

impl<N: GenericNetwork + Clone + Default> Host<N> {
    /// A solver of the network with its declared parameters. 0 threads are as many as the machine has.
    ///
    /// # Errors
    /// Tolerances out of range; threads that cannot be started, or more than 1024.
    pub fn new(rtol: f64, atol: f64, threads: usize) -> Result<Self, HostError> {
        if threads > MOST_THREADS {
            return Err(HostError::TooManyThreads { threads });
        }
        let batch = Batch::new(N::default()).rtol(rtol).atol(atol);
        batch.check(batch.unknown_count())?;
        let threads = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        Ok(Host { batch, rtol, atol, threads })
    }

    /// Sets a parameter; all later steps know it.
    ///
    /// # Errors
    /// If the network has no parameter of that name, or the value is not finite; the parameter keeps its value.
    pub fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), HostError> {
        if !value.is_finite() {
            return Err(HostError::Value { name: name.to_owned(), value });
        }
        let mut network = self.network().clone();
        network.set_parameter(name, value)?;
        self.batch = Batch::new(network).rtol(self.rtol).atol(self.atol);
        Ok(())
    }

    /// The network.
    pub fn network(&self) -> &N {
        self.batch.network()
    }

    /// How many densities so many cells have.
    ///
    /// # Errors
    /// If no array can hold them.
    pub fn densities(&self, cells: usize) -> Result<usize, HostError> {
        let most = isize::MAX as usize / size_of::<f64>();
        let count = self.network().structure().species_count().checked_mul(cells);
        count.filter(|count| (*count).max(cells) <= most).ok_or(HostError::Cells { cells })
    }

    /// Advances cells by `dt` `[s]`: densities [cm^-3] in the given order, temperatures `[K]`.
    ///
    /// # Errors
    /// Arrays that do not fit. Cells that cannot be advanced are unchanged; the report says why.
    pub fn step(
        &self,
        densities: &mut [f64],
        t_gas: &mut [f64],
        layout: Layout,
        dt: f64,
    ) -> Result<BatchReport, HostError> {
        let species = self.network().structure().species_count();
        let cells = t_gas.len();
        let (found, expected) = (densities.len(), self.densities(cells)?);
        if found != expected {
            return Err(HostError::Length { what: "the array of densities", found, expected });
        }
        if cells == 0 {
            return Ok(BatchReport::default());
        }
        match layout {
            Layout::CellByCell => self.advance(DensitiesAndTemperatures::new(densities, t_gas, species), dt),
            Layout::SpeciesBySpecies => {
                let mut columns: Vec<&mut [f64]> = densities.chunks_exact_mut(cells.max(1)).collect();
                columns.push(t_gas);
                self.advance(Columns::new(columns), dt)
            }
        }
    }

    fn advance(&self, cells: impl CellStore, dt: f64) -> Result<BatchReport, HostError> {
        Ok(self.threads.install(|| self.batch.advance(cells, dt))?)
    }
}
