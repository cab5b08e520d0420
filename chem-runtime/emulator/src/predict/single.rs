//! States that one initial state evolves to.

use pulp::{Arch, Simd, WithSimd};

use super::affine::{BLOCK, Column};
use super::layers::Layers;
use super::unit::each;
use crate::checkpoint::{Checkpoint, Problem};
use crate::config::{InitialCondition, Time, Variables};
use crate::elementary::exp10;

/// How outputs become states, from one initial state.
#[derive(Clone, Debug)]
pub(super) struct Single {
    layers: Layers<f64>,
    /// The initial state, in the variables of the network.
    start: Vec<f64>,
    time: Time,
    condition: InitialCondition,
    variables: Variables,
}

/// The work of one call, compiled once for each kind of SIMD; closures would not be.
struct InBlocks<'a> {
    single: &'a Single,
    points: (&'a [f64], usize),
    times: &'a [f64],
    rows: &'a mut [f64],
}

impl Single {
    /// # Errors
    /// If its arrays do not make up the network that its config says.
    pub(super) fn new(checkpoint: &Checkpoint) -> Result<Self, Problem> {
        let config = &checkpoint.provenance.config;
        let layers = Layers::take(&config.model, &checkpoint.weights, 1)?;
        // Networks whose temperature is constant may leave it out.
        let unknowns = checkpoint.low.len();
        super::check_outputs(layers.outputs(), unknowns.saturating_sub(1)..=unknowns)?;
        let (condition, variables) = (config.initial_condition, config.variables);
        let start = match variables {
            Variables::Log => checkpoint.low.iter().map(|value| value.log10()).collect(),
            Variables::Linear => checkpoint.low.clone(),
        };
        Ok(Single { layers, start, time: config.time, condition, variables })
    }

    /// Writes the rows of any number of points: row i of `initial` begins at i times the stride.
    pub(super) fn evaluate(&self, points: (&[f64], usize), times: &[f64], rows: &mut [f64]) {
        Arch::new().dispatch(InBlocks { single: self, points, times, rows });
    }
}

impl WithSimd for InBlocks<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let InBlocks { single: Single { layers, start, time, condition, variables }, .. } = self;
        let (unknowns, (initial, stride)) = (start.len(), self.points);
        let (first, span) = (time.tau_start(), time.tau_end() - time.tau_start());
        let mut scratch = layers.scratch();
        let blocks = self.times.chunks(BLOCK).zip(self.rows.chunks_mut(BLOCK * unknowns));
        for (number, (times, rows)) in blocks.enumerate() {
            let mut x: Column<f64> = [0.0; BLOCK];
            for (x, t) in x.iter_mut().zip(times) {
                *x = (time.tau(*t) - first) / span;
            }
            let inputs = [x.map(|x| 2.0 * x - 1.0)];
            // Sums are not fused: the bits stay those that models were validated with.
            let outputs = layers.apply::<S, false>(simd, times.len(), &mut scratch, &inputs);
            if *condition == InitialCondition::Hard {
                for (y, y0) in outputs.iter_mut().zip(start) {
                    for (y, x) in y.iter_mut().zip(&x) {
                        *y = y0 + x * *y;
                    }
                }
            }
            if *variables == Variables::Log {
                each(times.len(), outputs, None, |_, y| exp10(y));
            }
            for (lane, row) in rows.chunks_exact_mut(unknowns).enumerate() {
                let (written, left_out) = row.split_at_mut(outputs.len());
                written.iter_mut().zip(&*outputs).for_each(|(slot, y)| *slot = y[lane]);
                // What it leaves out is constant.
                let end = (number * BLOCK + lane) * stride + unknowns;
                left_out.copy_from_slice(&initial[end - left_out.len()..end]);
            }
        }
    }
}
