//! The loss of eq. 25 (Branca & Pallottini 2023) and its gradient.
//!
//! ```text
//! L = sum_i lambda_i L_i
//! L_i = mean over the points of r_i^2           for each row of the residual
//! L_i = (y_k - y0_k)^2 at the start             for each unknown, with the soft initial condition
//! ```

use super::SingleState;
use crate::error::TrainError;
use crate::loss::{Cost, Loss};
use crate::model::{Dual, Model, Trace, matrix, numbers, tracked, with_values};
use crate::reduce::gradient_sum::PartGradient;
use crate::reduce::parallel::{Part, Sizes};
use crate::residual::{States, loss_of_tensor};
use chem_emulator::config::InitialCondition;

impl SingleState {
    /// The loss with weights, and its gradient, at parameters; `squares` are the terms L_i without their weights.
    pub(super) fn evaluate(
        &self,
        parameters: &[f64],
        tau: &[f64],
        weights: &[f64],
    ) -> Result<Loss, TrainError> {
        let measure = self.moment.measure;
        // A graph of its own for each part: threads share none.
        let model =
            |turn| tracked(with_values(self.parallel.devices.place(self.model.clone(), turn), parameters));
        let parts: Vec<&[f64]> = tau.chunks(measure.micro_batch).collect();
        let costs: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let sizes = Sizes { rows: self.term_count(), parameters: parameters.len() };
        let mut loss = self.parallel.sum(&costs, sizes, |turn, number| {
            self.residual_of(&model(turn), parts[number], tau.len(), weights)
        })?;
        if self.ansatz.initial_condition == InitialCondition::Soft {
            self.add_start(&model(0), weights, &mut loss);
        }
        if measure.cost == Cost::Square {
            loss.value = weighted(&loss.squares, weights);
        }
        Ok(loss)
    }

    /// The part of some points, out of `count`, in the residual's terms and the gradient.
    fn residual_of(
        &self,
        model: &Model,
        tau: &[f64],
        count: usize,
        weights: &[f64],
    ) -> Result<Part, TrainError> {
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
            return Err(self.not_finite(tau, &y, &linearised.residual));
        }
        let mut loss = Loss { squares: vec![0.0; self.term_count()], ..Loss::default() };
        // dL/dy and dL/d(dy/dtau) at each point.
        let mut by_y = vec![0.0; tau.len() * n];
        let mut by_slope = by_y.clone();
        for (index, r) in linearised.residual.iter().enumerate() {
            let (point, row) = (index / rows, index % rows);
            let [value, by_r] = self.moment.measure.cost.of(*r);
            loss.squares[row] += r * r / count as f64;
            loss.value += weights[row] * value / count as f64;
            let factor = weights[row] * by_r / count as f64;
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
        let gradient = self.parallel.devices.gradient(model, &sum.backward());
        Ok(Part { loss, first: 0, gradient })
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
        let states = [value, tangent.as_ref()?];
        let r = self.operations.residual((&self.ansatz.time, self.ansatz.dtype), tau, states)?;
        let weights = &weights[..self.residual.rows()];
        let (mut loss, sum) = loss_of_tensor(r, self.moment.measure.cost, weights, count, self.ansatz.dtype);
        if loss.squares.iter().any(|term| !term.is_finite()) {
            return None;
        }
        loss.squares.resize(self.term_count(), 0.0);
        Some(Part { loss, first: 0, gradient: self.parallel.devices.gradient(model, &sum.backward()) })
    }

    /// Adds the terms of the soft initial condition, and their gradient.
    fn add_start(&self, model: &Model, weights: &[f64], loss: &mut Loss) {
        let batch = self.ansatz.batch(&[self.ansatz.time.tau_start()], &model.device());
        let y = self.ansatz.states(model, &batch, &mut Trace::off()).value;
        let n = self.residual.unknowns();
        let rows = self.residual.rows();
        let error: Vec<f64> =
            numbers(y.clone()).iter().zip(&self.ansatz.start).map(|(y, y0)| y - y0).collect();
        for ((term, error), weight) in loss.squares[rows..].iter_mut().zip(&error).zip(&weights[rows..]) {
            *term = error * error;
            loss.value += weight * *term;
        }
        let by_y = error.iter().zip(&weights[rows..]).map(|(error, weight)| 2.0 * weight * error).collect();
        let sum = (y * matrix(by_y, [1, n], &model.device(), self.ansatz.dtype)).sum();
        let gradient = match self.parallel.devices.gradient(model, &sum.backward()) {
            PartGradient::Host(gradient) => gradient,
            PartGradient::Device(gradient) => numbers(gradient),
        };
        loss.gradient.iter_mut().zip(&gradient).for_each(|(sum, g)| *sum += g);
    }

    /// Learning-rate annealing (Wang, Teng & Perdikaris 2021, algorithm 1): a term whose gradient is small
    /// beside the largest entry of that of the residual gets a larger weight.
    pub(super) fn anneal(&mut self, parameters: &[f64]) -> Result<(), TrainError> {
        let (count, rows, settings) = (self.term_count(), self.residual.rows(), &self.config.loss);
        let only = |chosen: std::ops::Range<usize>| -> Vec<f64> {
            (0..count).map(|i| if chosen.contains(&i) { 1.0 } else { 0.0 }).collect()
        };
        let gradient = |weights: Vec<f64>| -> Result<Vec<f64>, TrainError> {
            Ok(self.evaluate(parameters, &self.tau, &weights)?.gradient)
        };
        let largest = gradient(only(0..rows))?.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
        let mut weights = self.weights.clone();
        for (term, weight) in weights.iter_mut().enumerate() {
            let part = gradient(only(term..term + 1))?;
            let mean = part.iter().map(|g| g.abs()).sum::<f64>() / part.len() as f64;
            // NaN, if no term has a gradient, changes nothing.
            let wanted = largest / mean;
            if !wanted.is_nan() {
                let wanted = wanted.min(settings.largest_weight);
                *weight = settings.alpha * *weight + (1.0 - settings.alpha) * wanted;
            }
        }
        self.weights = weights;
        Ok(())
    }
}

/// sum_i lambda_i L_i
fn weighted(terms: &[f64], weights: &[f64]) -> f64 {
    terms.iter().zip(weights).map(|(term, weight)| term * weight).sum()
}
