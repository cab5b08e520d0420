//! A trajectory that can be asked at any time.

use super::{Question, SensitivityError};
use crate::bdf::{Bdf, Options};
use crate::network::ChemNetwork;

/// Decades before the end at which the grid of times begins.
const DECADES: f64 = 16.0;
/// Nodes of the first grid.
const NODES: usize = 200;
/// Most times that intervals are halved.
const PASSES: usize = 12;
/// Most nodes.
const MOST_NODES: usize = 40_000;
/// What the trajectory has of the tolerated error: derivatives are ten and more times as sensitive to it.
const SHARE_OF_TOLERANCE: f64 = 0.03;
/// Species below this share of the total density do not count.
const LEAST_SHARE: f64 = 1e-12;

/// States and slopes at some times.
pub(super) struct Trajectory {
    times: Vec<f64>,
    states: Vec<f64>,
    slopes: Vec<f64>,
    unknowns: usize,
}

impl Trajectory {
    /// Solves with the BDF, on a grid of times that is made finer where the cubic between two nodes misses the state in their middle.
    pub(super) fn solve(
        network: &dyn ChemNetwork,
        question: &Question<'_>,
        options: &Options,
    ) -> Result<Self, SensitivityError> {
        let n = network.structure().unknown_count();
        let tolerance = SHARE_OF_TOLERANCE * question.tolerance;
        let rtol = options.tolerances().0.min(tolerance);
        let solver = Bdf::new(network).options(options.clone().rtol(rtol));
        let mut workspace = solver.workspace();
        let mut at_nodes = |times: Vec<f64>| -> Result<Self, SensitivityError> {
            let mut states = vec![0.0; n * times.len()];
            solver.integrate(&mut workspace, question.initial, &times, &mut states)?;
            let mut slopes = vec![0.0; states.len()];
            for ((t, y), f) in times.iter().zip(states.chunks_exact(n)).zip(slopes.chunks_exact_mut(n)) {
                network.rhs(*t, y, f);
            }
            Ok(Trajectory { times, states, slopes, unknowns: n })
        };
        let mut times: Vec<f64> = std::iter::once(0.0)
            .chain((0..NODES).map(|i| {
                let left = DECADES * (1.0 - (i + 1) as f64 / NODES as f64);
                question.end * 10f64.powf(-left)
            }))
            .collect();
        for _ in 0..PASSES {
            let fine = halved(&times);
            let whole = at_nodes(fine)?;
            let missed = whole.missed(tolerance);
            if missed.is_empty() || whole.times.len() > MOST_NODES {
                return Ok(whole);
            }
            // Whole intervals of the coarse grid that were missed get their middle.
            let mut refined = Vec::with_capacity(times.len() + missed.len());
            let mut missed = missed.into_iter().peekable();
            for (interval, time) in times.iter().enumerate() {
                refined.push(*time);
                if missed.next_if_eq(&interval).is_some() {
                    refined.extend(whole.times.get(2 * interval + 1));
                }
            }
            times = refined;
        }
        at_nodes(times)
    }

    /// Intervals of the coarse grid (every second node) whose cubic misses the state between.
    fn missed(&self, tolerance: f64) -> Vec<usize> {
        let n = self.unknowns;
        let mut found = vec![0.0; n];
        let intervals = (self.times.len() - 1) / 2;
        (0..intervals)
            .filter(|interval| {
                let [low, middle, high] = [2 * interval, 2 * interval + 1, 2 * interval + 2];
                self.cubic((low, high), self.times[middle], &mut found);
                let exact = &self.states[middle * n..][..n];
                let total: f64 = exact[..n - 1].iter().sum();
                let least = |k: usize| if k + 1 < n { LEAST_SHARE * total } else { 0.0 };
                let is_off = |(k, (a, b)): (usize, (&f64, &f64))| {
                    let off = (a - b).abs() / (b.abs() + least(k));
                    off.is_nan() || off > tolerance
                };
                found.iter().zip(exact).enumerate().any(is_off)
            })
            .collect()
    }

    /// The state at a time.
    pub(super) fn at(&self, time: f64, state: &mut [f64]) {
        let high = self.times.partition_point(|t| *t < time).clamp(1, self.times.len() - 1);
        self.cubic((high - 1, high), time, state);
        for y in state {
            *y = y.max(0.0);
        }
    }

    /// The state at the end.
    pub(super) fn end(&self) -> &[f64] {
        &self.states[self.states.len() - self.unknowns..]
    }

    /// The cubic of Hermite between two nodes.
    fn cubic(&self, (low, high): (usize, usize), time: f64, state: &mut [f64]) {
        let n = self.unknowns;
        let h = self.times[high] - self.times[low];
        let u = (time - self.times[low]) / h;
        let (a, b) = ((1.0 + 2.0 * u) * (1.0 - u).powi(2), u * u * (3.0 - 2.0 * u));
        let (c, d) = (h * u * (1.0 - u).powi(2), h * u * u * (u - 1.0));
        let of = |values: &[f64], node: usize, k: usize| values[node * n + k];
        for (k, y) in state.iter_mut().enumerate() {
            let between = a * of(&self.states, low, k) + b * of(&self.states, high, k);
            *y = between + c * of(&self.slopes, low, k) + d * of(&self.slopes, high, k);
        }
    }
}

/// The times with one between each two: in the middle of the logarithms but for the first.
fn halved(times: &[f64]) -> Vec<f64> {
    let mut fine = Vec::with_capacity(2 * times.len());
    for pair in times.windows(2) {
        fine.push(pair[0]);
        fine.push(if pair[0] > 0.0 { (pair[0] * pair[1]).sqrt() } else { pair[1] / 2.0 });
    }
    fine.extend(times.last());
    fine
}
