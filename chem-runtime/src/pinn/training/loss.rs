//! The loss of eq. 25 (Branca & Pallottini 2023) and its gradient.
//!
//! ```text
//! L = sum_i lambda_i L_i
//! L_i = mean over the points of r_i^2           for each row of the residual
//! L_i = (y_k - y0_k)^2 at the start             for each unknown, with the soft initial condition
//! ```

use rayon::prelude::*;

use super::*;
use crate::pinn::config::InitialCondition;
use crate::pinn::lbfgs::Point;
use crate::pinn::model::{Trace, gradient, matrix, numbers, tracked};

/// Parts whose gradients are in memory at once.
const WAVE: usize = 64;

/// The terms of the loss at some parameters.
#[derive(Clone, Debug)]
pub(super) struct Evaluation {
    /// L_i without their weights.
    pub(super) terms: Vec<f64>,
    /// By all parameters.
    pub(super) gradient: Vec<f64>,
}

impl Training {
    /// Number of terms.
    pub(super) fn term_count(&self) -> usize {
        match self.ansatz.initial_condition {
            InitialCondition::Hard => self.residual.rows(),
            InitialCondition::Soft => self.residual.rows() + self.residual.unknowns(),
        }
    }

    /// The loss with weights, and its gradient, at parameters. A thread has no more than `micro_batch` points in
    /// memory at once; sums are in the order of the points, whatever the number of threads.
    pub(super) fn evaluate(
        &self,
        parameters: &[f64],
        tau: &[f64],
        weights: &[f64],
        micro_batch: usize,
    ) -> Result<Evaluation, TrainError> {
        let mut all =
            Evaluation { terms: vec![0.0; self.term_count()], gradient: vec![0.0; parameters.len()] };
        // A graph of its own for each part: threads share none.
        let model = |part| tracked(with_values(self.spread.place(self.model.clone(), part), parameters));
        let parts: Vec<&[f64]> = tau.chunks(micro_batch).collect();
        for wave in parts.chunks(WAVE) {
            let found = wave
                .par_iter()
                .enumerate()
                .map(|(index, part)| self.residual_of(&model(index), part, tau.len(), weights));
            for part in found.collect::<Result<Vec<_>, _>>()? {
                add(&mut all.terms, &part.terms);
                add(&mut all.gradient, &part.gradient);
            }
        }
        if self.ansatz.initial_condition == InitialCondition::Soft {
            self.add_start(&model(0), weights, &mut all);
        }
        Ok(all)
    }

    /// A point of the search for the least loss.
    pub(super) fn point(
        &self,
        parameters: Vec<f64>,
        tau: &[f64],
        weights: &[f64],
        micro_batch: usize,
    ) -> Result<Point, TrainError> {
        let Evaluation { terms, gradient } = self.evaluate(&parameters, tau, weights, micro_batch)?;
        Ok(Point { parameters, loss: weighted(&terms, weights), gradient })
    }

    /// The part of some points, out of `count`, in the residual's terms and the gradient.
    fn residual_of(
        &self,
        model: &Model,
        tau: &[f64],
        count: usize,
        weights: &[f64],
    ) -> Result<Evaluation, TrainError> {
        let mut terms = vec![0.0; self.term_count()];
        let (n, rows) = (self.residual.unknowns(), self.residual.rows());
        let device = model.device();
        let batch = self.ansatz.batch(tau, &device);
        let states = self.ansatz.states(model, &batch, &mut Trace::off());
        let y = numbers(states.value.clone());
        let slope = states.tangent.clone().map(numbers).unwrap_or_default();
        let temperature = vec![self.temperature; tau.len()];
        let linearised =
            self.residual.linearise(States { tau, y: &y, slope: &slope, temperature: &temperature });
        if linearised.residual.iter().any(|r| !r.is_finite()) {
            return Err(self.not_finite(tau, &y, &linearised));
        }
        // dL/dy and dL/d(dy/dtau) at each point.
        let mut by_y = vec![0.0; tau.len() * n];
        let mut by_slope = by_y.clone();
        for (index, r) in linearised.residual.iter().enumerate() {
            let (point, row) = (index / rows, index % rows);
            terms[row] += r * r / count as f64;
            let factor = 2.0 * weights[row] * r / count as f64;
            for k in 0..n {
                by_y[point * n + k] += factor * linearised.by_y[index * n + k];
                by_slope[point * n + k] += factor * linearised.by_slope[index * n + k];
            }
        }
        let cotangent = |by| matrix(by, [tau.len(), n], &device, self.ansatz.dtype);
        let mut sum = (states.value * cotangent(by_y)).sum();
        if let Some(tangent) = states.tangent {
            sum = sum + (tangent * cotangent(by_slope)).sum();
        }
        Ok(Evaluation { terms, gradient: gradient(model, &sum.backward()) })
    }

    /// Adds the terms of the soft initial condition.
    fn add_start(&self, model: &Model, weights: &[f64], all: &mut Evaluation) {
        let batch = self.ansatz.batch(&[self.ansatz.time.tau_start()], &self.device);
        let y = self.ansatz.states(model, &batch, &mut Trace::off()).value;
        let n = self.residual.unknowns();
        let rows = self.residual.rows();
        let error: Vec<f64> =
            numbers(y.clone()).iter().zip(&self.ansatz.start).map(|(y, y0)| y - y0).collect();
        for (term, error) in all.terms[rows..].iter_mut().zip(&error) {
            *term = error * error;
        }
        let by_y = error.iter().zip(&weights[rows..]).map(|(error, weight)| 2.0 * weight * error).collect();
        let sum = (y * matrix(by_y, [1, n], &self.device, self.ansatz.dtype)).sum();
        add(&mut all.gradient, &gradient(model, &sum.backward()));
    }
}

/// sum_i lambda_i L_i
pub(super) fn weighted(terms: &[f64], weights: &[f64]) -> f64 {
    terms.iter().zip(weights).map(|(term, weight)| term * weight).sum()
}

fn add(a: &mut [f64], b: &[f64]) {
    for (a, b) in a.iter_mut().zip(b) {
        *a += b;
    }
}
