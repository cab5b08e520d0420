//! The network at points, and gradients by its parameters.

use rayon::prelude::*;

use super::ansatz::Start;
use super::samples::Samples;
use super::*;
use crate::pinn::model::{Dual, Trace, gradient, matrix, numbers, tracked};

/// Points at which the network is asked: initial states, each with its tau.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    pub(super) starts: Vec<Start>,
    pub(super) tau: Vec<f64>,
}

/// Points of one graph where no gradient is wanted.
const BLOCK: usize = 512;

/// A loss with its gradient.
#[derive(Clone, Debug, Default)]
pub(super) struct Loss {
    /// Mean over the points of the sum over the unknowns.
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    /// Sum of the squares of each unknown's residual.
    pub(super) squares: Vec<f64>,
}

impl Loss {
    /// The sum of parts, in the order of the points, whatever the number of threads.
    pub(super) fn sum(parts: Vec<Loss>, outputs: usize, parameters: usize) -> Self {
        let zero = Loss { squares: vec![0.0; outputs], gradient: vec![0.0; parameters], value: 0.0 };
        parts.iter().fold(zero, |mut all, part| {
            all.value += part.value;
            all.gradient.iter_mut().zip(&part.gradient).for_each(|(a, b)| *a += b);
            all.squares.iter_mut().zip(&part.squares).for_each(|(a, b)| *a += b);
            all
        })
    }
}

impl GeneralTraining {
    /// y of a network at points, row after row.
    pub(super) fn evaluate(&self, model: &Model, points: &Points) -> Vec<f64> {
        let blocks = points.starts.par_chunks(BLOCK).zip(points.tau.par_chunks(BLOCK));
        let blocks = blocks.map(|(starts, tau)| {
            let mut y = numbers(self.outputs(model, starts, tau, &mut Trace::off()));
            self.close(starts, tau, &mut y);
            y
        });
        blocks.collect::<Vec<_>>().concat()
    }

    /// The raw outputs of a network at points.
    pub(super) fn outputs(
        &self,
        model: &Model,
        starts: &[Start],
        tau: &[f64],
        trace: &mut Trace,
    ) -> Tensor<2> {
        let inputs = self.inputs(starts, tau, 1, &model.device());
        model.forward(&Dual::value(inputs), trace).value
    }

    /// Inputs of the network at points; `copies` of them one after another.
    pub(super) fn inputs(&self, starts: &[Start], tau: &[f64], copies: usize, device: &Device) -> Tensor<2> {
        let width = self.ansatz.inputs();
        let mut inputs = Vec::with_capacity(copies * tau.len() * width);
        for (start, tau) in starts.iter().zip(tau) {
            self.ansatz.push_inputs(start, *tau, &mut inputs);
        }
        let one = inputs.len();
        (1..copies).for_each(|_| inputs.extend_from_within(..one));
        matrix(inputs, [copies * tau.len(), width], device, self.dtype())
    }

    /// Turns raw outputs into y, row after row.
    fn close(&self, starts: &[Start], tau: &[f64], y: &mut [f64]) {
        self.ansatz.close(Some(self.cells.as_ref()), starts, tau, y);
    }

    /// The loss of samples and its gradient: residuals beyond `huber` count by their size.
    pub(super) fn loss(&self, samples: &Samples, huber: f64, micro_batch: usize) -> Loss {
        let Samples { points, known, .. } = samples;
        let n = self.ansatz.outputs();
        let count = known.iter().filter(|known| **known).count().max(1) as f64;
        let parts = points.starts.par_chunks(micro_batch).zip(points.tau.par_chunks(micro_batch));
        let parts = parts.enumerate().map(|(part, (starts, tau))| {
            let first = part * micro_batch;
            let model = self.spread.place(self.model.clone(), part);
            let model = tracked(with_values(model, &self.parameters));
            let outputs = self.outputs(&model, starts, tau, &mut Trace::off());
            let mut y = numbers(outputs.clone());
            self.close(starts, tau, &mut y);
            let mut loss = Loss { squares: vec![0.0; n], ..Loss::default() };
            let mut cotangents = vec![0.0; y.len()];
            for (i, by_y) in cotangents.chunks_exact_mut(n).enumerate().filter(|(i, _)| known[first + i]) {
                let y = &y[i * n..(i + 1) * n];
                for k in &self.learnt {
                    let r = samples.residual(first + i, *k, n, y[*k]);
                    let root = (1.0 + (r / huber).powi(2)).sqrt();
                    loss.value += 2.0 * huber * huber * (root - 1.0) / count;
                    loss.squares[*k] += r * r / count;
                    if y[*k] > starts[i].floor(*k) {
                        by_y[*k] = 2.0 * r / root / count;
                    }
                }
                self.ansatz.pull_back(tau[i], y, by_y);
            }
            let cotangents = matrix(cotangents, [tau.len(), n], &model.device(), self.dtype());
            let sum = (outputs * cotangents).sum();
            loss.gradient = gradient(&model, &sum.backward());
            loss
        });
        Loss::sum(parts.collect(), n, self.parameters.len())
    }
}
