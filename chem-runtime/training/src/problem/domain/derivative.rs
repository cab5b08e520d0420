//! The derivative residual (eq. 23 of Branca & Pallottini 2023) over a domain of initial states.
//!
//! ```text
//! y = y0 + 4 x N         dy/dtau = 4 (x' N + x N')         r = P (dy/dtau - g(y))
//! ```
//! with the forward tangent N' of the network, and one reverse pass over both.

use burn::tensor::{Device, Tensor};

use super::DomainStates;
use super::evaluation::Points;
use crate::error::TrainError;
use crate::loss::{Cost, Loss, Measure};
use crate::model::{Dual, Model, Trace, matrix, numbers, tracked, with_values};
use crate::problem::Linearised;
use crate::reduce::parallel::{Part, Sizes};
use crate::residual::{self, States, loss_of_tensor};
use crate::rows::Explicit;
use chem_emulator::ansatz::{DECADES, Start};

impl DomainStates {
    /// The loss at points and its gradient.
    pub(super) fn derivative_loss(
        &self,
        parameters: &[f64],
        points: &Points,
        measure: Measure,
    ) -> Result<Loss, TrainError> {
        let size = measure.micro_batch;
        let parts: Vec<_> = points.starts.chunks(size).zip(points.tau.chunks(size)).collect();
        let costs: Vec<usize> = parts.iter().map(|(_, tau)| tau.len()).collect();
        let sizes = Sizes { rows: self.ansatz.outputs(), parameters: parameters.len() };
        let (cost, count) = (measure.cost, points.tau.len());
        self.parallel.sum(&costs, sizes, |turn, part| {
            let model = self.parallel.devices.place(self.model.clone(), turn);
            let model = tracked(with_values(model, parameters));
            let (loss, gradient) = self.derivative_part(&model, parts[part], cost, count);
            let gradient = self.parallel.devices.gradient(&model, &gradient.backward());
            Ok(Part { loss, first: 0, gradient })
        })
    }

    /// What some points, out of `count`, add to the loss, and a tensor with its gradient.
    fn derivative_part(
        &self,
        model: &Model,
        (starts, tau): (&[Start], &[f64]),
        cost: Cost,
        count: usize,
    ) -> (Loss, Tensor<1>) {
        let n = self.ansatz.outputs();
        let device = model.device();
        let outputs = model.forward(&self.inputs_in_time(starts, tau, 1, &device), &mut Trace::off());
        if let Some(found) = self.derivative_on_the_device(&outputs, (starts, tau), cost, count) {
            return found;
        }
        let found = self.derivative_residual(&outputs, (starts, tau));
        let mut loss = Loss { squares: vec![0.0; n], ..Loss::default() };
        let mut by_outputs = [vec![0.0; tau.len() * n], vec![0.0; tau.len() * n]];
        for (row, r) in found.residual.iter().enumerate() {
            let (point, k) = (row / n, row % n);
            let [value, by_r] = cost.of(*r);
            loss.value += value / count as f64;
            loss.squares[k] += r * r / count as f64;
            let place = point * n..(point + 1) * n;
            let [value, tangent] = &mut by_outputs;
            let into = [&mut value[place.clone()], &mut tangent[place]];
            self.add_by_outputs(&found, row, by_r / count as f64, tau[point], into);
        }
        (loss, weighted_sum(outputs, by_outputs, &device, self.dtype()))
    }

    /// The rows at points, those of one unknown together, with their derivatives, for a preconditioner that is held fixed.
    pub(super) fn derivative_rows(
        &self,
        parameters: &[f64],
        points: &Points,
        cost: Cost,
    ) -> Result<Linearised<Explicit>, TrainError> {
        let (n, count) = (self.ansatz.outputs(), points.tau.len());
        let at = (points.starts.as_slice(), points.tau.as_slice());
        let model = with_values(self.model.clone(), parameters);
        let outputs = model.forward(&self.inputs_in_time(at.0, at.1, 1, &self.device), &mut Trace::off());
        let found = self.derivative_residual(&outputs, at);
        let weights: Vec<f64> = found.residual.iter().map(|r| cost.weight(*r)).collect();
        let weighted: Vec<f64> = found.residual.iter().zip(&weights).map(|(r, w)| w * r).collect();
        let mut loss = Loss { squares: vec![0.0; n], ..Loss::default() };
        for (r, weighted) in found.residual.chunks_exact(n).zip(weighted.chunks_exact(n)) {
            loss.squares.iter_mut().zip(r).for_each(|(square, r)| *square += r * r / count as f64);
            loss.by_point.push(weighted.iter().map(|r| r * r).sum());
        }
        loss.value = loss.by_point.iter().sum::<f64>() / count as f64;
        let mut by_outputs = [vec![0.0; n * count * n], vec![0.0; n * count * n]];
        let [by_value, by_tangent] = &mut by_outputs;
        let pairs = by_value.chunks_exact_mut(n).zip(by_tangent.chunks_exact_mut(n)).enumerate();
        for (index, (by_value, by_tangent)) in pairs {
            let (k, point) = (index / count, index % count);
            let row = point * n + k;
            self.add_by_outputs(&found, row, weights[row], points.tau[point], [by_value, by_tangent]);
        }
        let mut trace = Trace::probing(&self.device);
        let copies = model.forward(&self.inputs_in_time(at.0, at.1, n, &self.device), &mut trace);
        let sum = weighted_sum(copies, by_outputs, &self.device, self.dtype());
        let rows = Explicit::new(trace, &sum.backward(), &self.layout, n * count)?;
        let residual = (0..n).flat_map(|k| weighted.iter().skip(k).step_by(n).copied()).collect();
        Ok(Linearised { residual, rows, loss, held: found.by_slope })
    }

    /// The mean square at points, with the preconditioner as given.
    pub(super) fn derivative_mean_square(
        &self,
        parameters: &[f64],
        points: &Points,
        preconditioner: &[f64],
    ) -> f64 {
        let at = (points.starts.as_slice(), points.tau.as_slice());
        let model = with_values(self.model.clone(), parameters);
        let outputs = model.forward(&self.inputs_in_time(at.0, at.1, 1, &self.device), &mut Trace::off());
        let [y, slope] = self.in_time(&outputs, at);
        let temperature: Vec<f64> = points.starts.iter().map(Start::temperature).collect();
        let states = States { tau: &points.tau, y: &y, slope: &slope, temperature: &temperature };
        let residual = self.residual.with_preconditioner(states, preconditioner);
        residual.iter().map(|r| r * r).sum::<f64>() / points.tau.len() as f64
    }

    /// Inputs with their derivative by tau; `copies` of them one after another.
    fn inputs_in_time(&self, starts: &[Start], tau: &[f64], copies: usize, device: &Device) -> Dual {
        let (width, span) = (self.ansatz.inputs(), self.span());
        let mut tangent = vec![0.0; copies * tau.len() * width];
        tangent.chunks_exact_mut(width).for_each(|row| row[self.ansatz.species + 2] = 2.0 / span);
        let tangent = matrix(tangent, [copies * tau.len(), width], device, self.dtype());
        Dual::with_tangent(self.inputs(starts, tau, copies, device), tangent)
    }

    fn span(&self) -> f64 {
        self.config.time.tau_end() - self.config.time.tau_start()
    }

    /// y and dy/dtau.
    fn in_time(&self, outputs: &Dual, (starts, tau): (&[Start], &[f64])) -> [Vec<f64>; 2] {
        let (n, by_share) = (self.ansatz.outputs(), DECADES / self.span());
        let Dual { value, tangent } = outputs.clone();
        let (mut y, mut slope) = (numbers(value), tangent.map(numbers).unwrap_or_default());
        for (i, (y, slope)) in y.chunks_exact_mut(n).zip(slope.chunks_exact_mut(n)).enumerate() {
            let factor = DECADES * self.ansatz.share(tau[i]);
            slope.iter_mut().zip(&*y).for_each(|(slope, o)| *slope = by_share * o + factor * *slope);
            y.iter_mut().zip(starts[i].logs()).for_each(|(y, y0)| *y = y0 + factor * *y);
        }
        [y, slope]
    }

    fn derivative_residual(&self, outputs: &Dual, at: (&[Start], &[f64])) -> residual::Linearised {
        let [y, slope] = self.in_time(outputs, at);
        let temperature: Vec<f64> = at.0.iter().map(Start::temperature).collect();
        self.residual.linearise(States { tau: at.1, y: &y, slope: &slope, temperature: &temperature })
    }

    /// Adds the derivatives of a row by the outputs and their tangents at its point, times a weight.
    fn add_by_outputs(
        &self,
        found: &residual::Linearised,
        row: usize,
        weight: f64,
        tau: f64,
        [by_value, by_tangent]: [&mut [f64]; 2],
    ) {
        let n = self.ansatz.outputs();
        let (factor, by_share) = (DECADES * self.ansatz.share(tau), DECADES / self.span());
        for j in 0..n {
            let (by_y, by_slope) = (weight * found.by_y[row * n + j], weight * found.by_slope[row * n + j]);
            by_value[j] += factor * by_y + by_share * by_slope;
            by_tangent[j] += factor * by_slope;
        }
    }

    /// The same as [`DomainStates::derivative_part`] where the network is: states, residual and cotangents stay there. `None`
    /// where the host computes it.
    fn derivative_on_the_device(
        &self,
        Dual { value, tangent }: &Dual,
        (starts, tau): (&[Start], &[f64]),
        cost: Cost,
        count: usize,
    ) -> Option<(Loss, Tensor<1>)> {
        let (n, points) = (self.ansatz.outputs(), tau.len());
        let tensor = |values: Vec<f64>, rows: usize, columns: usize| {
            matrix(values, [rows, columns], &value.device(), self.dtype())
        };
        let factors = tensor(tau.iter().map(|tau| DECADES * self.ansatz.share(*tau)).collect(), points, 1);
        let logs = starts.iter().flat_map(|start| start.logs().iter().copied()).collect();
        let y = tensor(logs, points, n) + value.clone() * factors.clone();
        let by_share = tensor(vec![DECADES / self.span()], 1, 1);
        let slope = value.clone() * by_share + tangent.clone()? * factors;
        let r = self.operations.residual((&self.config.time, self.dtype()), tau, [&y, &slope])?;
        Some(loss_of_tensor(r, cost, &vec![1.0; n], count, self.dtype()))
    }
}

/// The sum of outputs and their tangents, each times what is given.
fn weighted_sum(
    Dual { value, tangent }: Dual,
    [by_value, by_tangent]: [Vec<f64>; 2],
    device: &Device,
    dtype: burn::tensor::DType,
) -> Tensor<1> {
    let shape = value.dims();
    let cotangent = |by| matrix(by, shape, device, dtype);
    let sum = (value * cotangent(by_value)).sum();
    match tangent {
        Some(tangent) => sum + (tangent * cotangent(by_tangent)).sum(),
        None => sum,
    }
}
