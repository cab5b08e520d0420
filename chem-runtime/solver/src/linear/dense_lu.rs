//! Dense LU factorisation with scaled partial pivoting: the fallback where elimination on the diagonal grows.

use crate::structure::Structure;

/// Factors of I - c J with row pivoting. Allocates at first use for networks of more than
/// [`DenseLu::EAGER_ORDER`] unknowns, at construction otherwise.
#[derive(Clone, Debug, Default)]
pub struct DenseLu {
    order: usize,
    /// Rows one after another.
    matrix: Vec<f64>,
    pivots: Vec<usize>,
    scale: Vec<f64>,
}

impl DenseLu {
    /// Up to this number of unknowns the memory is taken at construction, so that a fallback in the middle of
    /// an integration does not allocate.
    pub const EAGER_ORDER: usize = 64;

    /// Room for the factors of a network.
    pub fn new(structure: &Structure) -> Self {
        let mut lu = DenseLu::default();
        if structure.unknown_count() <= Self::EAGER_ORDER {
            lu.reserve(structure.unknown_count());
        }
        lu
    }

    fn reserve(&mut self, order: usize) {
        self.order = order;
        self.matrix.resize(order * order, 0.0);
        self.pivots.resize(order, 0);
        self.scale.resize(order, 0.0);
    }

    /// Factorises I - c J; `false` if the matrix is singular or not finite.
    pub fn factor(&mut self, structure: &Structure, c: f64, jacobian: &[f64]) -> bool {
        let n = structure.unknown_count();
        self.reserve(n);
        self.matrix.fill(0.0);
        for column in 0..n {
            for (row, value) in structure.jacobian_values(column, jacobian) {
                self.matrix[row * n + column] = -c * value;
            }
            self.matrix[column * n + column] += 1.0;
        }
        for (scale, row) in self.scale.iter_mut().zip(self.matrix.chunks_exact(n)) {
            let largest = row.iter().fold(0.0, |m: f64, v| if v.is_nan() { *v } else { m.max(v.abs()) });
            if !(largest > 0.0 && largest.is_finite()) {
                return false;
            }
            *scale = 1.0 / largest;
        }
        (0..n).all(|column| self.eliminate(column))
    }

    fn eliminate(&mut self, column: usize) -> bool {
        let n = self.order;
        let mut pivot = column;
        let mut best = 0.0;
        for row in column..n {
            let size = self.matrix[row * n + column].abs() * self.scale[row];
            if size > best {
                (pivot, best) = (row, size);
            }
        }
        if best == 0.0 {
            return false;
        }
        self.pivots[column] = pivot;
        if pivot != column {
            self.scale.swap(pivot, column);
            for k in 0..n {
                self.matrix.swap(pivot * n + k, column * n + k);
            }
        }
        let (above, below) = self.matrix.split_at_mut((column + 1) * n);
        let pivot_row = &above[column * n..];
        let reciprocal = 1.0 / pivot_row[column];
        for row in below.chunks_exact_mut(n) {
            let factor = row[column] * reciprocal;
            row[column] = factor;
            if factor != 0.0 {
                for (a, b) in row[column + 1..].iter_mut().zip(&pivot_row[column + 1..]) {
                    *a -= factor * b;
                }
            }
        }
        reciprocal.is_finite()
    }

    /// Solves (I - c J) x = b in place.
    pub fn solve(&self, b: &mut [f64]) {
        let n = self.order;
        for column in 0..n {
            b.swap(column, self.pivots[column]);
        }
        for row in 1..n {
            let (known, rest) = b.split_at_mut(row);
            let sum: f64 = self.matrix[row * n..row * n + row].iter().zip(&*known).map(|(l, x)| l * x).sum();
            rest[0] -= sum;
        }
        for row in (0..n).rev() {
            let (left, known) = b.split_at_mut(row + 1);
            let upper = &self.matrix[row * n + row + 1..(row + 1) * n];
            let sum: f64 = upper.iter().zip(&*known).map(|(u, x)| u * x).sum();
            left[row] = (left[row] - sum) / self.matrix[row * n + row];
        }
    }
}
