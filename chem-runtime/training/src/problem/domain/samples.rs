//! What a network is asked in one iteration, and what it should say.

use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use super::DomainStates;
use super::evaluation::Points;
use super::replay_buffer::Source;
use crate::error::TrainError;
use crate::training::arrays::{Arrays, vector};
use chem_emulator::ansatz::{GeneralAnsatz, Start};
use chem_emulator::weights::NamedArray;
use chem_solver::structure::Structure;

/// Share of the times that are drawn from the later part of the span.
const LATE: f64 = 0.6;
/// Where the later part begins.
const LATE_FROM: f64 = 0.4;
/// Shortest and longest segment of a trajectory in tau, in its later part.
const SEGMENT: [f64; 2] = [0.1, 1.0];
/// Factor of the segments in the earlier part.
const EARLY_SEGMENTS: f64 = 2.0;
/// Range of the first segment.
const FIRST_SEGMENT: [f64; 2] = [0.5, 5.0];
/// Least density [cm^-3] that a target has.
const LEAST_TARGET: f64 = 1e-40;
/// Bounds of the temperature [K] from which a step starts.
const LINK_TEMPERATURES: [f64; 2] = [1.0, 1e9];

/// Points with the states that the network should give there.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    pub(super) points: Points,
    /// log10 of the states, in the order of the outputs.
    pub(super) targets: Vec<f64>,
    /// Whether the target is known.
    pub(super) known: Vec<bool>,
}

impl Samples {
    /// How many targets are known.
    ///
    /// # Errors
    /// If none is: a mean over nothing is no loss.
    pub(super) fn known_count(&self) -> Result<f64, TrainError> {
        match self.known.iter().filter(|known| **known).count() {
            0 => Err(TrainError::NothingKnown { points: self.known.len() }),
            count => Ok(count as f64),
        }
    }

    /// The residual of an output at a point, in decades; where the target is rarer than the floor, any such output will do.
    pub(super) fn residual(&self, point: usize, k: usize, outputs: usize, y: f64) -> f64 {
        let (target, floor) = (self.targets[point * outputs + k], self.points.starts[point].floor(k));
        if target > floor { y - target } else { (y - floor).max(0.0) }
    }

    /// Whether an output counts: not where it and its target are rarer than the floor.
    pub(super) fn counts(&self, point: usize, k: usize, outputs: usize, y: f64) -> bool {
        y.max(self.targets[point * outputs + k]) > self.points.starts[point].floor(k)
    }

    /// For a snapshot.
    pub(super) fn arrays(&self) -> Vec<NamedArray> {
        let states: Vec<f64> = self.points.starts.iter().flat_map(Start::state).collect();
        let known: Vec<f64> = self.known.iter().map(|known| f64::from(u8::from(*known))).collect();
        vec![
            vector("points.states", &states),
            vector("points.tau", &self.points.tau),
            vector("points.targets", &self.targets),
            vector("points.known", &known),
        ]
    }

    /// The reverse of [`Samples::arrays`], with the points of these states.
    pub(super) fn restore(points: Points, arrays: &Arrays<'_>) -> Result<Self, TrainError> {
        let known = arrays.of_length("points.known", points.tau.len())?;
        let known = known.iter().map(|known| *known == 1.0).collect();
        Ok(Samples { points, targets: arrays.any("points.targets")?, known })
    }

    /// The same, those of one network together.
    fn by_expert(self, ansatz: &GeneralAnsatz) -> Self {
        let Samples { points, targets, known } = self;
        let mut order: Vec<usize> = (0..known.len()).collect();
        order.sort_by_cached_key(|i| points.starts[*i].expert(ansatz));
        let outputs = ansatz.outputs();
        let mut starts: Vec<Option<Start>> = points.starts.into_iter().map(Some).collect();
        Samples {
            points: Points {
                starts: order.iter().filter_map(|i| starts[*i].take()).collect(),
                tau: order.iter().map(|i| points.tau[*i]).collect(),
            },
            targets: order.iter().flat_map(|i| &targets[i * outputs..(i + 1) * outputs]).copied().collect(),
            known: order.iter().map(|i| known[*i]).collect(),
        }
    }
}

impl DomainStates {
    /// The source of initial states.
    pub(super) fn source<'a>(&'a self, structure: &'a Structure) -> Source<'a> {
        Source {
            domain: &self.domain,
            structure,
            tau_start: self.config.time.tau_start(),
            evolved: self.config.residual.evolved,
            adaptive: self.config.points.adaptive,
        }
    }

    /// Samples of the discrete-time residual: the state that the network gives a step earlier, taken on by the generated
    /// equations.
    pub(super) fn after_steps(
        &mut self,
        parameters: &[f64],
        random: &mut ChaCha8Rng,
        tau_max: f64,
    ) -> Result<Samples, TrainError> {
        let time = self.config.time;
        let (tau_start, count) = (time.tau_start(), self.config.points.count);
        let members = self.visit(count);
        let tau: Vec<f64> = (0..count).map(|_| draw_tau(random, tau_start, tau_max)).collect();
        let [shortest, longest] = self.config.residual.link;
        let before: Vec<f64> =
            tau.iter().map(|tau| (tau - random.random_range(shortest..=longest)).max(tau_start)).collect();
        let starts = self.starts(&self.pool.starts_of(&members));
        let points = Points { starts, tau: before };
        let mut rows = self.states_at(parameters, &points, &members)?;
        let dt: Vec<f64> =
            tau.iter().zip(&points.tau).map(|(a, b)| time.seconds(*a) - time.seconds(*b)).collect();
        let known = self.advance_shared(&mut rows, &dt)?;
        let n = self.cells.network().structure().unknown_count();
        for ((member, known), (tau, row)) in
            members.iter().zip(&known).zip(tau.iter().zip(rows.chunks_exact(n)))
        {
            self.pool.reach(*member, known.then_some((*tau, row)));
        }
        // Every initial state is asked for once.
        self.renew(&members, f64::NEG_INFINITY, random);
        Ok(Samples { targets: self.as_outputs(&rows), known, points: Points { tau, ..points } })
    }

    /// Points of the derivative residual; there is no state to be reached.
    pub(super) fn without_targets(&mut self, random: &mut ChaCha8Rng, tau_max: f64) -> Samples {
        let count = self.config.points.count;
        let members = self.pool.visit(count);
        let tau_start = self.config.time.tau_start();
        let tau: Vec<f64> = (0..count).map(|_| draw_tau(random, tau_start, tau_max)).collect();
        let points = Points { starts: self.starts(&self.pool.starts_of(&members)), tau };
        for member in &members {
            // No state is reached: only initial states of the domain itself.
            self.pool.reach(*member, None);
        }
        self.renew(&members, f64::NEG_INFINITY, random);
        Samples { points, targets: Vec::new(), known: vec![true; count] }
    }

    /// Samples along trajectories that the generated solver integrates.
    pub(super) fn integrated(
        &mut self,
        random: &mut ChaCha8Rng,
        tau_max: f64,
    ) -> Result<Samples, TrainError> {
        let time = self.config.time;
        let count = self.config.points.count;
        let members = self.visit(count);
        let late = time.tau_start() + LATE_FROM * (time.tau_end() - time.tau_start());
        let next = |tau: f64| {
            let [low, high] = if tau <= time.tau_start() { FIRST_SEGMENT } else { SEGMENT };
            let factor = if tau > time.tau_start() && tau < late { EARLY_SEGMENTS } else { 1.0 };
            (tau + factor * random.random_range(low..=high)).min(tau_max)
        };
        let before: Vec<f64> = members.iter().map(|member| self.pool.tau[*member]).collect();
        let after: Vec<f64> = before.iter().copied().map(next).collect();
        let mut rows: Vec<f64> =
            members.iter().flat_map(|member| self.pool.state(*member)).copied().collect();
        let dt: Vec<f64> =
            after.iter().zip(&before).map(|(a, b)| time.seconds(*a) - time.seconds(*b)).collect();
        let n = self.cells.network().structure().unknown_count();
        let (mut states, mut tau) = (Vec::with_capacity(rows.len()), Vec::with_capacity(count));
        for (i, member) in members.iter().enumerate() {
            let pairs = self.config.residual.pairs;
            let is_pair = pairs > 0.0 && random.random::<f64>() < pairs;
            if is_pair && before[i] > time.tau_start() {
                states.extend_from_slice(self.pool.state(*member));
                tau.push(time.tau(dt[i]));
            } else {
                states.extend_from_slice(self.pool.start(*member));
                tau.push(after[i]);
            }
        }
        let known = self.advance_shared(&mut rows, &dt)?;
        for (i, row) in rows.chunks_exact(n).enumerate() {
            self.pool.reach(members[i], known[i].then_some((after[i], row)));
        }
        self.renew(&members, tau_max, random);
        let samples = Samples {
            targets: self.as_outputs(&rows),
            known,
            points: Points { starts: self.starts(&states), tau },
        };
        Ok(if self.config.residual.pairs > 0.0 { samples.by_expert(&self.ansatz) } else { samples })
    }

    /// The next initial states of the pool, those of one network together.
    pub(super) fn visit(&mut self, count: usize) -> Vec<usize> {
        let mut members = self.pool.visit(count);
        let expert = |member: &usize| {
            let state = self.pool.start(*member);
            let (t_gas, n) = state.split_last().map_or((0.0, state), |(t_gas, n)| (*t_gas, n));
            self.ansatz.expert(n.iter().sum(), t_gas)
        };
        members.sort_by_cached_key(expert);
        members
    }

    pub(super) fn renew(&mut self, members: &[usize], tau_end: f64, random: &mut impl Rng) {
        let mut pool = std::mem::take(&mut self.pool);
        let structure = self.cells.network().structure();
        pool.renew(members, tau_end, self.source(structure), random);
        self.pool = pool;
    }

    /// Initial states, densities [cm^-3] and T `[K]` one after another, as the network is told of them.
    pub(super) fn starts(&self, rows: &[f64]) -> Vec<Start> {
        let n = self.cells.network().structure().unknown_count();
        let mut slopes = vec![0.0; rows.len()];
        if self.ansatz.needs_slopes() {
            self.cells.slopes(rows, &mut slopes);
        }
        let pairs = rows.chunks_exact(n).zip(slopes.chunks_exact(n));
        pairs.map(|(row, slopes)| self.ansatz.start(row, slopes)).collect()
    }

    /// Densities [cm^-3] and T `[K]` that the network gives; at the start, the initial state itself.
    fn states_at(
        &self,
        parameters: &[f64],
        points: &Points,
        members: &[usize],
    ) -> Result<Vec<f64>, TrainError> {
        let averages = self.config.residual.averaging > 0.0;
        let y = self.evaluate_shared(if averages { &self.average } else { parameters }, points)?;
        let n = self.cells.network().structure().unknown_count();
        let mut rows = Vec::with_capacity(members.len() * n);
        let tau_start = self.config.time.tau_start();
        for ((y, member), tau) in y.chunks_exact(self.ansatz.outputs()).zip(members).zip(&points.tau) {
            if *tau <= tau_start {
                rows.extend_from_slice(self.pool.start(*member));
                continue;
            }
            rows.extend(y.iter().map(|y| 10f64.powf(*y)));
            match (y.len() < n, rows.last_mut()) {
                (true, _) => rows.extend(self.pool.start(*member).last()),
                (false, Some(t_gas)) => *t_gas = t_gas.clamp(LINK_TEMPERATURES[0], LINK_TEMPERATURES[1]),
                _ => {}
            }
        }
        Ok(rows)
    }

    /// log10 of states, in the order of the outputs.
    fn as_outputs(&self, rows: &[f64]) -> Vec<f64> {
        let n = self.cells.network().structure().unknown_count();
        let logs = |row: &[f64]| -> Vec<f64> {
            row.iter().take(self.ansatz.outputs()).map(|x| x.max(LEAST_TARGET).log10()).collect()
        };
        rows.chunks_exact(n).flat_map(logs).collect()
    }
}

/// A time: more of the later part, in which most happens.
pub(super) fn draw_tau(random: &mut impl Rng, tau_start: f64, tau_max: f64) -> f64 {
    let late = random.random::<f64>() < LATE;
    let from = if late { tau_start + LATE_FROM * (tau_max - tau_start) } else { tau_start };
    from + (tau_max - from) * random.random::<f64>()
}
