//! The loss of eq. 25 (Branca & Pallottini 2023) and its gradient.
//!
//! ```text
//! L = sum_i lambda_i L_i
//! L_i = mean over the points of r_i^2           for each row of the residual
//! L_i = (y_k - y0_k)^2 at the start             for each unknown, with the soft initial condition
//! ```

use rayon::prelude::*;

use super::*;
use crate::gradient_sum::PartGradient;
use crate::lbfgs::Point;
use crate::model::{Dual, Trace, matrix, numbers, tracked};
use chem_emulator::config::InitialCondition;

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

/// What some of the points give.
struct Part {
    terms: Vec<f64>,
    gradient: PartGradient,
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
        let mut terms = vec![0.0; self.term_count()];
        let mut sum = self.spread.gradient_sum(parameters.len());
        // A graph of its own for each part: threads share none.
        let model = |part| tracked(with_values(self.spread.place(self.model.clone(), part), parameters));
        let parts: Vec<&[f64]> = tau.chunks(micro_batch).collect();
        for wave in parts.chunks(WAVE) {
            let found = wave
                .par_iter()
                .enumerate()
                .map(|(index, part)| self.residual_of(&model(index), part, tau.len(), weights));
            for (index, part) in found.collect::<Result<Vec<_>, _>>()?.into_iter().enumerate() {
                terms.iter_mut().zip(&part.terms).for_each(|(sum, term)| *sum += term);
                sum.add(index, 0, part.gradient);
            }
        }
        if self.ansatz.initial_condition == InitialCondition::Soft {
            sum.add(0, 0, self.start(&model(0), weights, &mut terms));
        }
        Ok(Evaluation { terms, gradient: sum.total() })
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
    ) -> Result<Part, TrainError> {
        let mut terms = vec![0.0; self.term_count()];
        let (n, rows) = (self.residual.unknowns(), self.residual.rows());
        let device = model.device();
        let batch = self.ansatz.batch(tau, &device);
        let states = self.ansatz.states(model, &batch, &mut Trace::off());
        if let Some(found) = self.on_the_device(model, &states, tau, count, weights) {
            return Ok(found);
        }
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
        Ok(Part { terms, gradient: self.spread.gradient(model, &sum.backward()) })
    }

    /// The same where the network is: states, residual and cotangents stay there. `None` where the host computes it, and
    /// where a number is none: the host then says which.
    fn on_the_device(
        &self,
        model: &Model,
        Dual { value, tangent }: &Dual,
        tau: &[f64],
        count: usize,
        weights: &[f64],
    ) -> Option<Part> {
        let rows = self.residual.rows();
        let states = [value, tangent.as_ref()?];
        let r = self.operations.residual((&self.ansatz.time, self.ansatz.dtype), tau, states)?;
        let shares = matrix(vec![1.0 / count as f64; rows], [1, rows], &value.device(), self.ansatz.dtype);
        let squares = (r.clone() * r).sum_dim(0) * shares;
        let mut terms = numbers(squares.clone());
        if terms.iter().any(|term| !term.is_finite()) {
            return None;
        }
        terms.resize(self.term_count(), 0.0);
        let weights = matrix(weights[..rows].to_vec(), [1, rows], &value.device(), self.ansatz.dtype);
        let gradients = (squares * weights).sum().backward();
        Some(Part { terms, gradient: self.spread.gradient(model, &gradients) })
    }

    /// The terms of the soft initial condition, and their gradient.
    fn start(&self, model: &Model, weights: &[f64], terms: &mut [f64]) -> PartGradient {
        let batch = self.ansatz.batch(&[self.ansatz.time.tau_start()], &self.device);
        let y = self.ansatz.states(model, &batch, &mut Trace::off()).value;
        let n = self.residual.unknowns();
        let rows = self.residual.rows();
        let error: Vec<f64> =
            numbers(y.clone()).iter().zip(&self.ansatz.start).map(|(y, y0)| y - y0).collect();
        for (term, error) in terms[rows..].iter_mut().zip(&error) {
            *term = error * error;
        }
        let by_y = error.iter().zip(&weights[rows..]).map(|(error, weight)| 2.0 * weight * error).collect();
        let sum = (y * matrix(by_y, [1, n], &self.device, self.ansatz.dtype)).sum();
        self.spread.gradient(model, &sum.backward())
    }
}

/// sum_i lambda_i L_i
pub(super) fn weighted(terms: &[f64], weights: &[f64]) -> f64 {
    terms.iter().zip(weights).map(|(term, weight)| term * weight).sum()
}
