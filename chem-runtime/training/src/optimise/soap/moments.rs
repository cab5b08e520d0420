//! The moments of SOAP (Vyas et al. 2024, arXiv:2409.11321): Adam in the eigenbasis of the second moments of a layer's gradient.
//!
//! ```text
//! L <- b L + (1 - b) G G'      R <- b R + (1 - b) G' G        for each matrix G of the gradient
//! Q_L, Q_R                     orthonormal bases: one step of the power iteration at every refresh
//! step                         Q_L adam(Q_L' M Q_R) Q_R'
//! ```
//! Vectors take the steps of Adam.

use faer::linalg::matmul::matmul;
use faer::prelude::*;
use faer::{Accum, Mat, MatRef, Par};

use chem_emulator::config::Soap as Settings;
use chem_emulator::weights::NamedArray;

const EPSILON: f64 = 1e-9;
/// Longest step of a parameter over the learning rate: what a steady gradient gives.
const LONGEST: f64 = 1.0;

/// Moments of all parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    mean: Vec<f64>,
    square: Vec<f64>,
    bases: Vec<Option<[Side; 2]>>,
    /// Where each array begins, and its shape.
    arrays: Vec<(usize, Vec<usize>)>,
}

/// Second moments of one side of a matrix, and their basis.
#[derive(Clone, Debug)]
struct Side {
    moments: Mat<f64>,
    basis: Mat<f64>,
}

impl Side {
    fn new(order: usize) -> Self {
        Side { moments: Mat::zeros(order, order), basis: Mat::identity(order, order) }
    }

    /// moments <- b moments + (1 - b) g g'
    fn update(&mut self, keep: f64, g: MatRef<'_, f64>) {
        self.moments *= Scale(keep);
        matmul(&mut self.moments, Accum::Add, g, g.transpose(), 1.0 - keep, Par::Seq);
    }

    /// One step of the power iteration.
    fn refresh(&mut self) {
        let turned = &self.moments * &self.basis + Scale(1e-12) * &self.basis;
        let basis = turned.qr().compute_thin_Q();
        if (0..basis.ncols()).all(|j| basis.col(j).iter().all(|x| x.is_finite())) {
            self.basis = basis;
        }
    }
}

impl Moments {
    /// Moments of parameters in arrays of these shapes, one after another.
    pub(super) fn new(shapes: impl Iterator<Item = Vec<usize>>) -> Self {
        let mut soap = Moments::default();
        let mut start = 0;
        for shape in shapes {
            let length: usize = shape.iter().product();
            soap.bases.push(match shape.as_slice() {
                [rows, columns] => Some([Side::new(*rows), Side::new(*columns)]),
                _ => None,
            });
            soap.arrays.push((start, shape));
            start += length;
        }
        soap.mean = vec![0.0; start];
        soap.square = vec![0.0; start];
        soap
    }

    /// Moves the parameters; `iteration` counts from 0, `rate` is the learning rate.
    #[cfg(test)]
    pub(super) fn step(
        &mut self,
        settings: &Settings,
        place: (u64, f64),
        gradient: &[f64],
        parameters: &mut [f64],
    ) {
        let all: Vec<usize> = (0..self.arrays.len()).collect();
        self.step_of(&all, settings, place, gradient, parameters);
    }

    /// Moves the parameters of some arrays, which are given in order; `iteration` counts from 0, `rate` is the learning
    /// rate.
    pub(super) fn step_of(
        &mut self,
        arrays: &[usize],
        settings: &Settings,
        (iteration, rate): (u64, f64),
        gradient: &[f64],
        parameters: &mut [f64],
    ) {
        let count = (iteration + 1) as f64;
        let unbias = [settings.beta_1, settings.beta_2].map(|beta| 1.0 - beta.powf(count));
        let all = self.bases.iter_mut().zip(&self.arrays).enumerate();
        for (_, (basis, (start, shape))) in all.filter(|(number, _)| arrays.binary_search(number).is_ok()) {
            let range = *start..start + shape.iter().product::<usize>();
            let mean = &mut self.mean[range.clone()];
            let square = &mut self.square[range.clone()];
            let (gradient, parameters) = (&gradient[range.clone()], &mut parameters[range]);
            if matches!(shape.as_slice(), [_, _]) {
                parameters.iter_mut().for_each(|weight| *weight *= 1.0 - rate * settings.weight_decay);
            }
            for (mean, g) in mean.iter_mut().zip(gradient) {
                *mean = settings.beta_1 * *mean + (1.0 - settings.beta_1) * g;
            }
            let adam = |g: f64, mean: f64, square: &mut f64| {
                *square = settings.beta_2 * *square + (1.0 - settings.beta_2) * g * g;
                // A mean from before the basis turned may be large where the squares are still small.
                let step = (mean / unbias[0]) / ((*square / unbias[1]).sqrt() + EPSILON);
                rate * step.clamp(-LONGEST, LONGEST)
            };
            let (Some([left, right]), [rows, columns]) = (basis, shape.as_slice()) else {
                for ((parameter, g), (mean, square)) in
                    parameters.iter_mut().zip(gradient).zip(mean.iter().zip(square))
                {
                    *parameter -= adam(*g, *mean, square);
                }
                continue;
            };
            let (rows, columns) = (*rows, *columns);
            let g = MatRef::from_row_major_slice(gradient, rows, columns);
            left.update(settings.beta_basis, g);
            right.update(settings.beta_basis, g.transpose());
            if iteration.is_multiple_of(settings.refresh_every) {
                left.refresh();
                right.refresh();
            }
            let turn = |m: MatRef<'_, f64>| left.basis.transpose() * (m * &right.basis);
            let (g, mean) = (turn(g), turn(MatRef::from_row_major_slice(mean, rows, columns)));
            let mut step = Mat::zeros(rows, columns);
            for i in 0..rows {
                for j in 0..columns {
                    step[(i, j)] = adam(g[(i, j)], mean[(i, j)], &mut square[i * columns + j]);
                }
            }
            let step = &left.basis * (step * right.basis.transpose());
            for i in 0..rows {
                for j in 0..columns {
                    parameters[i * columns + j] -= step[(i, j)];
                }
            }
        }
    }

    /// How long a step of each array takes, in any unit.
    pub(super) fn costs(&self) -> Vec<usize> {
        let cost = |(_, shape): &(usize, Vec<usize>)| match shape.as_slice() {
            [rows, columns] => 4 + rows * columns * (4 + rows + columns),
            _ => 4 + 4 * shape.iter().product::<usize>(),
        };
        self.arrays.iter().map(cost).collect()
    }

    /// Where the parameters of an array are.
    pub(super) fn range(&self, array: usize) -> std::ops::Range<usize> {
        let (start, shape) = &self.arrays[array];
        *start..start + shape.iter().product::<usize>()
    }

    /// The moments of an array.
    pub(super) fn moments(&self, array: usize) -> Vec<f64> {
        let range = self.range(array);
        let mut moments = [&self.mean[range.clone()], &self.square[range]].concat();
        for side in self.bases[array].iter().flatten() {
            moments.extend(columns(&side.moments));
            moments.extend(columns(&side.basis));
        }
        moments
    }

    /// The reverse of [`Moments::moments`]; `None` if they are of another size.
    pub(super) fn set_moments(&mut self, array: usize, moments: &[f64]) -> Option<()> {
        let mut rest = moments;
        let mut next = |length: usize| {
            let part;
            (part, rest) = rest.split_at_checked(length)?;
            Some(part)
        };
        let range = self.range(array);
        self.mean[range.clone()].copy_from_slice(next(range.len())?);
        self.square[range.clone()].copy_from_slice(next(range.len())?);
        for side in self.bases[array].iter_mut().flatten() {
            let order = side.basis.nrows();
            for matrix in [&mut side.moments, &mut side.basis] {
                *matrix = MatRef::from_column_major_slice(next(order * order)?, order, order).to_owned();
            }
        }
        Some(())
    }

    /// The moments, for a snapshot.
    pub(super) fn arrays(&self) -> Vec<NamedArray> {
        let vector = |name: String, values: Vec<f64>| NamedArray::new(name, [values.len()], values);
        let mut arrays = vec![
            vector("soap.mean".to_owned(), self.mean.clone()),
            vector("soap.square".to_owned(), self.square.clone()),
        ];
        for (number, sides) in self.bases.iter().enumerate() {
            for (side, name) in sides.iter().flatten().zip(["left", "right"]) {
                arrays.push(vector(format!("soap.{number}.{name}.moments"), columns(&side.moments)));
                arrays.push(vector(format!("soap.{number}.{name}.basis"), columns(&side.basis)));
            }
        }
        arrays
    }

    /// Takes the moments of a snapshot; `None` if it does not hold them.
    pub(super) fn restore(&mut self, find: impl Fn(&str, usize) -> Option<Vec<f64>>) -> Option<()> {
        self.mean = find("soap.mean", self.mean.len())?;
        self.square = find("soap.square", self.square.len())?;
        for (number, sides) in self.bases.iter_mut().enumerate() {
            for (side, name) in sides.iter_mut().flatten().zip(["left", "right"]) {
                let order = side.basis.nrows();
                let matrix = |what: &str| {
                    let values = find(&format!("soap.{number}.{name}.{what}"), order * order)?;
                    Some(MatRef::from_column_major_slice(&values, order, order).to_owned())
                };
                *side = Side { moments: matrix("moments")?, basis: matrix("basis")? };
            }
        }
        Some(())
    }
}

/// The entries of a matrix, column after column.
fn columns(matrix: &Mat<f64>) -> Vec<f64> {
    (0..matrix.ncols()).flat_map(|j| matrix.col(j).iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimise::Place;
    use crate::optimise::learning_rate::LearningRate;

    /// An ill-conditioned quadratic in a matrix whose axes are turned: Adam alone needs many more steps.
    #[test]
    fn turned_valleys_are_followed() {
        let settings = Settings { learning_rate: 0.05, warm_up: 1, ..Settings::default() };
        // f = sum over columns of x' A x, A = turned diag(1, 1e4)
        let a = [[5000.5, 4999.5], [4999.5, 5000.5]];
        let loss = |p: &[f64]| -> f64 {
            (0..2)
                .map(|c| {
                    (0..2)
                        .flat_map(|i| (0..2).map(move |j| (i, j)))
                        .map(|(i, j)| p[i * 2 + c] * a[i][j] * p[j * 2 + c])
                        .sum::<f64>()
                })
                .sum()
        };
        let mut p = [1.0, -0.5, 0.3, 0.8];
        let mut soap = Moments::new([vec![2, 2]].into_iter());
        for iteration in 0..400 {
            let mut g = [0.0; 4];
            for c in 0..2 {
                for i in 0..2 {
                    g[i * 2 + c] = (0..2).map(|j| 2.0 * a[i][j] * p[j * 2 + c]).sum();
                }
            }
            let rate = LearningRate::Cosine { rate: settings.learning_rate, warm_up: 1, last: settings.last };
            let rate = rate.at(Place { iteration, iterations: 400 });
            soap.step(&settings, (iteration, rate), &g, &mut p);
        }
        assert!(loss(&p) < 1e-3, "{} at {p:?}", loss(&p));
        let arrays = soap.arrays();
        let mut other = Moments::new([vec![2, 2]].into_iter());
        let find = |name: &str, length: usize| {
            arrays.iter().find(|a| a.name == name && a.values.len() == length).map(|a| a.values.clone())
        };
        other.restore(find).unwrap();
        assert_eq!(other.arrays(), arrays);
    }
}
