//! The network at points, and gradients by its parameters.

use std::ops::Range;

use rayon::prelude::*;

use super::samples::Samples;
use super::*;
use crate::gradient_sum::{GradientSum, PartGradient};
use crate::model::{Dual, Trace, matrix, numbers, tracked};
use chem_emulator::ansatz::Start;

/// Points at which the network is asked: initial states, each with its tau.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    pub(super) starts: Vec<Start>,
    pub(super) tau: Vec<f64>,
}

/// Points of one graph, all known to one network.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) expert: usize,
    pub(super) range: Range<usize>,
}

/// Points of one graph where no gradient is wanted.
pub(super) const BLOCK: usize = 512;

/// A loss with its gradient.
#[derive(Clone, Debug, Default)]
pub(super) struct Loss {
    /// Mean over the points of the sum over the unknowns.
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    /// Sum of the squares of each unknown's residual.
    pub(super) squares: Vec<f64>,
    /// Share of each point in the value, where it is known.
    pub(super) by_point: Vec<f64>,
}

impl Loss {
    /// The sum of parts in their order, whatever the number of threads. A part is its loss, without a gradient, the
    /// first of the parameters that its network has, and the gradient by these.
    pub(super) fn sum(
        parts: Vec<(Loss, usize, PartGradient)>,
        outputs: usize,
        mut sum: GradientSum<'_>,
    ) -> Self {
        let mut loss = Loss { squares: vec![0.0; outputs], ..Loss::default() };
        for (number, (part, first, gradient)) in parts.into_iter().enumerate() {
            loss.value += part.value;
            loss.by_point.extend_from_slice(&part.by_point);
            loss.squares.iter_mut().zip(&part.squares).for_each(|(a, b)| *a += b);
            sum.add(number, first, gradient);
        }
        Loss { gradient: sum.total(), ..loss }
    }
}

impl GeneralTraining {
    /// y of the networks with these parameters at points, row after row.
    pub(super) fn evaluate(&self, parameters: &[f64], points: &Points) -> Vec<f64> {
        self.evaluate_parts(parameters, points, self.parts(&points.starts, BLOCK)).concat()
    }

    /// The same at the points of some parts.
    pub(super) fn evaluate_parts(
        &self,
        parameters: &[f64],
        points: &Points,
        parts: Vec<Part>,
    ) -> Vec<Vec<f64>> {
        let blocks = parts.into_par_iter().map(|Part { expert, range }| {
            let (starts, tau) = (&points.starts[range.clone()], &points.tau[range]);
            let model = with_values(self.model.clone(), &parameters[self.of_expert(expert)]);
            let mut y = numbers(self.outputs(&model, starts, tau, &mut Trace::off()));
            self.close(starts, tau, &mut y);
            y
        });
        blocks.collect()
    }

    /// Points in parts of one network each, in order; long runs of one network are divided.
    pub(super) fn parts(&self, starts: &[Start], longest: usize) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for (i, start) in starts.iter().enumerate() {
            let expert = start.expert(&self.ansatz);
            match parts.last_mut() {
                Some(part) if part.expert == expert && part.range.len() < longest => part.range.end = i + 1,
                _ => parts.push(Part { expert, range: i..i + 1 }),
            }
        }
        parts
    }

    /// Where the parameters of a network are among those of all.
    pub(super) fn of_expert(&self, expert: usize) -> Range<usize> {
        let count = self.layout.len();
        expert * count..(expert + 1) * count
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
    ///
    /// # Errors
    /// If no target is known.
    pub(super) fn loss(&self, samples: &Samples, huber: f64, micro_batch: usize) -> Result<Loss, TrainError> {
        let Samples { points, known, .. } = samples;
        let n = self.ansatz.outputs();
        let count = samples.known_count()?;
        let parts = self.parts(&points.starts, micro_batch);
        let costs: Vec<usize> = parts.iter().map(|part| part.range.len()).collect();
        self.sum_of_parts(&costs, |turn, number| {
            let Part { expert, range } = &parts[number];
            let (starts, tau) = (&points.starts[range.clone()], &points.tau[range.clone()]);
            let first = range.start;
            let model = self.spread.place(self.model.clone(), turn);
            let model = tracked(with_values(model, &self.parameters[self.of_expert(*expert)]));
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
                    let root = (1.0 + (r / huber).powi(2)).sqrt();
                    loss.value += 2.0 * huber * huber * (root - 1.0) / count;
                    loss.squares[*k] += r * r / count;
                    if y[*k] > starts[i].floor(*k) {
                        by_y[*k] = 2.0 * r / root / count;
                    }
                }
                loss.by_point[i] = loss.value - before;
                self.ansatz.pull_back(&starts[i], tau[i], y, by_y);
            }
            let cotangents = matrix(cotangents, [tau.len(), n], &model.device(), self.dtype());
            let sum = (outputs * cotangents).sum();
            (loss, self.of_expert(*expert).start, self.spread.gradient(&model, &sum.backward()))
        })
    }
}
