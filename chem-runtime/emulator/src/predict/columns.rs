//! Cells of a domain in blocks, unknown after unknown: the fast way for networks that need no equations.
//!
//! What the ansatz of the training says in logarithms is done on densities here, with one power of ten per output:
//!
//! ```text
//! n = n0 10^(4 x N)        T = T0 10^(4 x N)        then nuclei and charges as in the training
//! ```

use pulp::Simd;

use super::affine::{BLOCK, Column};
use super::layers::{Layers, Scratch};
use super::real::Real;
use crate::ansatz::{DECADES, GeneralAnsatz};
use crate::elementary::log10;

/// Memory of one thread.
#[derive(Clone, Debug)]
pub(super) struct Memory<R> {
    pub(super) scratch: Scratch<R>,
    inputs: Vec<Column<R>>,
    /// Densities, then T, at the start.
    starts: Vec<Column<f64>>,
    /// The same at the end.
    states: Vec<Column<f64>>,
    total: Column<f64>,
}

impl<R: Real> Memory<R> {
    pub(super) fn new(ansatz: &GeneralAnsatz, layers: &Layers<R>) -> Self {
        // Lanes without a cell hold harmless numbers.
        let states = vec![[1.0; BLOCK]; ansatz.species + 1];
        Memory {
            scratch: layers.scratch(),
            inputs: vec![[R::of(0.0); BLOCK]; ansatz.inputs()],
            starts: states.clone(),
            states,
            total: [0.0; BLOCK],
        }
    }
}

/// Writes the rows of up to one block of `cells`, numbers of points, after their times `[s]`: row i of `initial` begins at i
/// times the stride.
#[inline(always)]
pub(super) fn block<R: Real, S: Simd>(
    simd: S,
    ansatz: &GeneralAnsatz,
    layers: &Layers<R>,
    memory: &mut Memory<R>,
    (cells, times): (&[usize], &[f64]),
    (initial, stride): (&[f64], usize),
    rows: &mut [f64],
) {
    let unknowns = ansatz.species + 1;
    let Memory { scratch, inputs, starts, states, total } = memory;
    for (k, column) in starts.iter_mut().enumerate() {
        for (x, cell) in column.iter_mut().zip(cells) {
            *x = initial[cell * stride + k];
        }
    }
    let mut share: Column<f64> = [0.0; BLOCK];
    for (share, cell) in share.iter_mut().zip(cells) {
        *share = ansatz.share(ansatz.time.tau(times[*cell]));
    }
    *total = [0.0; BLOCK];
    for column in &starts[..ansatz.species] {
        total.iter_mut().zip(column).for_each(|(total, n)| *total += n);
    }
    fill_inputs(ansatz, (starts, total), &share, inputs);
    let outputs = layers.apply::<S, true>(simd, cells.len(), scratch, inputs);
    let factor = share.map(|share| R::of(DECADES * share));
    for (k, (state, start)) in states.iter_mut().zip(&*starts).enumerate() {
        let Some(output) = outputs.get(k) else {
            state.copy_from_slice(start);
            continue;
        };
        let least = if k < ansatz.species { ansatz.least_start } else { 0.0 };
        for lane in 0..BLOCK {
            let grown = (factor[lane] * output[lane]).exp10().to_f64();
            state[lane] = start[lane].max(least * total[lane]) * grown;
        }
    }
    if let Some(nuclei) = &ansatz.nuclei {
        nuclei.close_columns(starts, states);
    }
    for (lane, cell) in cells.iter().enumerate() {
        let row = &mut rows[cell * unknowns..(cell + 1) * unknowns];
        for (x, column) in row.iter_mut().zip(&*states) {
            *x = column[lane];
        }
    }
}

#[inline(always)]
fn fill_inputs<R: Real>(
    ansatz: &GeneralAnsatz,
    (starts, total): (&[Column<f64>], &Column<f64>),
    share: &Column<f64>,
    inputs: &mut [Column<R>],
) {
    let species = ansatz.species;
    for (input, n) in inputs.iter_mut().zip(&starts[..species]) {
        for lane in 0..BLOCK {
            input[lane] = R::of((log10(n[lane] / total[lane] + ansatz.least_input) + 3.0) / 3.0);
        }
    }
    let scaled = [total, &starts[species]];
    for ((input, x), [middle, width]) in inputs[species..].iter_mut().zip(scaled).zip(ansatz.ranges) {
        for lane in 0..BLOCK {
            input[lane] = R::of((log10(x[lane]) - middle) / width);
        }
    }
    inputs[species + 2] = share.map(|share| R::of(2.0 * share - 1.0));
}
