//! Elimination order.

use super::Pattern;

/// A square boolean matrix, as bits by rows and by columns.
pub(super) struct BitMatrix {
    words: usize,
    rows: Vec<u64>,
    columns: Vec<u64>,
}

impl BitMatrix {
    pub(super) fn new(pattern: &Pattern) -> Self {
        let order = pattern.order();
        let words = order.div_ceil(64);
        let mut matrix = BitMatrix { words, rows: vec![0; order * words], columns: vec![0; order * words] };
        for (row, column) in pattern.entries() {
            matrix.set(row, column);
        }
        for i in 0..order {
            matrix.set(i, i);
        }
        matrix
    }

    fn set(&mut self, row: usize, column: usize) {
        self.rows[row * self.words + column / 64] |= 1 << (column % 64);
        self.columns[column * self.words + row / 64] |= 1 << (row % 64);
    }

    pub(super) fn row(&self, row: usize) -> &[u64] {
        &self.rows[row * self.words..][..self.words]
    }

    pub(super) fn column(&self, column: usize) -> &[u64] {
        &self.columns[column * self.words..][..self.words]
    }

    /// Adds the entries that eliminating the diagonal of `pivot` makes: every row of its column gets its row.
    fn eliminate(&mut self, pivot: usize, remaining: &[u64]) {
        let both = |bits: &[u64]| -> Vec<u64> { bits.iter().zip(remaining).map(|(a, b)| a & b).collect() };
        let (row, column) = (both(self.row(pivot)), both(self.column(pivot)));
        for other in members(&column, remaining) {
            merge(&mut self.rows[other * self.words..][..self.words], &row);
        }
        for other in members(&row, remaining) {
            merge(&mut self.columns[other * self.words..][..self.words], &column);
        }
    }
}

fn merge(bits: &mut [u64], more: &[u64]) {
    for (word, more) in bits.iter_mut().zip(more) {
        *word |= more;
    }
}

/// Bits set in both.
pub(super) fn members<'a>(bits: &'a [u64], mask: &'a [u64]) -> impl Iterator<Item = usize> + 'a {
    bits.iter().zip(mask).enumerate().flat_map(|(i, (a, b))| {
        let mut rest = a & b;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let bit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            Some(i * 64 + bit)
        })
    })
}

// Loops rather than chains of iterators here: this runs without optimisation when a network is compiled.
fn count(bits: &[u64], mask: &[u64]) -> usize {
    let mut sum = 0;
    for (i, word) in bits.iter().enumerate() {
        sum += (word & mask[i]).count_ones() as usize;
    }
    sum
}

/// Entries that eliminating the diagonal of `pivot` would add.
fn fill(matrix: &BitMatrix, pivot: usize, remaining: &[u64]) -> usize {
    let row = matrix.row(pivot);
    let mut sum = 0;
    for other in members(matrix.column(pivot), remaining) {
        let other = matrix.row(other);
        for (i, word) in row.iter().enumerate() {
            sum += (word & !other[i] & remaining[i]).count_ones() as usize;
        }
    }
    sum
}

/// Among equals at most this many are compared by their fill.
const COMPARED_BY_FILL: usize = 32;

/// Markowitz's order with diagonal pivots: eliminates next the unknown with the smallest product of remaining
/// off-diagonal entries in its row and its column; among equals the one with the least fill, then the first
/// one. Returns the order and the filled matrix (still in the original numbering).
pub(super) fn markowitz(pattern: &Pattern) -> (Vec<u32>, BitMatrix) {
    let order = pattern.order();
    let mut matrix = BitMatrix::new(pattern);
    let mut remaining = vec![0u64; matrix.words];
    for i in 0..order {
        remaining[i / 64] |= 1 << (i % 64);
    }
    let all = remaining.clone();
    let cost = |matrix: &BitMatrix, remaining: &[u64], i: usize| {
        (count(matrix.row(i), remaining) - 1) * (count(matrix.column(i), remaining) - 1)
    };
    let mut costs: Vec<usize> = (0..order).map(|i| cost(&matrix, &remaining, i)).collect();
    let mut result = Vec::with_capacity(order);
    for _ in 0..order {
        let left: Vec<usize> = members(&remaining, &all).collect();
        let Some(least) = left.iter().map(|&i| costs[i]).min() else { break };
        if least == (left.len() - 1) * (left.len() - 1) {
            // What is left is full.
            result.extend(left.iter().map(|&i| i as u32));
            break;
        }
        let candidates = left.iter().copied().filter(|&i| costs[i] == least).take(COMPARED_BY_FILL);
        let Some(pivot) = candidates.min_by_key(|&i| (fill(&matrix, i, &remaining), i)) else { break };
        let touched: Vec<usize> =
            members(matrix.row(pivot), &remaining).chain(members(matrix.column(pivot), &remaining)).collect();
        matrix.eliminate(pivot, &remaining);
        remaining[pivot / 64] &= !(1 << (pivot % 64));
        for i in touched {
            if i != pivot {
                costs[i] = cost(&matrix, &remaining, i);
            }
        }
        result.push(pivot as u32);
    }
    (result, matrix)
}
