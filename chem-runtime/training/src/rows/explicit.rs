//! Derivatives of every row by every parameter, in memory.

use burn::prelude::*;
use burn::tensor::Gradients;
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{BlockStructure, matmul as triangular_matmul};
use faer::{Accum, Mat, MatMut, MatRef};
use rayon::prelude::*;

use super::Rows;
use crate::error::TrainError;
use crate::model::{Dual, Factor, Layout, Probed, Trace, numbers};

/// G, column after column.
#[derive(Clone, Debug)]
pub(crate) struct Explicit {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) values: Vec<f64>,
}

impl Explicit {
    /// From a pass that was traced, a point for each row, and the gradients of the sum of the rows.
    pub(crate) fn new(
        trace: Trace,
        gradients: &Gradients,
        layout: &Layout,
        rows: usize,
    ) -> Result<Self, TrainError> {
        let mut values = vec![0.0; rows * layout.len()];
        for Probed { probe, parameters } in trace.into_places() {
            let delta = |probe: Tensor<2>| {
                probe.grad(gradients).map(by_column).ok_or_else(|| TrainError::Method {
                    method: "the derivatives of rows",
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
        Ok(Explicit { rows, columns: layout.len(), values })
    }

    /// G as a matrix.
    pub(crate) fn matrix(&self) -> MatRef<'_, f64> {
        MatRef::from_column_major_slice(&self.values, self.rows, self.columns)
    }
}

impl Rows for Explicit {
    fn gram(&self) -> Mat<f64> {
        gram(self.matrix(), self.matrix().transpose())
    }

    fn times(&self, v: &[f64]) -> Vec<f64> {
        let product = self.matrix() * MatRef::from_column_major_slice(v, self.columns, 1);
        product.col_as_slice(0).to_vec()
    }

    fn add_transposed(&self, c: &[f64], sum: &mut [f64]) {
        let c = MatRef::from_column_major_slice(c, self.rows, 1);
        let sum = MatMut::from_column_major_slice_mut(sum, self.columns, 1);
        matmul(sum, Accum::Add, self.matrix().transpose(), c, 1.0, faer::get_global_parallelism());
    }
}

/// The lower half of a symmetric product.
pub(crate) fn gram(left: MatRef<'_, f64>, right: MatRef<'_, f64>) -> Mat<f64> {
    let mut gram = Mat::zeros(left.nrows(), left.nrows());
    triangular_matmul(
        &mut gram,
        BlockStructure::TriangularLower,
        Accum::Replace,
        left,
        BlockStructure::Rectangular,
        right,
        BlockStructure::Rectangular,
        1.0,
        faer::get_global_parallelism(),
    );
    gram
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
