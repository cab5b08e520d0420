//! The loss of states that the network should give, and its rows.

use super::DomainStates;
use super::evaluation::{Part, Points};
use super::samples::Samples;
use crate::error::TrainError;
use crate::loss::{Cost, Loss, Measure};
use crate::model::{Dual, Trace, matrix, numbers, tracked, with_values};
use crate::problem::Linearised;
use crate::reduce::parallel::{self, Sizes};
use crate::rows::factored::Factored;
use crate::rows::{Explicit, Rows};

/// The rows of samples, those of one point together.
struct PointRows {
    /// Outputs of the network.
    y: Vec<f64>,
    /// Residual times weight.
    residual: Vec<f64>,
    weights: Vec<f64>,
    /// Without a gradient.
    loss: Loss,
}

impl DomainStates {
    /// The loss of samples and its gradient.
    ///
    /// # Errors
    /// If no target is known.
    pub(super) fn loss_of_targets(
        &self,
        parameters: &[f64],
        samples: &Samples,
        measure: Measure,
    ) -> Result<Loss, TrainError> {
        let Samples { points, known, .. } = samples;
        let n = self.ansatz.outputs();
        let count = samples.known_count()?;
        let parts = self.parts(&points.starts, measure.micro_batch);
        let costs: Vec<usize> = parts.iter().map(|part| part.range.len()).collect();
        let sizes = Sizes { rows: n, parameters: parameters.len() };
        self.parallel.sum(&costs, sizes, |turn, number| {
            let Part { expert, range } = &parts[number];
            let (starts, tau) = (&points.starts[range.clone()], &points.tau[range.clone()]);
            let first = range.start;
            let model = self.parallel.devices.place(self.model.clone(), turn);
            let model = tracked(with_values(model, &parameters[self.of_expert(*expert)]));
            let outputs = self.outputs(&model, starts, tau, &mut Trace::off());
            let mut y = numbers(outputs.clone());
            self.close(starts, tau, &mut y);
            let (squares, by_point) = (vec![0.0; n], vec![0.0; tau.len()]);
            let mut loss = Loss { squares, by_point, ..Loss::default() };
            let mut cotangents = vec![0.0; y.len()];
            for (i, by_y) in cotangents.chunks_exact_mut(n).enumerate().filter(|(i, _)| known[first + i]) {
                let y = &y[i * n..(i + 1) * n];
                let before = loss.value;
                for k in &self.learnt {
                    let r = samples.residual(first + i, *k, n, y[*k]);
                    let [value, by_r] = measure.cost.of(r);
                    loss.value += value / count;
                    loss.squares[*k] += r * r / count;
                    if samples.counts(first + i, *k, n, y[*k]) {
                        by_y[*k] = by_r / count;
                    }
                }
                loss.by_point[i] = loss.value - before;
                self.ansatz.pull_back(&starts[i], tau[i], y, by_y);
            }
            let cotangents = matrix(cotangents, [tau.len(), n], &model.device(), self.dtype());
            let sum = (outputs * cotangents).sum();
            let gradient = self.parallel.devices.gradient(&model, &sum.backward());
            Ok(parallel::Part { loss, first: self.of_expert(*expert).start, gradient })
        })
    }

    /// The rows of samples with factors of their derivatives; in the order of the points.
    pub(super) fn factored_targets(
        &self,
        parameters: &[f64],
        samples: &Samples,
        cost: Cost,
    ) -> Result<Linearised<Box<dyn Rows>>, TrainError> {
        let PointRows { y, residual, weights, loss } = self.point_rows(parameters, samples, cost)?;
        let (trace, gradients) = self.traced(parameters, &samples.points, &y, &weights);
        let sizes = [self.learnt.len(), samples.known.len()];
        let rows = Factored::new(trace, &gradients, &self.layout, sizes)?;
        Ok(Linearised { residual, rows: Box::new(rows), loss, held: Vec::new() })
    }

    /// The rows of samples with their derivatives; those of one unknown together.
    pub(super) fn rows_of_targets(
        &self,
        parameters: &[f64],
        samples: &Samples,
        cost: Cost,
    ) -> Result<Linearised<Explicit>, TrainError> {
        let PointRows { y, residual, weights, loss } = self.point_rows(parameters, samples, cost)?;
        let (trace, gradients) = self.traced(parameters, &samples.points, &y, &weights);
        let kinds = self.learnt.len();
        let rows = Explicit::new(trace, &gradients, &self.layout, residual.len())?;
        let by_kind = (0..kinds).flat_map(|k| residual.iter().skip(k).step_by(kinds).copied()).collect();
        let value = self.mean_square_of_targets(samples, &y)?;
        Ok(Linearised { residual: by_kind, rows, loss: Loss { value, ..loss }, held: Vec::new() })
    }

    /// The loss of [`Cost::Square`] for outputs `y`.
    pub(super) fn mean_square_of_targets(&self, samples: &Samples, y: &[f64]) -> Result<f64, TrainError> {
        let (n, count) = (self.ansatz.outputs(), samples.known_count()?);
        let known = samples.known.iter().enumerate().filter(|(_, known)| **known);
        let rows = known.flat_map(|(i, _)| self.learnt.iter().map(move |k| (i, *k)));
        Ok(rows.map(|(i, k)| samples.residual(i, k, n, y[i * n + k]).powi(2)).sum::<f64>() / count)
    }

    fn point_rows(&self, parameters: &[f64], samples: &Samples, cost: Cost) -> Result<PointRows, TrainError> {
        let Samples { points, known, .. } = samples;
        let n = self.ansatz.outputs();
        let y = self.evaluate(parameters, points);
        let count = samples.known_count()?;
        let mut loss = Loss { squares: vec![0.0; n], ..Loss::default() };
        let (mut residual, mut weights) = (Vec::new(), Vec::new());
        for (i, known) in known.iter().enumerate() {
            let before = residual.len();
            for k in &self.learnt {
                let y = y[i * n + k];
                let counts = *known && samples.counts(i, *k, n, y);
                let r = if *known { samples.residual(i, *k, n, y) } else { 0.0 };
                let weight = if counts { cost.weight(r) } else { 0.0 };
                loss.value += (weight * r).powi(2) / count;
                loss.squares[*k] += r * r / count;
                residual.push(weight * r);
                weights.push(weight);
            }
            loss.by_point.push(residual[before..].iter().map(|r| r * r).sum());
        }
        Ok(PointRows { y, residual, weights, loss })
    }

    /// One reverse pass through as many copies of the points as unknowns are learnt; in copy k only unknown k counts.
    fn traced(
        &self,
        parameters: &[f64],
        points: &Points,
        y: &[f64],
        weights: &[f64],
    ) -> (Trace, burn::tensor::Gradients) {
        let (n, kinds, count) = (self.ansatz.outputs(), self.learnt.len(), points.tau.len());
        let model = tracked(with_values(self.model.clone(), parameters));
        let mut trace = Trace::probing(&self.device);
        let inputs = self.inputs(&points.starts, &points.tau, kinds, &self.device);
        let outputs = model.forward(&Dual::value(inputs), &mut trace).value;
        let mut cotangents = vec![0.0; kinds * count * n];
        for (copy, k) in self.learnt.iter().enumerate() {
            for i in 0..count {
                let start = (copy * count + i) * n;
                let by_y = &mut cotangents[start..start + n];
                by_y[*k] = weights[i * kinds + copy];
                self.ansatz.pull_back(&points.starts[i], points.tau[i], &y[i * n..(i + 1) * n], by_y);
            }
        }
        let shape = [kinds * count, n];
        let sum = (outputs * matrix(cotangents, shape, &self.device, self.dtype())).sum();
        let gradients = sum.backward();
        (trace, gradients)
    }
}
