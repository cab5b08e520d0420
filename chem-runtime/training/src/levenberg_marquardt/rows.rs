//! Derivatives of every row of the residual by every parameter.

use burn::prelude::*;
use rayon::prelude::*;

use crate::ansatz::{Ansatz, Batch};
use crate::error::TrainError;
use crate::model::{Dual, Factor, Layout, Model, Probed, Trace, matrix, numbers};
use crate::residual::Linearised;

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
        let mut sum = (states.value * cotangent(&linearised.by_y)).sum();
        if let Some(tangent) = states.tangent {
            sum = sum + (tangent * cotangent(&linearised.by_slope)).sum();
        }
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
            let mut deltas = vec![delta(probe.value)?];
            if let Some(tangent) = probe.tangent {
                deltas.push(delta(tangent)?);
            }
            for (id, factor) in parameters {
                let Some(slot) = layout.slot(id) else { continue };
                let part = &mut values[slot.start * rows..(slot.start + slot.len()) * rows];
                fill(part, rows, &deltas, &factor);
            }
        }
        Ok(Rows { rows, columns: layout.len(), values })
    }
}

/// Writes the columns of one parameter: `deltas` are those of the value and, if there is one, of the tangent.
fn fill(part: &mut [f64], rows: usize, deltas: &[Vec<f64>], factor: &Factor) {
    match factor {
        Factor::One => part.copy_from_slice(deltas.first().map_or(&[], |delta| delta.as_slice())),
        Factor::Units(x) => {
            let x = columns(x);
            let pairs = deltas.iter().zip(&x).map(|(delta, x)| (delta.as_slice(), x.as_slice()));
            products(part, pairs);
        }
        Factor::Columns(x) => {
            let x = columns(x);
            let outputs = deltas.first().map_or(1, |delta| delta.len() / rows);
            part.par_chunks_mut(rows).enumerate().for_each(|(index, out)| {
                let [i, j] = [index / outputs, index % outputs].map(|k| k * rows..(k + 1) * rows);
                let pairs = deltas.iter().zip(&x);
                products(out, pairs.map(|(delta, x)| (&delta[j.clone()], &x[i.clone()])));
            });
        }
    }
}

/// out = delta x + delta' x', entry by entry.
fn products<'a>(out: &mut [f64], pairs: impl Iterator<Item = (&'a [f64], &'a [f64])>) {
    out.fill(0.0);
    for (delta, x) in pairs {
        for (out, (delta, x)) in out.iter_mut().zip(delta.iter().zip(x)) {
            *out += delta * x;
        }
    }
}

/// Values and, if there are any, tangents, column after column.
fn columns(x: &Dual) -> Vec<Vec<f64>> {
    std::iter::once(&x.value).chain(&x.tangent).map(|tensor| by_column(tensor.clone())).collect()
}

/// The numbers of a matrix, column after column.
fn by_column(tensor: Tensor<2>) -> Vec<f64> {
    numbers(tensor.transpose())
}
