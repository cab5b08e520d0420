//! The training of one network for all initial states of a domain (eq. 17 of Branca & Pallottini 2023).
//!
//! ```text
//! domain -> Pool (initial states) -> Samples (points and what the network should say there) -> Soap or Spring
//! ```

mod checks;
mod derivative;
mod evaluation;
mod pool;
mod samples;
mod sharing;
mod spring;
mod steadiness;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use burn::prelude::*;
use burn::tensor::DType;
use chem_grammar::network::Domain;
use rand_chacha::ChaCha8Rng;

use chem_emulator::ansatz::GeneralAnsatz;
use chem_emulator::weights::expert_name;

use super::error::{NotFinite, TrainError};
use super::iterate::{Iterate, Progress};
use super::memory;
use super::model::{Layout, Model, dtype, values, with_values};
use super::reduce::Reduction;
use super::residual::{Kinetics, Operations, Residual};
use super::soap::{Soap, learning_rate};
use super::spread::Spread;
use super::training::Schedule;
use checks::{check, no_state};
use chem_emulator::checkpoint::NetworkIdentity;
use chem_emulator::config::{
    Activation, Closure, Config, InitialCondition, Kind, Optimiser, ResidualKind, Soap as SoapSettings, Stage,
};
use chem_emulator::snapshot::Snapshot;
use chem_emulator::trained_domain::trained_range;
use chem_emulator::weights::{NamedArray, find};
use chem_solver::many_cells::ManyCells;
use chem_solver::network::ChemNetwork;
use chem_solver::network::domain::random_stream;
use chem_solver::structure::Structure;
use evaluation::Loss;
use pool::{Pool, Source};
use samples::Samples;
use steadiness::{Steadiness, Verdict};

/// Initial states in the pool, for each point of an iteration.
pub(super) const POOL: usize = 16;
/// The stream of random numbers that the first pool is drawn from; iterations have the small numbers.
const POOL_STREAM: u64 = u64::MAX - 1;

/// A network in training on all initial states of a domain.
pub struct GeneralTraining {
    config: Config,
    device: Device,
    spread: Spread,
    cells: Arc<dyn ManyCells>,
    domain: Domain,
    ansatz: GeneralAnsatz,
    /// The derivative residual.
    residual: Residual,
    operations: Operations,
    /// The unknowns that are learnt.
    learnt: Vec<usize>,
    model: Model,
    layout: Layout,
    parameters: Vec<f64>,
    /// The moving average of the parameters.
    average: Vec<f64>,
    /// The parameters some hundred iterations ago, and some hundred before.
    copies: [Vec<f64>; 2],
    schedule: Schedule,
    pool: Pool,
    soap: Soap,
    steadiness: Steadiness,
    /// The momentum of SPRING.
    momentum: Vec<f64>,
    reduction: Reduction,
}

impl std::fmt::Debug for GeneralTraining {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GeneralTraining").field("config", &self.config).finish_non_exhaustive()
    }
}

impl GeneralTraining {
    /// Prepares the training of a network from the initial states of a domain; `network` and `cells` have the same
    /// equations.
    ///
    /// # Errors
    /// What the config asks for and this network or version cannot give.
    pub fn new(
        (network, cells): (Arc<dyn ChemNetwork>, Arc<dyn ManyCells>),
        domain: &Domain,
        config: &Config,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let structure = cells.network().structure();
        check(config, structure)?;
        let [low, high] = trained_range(domain, structure).ok_or_else(|| no_state(domain))?;
        let identity = NetworkIdentity::of(structure);
        let ansatz = GeneralAnsatz::new(config, &identity, structure.evolves_temperature, [&low, &high]);
        let sizes = memory::Sizes {
            inputs: ansatz.inputs(),
            outputs: ansatz.outputs(),
            rows: ansatz.learnt().len(),
            unknowns: structure.unknown_count(),
        };
        memory::check(config, &sizes, memory::available())?;
        let device = device.clone().inner();
        let shape = [ansatz.inputs(), ansatz.outputs()];
        let model = |expert: u64| Model::new(&config.model, shape, config.seed.wrapping_add(expert), &device);
        let experts = ansatz.expert_count() as u64;
        let parameters: Vec<f64> = (0..experts).flat_map(|expert| values(&model(expert))).collect();
        let model = model(0);
        let mut training = GeneralTraining {
            layout: Layout::of(&model),
            average: parameters.clone(),
            copies: [parameters.clone(), parameters.clone()],
            parameters,
            schedule: Schedule::default(),
            pool: Pool::default(),
            soap: Soap::default(),
            steadiness: Steadiness::default(),
            momentum: Vec::new(),
            reduction: Reduction::default(),
            config: config.clone(),
            learnt: ansatz.learnt(),
            residual: Residual {
                kinetics: Kinetics::new(network, config.time, config.variables),
                preconditioner: config.residual.preconditioner,
                laws: Vec::new(),
            },
            domain: domain.clone(),
            cells: cells.clone(),
            device,
            operations: Operations::default(),
            spread: Spread::default(),
            ansatz,
            model,
        };
        training.fill_pool()?;
        training.begin_stage();
        Ok(training)
    }

    /// The training as it was when [`Iterate::snapshot`] was taken of one with the same arguments.
    ///
    /// # Errors
    /// A snapshot of another config.
    pub fn restore(
        equations: (Arc<dyn ChemNetwork>, Arc<dyn ManyCells>),
        domain: &Domain,
        config: &Config,
        device: &Device,
        snapshot: &Snapshot,
    ) -> Result<Self, TrainError> {
        let mut training = GeneralTraining::new(equations, domain, config, device)?;
        let array = |name: &str, length: usize| {
            let array = find(&snapshot.arrays, name)?;
            (array.values.len() == length).then(|| array.values.clone())
        };
        let needed = |name: &str, length: usize| {
            let problem = || format!("{name} is missing or of another size");
            array(name, length).ok_or_else(|| TrainError::Snapshot { problem: problem() })
        };
        let count = training.parameters.len();
        training.parameters = needed("parameters", count)?;
        training.average = needed("average", count)?;
        training.copies = [needed("copies.0", count)?, needed("copies.1", count)?];
        training.momentum = needed("spring.momentum", count)?;
        let pool = &mut training.pool;
        pool.starts = needed("pool.starts", pool.starts.len())?;
        pool.states = needed("pool.states", pool.states.len())?;
        pool.tau = needed("pool.tau", pool.tau.len())?;
        let next = needed("pool.next", 2)?;
        (pool.next, pool.next_hard) = (next[0] as usize, next[1] as usize);
        let hard = find(&snapshot.arrays, "pool.hard").map(|array| array.values.clone());
        pool.hard = hard.unwrap_or_default();
        training
            .soap
            .restore(array)
            .ok_or_else(|| TrainError::Snapshot { problem: "the moments of SOAP are missing".to_owned() })?;
        training.steadiness = Steadiness::from_array(&needed("steadiness", 5)?);
        training.schedule = serde_json::from_value(snapshot.state.clone())
            .map_err(|error| TrainError::Snapshot { problem: error.to_string() })?;
        training.model = with_values(training.model, &training.parameters);
        Ok(training)
    }

    fn random(&self, stream: u64) -> ChaCha8Rng {
        random_stream(self.config.seed, stream)
    }

    fn fill_pool(&mut self) -> Result<(), TrainError> {
        let structure = self.cells.network().structure();
        let count = POOL * self.config.points.count;
        let pool = Pool::new(count, self.source(structure), &mut self.random(POOL_STREAM));
        self.pool = pool.ok_or_else(|| no_state(&self.domain))?;
        Ok(())
    }

    fn begin_stage(&mut self) {
        self.soap = self.new_soap();
        self.momentum = vec![0.0; self.parameters.len()];
        self.steadiness = Steadiness::default();
        self.copies = [self.parameters.clone(), self.parameters.clone()];
    }

    fn new_soap(&self) -> Soap {
        let experts = std::iter::repeat_n(&self.layout.slots, self.ansatz.expert_count());
        Soap::new(experts.flatten().map(|slot| slot.shape.clone()))
    }

    /// A step of SOAP, unless the batch is an unusual one.
    fn soap_step(&mut self, settings: &SoapSettings, loss: &Loss, iterations: u64) -> Result<(), TrainError> {
        let iteration = self.schedule.iteration;
        let rate = learning_rate(settings, iteration, iterations) * self.steadiness.rate();
        match self.steadiness.judge(loss.value, &loss.gradient) {
            Verdict::Skip => {}
            Verdict::Step(factor) => {
                let gradient: Vec<f64> = loss.gradient.iter().map(|g| factor * g).collect();
                self.step_shared(settings, (iteration, rate), &gradient)?;
                if self.steadiness.copies() {
                    self.copies.swap(0, 1);
                    self.copies[0].clone_from(&self.parameters);
                }
            }
            Verdict::Rescue => {
                self.parameters.clone_from(&self.copies[1]);
                self.average.clone_from(&self.copies[1]);
                self.soap = self.new_soap();
            }
        }
        Ok(())
    }

    fn dtype(&self) -> DType {
        dtype(self.config.model.precision)
    }

    fn samples(&mut self, tau_max: f64) -> Result<Samples, TrainError> {
        let random = &mut self.random(self.schedule.total);
        match self.config.residual.kind {
            ResidualKind::IntegratorInTheLoop => self.integrated(random, tau_max),
            ResidualKind::DiscreteTime | ResidualKind::Derivative => self.linked(random, tau_max),
        }
    }

    fn progress(&self, loss: &Loss, tau_max: f64, whole_range: bool) -> Progress {
        let mut residuals: Vec<f64> = loss.squares.iter().map(|square| square.sqrt()).collect();
        residuals.resize(self.cells.network().structure().unknown_count(), 0.0);
        Progress {
            stage: self.schedule.stage,
            iteration: self.schedule.iteration + 1,
            loss: loss.value,
            residuals,
            tau_max,
            whole_range,
            ..Progress::default()
        }
    }

    /// The loss of SOAP at new points, and its gradient.
    fn batch_loss(&mut self, settings: &SoapSettings, tau_max: f64) -> Result<Loss, TrainError> {
        self.check_together()?;
        let (huber, micro_batch) = (settings.huber, settings.micro_batch);
        if self.config.residual.kind == ResidualKind::Derivative {
            let random = &mut self.random(self.schedule.total);
            return self.derivative_loss(random, tau_max, huber, micro_batch);
        }
        let samples = self.samples(tau_max)?;
        let loss = self.loss(&samples, huber, micro_batch)?;
        if self.config.points.adaptive > 0.0 {
            let starts = &samples.points.starts;
            self.pool.remember(|point| starts[point].state(), &loss.by_point);
        }
        Ok(loss)
    }
}

impl Iterate for GeneralTraining {
    fn step(&mut self) -> Result<Progress, TrainError> {
        let Some(stage) = self.config.stages.get(self.schedule.stage).cloned() else {
            return Ok(Progress { stage: self.schedule.stage, finished: true, ..Progress::default() });
        };
        let ([_, tau_max], whole_range) = self.schedule.range(&stage, &self.config.time);
        let iteration = self.schedule.iteration;
        let loss = match &stage.optimiser {
            Optimiser::Spring(settings) => {
                let samples = self.samples(tau_max)?;
                self.spring_step(settings, &samples, stage.iterations)?
            }
            Optimiser::Soap(settings) => {
                let loss = self.batch_loss(settings, tau_max)?;
                self.soap_step(settings, &loss, stage.iterations)?;
                loss
            }
            other => {
                let method = other.name();
                let problem = "it cannot train a domain of initial states".to_owned();
                return Err(TrainError::Method { method, problem });
            }
        };
        if !loss.value.is_finite() {
            let error = NotFinite {
                stage: self.schedule.stage,
                iteration,
                what: "the loss",
                unknown: None,
                time: None,
                state: Vec::new(),
            };
            return Err(error.into());
        }
        self.model = with_values(self.model.clone(), &self.parameters);
        let keep = self.config.residual.averaging;
        for (average, parameter) in self.average.iter_mut().zip(&self.parameters) {
            *average = keep * *average + (1.0 - keep) * parameter;
        }
        let progress = self.progress(&loss, tau_max, whole_range);
        self.schedule.advance(&stage, &self.config.time, progress.loss);
        if self.schedule.iteration == 0 {
            self.begin_stage();
        }
        Ok(Progress { finished: self.schedule.stage >= self.config.stages.len(), ..progress })
    }

    fn snapshot(&self) -> Snapshot {
        let vector = |name: &str, values: &[f64]| NamedArray::new(name, [values.len()], values.to_vec());
        let mut arrays = vec![
            vector("parameters", &self.parameters),
            vector("average", &self.average),
            vector("copies.0", &self.copies[0]),
            vector("copies.1", &self.copies[1]),
            vector("spring.momentum", &self.momentum),
            vector("pool.starts", &self.pool.starts),
            vector("pool.states", &self.pool.states),
            vector("pool.tau", &self.pool.tau),
            vector("pool.next", &[self.pool.next as f64, self.pool.next_hard as f64]),
            vector("pool.hard", &self.pool.hard),
            vector("steadiness", &self.steadiness.to_array()),
        ];
        arrays.extend(self.soap.arrays());
        Snapshot { arrays, state: serde_json::to_value(self.schedule).unwrap_or_default() }
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

    fn share(&mut self, reduction: &Reduction) -> Result<(), TrainError> {
        if !reduction.is_alone() {
            self.check_shared()?;
        }
        self.reduction = reduction.clone();
        Ok(())
    }

    fn collect(&mut self) -> Result<(), TrainError> {
        if self.reduction.is_alone() { Ok(()) } else { self.collect_moments() }
    }

    fn weights(&self) -> Vec<NamedArray> {
        let experts = self.ansatz.expert_count();
        let of_expert = |expert: usize| {
            let mut arrays = self.layout.arrays(&self.parameters[self.of_expert(expert)]);
            arrays.iter_mut().for_each(|array| array.name = expert_name(&array.name, expert, experts));
            arrays
        };
        (0..experts).flat_map(of_expert).collect()
    }
}
