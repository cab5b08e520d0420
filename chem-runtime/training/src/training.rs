//! A training, iteration by iteration.

mod checks;
mod damped;
mod gradient_steps;
mod loss;
mod schedule;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use burn::tensor::Device;

use super::adam::Adam;
use super::ansatz::Ansatz;
use super::error::{NotFinite, TrainError};
use super::iterate::{Iterate, Progress};
use super::lbfgs::Lbfgs;
use super::levenberg_marquardt::{Damping, Space};
use super::memory;
use super::model::{Layout, Model, dtype, values, with_values};
use super::points::Profile;
use super::residual::{Kinetics, Law, Linearised, Operations, Residual, States};
use super::spread::Spread;
use checks::check;
use chem_emulator::config::{Closure, Config, Optimiser};
use chem_emulator::snapshot::Snapshot;
use chem_emulator::weights::{NamedArray, find};
use chem_solver::network::ChemNetwork;
pub(crate) use schedule::Schedule;

/// A network in training on the residual of a chemical network.
#[derive(Debug)]
pub struct Training {
    config: Config,
    device: Device,
    spread: Spread,
    residual: Residual,
    operations: Operations,
    ansatz: Ansatz,
    /// Temperature of the initial state `[K]`, for networks that do not change it.
    temperature: f64,
    model: Model,
    layout: Layout,
    parameters: Vec<f64>,
    schedule: Schedule,
    /// mu of Levenberg-Marquardt.
    damping: f64,
    adam: Adam,
    lbfgs: Lbfgs,
    /// Weights of the terms of the loss, for the methods that know its gradient.
    weights: Vec<f64>,
    profile: Profile,
}

impl Training {
    /// Prepares the training of a network from one initial state (densities [cm^-3], then T `[K]`). `device` is
    /// chosen by the caller; parameters of the network are not set here.
    ///
    /// # Errors
    /// What the config asks for and this network or version cannot give.
    pub fn new(
        network: Arc<dyn ChemNetwork>,
        initial: &[f64],
        config: &Config,
        device: &Device,
    ) -> Result<Self, TrainError> {
        check(network.as_ref(), initial, config)?;
        let kinetics = Kinetics::new(network, config.time, config.variables);
        let outputs = kinetics.outputs();
        let ansatz = Ansatz {
            time: config.time,
            initial_condition: config.initial_condition,
            start: initial.iter().take(outputs).map(|x| kinetics.as_trained(*x)).collect(),
            dtype: dtype(config.model.precision),
        };
        let laws = match config.closure {
            // What is exact in the output is learnt all the same: the correction then is small.
            Closure::Residual | Closure::Conservation => Law::all(kinetics.structure(), initial),
            Closure::None => Vec::new(),
        };
        let rows = outputs + laws.len();
        let sizes = memory::Sizes { inputs: ansatz.inputs(), outputs, rows, unknowns: 0 };
        memory::check(config, &sizes, memory::available())?;
        let device = device.clone().inner();
        let model = Model::new(&config.model, [ansatz.inputs(), outputs], config.seed, &device);
        let mut training = Training {
            residual: Residual { laws, kinetics, preconditioner: config.residual.preconditioner },
            temperature: initial.last().copied().unwrap_or_default(),
            layout: Layout::of(&model),
            parameters: values(&model),
            schedule: Schedule::default(),
            damping: 0.0,
            adam: Adam::default(),
            lbfgs: Lbfgs::default(),
            weights: Vec::new(),
            profile: Profile::default(),
            config: config.clone(),
            device,
            spread: Spread::default(),
            operations: Operations::default(),
            ansatz,
            model,
        };
        training.weights = vec![1.0; training.term_count()];
        training.weights[training.residual.rows()..].fill(config.loss.initial_weight);
        training.begin_stage();
        Ok(training)
    }

    /// Number of trained parameters.
    pub fn parameter_count(&self) -> usize {
        self.parameters.len()
    }

    /// The training as it was when [`Iterate::snapshot`] was taken of one with the same arguments.
    ///
    /// # Errors
    /// A snapshot of another config.
    pub fn restore(
        network: Arc<dyn ChemNetwork>,
        initial: &[f64],
        config: &Config,
        device: &Device,
        snapshot: &Snapshot,
    ) -> Result<Self, TrainError> {
        let mut training = Training::new(network, initial, config, device)?;
        let array = |name: &str, length: Option<usize>| {
            find(&snapshot.arrays, name)
                .map(|array| array.values.clone())
                .filter(|values| length.is_none_or(|length| length == values.len()))
                .ok_or_else(|| TrainError::Snapshot {
                    problem: format!("{name} is missing or of another size"),
                })
        };
        training.parameters = array("parameters", Some(training.parameters.len()))?;
        training.damping = array("damping", Some(1))?[0];
        training.profile = Profile { tau: array("profile.tau", None)?, size: array("profile.size", None)? };
        training.schedule = serde_json::from_value(snapshot.state.clone())
            .map_err(|error| TrainError::Snapshot { problem: error.to_string() })?;
        training.adam = Adam {
            mean: array("adam.mean", Some(training.parameters.len()))?,
            square: array("adam.square", Some(training.parameters.len()))?,
        };
        let rows = |name: &str| -> Result<_, TrainError> {
            let values = array(name, None)?;
            Ok(values.chunks_exact(training.parameters.len()).map(<[f64]>::to_vec).collect())
        };
        training.lbfgs = Lbfgs { steps: rows("lbfgs.steps")?, changes: rows("lbfgs.changes")? };
        training.weights = array("loss.weights", Some(training.weights.len()))?;
        training.model = with_values(training.model, &training.parameters);
        if training.schedule.iteration == 0 {
            // When the snapshot was taken this stage need not have been in the config.
            training.begin_stage();
        }
        Ok(training)
    }

    /// Sets the state of the optimiser to that of a stage's beginning.
    fn begin_stage(&mut self) {
        self.adam = Adam::new(self.parameters.len());
        self.lbfgs = Lbfgs::default();
        if let Some(stage) = self.config.stages.get(self.schedule.stage) {
            self.damping = match &stage.optimiser {
                Optimiser::LevenbergMarquardt(settings) => settings.damping,
                Optimiser::SampleSpace(settings) => settings.damping,
                _ => 0.0,
            };
        }
    }

    /// Where the first number that is none was met.
    fn not_finite(&self, tau: &[f64], y: &[f64], linearised: &Linearised) -> TrainError {
        let (n, rows) = (self.residual.unknowns(), self.residual.rows());
        let index = linearised.residual.iter().position(|r| !r.is_finite());
        let structure = self.residual.kinetics.structure();
        let point = index.map(|index| index / rows);
        let name = |index: usize| {
            structure.species.get(index % rows).map_or_else(|| "T".to_owned(), ToString::to_string)
        };
        let mut state: Vec<f64> = point
            .and_then(|point| y.get(point * n..(point + 1) * n))
            .unwrap_or_default()
            .iter()
            .map(|y| self.residual.kinetics.in_units(*y))
            .collect();
        if !structure.evolves_temperature && !state.is_empty() {
            state.push(self.temperature);
        }
        NotFinite {
            stage: self.schedule.stage,
            iteration: self.schedule.iteration,
            what: "the residual",
            unknown: index.map(name),
            time: point.and_then(|point| tau.get(point)).map(|tau| self.ansatz.time.seconds(*tau)),
            state,
        }
        .into()
    }
}

impl Iterate for Training {
    fn step(&mut self) -> Result<Progress, TrainError> {
        let Some(stage) = self.config.stages.get(self.schedule.stage).cloned() else {
            return Ok(Progress { stage: self.schedule.stage, finished: true, ..Progress::default() });
        };
        let range = self.schedule.range(&stage, &self.config.time);
        let progress = match &stage.optimiser {
            Optimiser::LevenbergMarquardt(s) => {
                self.damped_step(Space::Parameters, Damping::from(s), range)?
            }
            Optimiser::SampleSpace(s) => self.damped_step(Space::Rows, Damping::from(s), range)?,
            Optimiser::Adam(settings) => self.adam_step(settings, range)?,
            Optimiser::Lbfgs(settings) => self.lbfgs_step(settings, range)?,
            Optimiser::Soap(_) | Optimiser::Spring(_) => {
                let problem = "it trains domains of initial states only".to_owned();
                return Err(TrainError::Method { method: stage.optimiser.name(), problem });
            }
        };
        if self.schedule.advance(&stage, &self.config.time, progress.loss) {
            // A longer range of times is another problem: the damping that suited the old one is too small.
            self.damping = (self.damping.max(1e-8) * 10.0).min(1e-3);
        }
        if self.schedule.iteration == 0 {
            self.begin_stage();
        }
        let finished = self.schedule.stage >= self.config.stages.len();
        Ok(Progress { finished, ..progress })
    }

    fn snapshot(&self) -> Snapshot {
        let vector = |name: &str, values: &[f64]| NamedArray::new(name, [values.len()], values.to_vec());
        Snapshot {
            arrays: vec![
                vector("parameters", &self.parameters),
                vector("damping", &[self.damping]),
                vector("adam.mean", &self.adam.mean),
                vector("adam.square", &self.adam.square),
                vector("lbfgs.steps", &self.lbfgs.steps.iter().flatten().copied().collect::<Vec<_>>()),
                vector("lbfgs.changes", &self.lbfgs.changes.iter().flatten().copied().collect::<Vec<_>>()),
                vector("loss.weights", &self.weights),
                vector("profile.tau", &self.profile.tau),
                vector("profile.size", &self.profile.size),
            ],
            state: serde_json::to_value(self.schedule).unwrap_or_default(),
        }
    }

    fn spread(&mut self, devices: &[Device]) {
        self.spread = Spread::over(devices);
    }

    #[cfg(feature = "cuda")]
    fn add_up_by_nccl(&mut self) {
        self.spread = std::mem::take(&mut self.spread).reduced_by(super::device::nccl::sum);
    }

    #[cfg(feature = "device")]
    fn keep_on_device(
        &mut self,
        residual: &super::DeviceResidual,
        devices: &[Device],
    ) -> Result<(), &'static str> {
        self.operations = Operations::new(residual, devices, &self.residual)?;
        Ok(())
    }

    fn weights(&self) -> Vec<NamedArray> {
        self.layout.arrays(&self.parameters)
    }
}
