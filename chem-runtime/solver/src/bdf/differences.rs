//! The history of a solution as backward differences on an even grid of times.

use super::coefficients::{GAMMA, MAX_ORDER, change_of_step};

/// Backward differences of orders 0 to `MAX_ORDER + 2` of the solution at the last accepted time.
#[derive(Clone, Debug, Default)]
pub(super) struct Differences {
    count: usize,
    /// Difference after difference.
    values: Vec<f64>,
}

impl Differences {
    /// Room for `count` unknowns.
    pub(super) fn new(count: usize) -> Self {
        Differences { count, values: vec![0.0; count * (MAX_ORDER + 3)] }
    }

    /// Starts at order 1 from a state and its derivative times the step.
    pub(super) fn start(&mut self, y: &[f64], derivative: &[f64], h: f64) {
        self.values.fill(0.0);
        self.values[..self.count].copy_from_slice(y);
        for (d, f) in self.values[self.count..].iter_mut().zip(derivative) {
            *d = h * f;
        }
    }

    /// Difference of one order.
    #[inline(always)]
    pub(super) fn order(&self, k: usize) -> &[f64] {
        &self.values[k * self.count..(k + 1) * self.count]
    }

    /// The state at the last accepted time.
    #[inline(always)]
    pub(super) fn state(&self) -> &[f64] {
        self.order(0)
    }

    /// The state, to be corrected by small amounts: the history moves with it.
    pub(super) fn state_mut(&mut self) -> &mut [f64] {
        &mut self.values[..self.count]
    }

    /// Extrapolates one step: the predicted state, and the part of the formula that is known.
    pub(super) fn predict(&self, order: usize, alpha: f64, predicted: &mut [f64], known: &mut [f64]) {
        let n = self.count;
        let (state, rest) = self.values.split_at(n);
        predicted[..n].copy_from_slice(state);
        known[..n].fill(0.0);
        let scale = 1.0 / alpha;
        for (gamma, difference) in GAMMA[1..=order].iter().zip(rest.chunks_exact(n)) {
            let weight = gamma * scale;
            for ((p, k), d) in predicted.iter_mut().zip(known.iter_mut()).zip(difference) {
                *p += d;
                *k += weight * d;
            }
        }
    }

    /// Accepts a step: `correction` is the difference of order + 1 at the new time.
    pub(super) fn accept(&mut self, order: usize, correction: &[f64]) {
        let n = self.count;
        let (lower, upper) = self.values.split_at_mut((order + 2) * n);
        let previous = &mut lower[(order + 1) * n..];
        for ((high, low), c) in upper.iter_mut().zip(previous.iter_mut()).zip(correction) {
            *high = c - *low;
            *low = *c;
        }
        for k in (0..=order).rev() {
            let (lower, upper) = self.values.split_at_mut((k + 1) * n);
            for (low, high) in lower[k * n..].iter_mut().zip(&upper[..n]) {
                *low += high;
            }
        }
    }

    /// Changes the step of the grid by a factor.
    pub(super) fn rescale(&mut self, order: usize, factor: f64) {
        let n = self.count;
        let m = change_of_step(order, factor);
        for q in 0..n {
            let mut old = [0.0; MAX_ORDER + 1];
            for (k, slot) in old.iter_mut().enumerate().take(order + 1) {
                *slot = self.values[k * n + q];
            }
            for i in 1..=order {
                let new = m[i..=order].iter().zip(&old[i..]).map(|(row, old)| row[i] * old).sum();
                self.values[i * n + q] = new;
            }
        }
    }

    /// The interpolating polynomial at `s` steps from the last accepted time (`s` in [-1, 0] is inside the
    /// last step).
    pub(super) fn interpolate(&self, order: usize, s: f64, out: &mut [f64]) {
        let n = self.count;
        out[..n].copy_from_slice(self.state());
        let mut weight = 1.0;
        for k in 1..=order {
            weight *= (s + (k - 1) as f64) / k as f64;
            for (y, d) in out.iter_mut().zip(self.order(k)) {
                *y += weight * d;
            }
        }
    }
}
