//! LU factorisation of I - c J on a pattern known beforehand.
//!
//! Used by interpreted networks and by generated networks that are too large for straight-line code. There is
//! no pivoting: rate matrices of chemistry are close to M-matrices, for which elimination on the diagonal is
//! stable. The growth that [`factor`] returns tells when that fails; then [`crate::linear::dense_lu::DenseLu`] helps.

use super::full_tail::Tail;
use crate::scalar::Scalar;
use crate::structure::{LuStructure, Structure};

/// Factorises `I - c J` into `lu` (`Structure::lu_count` entries): unit lower factor below the diagonal, upper
/// factor above, reciprocals of the pivots on it. Returns the growth as
/// [`ChemNetwork::factor`](crate::network::ChemNetwork::factor) says.
#[inline(always)] // SIMD instructions are those of the caller
pub fn factor<V: Scalar>(structure: &Structure, c: V, jacobian: &[V], lu: &mut [V]) -> V {
    let pattern = &structure.lu;
    let (lu, work) = lu.split_at_mut(pattern.rows.len());
    let zero = V::constant(0.0);
    let order = pattern.diagonal.len();
    let tail = Tail::of(pattern);
    let mut growth = Growth { before: zero, largest: zero, taint: zero };
    for column in 0..tail.first {
        take_column(structure, column, (c, jacobian), work, &mut growth);
        eliminate_above(pattern, column, column, lu, work, &mut growth);
        eliminate_pivot(pattern, column, lu, &mut growth);
    }
    for column in tail.first..order {
        take_column(structure, column, (c, jacobian), work, &mut growth);
        eliminate_above(pattern, column, tail.first, lu, work, &mut growth);
    }
    tail.factor(lu, &mut growth);
    growth.largest / growth.before + growth.taint
}

/// What elimination has met so far.
pub(super) struct Growth<V> {
    /// Largest entry of the matrix.
    before: V,
    /// Largest factor; a maximum skips NaN.
    largest: V,
    /// Zero, or NaN once a pivot vanished or was not finite.
    taint: V,
}

impl<V: Scalar> Growth<V> {
    /// Takes note of a factor.
    #[inline(always)]
    pub(super) fn meet(&mut self, factor: V) {
        self.largest = self.largest.max(factor.abs());
    }

    /// The reciprocal of a pivot.
    #[inline(always)]
    pub(super) fn reciprocal(&mut self, pivot: V) -> V {
        let reciprocal = V::constant(1.0) / pivot;
        self.taint = self.taint + V::constant(0.0) * reciprocal;
        reciprocal
    }
}

/// Takes a column of I - c J.
#[inline(always)]
fn take_column<V: Scalar>(
    structure: &Structure,
    column: usize,
    (c, jacobian): (V, &[V]),
    work: &mut [V],
    growth: &mut Growth<V>,
) {
    let pattern = &structure.lu;
    let entries = pattern.columns[column] as usize..pattern.columns[column + 1] as usize;
    for &row in &pattern.rows[entries] {
        work[row as usize] = V::constant(0.0);
    }
    let own = structure.jacobian_column(pattern.order[column] as usize);
    for (&entry, value) in pattern.from_jacobian[own.clone()].iter().zip(&jacobian[own]) {
        let row = pattern.rows[entry as usize] as usize;
        let one = V::constant(if row == column { 1.0 } else { 0.0 });
        work[row] = one - c * *value;
        growth.before = growth.before.max(work[row].abs());
    }
}

/// Divides a column of the lower factor by its pivot, whose reciprocal stays.
#[inline(always)]
fn eliminate_pivot<V: Scalar>(pattern: &LuStructure, column: usize, lu: &mut [V], growth: &mut Growth<V>) {
    let end = pattern.columns[column + 1] as usize;
    let diagonal = pattern.diagonal[column] as usize;
    growth.meet(lu[diagonal]);
    let reciprocal = growth.reciprocal(lu[diagonal]);
    lu[diagonal] = reciprocal;
    for lower in &mut lu[diagonal + 1..end] {
        *lower = *lower * reciprocal;
        growth.meet(*lower);
    }
}

/// What the pivots before one do to a column.
#[inline(always)]
fn eliminate_above<V: Scalar>(
    pattern: &LuStructure,
    column: usize,
    before: usize,
    lu: &mut [V],
    work: &mut [V],
    growth: &mut Growth<V>,
) {
    let entries = pattern.columns[column] as usize..pattern.columns[column + 1] as usize;
    let rows = &pattern.rows[entries.clone()];
    for &pivot in rows {
        let pivot = pivot as usize;
        if pivot >= before {
            break;
        }
        let factor = work[pivot];
        growth.meet(factor);
        let below = pattern.diagonal[pivot] as usize + 1..pattern.columns[pivot + 1] as usize;
        subtract(&pattern.rows[below.clone()], &lu[below], factor, work);
    }
    for (&row, value) in rows.iter().zip(&mut lu[entries]) {
        *value = work[row as usize];
    }
}

/// Subtracts a multiple of a column of the lower factor. What is eliminated last is full in large networks: there
/// the rows follow each other, and no index is needed.
#[inline(always)]
fn subtract<V: Scalar>(rows: &[u32], lower: &[V], factor: V, work: &mut [V]) {
    let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else { return };
    if (last - first) as usize + 1 == rows.len() {
        for (work, lower) in work[first as usize..].iter_mut().zip(lower) {
            *work = lower.neg_mul_add(factor, *work);
        }
    } else {
        for (&row, lower) in rows.iter().zip(lower) {
            let work = &mut work[row as usize];
            *work = lower.neg_mul_add(factor, *work);
        }
    }
}

/// Solves (I - c J) x = b in place with the factors that [`factor`] left.
#[inline(always)] // SIMD instructions are those of the caller
pub fn solve<V: Scalar>(structure: &Structure, lu: &[V], b: &mut [V]) {
    let pattern = &structure.lu;
    let tail = Tail::of(pattern);
    let entries = |range: std::ops::Range<usize>| pattern.rows[range.clone()].iter().zip(&lu[range]);
    for (column, &unknown) in pattern.order[..tail.first].iter().enumerate() {
        let x = b[unknown as usize];
        let below = pattern.diagonal[column] as usize + 1..pattern.columns[column + 1] as usize;
        for (row, lower) in entries(below) {
            let row = pattern.order[*row as usize] as usize;
            b[row] = lower.neg_mul_add(x, b[row]);
        }
    }
    tail.solve(lu, b);
    for (column, &unknown) in pattern.order.iter().enumerate().rev() {
        let (begin, diagonal) = (pattern.columns[column] as usize, pattern.diagonal[column] as usize);
        // What is in the block has been solved for.
        let (x, above) = if column < tail.first {
            (b[unknown as usize] * lu[diagonal], diagonal)
        } else {
            (b[unknown as usize], pattern.columns[column + 1] as usize - tail.size)
        };
        b[unknown as usize] = x;
        for (row, upper) in entries(begin..above) {
            let row = pattern.order[*row as usize] as usize;
            b[row] = upper.neg_mul_add(x, b[row]);
        }
    }
}

/// Solves (I - c J)^T x = b in place with the factors that [`factor`] left.
pub fn solve_transposed(structure: &Structure, lu: &[f64], b: &mut [f64]) {
    let pattern = &structure.lu;
    let sum = |entries: std::ops::Range<usize>, b: &[f64]| -> f64 {
        let term = |(row, value): (&u32, &f64)| value * b[pattern.order[*row as usize] as usize];
        pattern.rows[entries.clone()].iter().zip(&lu[entries]).map(term).sum()
    };
    for (column, &unknown) in pattern.order.iter().enumerate() {
        let (begin, diagonal) = (pattern.columns[column] as usize, pattern.diagonal[column] as usize);
        b[unknown as usize] = (b[unknown as usize] - sum(begin..diagonal, b)) * lu[diagonal];
    }
    for (column, &unknown) in pattern.order.iter().enumerate().rev() {
        let below = pattern.diagonal[column] as usize + 1..pattern.columns[column + 1] as usize;
        b[unknown as usize] -= sum(below, b);
    }
}
