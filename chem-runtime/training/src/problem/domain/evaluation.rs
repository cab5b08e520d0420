//! The network at points.

use std::ops::Range;

use rayon::prelude::*;

use super::DomainStates;
use crate::error::TrainError;
use crate::model::{Dual, Model, Trace, matrix, numbers, with_values};
use burn::tensor::{Device, Tensor};
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

impl DomainStates {
    /// y of the networks with these parameters at points, row after row.
    pub(super) fn evaluate(&self, parameters: &[f64], points: &Points) -> Vec<f64> {
        self.evaluate_parts(parameters, points, self.parts(&points.starts, BLOCK)).concat()
    }

    /// The same by all ranks.
    ///
    /// # Errors
    /// Another rank that failed.
    pub(super) fn evaluate_shared(
        &self,
        parameters: &[f64],
        points: &Points,
    ) -> Result<Vec<f64>, TrainError> {
        let parts = self.parts(&points.starts, BLOCK);
        let costs: Vec<usize> = parts.iter().map(|part| part.range.len()).collect();
        let evaluate = |own: &[usize]| -> Result<_, TrainError> {
            let parts: Vec<_> = own.iter().map(|number| parts[*number].clone()).collect();
            Ok(self.evaluate_parts(parameters, points, parts))
        };
        Ok(self.parallel.ranks.share(&costs, evaluate)?.concat())
    }

    /// The same at the points of some parts.
    fn evaluate_parts(&self, parameters: &[f64], points: &Points, parts: Vec<Part>) -> Vec<Vec<f64>> {
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
    pub(super) fn close(&self, starts: &[Start], tau: &[f64], y: &mut [f64]) {
        self.ansatz.close(Some(self.cells.as_ref()), starts, tau, y);
    }
}
