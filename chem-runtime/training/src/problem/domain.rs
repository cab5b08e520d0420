//! All initial states of a domain (eq. 17 of Branca & Pallottini 2023).
//!
//! ```text
//! domain -> ReplayBuffer (initial states) -> Samples (points and what the network should give there) -> loss, rows
//! ```

mod advance;
mod checks;
mod derivative;
mod evaluation;
mod replay_buffer;
mod samples;
mod targets;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use burn::tensor::{DType, Device};
use chem_grammar::network::Domain;
use rand_chacha::ChaCha8Rng;

use chem_emulator::ansatz::GeneralAnsatz;
use chem_emulator::checkpoint::NetworkIdentity;
use chem_emulator::config::{Activation, Config, ResidualKind};
use chem_emulator::trained_domain::trained_range;
use chem_emulator::weights::{NamedArray, expert_name};
use chem_solver::equations::Equations;
use chem_solver::network::ChemNetwork;
use chem_solver::network::domain::random_stream;
use chem_solver::structure::Structure;

use super::{Linearised, Moment, Needs, Problem};
use crate::error::TrainError;
use crate::loss::{Cost, Loss};
use crate::memory;
use crate::model::{Layout, Model, dtype, values};
use crate::reduce::parallel::Parallel;
use crate::residual::{Kinetics, Operations, Residual, ResidualOperation};
use crate::rows::{Explicit, Rows};
use crate::training::arrays::{Arrays, vector};
use checks::{check, check_parameters, no_state};
use evaluation::Points;
use replay_buffer::ReplayBuffer;
use samples::Samples;

/// Initial states in the replay buffer, for each point of an iteration.
pub(crate) const BUFFER: usize = 16;
/// The stream of random numbers that the first of them are drawn from; iterations have the small numbers.
const BUFFER_STREAM: u64 = u64::MAX - 1;
/// The stream of the points of the first stage that keeps them; that of the next is one less.
const STAGE_STREAM: u64 = u64::MAX - 2;

/// A network and the solver of its equations.
pub(crate) type Pair = (Arc<dyn ChemNetwork>, Arc<dyn Equations>);

/// The training of a network from all initial states of a domain.
pub(crate) struct DomainStates {
    config: Config,
    device: Device,
    parallel: Parallel,
    cells: Arc<dyn Equations>,
    domain: Domain,
    ansatz: GeneralAnsatz,
    /// The derivative residual.
    residual: Residual,
    operations: Operations,
    /// The unknowns that are learnt.
    learnt: Vec<usize>,
    /// Its parameters are not used.
    model: Model,
    layout: Layout,
    /// The moving average of the parameters.
    average: Vec<f64>,
    pool: ReplayBuffer,
    /// The points.
    samples: Samples,
    /// The stage and the end of the range of tau that they were drawn for, if they stay.
    kept: Option<(usize, f64)>,
    moment: Moment,
}

impl std::fmt::Debug for DomainStates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DomainStates").field("config", &self.config).finish_non_exhaustive()
    }
}

impl DomainStates {
    /// `network` and `cells` have the same equations.
    ///
    /// # Errors
    /// What the config asks for and this network or version cannot give.
    pub(crate) fn new(
        (network, cells): Pair,
        domain: &Domain,
        config: &Config,
        device: &Device,
        parallel: Parallel,
    ) -> Result<Self, TrainError> {
        let structure = cells.network().structure();
        check(config, structure)?;
        check_parameters(domain, structure)?;
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
        let average: Vec<f64> = (0..experts).flat_map(|expert| values(&model(expert))).collect();
        let model = model(0);
        let mut problem = DomainStates {
            layout: Layout::of(&model),
            average,
            pool: ReplayBuffer::default(),
            samples: Samples::default(),
            kept: None,
            moment: Moment::begin(),
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
            parallel,
            operations: Operations::default(),
            ansatz,
            model,
        };
        problem.fill_buffer()?;
        Ok(problem)
    }

    fn random(&self, stream: u64) -> ChaCha8Rng {
        random_stream(self.config.seed, stream)
    }

    fn fill_buffer(&mut self) -> Result<(), TrainError> {
        let structure = self.cells.network().structure();
        let count = BUFFER * self.config.points.count;
        let pool = ReplayBuffer::new(count, self.source(structure), &mut self.random(BUFFER_STREAM));
        self.pool = pool.ok_or_else(|| no_state(&self.domain))?;
        Ok(())
    }

    fn dtype(&self) -> DType {
        dtype(self.config.model.precision)
    }

    fn new_samples(
        &mut self,
        parameters: &[f64],
        random: &mut ChaCha8Rng,
        tau_max: f64,
    ) -> Result<Samples, TrainError> {
        match self.config.residual.kind {
            ResidualKind::IntegratorInTheLoop => self.integrated(random, tau_max),
            ResidualKind::DiscreteTime => self.after_steps(parameters, random, tau_max),
            ResidualKind::Derivative => Ok(self.without_targets(random, tau_max)),
        }
    }

    fn is_derivative(&self) -> bool {
        self.config.residual.kind == ResidualKind::Derivative
    }
}

impl Problem for DomainStates {
    fn initial_parameters(&self) -> Vec<f64> {
        self.average.clone()
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        let experts = std::iter::repeat_n(&self.layout.slots, self.ansatz.expert_count());
        experts.flatten().map(|slot| slot.shape.clone()).collect()
    }

    fn weights(&self, parameters: &[f64]) -> Vec<NamedArray> {
        let experts = self.ansatz.expert_count();
        let of_expert = |expert: usize| {
            let mut arrays = self.layout.arrays(&parameters[self.of_expert(expert)]);
            arrays.iter_mut().for_each(|array| array.name = expert_name(&array.name, expert, experts));
            arrays
        };
        (0..experts).flat_map(of_expert).collect()
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
        let ([_, tau_max], stage) = (moment.range, moment.stage);
        self.moment = *moment;
        let stays = (moment.needs == Needs::LineSearch).then_some((stage, tau_max));
        if stays.is_some() && self.kept == stays {
            return Ok(());
        }
        let stream = if stays.is_some() { STAGE_STREAM - stage as u64 } else { moment.total };
        self.samples = self.new_samples(parameters, &mut self.random(stream), tau_max)?;
        self.kept = stays;
        Ok(())
    }

    fn loss(&self, parameters: &[f64]) -> Result<Loss, TrainError> {
        let (samples, measure) = (&self.samples, self.moment.measure);
        match self.is_derivative() {
            true => self.derivative_loss(parameters, &samples.points, measure),
            false => self.loss_of_targets(parameters, samples, measure),
        }
    }

    fn rows(&self, parameters: &[f64], cost: Cost) -> Result<Linearised<Explicit>, TrainError> {
        match self.is_derivative() {
            true => self.derivative_rows(parameters, &self.samples.points, cost),
            false => self.rows_of_targets(parameters, &self.samples, cost),
        }
    }

    fn factored_rows(&self, parameters: &[f64], cost: Cost) -> Result<Linearised<Box<dyn Rows>>, TrainError> {
        // Slopes of activations have no factors of their own.
        if self.is_derivative() || self.config.model.activation == Activation::AdaptiveSigmoid {
            return self.rows(parameters, cost).map(Linearised::boxed);
        }
        self.factored_targets(parameters, &self.samples, cost)
    }

    fn loss_held(&self, parameters: &[f64], held: &[f64]) -> f64 {
        match self.is_derivative() {
            true => self.derivative_mean_square(parameters, &self.samples.points, held),
            false => {
                let y = self.evaluate(parameters, &self.samples.points);
                self.mean_square_of_targets(&self.samples, &y).unwrap_or(f64::NAN)
            }
        }
    }

    fn learnt(&mut self, loss: &Loss, parameters: &[f64]) {
        if self.config.points.adaptive > 0.0 {
            let starts = &self.samples.points.starts;
            self.pool.remember(|point| starts[point].state(), &loss.by_point);
        }
        let keep = self.config.residual.averaging;
        for (average, parameter) in self.average.iter_mut().zip(parameters) {
            *average = keep * *average + (1.0 - keep) * parameter;
        }
    }

    fn set_back(&mut self, parameters: &[f64]) {
        self.average.copy_from_slice(parameters);
    }

    fn position(&self) -> Vec<f64> {
        vec![self.pool.next as f64, self.pool.tau.iter().sum()]
    }

    fn arrays(&self) -> Vec<NamedArray> {
        let mut arrays = vec![vector("average", &self.average)];
        arrays.extend(self.pool.arrays());
        if let Some((stage, tau_max)) = self.kept {
            arrays.push(vector("points.kept", &[stage as f64, tau_max]));
            arrays.extend(self.samples.arrays());
        }
        arrays
    }

    fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError> {
        self.average = arrays.of_length("average", self.average.len())?;
        self.pool.restore(arrays)?;
        if let Ok(kept) = arrays.of_length("points.kept", 2) {
            self.kept = Some((kept[0] as usize, kept[1]));
            let rows = arrays.any("points.states")?;
            let points = Points { starts: self.starts(&rows), tau: arrays.any("points.tau")? };
            self.samples = Samples::restore(points, arrays)?;
        }
        Ok(())
    }
}
