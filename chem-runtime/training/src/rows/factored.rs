//! The matrix G as factors.
//!
//! A step in sample space needs the Gram matrix G G' alone. The gradient of a row by the matrix of a layer is the product of
//! the layer's input x and the row's derivative delta by the layer's output, so that
//!
//! ```text
//! (G G')_(ik)(jl) = sum over layers  (x_i . x_j + 1) (delta_ik . delta_jl)
//! ```
//! and G itself is never stored. Rows are in the order of the points, those of one point together.

use std::ops::Range;

use burn::module::ParamId;
use burn::prelude::*;
use burn::tensor::Gradients;
use faer::linalg::matmul::matmul;
use faer::prelude::*;
use faer::{Accum, Mat, MatMut, MatRef, Par};
use rayon::prelude::*;

use super::Rows;
use crate::error::TrainError;
use crate::model::{Factor, Layout, Trace};

/// Rows of a tile of the Gram matrix: what the caches hold.
const TILE: usize = 192;

/// G as factors of every affine place.
#[derive(Debug)]
pub(crate) struct Factored {
    places: Vec<Place>,
    layout: Layout,
    /// Rows of a point.
    kinds: usize,
    rows: usize,
}

/// One affine place of the network, at all rows.
#[derive(Debug)]
struct Place {
    weight: Option<ParamId>,
    bias: Option<ParamId>,
    inputs: usize,
    outputs: usize,
    /// `[points, inputs]`, row after row; empty for a bias or slopes alone.
    x: Vec<f32>,
    /// `[rows, outputs]`, row after row.
    delta: Vec<f32>,
}

impl Factored {
    /// From a pass of values through as many copies of `count` points as there are rows of a point, and the gradients of the
    /// sum over copies: of row k in copy k.
    pub(crate) fn new(
        trace: Trace,
        gradients: &Gradients,
        layout: &Layout,
        [kinds, count]: [usize; 2],
    ) -> Result<Self, TrainError> {
        let missing = || TrainError::Method {
            method: "spring",
            problem: "a layer does not reach the outputs".to_owned(),
        };
        let mut places = Vec::new();
        for probed in trace.into_places() {
            let delta = probed.probe.value.grad(gradients).ok_or_else(missing)?;
            let [_, width] = delta.dims();
            let delta = by_point(&singles(delta), [kinds, count, width]);
            let mut place =
                Place { weight: None, bias: None, inputs: 0, outputs: width, x: Vec::new(), delta };
            for (id, factor) in probed.parameters {
                match factor {
                    Factor::One => place.bias = Some(id),
                    Factor::Columns(x) => {
                        let x = x.value.narrow(0, 0, count);
                        (place.inputs, place.weight) = (x.dims()[1], Some(id));
                        place.x = singles(x);
                    }
                    Factor::Units(_) => {
                        let problem = "it does not know adaptive slopes; write activation = \"silu\"";
                        return Err(TrainError::Method { method: "spring", problem: problem.to_owned() });
                    }
                }
            }
            places.push(place);
        }
        Ok(Factored { places, layout: layout.clone(), kinds, rows: kinds * count })
    }

    fn range(&self, id: Option<ParamId>) -> Option<Range<usize>> {
        let slot = self.layout.slot(id?)?;
        Some(slot.start..slot.start + slot.len())
    }
}

impl Rows for Factored {
    fn gram(&self) -> Mat<f64> {
        gram(&self.places, self.kinds, self.rows)
    }

    fn times(&self, v: &[f64]) -> Vec<f64> {
        let part = |id| self.range(id).map(|range| &v[range]);
        let mut product = vec![0.0; self.rows];
        for place in &self.places {
            let points = self.rows / self.kinds;
            let mut u = Mat::<f32>::zeros(points, place.outputs);
            if let Some(weight) = part(place.weight) {
                let weight: Vec<f32> = weight.iter().map(|w| *w as f32).collect();
                let weight = MatRef::from_row_major_slice(&weight, place.inputs, place.outputs);
                let x = MatRef::from_row_major_slice(&place.x, points, place.inputs);
                matmul(&mut u, Accum::Add, x, weight, 1.0, Par::rayon(0));
            }
            let bias = part(place.bias).unwrap_or_default();
            for (row, product) in product.iter_mut().enumerate() {
                let delta = &place.delta[row * place.outputs..(row + 1) * place.outputs];
                let u = u.row(row / self.kinds);
                let bias = bias.iter().copied().chain(std::iter::repeat(0.0));
                let terms = delta.iter().zip(u.iter()).zip(bias);
                *product += terms.map(|((d, u), b)| f64::from(*d) * (f64::from(*u) + b)).sum::<f64>();
            }
        }
        product
    }

    fn add_transposed(&self, c: &[f64], sum: &mut [f64]) {
        for place in &self.places {
            let points = self.rows / self.kinds;
            let mut sums = Mat::<f32>::zeros(points, place.outputs);
            for (row, c) in c.iter().enumerate() {
                let delta = &place.delta[row * place.outputs..(row + 1) * place.outputs];
                for (j, d) in delta.iter().enumerate() {
                    sums[(row / self.kinds, j)] += *c as f32 * d;
                }
            }
            if let Some(range) = self.range(place.weight) {
                let x = MatRef::from_row_major_slice(&place.x, points, place.inputs);
                let update = x.transpose() * &sums;
                for (index, sum) in sum[range].iter_mut().enumerate() {
                    *sum += f64::from(update[(index / place.outputs, index % place.outputs)]);
                }
            }
            if let Some(range) = self.range(place.bias) {
                for (j, sum) in sum[range].iter_mut().enumerate() {
                    *sum += sums.col(j).iter().map(|s| f64::from(*s)).sum::<f64>();
                }
            }
        }
    }
}

/// The lower half of the Gram matrix: tiles in single precision, for a factorisation in double.
fn gram(places: &[Place], kinds: usize, rows: usize) -> Mat<f64> {
    let points_of_tile = (TILE / kinds).max(1);
    let tile = points_of_tile * kinds;
    let count = rows.div_ceil(tile);
    let tiles: Vec<(usize, usize)> = (0..count).flat_map(|i| (0..=i).map(move |j| (i, j))).collect();
    let made = tiles.into_par_iter().map(|(i, j)| {
        let part = |k: usize| (k * tile, ((k + 1) * tile).min(rows));
        let (a, b) = (part(i), part(j));
        let mut sum = Mat::<f32>::zeros(a.1 - a.0, b.1 - b.0);
        let mut deltas = sum.clone();
        for place in places {
            place.add_to(a, b, kinds, sum.as_mut(), deltas.as_mut());
        }
        ((a.0, b.0), sum)
    });
    let made = made.collect::<Vec<_>>();
    let mut gram = Mat::<f64>::zeros(rows, rows);
    for ((i, j), part) in made {
        for column in 0..part.ncols() {
            let target = &mut gram.col_as_slice_mut(j + column)[i..i + part.nrows()];
            for (target, value) in target.iter_mut().zip(part.col_as_slice(column)) {
                *target = f64::from(*value);
            }
        }
    }
    gram
}

impl Place {
    /// Adds the share of this place in the Gram matrix of rows `a` and `b`.
    fn add_to(
        &self,
        a: (usize, usize),
        b: (usize, usize),
        kinds: usize,
        mut sum: MatMut<'_, f32>,
        mut deltas: MatMut<'_, f32>,
    ) {
        let delta = |(from, to): (usize, usize)| {
            MatRef::from_row_major_slice(
                &self.delta[from * self.outputs..to * self.outputs],
                to - from,
                self.outputs,
            )
        };
        matmul(deltas.as_mut(), Accum::Replace, delta(a), delta(b).transpose(), 1.0, Par::Seq);
        let x = |(from, to): (usize, usize)| {
            let (from, to) = (from / kinds, to / kinds);
            MatRef::from_row_major_slice(
                &self.x[from * self.inputs..to * self.inputs],
                to - from,
                self.inputs,
            )
        };
        let bias = if self.bias.is_some() { 1.0 } else { 0.0 };
        let mut factors = Mat::<f32>::full(sum.nrows() / kinds, sum.ncols() / kinds, bias);
        if self.weight.is_some() {
            matmul(&mut factors, Accum::Add, x(a), x(b).transpose(), 1.0, Par::Seq);
        }
        for j in 0..sum.ncols() {
            let deltas = deltas.rb().col(j).try_as_col_major().map(|column| column.as_slice());
            let factors = factors.col_as_slice(j / kinds);
            let Some(sum) = sum.rb_mut().col_mut(j).try_as_col_major_mut() else { continue };
            let sums = sum.as_slice_mut().chunks_exact_mut(kinds);
            for ((sums, deltas), factor) in
                sums.zip(deltas.unwrap_or_default().chunks_exact(kinds)).zip(factors)
            {
                for (sum, delta) in sums.iter_mut().zip(deltas) {
                    *sum += delta * factor;
                }
            }
        }
    }
}

/// The numbers of a matrix in single precision, row after row.
fn singles(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().convert::<f32>().try_into_vec::<f32>().unwrap_or_default()
}

/// From rows copy after copy to rows point after point.
fn by_point(values: &[f32], [kinds, points, width]: [usize; 3]) -> Vec<f32> {
    let rows = (0..points).flat_map(|i| (0..kinds).map(move |k| k * points + i));
    rows.flat_map(|row| values[row * width..(row + 1) * width].iter().copied()).collect()
}
