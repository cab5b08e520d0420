//! One initial state: the network gives the state at each time (eq. 16 of Branca & Pallottini 2023).

mod ansatz;
mod checks;
mod linearise;
mod loss;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use burn::tensor::Device;
use chem_emulator::config::{Closure, Config, InitialCondition, Weighting};
use chem_emulator::weights::NamedArray;
use chem_solver::network::ChemNetwork;
use chem_solver::structure::Structure;

use super::{Linearised, Moment, Needs, Problem};
use crate::error::{NotFinite, TrainError};
use crate::loss::{Cost, Loss};
use crate::memory;
use crate::model::{Layout, Model, dtype, values};
use crate::points::{self, Profile};
use crate::reduce::parallel::Parallel;
use crate::residual::{Kinetics, Law, Operations, Residual, ResidualOperation};
use crate::rows::Explicit;
use crate::training::arrays::{Arrays, vector};
use ansatz::Ansatz;

/// The training of a network from one initial state.
#[derive(Debug)]
pub(crate) struct SingleState {
    config: Config,
    device: Device,
    parallel: Parallel,
    residual: Residual,
    operations: Operations,
    ansatz: Ansatz,
    /// Temperature of the initial state `[K]`, for networks that do not change it.
    temperature: f64,
    /// Its parameters are not used.
    model: Model,
    layout: Layout,
    /// Weights of the terms of the loss.
    weights: Vec<f64>,
    /// Where residuals were large.
    profile: Profile,
    /// The points.
    tau: Vec<f64>,
    moment: Moment,
}

impl SingleState {
    /// `initial` holds densities [cm^-3], then T `[K]`.
    ///
    /// # Errors
    /// What the config asks for and this network or version cannot give.
    pub(crate) fn new(
        network: Arc<dyn ChemNetwork>,
        initial: &[f64],
        config: &Config,
        device: &Device,
        parallel: Parallel,
    ) -> Result<Self, TrainError> {
        checks::check(network.as_ref(), initial, config)?;
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
        let mut problem = SingleState {
            residual: Residual { laws, kinetics, preconditioner: config.residual.preconditioner },
            temperature: initial.last().copied().unwrap_or_default(),
            layout: Layout::of(&model),
            weights: Vec::new(),
            profile: Profile::default(),
            tau: Vec::new(),
            moment: Moment::begin(),
            config: config.clone(),
            device,
            parallel,
            operations: Operations::default(),
            ansatz,
            model,
        };
        problem.weights = vec![1.0; problem.term_count()];
        problem.weights[problem.residual.rows()..].fill(config.loss.initial_weight);
        Ok(problem)
    }

    /// Number of terms of the loss.
    fn term_count(&self) -> usize {
        match self.ansatz.initial_condition {
            InitialCondition::Hard => self.residual.rows(),
            InitialCondition::Soft => self.residual.rows() + self.residual.unknowns(),
        }
    }

    /// Where the first number that is none was met.
    fn not_finite(&self, tau: &[f64], y: &[f64], residuals: &[f64]) -> TrainError {
        let (n, rows) = (self.residual.unknowns(), self.residual.rows());
        let index = residuals.iter().position(|r| !r.is_finite());
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
            stage: self.moment.stage,
            iteration: self.moment.iteration,
            what: "the residual",
            unknown: index.map(name),
            time: point.and_then(|point| tau.get(point)).map(|tau| self.ansatz.time.seconds(*tau)),
            state,
        }
        .into()
    }
}

impl Problem for SingleState {
    fn initial_parameters(&self) -> Vec<f64> {
        values(&self.model)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        self.layout.slots.iter().map(|slot| slot.shape.clone()).collect()
    }

    fn weights(&self, parameters: &[f64]) -> Vec<NamedArray> {
        self.layout.arrays(parameters)
    }

    fn structure(&self) -> &Structure {
        self.residual.kinetics.structure()
    }

    fn compute_on(
        &mut self,
        operation: &dyn ResidualOperation,
        devices: &[Device],
    ) -> Result<(), &'static str> {
        self.operations = Operations::new(operation, devices, &self.residual)?;
        Ok(())
    }

    fn draw(&mut self, moment: &Moment, parameters: &[f64]) -> Result<(), TrainError> {
        let (set, seed) = (&self.config.points, self.config.seed);
        self.moment = *moment;
        self.tau = match moment.needs {
            Needs::LineSearch => {
                let of_stage = u64::MAX - 1 - moment.stage as u64;
                points::draw(set, moment.range, seed, of_stage, &Profile::default())
            }
            _ => points::draw(set, moment.range, seed, moment.total / set.resample_every, &self.profile),
        };
        let loss = &self.config.loss;
        let anneals = loss.weights == Weighting::Annealed && moment.needs == Needs::Gradient;
        if anneals && moment.total.is_multiple_of(loss.refresh_every) {
            self.anneal(parameters)?;
        }
        Ok(())
    }

    fn loss(&self, parameters: &[f64]) -> Result<Loss, TrainError> {
        self.evaluate(parameters, &self.tau, &self.weights)
    }

    fn rows(&self, parameters: &[f64], cost: Cost) -> Result<Linearised<Explicit>, TrainError> {
        self.linearise(parameters, &self.tau, cost)
    }

    fn loss_held(&self, parameters: &[f64], held: &[f64]) -> f64 {
        self.loss_with_preconditioner(parameters, held)
    }

    fn learnt(&mut self, loss: &Loss, _: &[f64]) {
        if !loss.by_point.is_empty() {
            let size = loss.by_point.iter().map(|square| square.sqrt()).collect();
            self.profile = Profile { tau: self.tau.clone(), size };
        }
    }

    fn set_back(&mut self, _: &[f64]) {}

    fn position(&self) -> Vec<f64> {
        self.weights.clone()
    }

    fn arrays(&self) -> Vec<NamedArray> {
        vec![
            vector("loss.weights", &self.weights),
            vector("profile.tau", &self.profile.tau),
            vector("profile.size", &self.profile.size),
        ]
    }

    fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError> {
        self.weights = arrays.of_length("loss.weights", self.weights.len())?;
        self.profile = Profile { tau: arrays.any("profile.tau")?, size: arrays.any("profile.size")? };
        Ok(())
    }
}
