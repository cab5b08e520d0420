//! States of cells that start anywhere in a domain.

use super::dense::{LANES, Lanes};
use super::model::{Model, Scratch};
use crate::pinn::checkpoint::Checkpoint;
use crate::pinn::general::GeneralAnsatz;

/// How outputs become states, from any initial state.
#[derive(Clone, Debug)]
pub(super) struct General {
    ansatz: GeneralAnsatz,
    unknowns: usize,
}

impl General {
    pub(super) fn new(checkpoint: &Checkpoint) -> Self {
        let (config, network) = (&checkpoint.provenance.config, &checkpoint.provenance.network);
        let outputs = checkpoint.weights.iter().find(|array| array.name == "output.bias");
        let evolves_temperature = outputs.is_none_or(|bias| bias.values.len() == checkpoint.low.len());
        let range = [checkpoint.low.as_slice(), checkpoint.high.as_slice()];
        let ansatz = GeneralAnsatz::new(config, &network.laws, evolves_temperature, range);
        General { ansatz, unknowns: checkpoint.low.len() }
    }

    /// Number of inputs of the network.
    pub(super) fn inputs(&self) -> usize {
        self.ansatz.inputs()
    }

    /// Writes the rows of up to one block of points: row i of `initial` begins at i times the stride.
    #[inline(always)]
    pub(super) fn block(
        &self,
        model: &Model,
        scratch: &mut Scratch,
        (initial, stride): (&[f64], usize),
        times: &[f64],
        rows: &mut [f64],
    ) {
        let cell = |lane: usize| &initial[lane * stride..lane * stride + self.unknowns];
        let mut inputs: Vec<Lanes> = vec![[0.0; LANES]; self.ansatz.inputs()];
        let mut column = Vec::with_capacity(inputs.len());
        let mut points = Vec::with_capacity(times.len());
        for (lane, time) in times.iter().enumerate() {
            let (start, tau) = (self.ansatz.start(cell(lane)), self.ansatz.time.tau(*time));
            column.clear();
            self.ansatz.push_inputs(&start, tau, &mut column);
            for (input, value) in inputs.iter_mut().zip(&column) {
                input[lane] = *value;
            }
            points.push((start, tau));
        }
        let outputs = model.apply(scratch, &inputs);
        let mut y = vec![0.0; outputs.len()];
        for (lane, ((start, tau), row)) in points.iter().zip(rows.chunks_exact_mut(self.unknowns)).enumerate() {
            for (y, output) in y.iter_mut().zip(&*outputs) {
                *y = output[lane];
            }
            self.ansatz.close(start, *tau, &mut y);
            row.copy_from_slice(cell(lane));
            for (slot, y) in row.iter_mut().zip(&y) {
                *slot = super::exp10(*y);
            }
        }
    }
}
