//! Cells each in its own environment, and parameters that change.

use std::sync::Arc;

use super::cells::IntoCellStore;
use super::dense_output::Outputs;
use super::integrate::Times;
use super::{Batch, BatchError, BatchReport, CellStore};
use crate::float_mode::with_own_mode;
use crate::network::environment::CellParameters;
use crate::network::{ChemNetwork, Environment, EnvironmentError, GenericNetwork, ParameterError};
use crate::scalar::Lane;

impl<N: GenericNetwork> Batch<N> {
    /// Advances all cells by `dt` `[s]`, each in its own environment: values of the parameters that the network file declares
    /// `per cell`; see [`Environment`].
    ///
    /// # Errors
    /// As [`Batch::advance`], and for an environment that does not fit; all cells are then unchanged.
    pub fn advance_with(
        &self,
        cells: impl IntoCellStore,
        environment: &Environment<'_>,
        dt: f64,
    ) -> Result<BatchReport, BatchError> {
        self.run(cells.into_store(), environment, Times::One(dt), None)
    }

    /// [`Batch::advance_each`], each cell in its own environment.
    ///
    /// # Errors
    /// As [`Batch::advance_with`].
    pub fn advance_each_with(
        &self,
        cells: impl IntoCellStore,
        environment: &Environment<'_>,
        dt: &[f64],
    ) -> Result<BatchReport, BatchError> {
        let cells = cells.into_store();
        if cells.len() != dt.len() {
            return Err(BatchError::Times { found: dt.len(), expected: cells.len() });
        }
        self.run(cells, environment, Times::Each(dt), None)
    }

    /// [`Batch::advance_through`], each cell in its own environment.
    ///
    /// # Errors
    /// As [`Batch::advance_through`] and [`Batch::advance_with`].
    pub fn advance_through_with(
        &self,
        cells: impl IntoCellStore,
        environment: &Environment<'_>,
        times: &[f64],
        states: &mut [f64],
    ) -> Result<BatchReport, BatchError> {
        let cells = cells.into_store();
        let mut before = f64::NEG_INFINITY;
        for (number, time) in times.iter().enumerate() {
            if !(*time >= 0.0 && *time > before && time.is_finite()) {
                return Err(BatchError::OutputTimes(Some(number)));
            }
            before = *time;
        }
        let end = *times.last().ok_or(BatchError::OutputTimes(None))?;
        let (found, expected) = (states.len(), cells.len() * times.len() * cells.unknown_count());
        if found != expected {
            return Err(BatchError::States { found, expected });
        }
        self.run(cells, environment, Times::One(end), Some(Outputs { times, states }))
    }

    /// Sets a parameter of the network, in the unit of its declaration. Tables are made anew if functions of T in them depend
    /// on it otherwise than by factors and terms; clones of the batch keep what they had.
    ///
    /// # Errors
    /// If the network has no parameter of that name, and for a switch that is not to be 1 or 0.
    pub fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), ParameterError>
    where
        N: Clone,
    {
        let network = Arc::make_mut(&mut self.network);
        network.set_parameter(name, value)?;
        let tabulated = network.temperature_functions().parameters;
        let is = |parameter: &u32| {
            network.structure().parameters.get(*parameter as usize).is_some_and(|p| p == name)
        };
        if tabulated.iter().any(is) {
            self.tabulate();
        }
        Ok(())
    }

    /// Whether both use the same table, in the same memory.
    pub fn shares_table_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.table, &other.table)
    }

    /// The environment of all cells of a call.
    pub(super) fn surroundings<'a>(
        &self,
        environment: &Environment<'a>,
        cells: usize,
    ) -> Result<Surroundings<'a>, EnvironmentError> {
        let is_given = !environment.is_empty();
        // Comparisons with what is no number may be trapped in the mode of the host.
        let parameters = with_own_mode(|| environment.check(&*self.network, cells))?;
        Ok(Surroundings { parameters, is_given, functions: self.network.environment_count() })
    }

    /// That of cells to which nothing is given.
    pub(super) fn own_surroundings(&self) -> Surroundings<'static> {
        let parameters = CellParameters::all(self.network.parameter_values());
        Surroundings { parameters, is_given: false, functions: self.network.environment_count() }
    }
}

/// The environment of the cells of a call.
pub(super) struct Surroundings<'a> {
    parameters: CellParameters<'a>,
    /// Values were given; else all cells have those of the network.
    is_given: bool,
    /// Number of functions of the parameters that the network is given.
    functions: usize,
}

impl Surroundings<'_> {
    /// Whether the network must be made anew for each cell.
    pub(super) fn of_single_cells(&self) -> bool {
        self.is_given && self.functions == 0
    }

    /// That of the cells from one on.
    pub(super) fn from(&self, first: usize) -> CellEnvironment<'_> {
        CellEnvironment { of_call: self, first, parameters: Vec::new(), values: vec![0.0; self.functions] }
    }
}

/// The environment of the cells of a chunk.
pub(super) struct CellEnvironment<'a> {
    of_call: &'a Surroundings<'a>,
    /// Number of the chunk's first cell.
    first: usize,
    parameters: Vec<f64>,
    values: Vec<f64>,
}

impl CellEnvironment<'_> {
    /// Whether all cells have the same.
    pub(super) fn is_common(&self) -> bool {
        self.of_call.parameters.are_common()
    }

    /// The functions of the parameters of a cell.
    pub(super) fn functions(&mut self, network: &impl GenericNetwork, cell: usize) -> &[f64] {
        self.of_call.parameters.write(self.first + cell, &mut self.parameters);
        network.environment(&self.parameters, &mut self.values);
        &self.values
    }

    /// The network in the environment of the only cell, if it is not given functions of the parameters.
    pub(super) fn of_network<N: GenericNetwork>(&mut self, network: &N) -> Option<N> {
        self.of_call.of_single_cells().then(|| {
            self.of_call.parameters.write(self.first, &mut self.parameters);
            network.at_parameters(&self.parameters)
        })
    }

    /// The network in the environment of a cell, if that is not the network's own.
    pub(super) fn network_of<'n>(
        &mut self,
        network: &'n dyn ChemNetwork,
        cell: usize,
    ) -> Option<Box<dyn ChemNetwork + 'n>> {
        self.of_call.is_given.then(|| {
            self.of_call.parameters.write(self.first + cell, &mut self.parameters);
            network.with_parameters(&self.parameters)
        })
    }
}

/// The functions of the parameters of the cells in all lanes.
pub(super) struct LaneEnvironment<V> {
    values: Vec<V>,
    is_set: bool,
}

impl<V: Lane> LaneEnvironment<V> {
    pub(super) fn new(network: &impl GenericNetwork) -> Self {
        LaneEnvironment { values: vec![V::constant(0.0); network.environment_count()], is_set: false }
    }

    /// The values that were taken last.
    #[inline(always)]
    pub(super) fn values(&self) -> &[V] {
        &self.values
    }

    /// Takes those of `count` cells from one on; the last once more where there are more lanes.
    #[inline(always)]
    pub(super) fn take(
        &mut self,
        network: &impl GenericNetwork,
        environment: &mut CellEnvironment<'_>,
        first: usize,
        count: usize,
    ) {
        if environment.is_common() && self.is_set {
            return;
        }
        self.is_set = true;
        for lane in 0..V::COUNT {
            let cell = first + lane.min(count.saturating_sub(1));
            for (value, function) in self.values.iter_mut().zip(environment.functions(network, cell)) {
                value.lanes_mut()[lane] = *function;
            }
        }
    }
}
