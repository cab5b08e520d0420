//! One training: a problem, the optimisers of its stages, and where it is computed.
//!
//! ```text
//! step       the problem draws points; the optimiser moves the parameters by what it asks of the problem
//! snapshot   parameters, problem, optimiser, schedule: all that the next step depends on
//! ```

pub(crate) mod arrays;
pub(crate) mod compatibility;
mod execution;
mod schedule;

use std::sync::Arc;

#[cfg(feature = "device")]
use burn::tensor::Device;
use chem_grammar::network::Domain;
use chem_solver::equations::Equations;

use super::error::{NotFinite, TrainError};
use super::iterate::{Iterate, Progress};
use super::optimise::{self, Optimiser, Place};
use super::problem::domain::DomainStates;
use super::problem::single::SingleState;
use super::problem::{Moment, Needs, Problem};
use super::reduce::Reduction;
use arrays::{Arrays, vector};
use chem_emulator::config::Config;
use chem_emulator::snapshot::Snapshot;
use chem_emulator::weights::NamedArray;
use chem_solver::network::ChemNetwork;
pub use execution::Execution;
use schedule::Schedule;

/// A network in training on the residual of a chemical network.
#[derive(Debug)]
pub struct Training {
    config: Config,
    problem: Box<dyn Problem>,
    parameters: Vec<f64>,
    schedule: Schedule,
    /// Of the current stage; none when all are done.
    optimiser: Option<Box<dyn Optimiser>>,
    ranks: Reduction,
    /// Why the host computes the residual though devices were to.
    #[cfg(feature = "device")]
    pub(crate) why_on_host: Option<String>,
}

impl Training {
    /// The training of a network from one initial state (densities [cm^-3], then T `[K]`). Parameters of the network are not
    /// set here.
    ///
    /// # Errors
    /// What the config asks for and this network or version cannot give.
    pub fn of_state(
        network: Arc<dyn ChemNetwork>,
        initial: &[f64],
        config: &Config,
        execution: &Execution,
    ) -> Result<Self, TrainError> {
        let (device, parallel) = (execution.device(), execution.parallel());
        let problem = SingleState::new(network, initial, config, &device, parallel)?;
        Training::of(Box::new(problem), config, execution)
    }

    /// The training of a network from the initial states of a domain; `network` and `cells` have the same equations.
    ///
    /// # Errors
    /// What the config asks for and this network or version cannot give.
    pub fn of_domain(
        equations: (Arc<dyn ChemNetwork>, Arc<dyn Equations>),
        domain: &Domain,
        config: &Config,
        execution: &Execution,
    ) -> Result<Self, TrainError> {
        let (device, parallel) = (execution.device(), execution.parallel());
        let problem = DomainStates::new(equations, domain, config, &device, parallel)?;
        Training::of(Box::new(problem), config, execution)
    }

    pub(crate) fn of(
        problem: Box<dyn Problem>,
        config: &Config,
        execution: &Execution,
    ) -> Result<Self, TrainError> {
        compatibility::check(config, execution.reduction().ranks())?;
        let mut training = Training {
            parameters: problem.initial_parameters(),
            config: config.clone(),
            problem,
            schedule: Schedule::default(),
            optimiser: None,
            ranks: execution.reduction().clone(),
            #[cfg(feature = "device")]
            why_on_host: None,
        };
        training.begin_stage();
        Ok(training)
    }

    /// The same training as it was when [`Iterate::snapshot`] was taken of one with the same arguments.
    ///
    /// # Errors
    /// A snapshot of another config.
    pub fn restored(mut self, snapshot: &Snapshot) -> Result<Self, TrainError> {
        let arrays = Arrays(&snapshot.arrays);
        self.parameters = arrays.of_length("parameters", self.parameters.len())?;
        self.schedule = serde_json::from_value(snapshot.state.clone())
            .map_err(|error| TrainError::Snapshot { problem: error.to_string() })?;
        self.problem.restore(&arrays)?;
        self.begin_stage();
        // When the snapshot was taken a stage that has not begun need not have been in the config.
        if let Some(optimiser) = self.optimiser.as_mut().filter(|_| self.schedule.iteration > 0) {
            optimiser.restore(&arrays)?;
        }
        Ok(self)
    }

    /// Computes the residual on these devices, where the network is.
    ///
    /// # Errors
    /// Why it stays on the host.
    #[cfg(feature = "device")]
    pub fn compute_on(
        &mut self,
        residual: &super::DeviceResidual,
        devices: &[Device],
    ) -> Result<(), &'static str> {
        self.problem.compute_on(residual, devices)
    }

    /// Why the host computes the residual, if devices were to and cannot.
    #[cfg(feature = "device")]
    pub fn why_on_host(&self) -> Option<&str> {
        self.why_on_host.as_deref()
    }

    /// Number of trained parameters.
    pub fn parameter_count(&self) -> usize {
        self.parameters.len()
    }

    /// The optimiser of the stage that begins now.
    fn begin_stage(&mut self) {
        let stage = self.config.stages.get(self.schedule.stage);
        let (shapes, ranks) = (self.problem.shapes(), &self.ranks);
        self.optimiser =
            stage.map(|stage| optimise::begin(&stage.optimiser, shapes, &self.parameters, ranks));
    }

    /// Makes sure that all ranks are at the same place of the same training.
    fn check_together(&self) -> Result<(), TrainError> {
        if self.ranks.is_alone() {
            return Ok(());
        }
        let place = [&[self.schedule.total as f64], self.problem.position().as_slice()].concat();
        Ok(self.ranks.same(place.iter().chain(&self.parameters))?)
    }
}

impl Iterate for Training {
    fn step(&mut self) -> Result<Progress, TrainError> {
        let stage = self.config.stages.get(self.schedule.stage).cloned();
        self.check_together()?;
        let Some((stage, optimiser)) = stage.zip(self.optimiser.as_mut()) else {
            return Ok(Progress { stage: self.schedule.stage, finished: true, ..Progress::default() });
        };
        let Schedule { stage: number, iteration, total, .. } = self.schedule;
        let (range, whole_range) = self.schedule.range(&stage, &self.config.time);
        let (needs, measure) = (Needs::of(&stage.optimiser), optimiser.measure());
        let moment = Moment { stage: number, iteration, total, range, needs, measure };
        let place = Place { iteration, iterations: stage.iterations };
        self.problem.draw(&moment, &self.parameters)?;
        let loss = optimiser.step(self.problem.as_mut(), place, &mut self.parameters)?;
        let structure = self.problem.structure();
        let mut residuals: Vec<f64> = loss.squares.iter().map(|square| square.sqrt()).collect();
        residuals.resize(structure.unknown_count(), 0.0);
        let progress = Progress {
            stage: number,
            iteration: iteration + 1,
            loss: loss.value,
            residuals,
            tau_max: range[1],
            whole_range,
            finished: false,
        };
        if !loss.value.is_finite() {
            let species: Vec<String> = structure.species.iter().map(ToString::to_string).collect();
            return Err(NotFinite::of_loss(&progress, &species).into());
        }
        self.problem.learnt(&loss, &self.parameters);
        if self.schedule.advance(&stage, &self.config.time, loss.value) {
            optimiser.range_has_grown();
        }
        if self.schedule.iteration == 0 {
            self.begin_stage();
        }
        Ok(Progress { finished: self.schedule.stage >= self.config.stages.len(), ..progress })
    }

    fn snapshot(&self) -> Snapshot {
        let mut arrays = vec![vector("parameters", &self.parameters)];
        arrays.extend(self.problem.arrays());
        arrays.extend(self.optimiser.iter().flat_map(|optimiser| optimiser.arrays()));
        Snapshot { arrays, state: serde_json::to_value(self.schedule).unwrap_or_default() }
    }

    fn collect(&mut self) -> Result<(), TrainError> {
        self.optimiser.as_mut().map_or(Ok(()), |optimiser| optimiser.collect())
    }

    fn weights(&self) -> Vec<NamedArray> {
        self.problem.weights(&self.parameters)
    }
}
