//! The derivative residual (eq. 23 of Branca & Pallottini 2023) over a domain of initial states.
//!
//! ```text
//! y = y0 + 4 x N         dy/dtau = 4 (x' N + x N')         r = P (dy/dtau - g(y))
//! ```
//! with the forward tangent N' of the network, and one reverse pass over both.

use rand_chacha::ChaCha8Rng;

use super::evaluation::{Loss, Points};
use super::samples::draw_tau;
use super::*;
use crate::gradient_sum::PartGradient;
use crate::model::{Dual, Trace, matrix, numbers, tracked};
use crate::residual::States;
use chem_emulator::ansatz::{DECADES, Start};

impl GeneralTraining {
    /// The loss at new points and its gradient: residuals beyond `huber` count by their size.
    pub(super) fn derivative_loss(
        &mut self,
        random: &mut ChaCha8Rng,
        tau_max: f64,
        huber: f64,
        micro_batch: usize,
    ) -> Result<Loss, TrainError> {
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
        let parts: Vec<_> = points.starts.chunks(micro_batch).zip(points.tau.chunks(micro_batch)).collect();
        let costs: Vec<usize> = parts.iter().map(|(_, tau)| tau.len()).collect();
        self.sum_of_parts(&costs, |turn, part| self.derivative_part(turn, parts[part], huber, count))
    }

    fn derivative_part(
        &self,
        part: usize,
        (starts, tau): (&[Start], &[f64]),
        huber: f64,
        count: usize,
    ) -> (Loss, usize, PartGradient) {
        let n = self.ansatz.outputs();
        let span = self.config.time.tau_end() - self.config.time.tau_start();
        let model = self.spread.place(self.model.clone(), part);
        let device = model.device();
        let model = tracked(with_values(model, &self.parameters));
        let mut tangent = vec![0.0; tau.len() * self.ansatz.inputs()];
        tangent
            .chunks_exact_mut(self.ansatz.inputs())
            .for_each(|row| row[self.ansatz.species + 2] = 2.0 / span);
        let tangent = matrix(tangent, [tau.len(), self.ansatz.inputs()], &device, self.dtype());
        let inputs = Dual::with_tangent(self.inputs(starts, tau, 1, &device), tangent);
        let outputs = model.forward(&inputs, &mut Trace::off());
        if let Some((loss, gradient)) =
            self.derivative_on_the_device(&model, &outputs, (starts, tau), huber, count)
        {
            return (loss, 0, gradient);
        }
        let Dual { value, tangent } = outputs;
        let (mut y, mut slope) = (numbers(value.clone()), tangent.clone().map(numbers).unwrap_or_default());
        let by_share = DECADES / span;
        for (i, (y, slope)) in y.chunks_exact_mut(n).zip(slope.chunks_exact_mut(n)).enumerate() {
            let factor = DECADES * self.ansatz.share(tau[i]);
            slope.iter_mut().zip(&*y).for_each(|(slope, o)| *slope = by_share * o + factor * *slope);
            y.iter_mut().zip(starts[i].logs()).for_each(|(y, y0)| *y = y0 + factor * *y);
        }
        let temperature: Vec<f64> = starts.iter().map(Start::temperature).collect();
        let found = self.residual.linearise(States { tau, y: &y, slope: &slope, temperature: &temperature });
        let mut loss = Loss { squares: vec![0.0; n], ..Loss::default() };
        let (mut by_value, mut by_tangent) = (vec![0.0; y.len()], vec![0.0; y.len()]);
        for (row, r) in found.residual.iter().enumerate() {
            let (point, k) = (row / n, row % n);
            let root = (1.0 + (r / huber).powi(2)).sqrt();
            loss.value += 2.0 * huber * huber * (root - 1.0) / count as f64;
            loss.squares[k] += r * r / count as f64;
            let (factor, weight) = (DECADES * self.ansatz.share(tau[point]), 2.0 * r / root / count as f64);
            for j in 0..n {
                let (by_y, by_slope) =
                    (weight * found.by_y[row * n + j], weight * found.by_slope[row * n + j]);
                by_value[point * n + j] += factor * by_y + by_share * by_slope;
                by_tangent[point * n + j] += factor * by_slope;
            }
        }
        let cotangent = |by| matrix(by, [tau.len(), n], &device, self.dtype());
        let mut sum = (value * cotangent(by_value)).sum();
        if let Some(tangent) = tangent {
            sum = sum + (tangent * cotangent(by_tangent)).sum();
        }
        (loss, 0, self.spread.gradient(&model, &sum.backward()))
    }

    /// The same where the network is: states, residual and cotangents stay there. `None` where the host computes it.
    fn derivative_on_the_device(
        &self,
        model: &Model,
        Dual { value, tangent }: &Dual,
        (starts, tau): (&[Start], &[f64]),
        huber: f64,
        count: usize,
    ) -> Option<(Loss, PartGradient)> {
        let (n, points) = (self.ansatz.outputs(), tau.len());
        let span = self.config.time.tau_end() - self.config.time.tau_start();
        let tensor = |values: Vec<f64>, rows: usize, columns: usize| {
            matrix(values, [rows, columns], &value.device(), self.dtype())
        };
        let factors = tensor(tau.iter().map(|tau| DECADES * self.ansatz.share(*tau)).collect(), points, 1);
        let logs = starts.iter().flat_map(|start| start.logs().iter().copied()).collect();
        let y = tensor(logs, points, n) + value.clone() * factors.clone();
        let by_share = tensor(vec![DECADES / span], 1, 1);
        let slope = value.clone() * by_share + tangent.clone()? * factors;
        let r = self.operations.residual((&self.config.time, self.dtype()), tau, [&y, &slope])?;
        let square = r.clone() * r;
        let root = (square.clone() * tensor(vec![huber.powi(-2)], 1, 1)).add_scalar(1.0).sqrt();
        // 2 h^2 (root - 1) without the difference.
        let sum = (square.clone() * tensor(vec![2.0 / count as f64], 1, 1) / root.add_scalar(1.0)).sum();
        let squares = numbers(square.sum_dim(0)).iter().map(|square| square / count as f64).collect();
        let value = numbers(sum.clone()).first().copied().unwrap_or(f64::NAN);
        let gradient = self.spread.gradient(model, &sum.backward());
        Some((Loss { value, squares, ..Loss::default() }, gradient))
    }
}
