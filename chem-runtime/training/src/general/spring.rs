//! Gauss-Newton in sample space with momentum (SPRING; Goldshlager, Abrahamsen & Lin 2024, arXiv:2401.10190).
//!
//! With G the derivative of the rows r (one per unknown and point) by the parameters, a step needs the Gram matrix
//! G G' alone. The gradient of a row by the matrix of a layer is the product of the layer's input x and the row's
//! derivative delta by the layer's output, so that
//!
//! ```text
//! (G G')_(ik)(jl) = sum over layers  (x_i . x_j + 1) (delta_ik . delta_jl)
//! ```
//! and G itself is never stored.

use burn::module::ParamId;
use faer::linalg::matmul::matmul;
use faer::prelude::*;
use faer::{Accum, Mat, MatMut, MatRef, Par, Side};
use rayon::prelude::*;

use super::*;
use crate::model::{Dual, Factor, Trace, matrix, tracked};
use chem_emulator::config::Spring as Settings;

/// Rows of a tile of the Gram matrix: what the caches hold.
const TILE: usize = 192;

/// One affine place of the network, at all rows.
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

impl GeneralTraining {
    /// One step on samples.
    pub(super) fn spring_step(
        &mut self,
        settings: &Settings,
        samples: &Samples,
        iterations: u64,
    ) -> Result<Loss, TrainError> {
        let (loss, weighted, weights) = self.rows(samples, settings.huber)?;
        if !loss.value.is_finite() {
            return Ok(loss);
        }
        let places = self.places(samples, &weights)?;
        let kinds = self.learnt.len();
        let mut gram = gram(&places, kinds, weighted.len());
        let order = gram.nrows();
        let mean = (0..order).map(|i| gram[(i, i)]).sum::<f64>() / order as f64;
        let along = self.product(&places, kinds);
        let right = Mat::from_fn(weighted.len(), 1, |i, _| -(weighted[i] + settings.momentum * along[i]));
        let damping = settings.damping * mean + 1e-12;
        (0..order).for_each(|i| gram[(i, i)] += damping);
        let Ok(factors) = gram.llt(Side::Lower) else {
            // Singular to rounding: this batch teaches nothing, and the momentum is not to be trusted.
            self.momentum.fill(0.0);
            return Ok(loss);
        };
        let c = factors.solve(&right);
        let c: Vec<f64> = c.col(0).iter().copied().collect();
        self.momentum.iter_mut().for_each(|m| *m *= settings.momentum);
        self.add_transposed(&places, kinds, &c);
        let length = self.momentum.iter().map(|m| m * m).sum::<f64>().sqrt();
        if !length.is_finite() {
            self.momentum.fill(0.0);
            return Ok(loss);
        }
        let rate = rate(settings, self.schedule.iteration, iterations).min(settings.longest / length);
        for (parameter, momentum) in self.parameters.iter_mut().zip(&self.momentum) {
            *parameter += rate * momentum;
        }
        Ok(loss)
    }

    /// The loss, the weighted residuals (unknown after unknown for each point), and their weights.
    fn rows(&self, samples: &Samples, huber: f64) -> Result<(Loss, Vec<f64>, Vec<f64>), TrainError> {
        let Samples { points, known, .. } = samples;
        let n = self.ansatz.outputs();
        let y = self.evaluate(&self.parameters, points);
        let count = samples.known_count()?;
        let mut loss = Loss { squares: vec![0.0; n], ..Loss::default() };
        let (mut weighted, mut weights) = (Vec::new(), Vec::new());
        for (i, known) in known.iter().enumerate() {
            for k in &self.learnt {
                let y = y[i * n + k];
                let counts = *known && y > points.starts[i].floor(*k);
                let r = if *known { samples.residual(i, *k, n, y) } else { 0.0 };
                let weight = if counts { 1.0 / (1.0 + (r / huber).powi(2)).sqrt() } else { 0.0 };
                loss.value += (weight * r).powi(2) / count;
                loss.squares[*k] += r * r / count;
                weighted.push(weight * r);
                weights.push(weight);
            }
        }
        Ok((loss, weighted, weights))
    }

    /// Inputs and derivatives of every layer: one reverse pass through as many copies of the points as unknowns are
    /// learnt; in copy k only unknown k counts.
    fn places(&self, samples: &Samples, weights: &[f64]) -> Result<Vec<Place>, TrainError> {
        let Samples { points, .. } = samples;
        let (n, kinds, count) = (self.ansatz.outputs(), self.learnt.len(), points.tau.len());
        let model = tracked(self.model.clone());
        let mut trace = Trace::probing(&self.device);
        let inputs = self.inputs(&points.starts, &points.tau, kinds, &self.device);
        let outputs = model.forward(&Dual::value(inputs), &mut trace).value;
        let y = self.evaluate(&self.parameters, points);
        let mut cotangents = vec![0.0; kinds * count * n];
        for (copy, k) in self.learnt.iter().enumerate() {
            for i in 0..count {
                let start = (copy * count + i) * n;
                let by_y = &mut cotangents[start..start + n];
                by_y[*k] = weights[i * kinds + copy];
                self.ansatz.pull_back(&points.starts[i], points.tau[i], &y[i * n..(i + 1) * n], by_y);
            }
        }
        let shape = [kinds * count, n];
        let sum = (outputs * matrix(cotangents, shape, &self.device, self.dtype())).sum();
        let gradients = sum.backward();
        let missing = || TrainError::Method {
            method: "spring",
            problem: "a layer does not reach the outputs".to_owned(),
        };
        let mut places = Vec::new();
        for probed in trace.into_places() {
            let delta = probed.probe.value.grad(&gradients).ok_or_else(missing)?;
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
        Ok(places)
    }

    /// G phi for the momentum phi.
    fn product(&self, places: &[Place], kinds: usize) -> Vec<f64> {
        let rows = places.first().map_or(0, |place| place.delta.len() / place.outputs);
        let mut product = vec![0.0; rows];
        for place in places {
            let points = rows / kinds;
            let mut u = Mat::<f32>::zeros(points, place.outputs);
            if let Some(weight) = self.part(place.weight) {
                let weight: Vec<f32> = weight.iter().map(|w| *w as f32).collect();
                let weight = MatRef::from_row_major_slice(&weight, place.inputs, place.outputs);
                let x = MatRef::from_row_major_slice(&place.x, points, place.inputs);
                matmul(&mut u, Accum::Add, x, weight, 1.0, Par::rayon(0));
            }
            let bias = self.part(place.bias).unwrap_or_default();
            for (row, product) in product.iter_mut().enumerate() {
                let delta = &place.delta[row * place.outputs..(row + 1) * place.outputs];
                let u = u.row(row / kinds);
                let bias = bias.iter().copied().chain(std::iter::repeat(0.0));
                let terms = delta.iter().zip(u.iter()).zip(bias);
                *product += terms.map(|((d, u), b)| f64::from(*d) * (f64::from(*u) + b)).sum::<f64>();
            }
        }
        product
    }

    /// Adds G' c to the momentum.
    fn add_transposed(&mut self, places: &[Place], kinds: usize, c: &[f64]) {
        for place in places {
            let points = c.len() / kinds;
            let mut sums = Mat::<f32>::zeros(points, place.outputs);
            for (row, c) in c.iter().enumerate() {
                let delta = &place.delta[row * place.outputs..(row + 1) * place.outputs];
                for (j, d) in delta.iter().enumerate() {
                    sums[(row / kinds, j)] += *c as f32 * d;
                }
            }
            if let Some(range) = self.range(place.weight) {
                let x = MatRef::from_row_major_slice(&place.x, points, place.inputs);
                let update = x.transpose() * &sums;
                for (index, momentum) in self.momentum[range].iter_mut().enumerate() {
                    *momentum += f64::from(update[(index / place.outputs, index % place.outputs)]);
                }
            }
            if let Some(range) = self.range(place.bias) {
                for (j, momentum) in self.momentum[range].iter_mut().enumerate() {
                    *momentum += sums.col(j).iter().map(|s| f64::from(*s)).sum::<f64>();
                }
            }
        }
    }

    fn range(&self, id: Option<ParamId>) -> Option<std::ops::Range<usize>> {
        let slot = self.layout.slot(id?)?;
        Some(slot.start..slot.start + slot.len())
    }

    /// The momentum of a parameter.
    fn part(&self, id: Option<ParamId>) -> Option<&[f64]> {
        self.momentum.get(self.range(id)?)
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

fn rate(settings: &Settings, iteration: u64, iterations: u64) -> f64 {
    let share = iteration as f64 / iterations.max(1) as f64;
    let falling = ((1.0 - share) / (1.0 - settings.decay_from).max(1e-9)).min(1.0);
    settings.rate * (settings.last + (1.0 - settings.last) * falling)
}
