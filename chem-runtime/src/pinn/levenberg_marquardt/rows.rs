//! Derivatives of every row of the residual by every parameter.

use burn::prelude::*;
use rayon::prelude::*;

use crate::pinn::ansatz::{Ansatz, Batch};
use crate::pinn::error::TrainError;
use crate::pinn::model::{Dual, Factor, Layout, Model, Probed, Trace, matrix, numbers};
use crate::pinn::residual::Linearised;

/// G: row `k * points + m` is the derivative of residual k at point m. Column after column.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) values: Vec<f64>,
}

impl Rows {
    /// One reverse pass through `kinds` copies of the batch, one per residual of a point; in copy k only residual
    /// k counts.
    pub(crate) fn new(
        ansatz: &Ansatz,
        model: &Model,
        layout: &Layout,
        batch: &Batch,
        linearised: &Linearised,
        kinds: usize,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let n = ansatz.start.len();
        let count = linearised.by_y.len() / n;
        let points = count / kinds;
        let mut trace = Trace::probing(device);
        let states = ansatz.states(model, &batch.repeat(kinds), &mut trace);
        let cotangent = |by: &[f64]| {
            let rows = (0..kinds).flat_map(|k| (0..points).map(move |m| (m * kinds + k) * n));
            let values = rows.flat_map(|start| by[start..start + n].iter().copied()).collect();
            matrix(values, [count, n], device, ansatz.dtype)
        };
        let sum = (states.value * cotangent(&linearised.by_y)).sum()
            + (states.tangent * cotangent(&linearised.by_slope)).sum();
        let gradients = sum.backward();
        let rows = count;
        let mut values = vec![0.0; rows * layout.len()];
        for Probed { probe, parameters } in trace.into_places() {
            let delta = |probe: Tensor<2>| {
                probe.grad(&gradients).map(by_column).ok_or_else(|| TrainError::Method {
                    method: "Levenberg-Marquardt",
                    problem: "a layer does not reach the outputs".to_owned(),
                })
            };
            let deltas = [delta(probe.value)?, delta(probe.tangent)?];
            for (id, factor) in parameters {
                let Some(slot) = layout.slot(id) else { continue };
                let part = &mut values[slot.start * rows..(slot.start + slot.len()) * rows];
                fill(part, rows, &deltas, &factor);
            }
        }
        Ok(Rows { rows, columns: layout.len(), values })
    }
}

/// Writes the columns of one parameter.
fn fill(part: &mut [f64], rows: usize, [delta, delta_tangent]: &[Vec<f64>; 2], factor: &Factor) {
    match factor {
        Factor::One => part.copy_from_slice(delta),
        Factor::Units(x) => {
            let [x, x_tangent] = columns(x);
            products(part, [delta, &x], [delta_tangent, &x_tangent]);
        }
        Factor::Columns(x) => {
            let [x, x_tangent] = columns(x);
            let outputs = delta.len() / rows;
            part.par_chunks_mut(rows).enumerate().for_each(|(index, out)| {
                let (i, j) = (index / outputs, index % outputs);
                let [i, j] = [i * rows..(i + 1) * rows, j * rows..(j + 1) * rows];
                products(out, [&delta[j.clone()], &x[i.clone()]], [&delta_tangent[j], &x_tangent[i]]);
            });
        }
    }
}

/// out = delta x + delta' x', entry by entry.
fn products(out: &mut [f64], [delta, x]: [&[f64]; 2], [delta_tangent, x_tangent]: [&[f64]; 2]) {
    let values = delta.iter().zip(x).zip(delta_tangent.iter().zip(x_tangent));
    for (out, ((d, x), (dt, xt))) in out.iter_mut().zip(values) {
        *out = d * x + dt * xt;
    }
}

/// Values and tangents, column after column.
fn columns(x: &Dual) -> [Vec<f64>; 2] {
    [by_column(x.value.clone()), by_column(x.tangent.clone())]
}

/// The numbers of a matrix, column after column.
fn by_column(tensor: Tensor<2>) -> Vec<f64> {
    numbers(tensor.transpose())
}
