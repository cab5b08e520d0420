//! LU factorisation of I - c J on a pattern known beforehand.
//!
//! Used by interpreted networks and by generated networks that are too large for straight-line code. There is
//! no pivoting: rate matrices of chemistry are close to M-matrices, for which elimination on the diagonal is
//! stable. The growth that [`factor`] returns tells when that fails; then [`crate::linear::dense_lu::DenseLu`] helps.

use crate::scalar::Scalar;
use crate::structure::{LuStructure, Structure};

/// Factorises `I - c J` into `lu` (`Structure::lu_count` entries): unit lower factor below the diagonal, upper
/// factor above, reciprocals of the pivots on it. Returns the growth as
/// [`ChemNetwork::factor`](crate::network::ChemNetwork::factor) says.
pub fn factor<V: Scalar>(structure: &Structure, c: V, jacobian: &[V], lu: &mut [V]) -> V {
    let pattern = &structure.lu;
    let (lu, work) = lu.split_at_mut(pattern.rows.len());
    let (zero, one) = (V::constant(0.0), V::constant(1.0));
    lu.fill(zero);
    for (value, &entry) in jacobian.iter().zip(pattern.from_jacobian.iter()) {
        lu[entry as usize] = -(c * *value);
    }
    for &entry in pattern.diagonal.iter() {
        lu[entry as usize] = lu[entry as usize] + one;
    }
    let largest_before = lu.iter().fold(zero, |m, v| m.max(v.abs()));
    let mut growth = Growth { largest: zero, taint: zero };
    for column in 0..pattern.diagonal.len() {
        eliminate_column(pattern, column, lu, work, &mut growth);
    }
    growth.largest / largest_before + growth.taint
}

/// What elimination has met so far.
struct Growth<V> {
    /// Largest factor; a maximum skips NaN.
    largest: V,
    /// Zero, or NaN once a pivot vanished or was not finite.
    taint: V,
}

/// Left-looking elimination of one column.
fn eliminate_column<V: Scalar>(
    pattern: &LuStructure,
    column: usize,
    lu: &mut [V],
    work: &mut [V],
    growth: &mut Growth<V>,
) {
    let entries = pattern.columns[column] as usize..pattern.columns[column + 1] as usize;
    let diagonal = pattern.diagonal[column] as usize;
    for entry in entries.clone() {
        work[pattern.rows[entry] as usize] = lu[entry];
    }
    for entry in entries.start..diagonal {
        let pivot = pattern.rows[entry] as usize;
        let factor = work[pivot];
        let below = pattern.diagonal[pivot] as usize + 1..pattern.columns[pivot + 1] as usize;
        subtract(&pattern.rows[below.clone()], &lu[below], factor, work);
    }
    for entry in entries.start..=diagonal {
        lu[entry] = work[pattern.rows[entry] as usize];
        growth.largest = growth.largest.max(lu[entry].abs());
    }
    let reciprocal = V::constant(1.0) / lu[diagonal];
    lu[diagonal] = reciprocal;
    growth.taint = growth.taint + V::constant(0.0) * reciprocal;
    for entry in diagonal + 1..entries.end {
        lu[entry] = work[pattern.rows[entry] as usize] * reciprocal;
        growth.largest = growth.largest.max(lu[entry].abs());
    }
}

/// Subtracts a multiple of a column of the lower factor. What is eliminated last is full in large networks: there
/// the rows follow each other, and no index is needed.
#[inline]
fn subtract<V: Scalar>(rows: &[u32], lower: &[V], factor: V, work: &mut [V]) {
    let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else { return };
    if (last - first) as usize + 1 == rows.len() {
        for (work, lower) in work[first as usize..].iter_mut().zip(lower) {
            *work = *work - *lower * factor;
        }
    } else {
        for (&row, lower) in rows.iter().zip(lower) {
            let work = &mut work[row as usize];
            *work = *work - *lower * factor;
        }
    }
}

/// Solves (I - c J) x = b in place with the factors that [`factor`] left.
pub fn solve<V: Scalar>(structure: &Structure, lu: &[V], b: &mut [V]) {
    let pattern = &structure.lu;
    let entries = |range: std::ops::Range<usize>| pattern.rows[range.clone()].iter().zip(&lu[range]);
    for (column, &unknown) in pattern.order.iter().enumerate() {
        let x = b[unknown as usize];
        let below = pattern.diagonal[column] as usize + 1..pattern.columns[column + 1] as usize;
        for (row, lower) in entries(below) {
            let row = pattern.order[*row as usize] as usize;
            b[row] = b[row] - *lower * x;
        }
    }
    for (column, &unknown) in pattern.order.iter().enumerate().rev() {
        let diagonal = pattern.diagonal[column] as usize;
        let x = b[unknown as usize] * lu[diagonal];
        b[unknown as usize] = x;
        for (row, upper) in entries(pattern.columns[column] as usize..diagonal) {
            let row = pattern.order[*row as usize] as usize;
            b[row] = b[row] - *upper * x;
        }
    }
}
