//! From the outputs of a network to states, for any initial state.
//!
//! ```text
//! x = (tau - tau_start) / (tau_end - tau_start)
//! inputs   log10 of the shares of the species in n_tot, log10 n_tot, log10 T, and 2 x - 1, each about -1 to 1
//! z = y0 + 4 x N(inputs)                   y0 at the start, whatever N
//! y = z moved onto the nuclei and charges of the initial state
//! ```

use super::nuclei::Nuclei;
use crate::pinn::config::{Closure, Config, Time};

/// Decades that an output of one means at the last time.
const DECADES: f64 = 4.0;
/// Least share of a species that the network is told of: what is rarer has no influence.
const LEAST_SHARE: f64 = 1e-8;
/// Decades of n_tot below the largest density that the inputs are scaled to.
const DENSITY_DECADES: f64 = 5.0;
/// Least share that an initial state has in the output.
const LEAST_START: f64 = 1e-20;

/// How states are made of the outputs of a network.
#[derive(Clone, Debug)]
pub(crate) struct GeneralAnsatz {
    pub(crate) time: Time,
    species: usize,
    evolves_temperature: bool,
    /// Middle and half width of log10 n_tot and log10 T.
    ranges: [[f64; 2]; 2],
    nuclei: Option<Nuclei>,
}

/// An initial state as it enters inputs and outputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Start {
    /// Inputs of the network but the time.
    inputs: Vec<f64>,
    /// Densities [cm^-3].
    n: Vec<f64>,
    /// y0
    logs: Vec<f64>,
}

impl GeneralAnsatz {
    /// `low` and `high` are the least and largest initial states: densities [cm^-3], then T `[K]`.
    pub(crate) fn new(
        config: &Config,
        laws: &[Vec<i64>],
        evolves_temperature: bool,
        [low, high]: [&[f64]; 2],
    ) -> Self {
        let species = low.len() - 1;
        let densest = high[..species].iter().fold(0.0f64, |max, n| max.max(*n)).log10();
        let temperatures = [low[species].log10(), high[species].log10()];
        let range = |[low, high]: [f64; 2]| [0.5 * (low + high), (0.5 * (high - low)).max(1e-3)];
        GeneralAnsatz {
            time: config.time,
            species,
            evolves_temperature,
            ranges: [range([densest - DENSITY_DECADES, densest]), range(temperatures)],
            nuclei: (config.closure != Closure::None).then(|| Nuclei::new(laws)),
        }
    }

    /// Number of inputs of the network: species, n_tot, T, time.
    pub(crate) fn inputs(&self) -> usize {
        self.species + 3
    }

    /// Number of outputs: species and T if it evolves.
    pub(crate) fn outputs(&self) -> usize {
        self.species + usize::from(self.evolves_temperature)
    }

    /// The unknowns that are learnt: those that do not follow from others.
    pub(crate) fn learnt(&self) -> Vec<usize> {
        let electron = self.nuclei.as_ref().and_then(Nuclei::electron);
        (0..self.outputs()).filter(|k| Some(*k) != electron).collect()
    }

    /// An initial state: densities [cm^-3], then T `[K]`.
    pub(crate) fn start(&self, state: &[f64]) -> Start {
        let n = &state[..self.species];
        let t_gas = state[self.species];
        let total: f64 = n.iter().sum();
        let [density, temperature] = self.ranges;
        let scaled = |log: f64, [middle, width]: [f64; 2]| (log - middle) / width;
        let share = |n: &f64| ((n / total + LEAST_SHARE).log10() + 3.0) / 3.0;
        let mut inputs: Vec<f64> = n.iter().map(share).collect();
        inputs.extend([scaled(total.log10(), density), scaled(t_gas.log10(), temperature)]);
        let mut logs: Vec<f64> = n.iter().map(|n| n.max(LEAST_START * total).log10()).collect();
        if self.evolves_temperature {
            logs.push(t_gas.log10());
        }
        Start { inputs, n: n.to_vec(), logs }
    }

    /// Share of the span of tau.
    pub(crate) fn share(&self, tau: f64) -> f64 {
        (tau - self.time.tau_start()) / (self.time.tau_end() - self.time.tau_start())
    }

    /// Appends the inputs of one point.
    pub(crate) fn push_inputs(&self, start: &Start, tau: f64, inputs: &mut Vec<f64>) {
        inputs.extend_from_slice(&start.inputs);
        inputs.push(2.0 * self.share(tau) - 1.0);
    }

    /// Turns the outputs of one point into y.
    pub(crate) fn close(&self, start: &Start, tau: f64, outputs: &mut [f64]) {
        let factor = DECADES * self.share(tau);
        for (y, y0) in outputs.iter_mut().zip(&start.logs) {
            *y = y0 + factor * *y;
        }
        if let Some(nuclei) = &self.nuclei {
            nuclei.close(&start.n, &mut outputs[..self.species]);
        }
    }

    /// From derivatives by y, those by the outputs of one point.
    pub(crate) fn pull_back(&self, start: &Start, tau: f64, y: &[f64], by_y: &mut [f64]) {
        if let Some(nuclei) = &self.nuclei {
            nuclei.pull_back(&start.n, &y[..self.species], &mut by_y[..self.species]);
        }
        let factor = DECADES * self.share(tau);
        by_y.iter_mut().for_each(|by| *by *= factor);
    }
}
