//! From the outputs of a network to states, for any initial state.
//!
//! ```text
//! x = (tau - tau_start) / (tau_end - tau_start)
//! inputs   log10 of the shares of the species in n_tot, log10 n_tot, log10 T, and 2 x - 1, each about -1 to 1;
//!          if asked for, sgn(g_k) ln(1 + 10 |g_k|) with g_k = (dt/dtau) d(log10 y_k)/dt at the initial state: how far
//!          each unknown would move
//! z = y0 + 4 x N(inputs)                   y0 at the start, whatever N
//!     log10 (P/L + (n0 - P/L) e^(-L t)) + 4 x N(inputs)      for species in balance: production P and loss L at the z
//!                                                            of the others
//! y = z moved onto the nuclei and charges of the initial state
//! ```
//! A species that is rarer than `least_share` begins with that share, in inputs and in y0: the network knows where every output
//! begins, and gas without it is no special case.

use super::nuclei::Nuclei;
use crate::checkpoint::NetworkIdentity;
use crate::config::{Closure, Config, Time};
use chem_solver::equations::Equations;
use chem_solver::scalar::exp10;

/// Decades that an output of one means at the last time.
pub const DECADES: f64 = 4.0;
/// Least share of a species that the network is told of, unless its config says another: what is rarer has no influence.
const LEAST_INPUT: f64 = 1e-8;
/// Decades of n_tot below the largest density that the inputs are scaled to.
const DENSITY_DECADES: f64 = 5.0;
/// Least share of a species that counts, unless the config says another: what is rarer is noise of any solver.
const LEAST_START: f64 = 1e-20;

/// Smallest rate [1/s] given to the network: negligible over a Hubble time.
const LEAST_SLOPE: f64 = 1e-25;
/// Brings the inputs of slopes to the size of the others.
const SLOPE_SCALE: f64 = 0.2;

/// Bounds of the temperature [K] at which balances are taken.
const TEMPERATURES: [f64; 2] = [1.0, 1e9];
/// Least loss coefficient [1/s] and density [cm^-3] of a species in balance.
const LEAST_LOSS: f64 = 1e-30;
const LEAST_DENSITY: f64 = 1e-50;

/// How states are made of the outputs of a network.
#[derive(Clone, Debug)]
pub struct GeneralAnsatz {
    /// The span of times.
    pub time: Time,
    /// Number of species.
    pub species: usize,
    evolves_temperature: bool,
    slopes: bool,
    /// Middle and half width of log10 n_tot and log10 T.
    pub ranges: [[f64; 2]; 2],
    /// Sums of nuclei and charge that outputs keep, if they do.
    pub nuclei: Option<Nuclei>,
    /// Networks by the initial temperature, and by the initial total density.
    experts: [usize; 2],
    /// Share in n_tot of which the network is told at least of any species.
    pub least_input: f64,
    /// Share in n_tot with which outputs begin at least, and below which they do not count.
    pub least_start: f64,
    /// Species whose outputs are relative to their balance, in the order in which it is taken.
    balanced: Vec<usize>,
}

/// An initial state as it enters inputs and outputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// Inputs of the network but the time.
    inputs: Vec<f64>,
    /// Densities [cm^-3].
    n: Vec<f64>,
    /// Temperature [K].
    t_gas: f64,
    /// y0
    logs: Vec<f64>,
    /// log10 of the density below which species do not count.
    floor: f64,
    /// Sign and log10 of d(log10 y)/dt [1/s] of each output; empty if they are no inputs.
    slopes: Vec<(f64, f64)>,
}

impl Start {
    /// Densities [cm^-3], then T `[K]`.
    pub fn state(&self) -> Vec<f64> {
        self.n.iter().copied().chain([self.t_gas]).collect()
    }

    /// y0
    pub fn logs(&self) -> &[f64] {
        &self.logs
    }

    /// The network that knows it.
    pub fn expert(&self, ansatz: &GeneralAnsatz) -> usize {
        ansatz.expert(self.n.iter().sum(), self.t_gas)
    }

    /// Temperature `[K]`.
    pub fn temperature(&self) -> f64 {
        self.t_gas
    }

    /// log10 of the density below which output k does not count.
    pub fn floor(&self, k: usize) -> f64 {
        if k < self.n.len() { self.floor } else { f64::NEG_INFINITY }
    }
}

impl GeneralAnsatz {
    /// `low` and `high` are the least and largest initial states: densities [cm^-3], then T `[K]`.
    pub fn new(
        config: &Config,
        network: &NetworkIdentity,
        evolves_temperature: bool,
        [low, high]: [&[f64]; 2],
    ) -> Self {
        let species = low.len() - 1;
        let densest = high[..species].iter().fold(0.0f64, |max, n| max.max(*n)).log10();
        let temperatures = [low[species].log10(), high[species].log10()];
        let range = |[low, high]: [f64; 2]| [0.5 * (low + high), (0.5 * (high - low)).max(1e-3)];
        let number = |name: &String| network.species.iter().position(|species| species == name);
        let balanced: Vec<usize> = config.model.quasi_steady.iter().filter_map(number).collect();
        GeneralAnsatz {
            time: config.time,
            species,
            evolves_temperature,
            slopes: config.model.slopes,
            ranges: [range([densest - DENSITY_DECADES, densest]), range(temperatures)],
            nuclei: (config.closure != Closure::None)
                .then(|| Nuclei::new(&network.laws, &balanced, &low[..species])),
            balanced,
            experts: config.model.experts,
            least_input: config.model.least_share.unwrap_or(LEAST_INPUT),
            least_start: config.model.least_share.unwrap_or(LEAST_START),
        }
    }

    /// Number of networks that share the domain.
    pub fn expert_count(&self) -> usize {
        self.experts.iter().product()
    }

    /// The network that knows cells of this total density [cm^-3] and temperature `[K]`; beyond the domain the nearest.
    pub fn expert(&self, total: f64, t_gas: f64) -> usize {
        let [density, temperature] = self.ranges;
        let part = |log: f64, [middle, width]: [f64; 2], parts: usize| {
            // NaN counts as 0.
            let part = 0.5 * ((log - middle) / width + 1.0) * parts as f64;
            (part.max(0.0) as usize).min(parts - 1)
        };
        let [by_temperature, by_density] = self.experts;
        if self.expert_count() == 1 {
            return 0;
        }
        part(t_gas.log10(), temperature, by_temperature) * by_density
            + part(total.log10(), density, by_density)
    }

    /// Number of inputs of the network: species, n_tot, T, time, slopes.
    pub fn inputs(&self) -> usize {
        self.species + 3 + if self.slopes { self.outputs() } else { 0 }
    }

    /// Whether the equations are needed.
    pub fn needs_equations(&self) -> bool {
        self.slopes || !self.balanced.is_empty()
    }

    /// Whether initial states come with their slopes.
    pub fn needs_slopes(&self) -> bool {
        self.slopes
    }

    /// Number of outputs: species and T if it evolves.
    pub fn outputs(&self) -> usize {
        self.species + usize::from(self.evolves_temperature)
    }

    /// The unknowns that are learnt: those that do not follow from others.
    pub fn learnt(&self) -> Vec<usize> {
        let electron = self.nuclei.as_ref().and_then(Nuclei::electron);
        (0..self.outputs()).filter(|k| Some(*k) != electron).collect()
    }

    /// An initial state: densities [cm^-3], then T `[K]`; and its slopes dy/dt, if they are inputs.
    pub fn start(&self, state: &[f64], slopes: &[f64]) -> Start {
        let n = &state[..self.species];
        let t_gas = state[self.species];
        let total: f64 = n.iter().sum();
        let [density, temperature] = self.ranges;
        let scaled = |log: f64, [middle, width]: [f64; 2]| (log - middle) / width;
        let share = |n: &f64| ((n / total + self.least_input).log10() + 3.0) / 3.0;
        let mut inputs: Vec<f64> = n.iter().map(share).collect();
        inputs.extend([scaled(total.log10(), density), scaled(t_gas.log10(), temperature)]);
        let mut logs: Vec<f64> = n.iter().map(|n| n.max(self.least_start * total).log10()).collect();
        if self.evolves_temperature {
            logs.push(t_gas.log10());
        }
        let slope = |((slope, log), n): ((&f64, &f64), &f64)| {
            let relative = slope.abs() / n.max(exp10(*log)) / std::f64::consts::LN_10;
            (slope.signum(), (relative + LEAST_SLOPE).log10())
        };
        let slopes = match self.slopes {
            true => slopes.iter().zip(&logs).zip(state).map(slope).collect(),
            false => Vec::new(),
        };
        let floor = (self.least_start * total).log10();
        Start { inputs, n: n.to_vec(), t_gas, logs, floor, slopes }
    }

    /// Share of the span of tau.
    pub fn share(&self, tau: f64) -> f64 {
        (tau - self.time.tau_start()) / (self.time.tau_end() - self.time.tau_start())
    }

    /// Appends the inputs of one point.
    pub fn push_inputs(&self, start: &Start, tau: f64, inputs: &mut Vec<f64>) {
        inputs.extend_from_slice(&start.inputs);
        inputs.push(2.0 * self.share(tau) - 1.0);
        let scale = self.time.scale(tau).log10() + 1.0;
        let moved = |(sign, log): &(f64, f64)| {
            let ln = std::f64::consts::LN_10 * (log + scale);
            // ln(1 + e^x)
            SLOPE_SCALE * sign * (ln.max(0.0) + (-ln.abs()).exp().ln_1p())
        };
        inputs.extend(start.slopes.iter().map(moved));
    }

    /// Turns the outputs of points, one after another, into y; `equations` are needed if [`Self::needs_equations`].
    pub fn close(
        &self,
        equations: Option<&dyn Equations>,
        starts: &[Start],
        tau: &[f64],
        outputs: &mut [f64],
    ) {
        let n = self.outputs();
        for ((start, tau), y) in starts.iter().zip(tau).zip(outputs.chunks_exact_mut(n)) {
            let factor = DECADES * self.share(*tau);
            for (k, (y, y0)) in y.iter_mut().zip(&start.logs).enumerate() {
                // What is relative to a balance waits for it.
                *y = factor * *y + if self.balanced.contains(&k) { 0.0 } else { *y0 };
            }
        }
        if let Some(equations) = equations.filter(|_| !self.balanced.is_empty()) {
            self.balance(equations, starts, tau, outputs);
        }
        for (start, y) in starts.iter().zip(outputs.chunks_exact_mut(n)) {
            if let Some(nuclei) = &self.nuclei {
                nuclei.close(&start.n, &mut y[..self.species]);
            }
        }
    }

    /// Adds to the outputs of species in balance what production and loss in the other outputs, held for the whole
    /// time, make of them: n = P/L + (n0 - P/L) e^(-L t).
    fn balance(&self, equations: &dyn Equations, starts: &[Start], tau: &[f64], outputs: &mut [f64]) {
        let (n, unknowns) = (self.outputs(), self.species + 1);
        let mut rows = vec![0.0; starts.len() * unknowns];
        let points = starts.iter().zip(outputs.chunks_exact(n));
        for ((start, y), row) in points.zip(rows.chunks_exact_mut(unknowns)) {
            let mut y = y.to_vec();
            self.balanced.iter().for_each(|k| y[*k] = f64::NEG_INFINITY);
            if let Some(nuclei) = &self.nuclei {
                nuclei.close(&start.n, &mut y[..self.species]);
            }
            row[self.species] = start.t_gas;
            for (x, y) in row.iter_mut().zip(&y) {
                *x = exp10(*y);
            }
            row[self.species] = row[self.species].clamp(TEMPERATURES[0], TEMPERATURES[1]);
        }
        let mut found = vec![[0.0; 2]; starts.len()];
        for k in &self.balanced {
            equations.production_and_loss(&rows, *k, &mut found);
            for (i, [production, loss]) in found.iter().enumerate() {
                let time = self.time.seconds(tau[i]);
                let left = (-loss * time).exp();
                let steady = production / loss.max(LEAST_LOSS);
                let density = (steady * (1.0 - left) + starts[i].n[*k] * left).max(LEAST_DENSITY);
                rows[i * unknowns + k] = density;
                outputs[i * n + k] += density.log10();
            }
        }
    }

    /// From derivatives by y, those by the outputs of one point. Balances count as fixed.
    pub fn pull_back(&self, start: &Start, tau: f64, y: &[f64], by_y: &mut [f64]) {
        if let Some(nuclei) = &self.nuclei {
            nuclei.pull_back(&start.n, &y[..self.species], &mut by_y[..self.species]);
        }
        let factor = DECADES * self.share(tau);
        by_y.iter_mut().for_each(|by| *by *= factor);
    }
}
