//! The replay buffer: initial states of a training, and how far each has come.

use chem_grammar::network::Domain;
use rand::{Rng, RngExt};

use chem_emulator::weights::NamedArray;
use chem_solver::network::domain::DomainView;
use chem_solver::structure::Structure;

use crate::error::TrainError;
use crate::training::arrays::{Arrays, vector};

/// Share of the points of an iteration, those with the largest residuals, whose initial states are remembered.
const HARDEST: usize = 8;
/// Decades by which states that are drawn near remembered ones differ from them at most.
const NEAR: f64 = 0.1;

/// Chance, at each visit, that a trajectory begins anew before its end.
const RENEWAL: f64 = 0.1;

/// Initial states, and for trajectories the state that each has reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ReplayBuffer {
    unknowns: usize,
    /// Initial states (densities [cm^-3], then T `[K]`), one after another.
    pub(crate) starts: Vec<f64>,
    /// The states reached.
    pub(crate) states: Vec<f64>,
    /// tau of the states reached.
    pub(crate) tau: Vec<f64>,
    /// The next to be visited.
    pub(crate) next: usize,
    /// Initial states at which residuals were large, as many as the pool has room for.
    pub(crate) hard: Vec<f64>,
    /// The next of them to be replaced.
    pub(crate) next_hard: usize,
}

/// From where initial states come.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) domain: &'a Domain,
    pub(crate) structure: &'a Structure,
    /// tau of initial states.
    pub(crate) tau_start: f64,
    /// Share of those that evolved.
    pub(crate) evolved: f64,
    /// Share of those that are drawn near others at which residuals were large.
    pub(crate) adaptive: f64,
}

impl Source<'_> {
    fn draw(&self, random: &mut impl Rng) -> Option<Vec<f64>> {
        DomainView::from(self.domain).draw(self.structure, random)
    }

    /// A state near one of `hard`, if there are any.
    fn draw_near(&self, hard: &[f64], random: &mut impl Rng) -> Option<Vec<f64>> {
        let n = self.structure.unknown_count();
        if hard.is_empty() {
            return None;
        }
        let number = random.random_range(0..hard.len() / n);
        let state = &hard[number * n..(number + 1) * n];
        DomainView::from(self.domain).draw_near(self.structure, state, NEAR, random)
    }
}

impl ReplayBuffer {
    /// So many initial states; `None` if the domain has no neutral state.
    pub(crate) fn new(count: usize, source: Source<'_>, random: &mut impl Rng) -> Option<Self> {
        let unknowns = source.structure.unknown_count();
        let mut starts = Vec::with_capacity(count * unknowns);
        for _ in 0..count {
            starts.extend(source.draw(random)?);
        }
        let (states, tau) = (starts.clone(), vec![source.tau_start; count]);
        Some(ReplayBuffer { unknowns, starts, states, tau, ..ReplayBuffer::default() })
    }

    /// Number of initial states.
    pub(crate) fn len(&self) -> usize {
        self.tau.len()
    }

    /// The next `count` of the pool, in turn.
    pub(crate) fn visit(&mut self, count: usize) -> Vec<usize> {
        let members = (0..count).map(|i| (self.next + i) % self.len()).collect();
        self.next = (self.next + count) % self.len();
        members
    }

    /// The initial state of a member.
    pub(crate) fn start(&self, member: usize) -> &[f64] {
        &self.starts[member * self.unknowns..(member + 1) * self.unknowns]
    }

    /// The initial states of members, one after another.
    pub(crate) fn starts_of(&self, members: &[usize]) -> Vec<f64> {
        members.iter().flat_map(|member| self.start(*member)).copied().collect()
    }

    /// The state that a member has reached.
    pub(crate) fn state(&self, member: usize) -> &[f64] {
        &self.states[member * self.unknowns..(member + 1) * self.unknowns]
    }

    /// Takes in the initial states (densities [cm^-3], then T `[K]`) of points, with the size of the residual at each.
    pub(crate) fn remember(&mut self, states: impl Fn(usize) -> Vec<f64>, sizes: &[f64]) {
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by(|a, b| sizes[*b].total_cmp(&sizes[*a]));
        for point in order.into_iter().take(sizes.len() / HARDEST) {
            let room = self.next_hard * self.unknowns;
            let state = states(point);
            match self.hard.get_mut(room..room + self.unknowns) {
                Some(old) => old.copy_from_slice(&state),
                None => self.hard.extend(state),
            }
            self.next_hard = (self.next_hard + 1) % self.len();
        }
    }

    /// Takes the state that a member has reached at `tau`, or `None` if it could not be advanced.
    pub(crate) fn reach(&mut self, member: usize, reached: Option<(f64, &[f64])>) {
        if let Some((tau, state)) = reached {
            self.states[member * self.unknowns..(member + 1) * self.unknowns].copy_from_slice(state);
            self.tau[member] = tau;
        } else {
            // Its state is not to be trusted: it begins anew at the next visit.
            self.tau[member] = f64::INFINITY;
        }
    }

    /// Gives members that are at the end, `tau_end`, or by chance, another initial state.
    pub(crate) fn renew(
        &mut self,
        members: &[usize],
        tau_end: f64,
        source: Source<'_>,
        random: &mut impl Rng,
    ) {
        for &member in members {
            let (chance, evolves) = (random.random::<f64>(), random.random::<f64>() < source.evolved);
            let is_lost = self.tau[member].is_infinite();
            if self.tau[member] < tau_end && chance >= RENEWAL {
                continue;
            }
            let place = member * self.unknowns..(member + 1) * self.unknowns;
            let near = source.adaptive > 0.0 && random.random::<f64>() < source.adaptive;
            let near = near.then(|| source.draw_near(&self.hard, random)).flatten();
            match near.or_else(|| source.draw(random)) {
                _ if evolves && !is_lost => self.starts[place.clone()].copy_from_slice(&self.states[place]),
                Some(state) => {
                    self.starts[place.clone()].copy_from_slice(&state);
                    self.states[place].copy_from_slice(&state);
                }
                None => {}
            }
            self.tau[member] = source.tau_start;
        }
    }

    /// The state, for a snapshot.
    pub(crate) fn arrays(&self) -> Vec<NamedArray> {
        vec![
            vector("pool.starts", &self.starts),
            vector("pool.states", &self.states),
            vector("pool.tau", &self.tau),
            vector("pool.next", &[self.next as f64, self.next_hard as f64]),
            vector("pool.hard", &self.hard),
        ]
    }

    /// Takes the state of a snapshot.
    ///
    /// # Errors
    /// What is missing or of another size.
    pub(crate) fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError> {
        self.starts = arrays.of_length("pool.starts", self.starts.len())?;
        self.states = arrays.of_length("pool.states", self.states.len())?;
        self.tau = arrays.of_length("pool.tau", self.tau.len())?;
        let next = arrays.of_length("pool.next", 2)?;
        (self.next, self.next_hard) = (next[0] as usize, next[1] as usize);
        self.hard = arrays.any("pool.hard").unwrap_or_default();
        Ok(())
    }
}
