//! The block without zeros at the end of the factors of a large network: most of the work of a factorisation, in tiles that stay in
//! registers.

use super::lu::Growth;
use crate::scalar::Scalar;
use crate::structure::LuStructure;

/// Rows and columns of a tile.
const TILE: usize = 4;
/// Blocks with fewer tiles in a row gain nothing.
const LEAST_TILES: usize = 3;

/// A tile, column by column.
type Tile<V> = [[V; TILE]; TILE];

/// The block, a whole number of tiles.
pub(super) struct Tail<'a> {
    pattern: &'a LuStructure,
    /// Position at which it begins.
    pub(super) first: usize,
    /// Number of its rows.
    pub(super) size: usize,
}

impl<'a> Tail<'a> {
    pub(super) fn of(pattern: &'a LuStructure) -> Self {
        let tiles = pattern.full_tail as usize / TILE;
        let size = if tiles < LEAST_TILES { 0 } else { tiles * TILE };
        Tail { pattern, first: pattern.diagonal.len().saturating_sub(size), size }
    }

    /// Factorises the block, to which all earlier pivots have been applied.
    #[inline(always)] // SIMD instructions are those of the caller
    pub(super) fn factor<V: Scalar>(&self, lu: &mut [V], growth: &mut Growth<V>) {
        for column in (0..self.size).step_by(TILE) {
            for row in (0..self.size).step_by(TILE) {
                let pivots = row.min(column);
                let mut tile = self.read(lu, row, column);
                self.subtract(lu, row, column, pivots, &mut tile);
                if row < column {
                    solve_lower(&self.read(lu, row, row), &mut tile);
                } else if row == column {
                    factor_tile(&mut tile, growth);
                } else {
                    solve_upper(&self.read(lu, column, column), &mut tile);
                }
                if row != column {
                    tile.iter().flatten().for_each(|value| growth.meet(*value));
                }
                self.write(lu, row, column, &tile);
            }
        }
    }

    /// Solves with the factors of the block, in place.
    #[inline(always)] // SIMD instructions are those of the caller
    pub(super) fn solve<V: Scalar>(&self, lu: &[V], b: &mut [V]) {
        let unknowns = &self.pattern.order[self.first..];
        for column in (0..self.size).step_by(TILE) {
            let mut x = [V::constant(0.0); TILE];
            for (x, unknown) in x.iter_mut().zip(&unknowns[column..]) {
                *x = b[*unknown as usize];
            }
            let factors = self.read(lu, column, column);
            for pivot in 0..TILE {
                let known = x[pivot];
                for (x, lower) in x[pivot + 1..].iter_mut().zip(&factors[pivot][pivot + 1..]) {
                    *x = lower.neg_mul_add(known, *x);
                }
            }
            for (x, unknown) in x.iter().zip(&unknowns[column..]) {
                b[*unknown as usize] = *x;
            }
            self.subtract_columns(lu, column, column + TILE..self.size, x, b);
        }
        for column in (0..self.size).step_by(TILE).rev() {
            let mut x = [V::constant(0.0); TILE];
            for (x, unknown) in x.iter_mut().zip(&unknowns[column..]) {
                *x = b[*unknown as usize];
            }
            let factors = self.read(lu, column, column);
            for pivot in (0..TILE).rev() {
                let known = x[pivot] * factors[pivot][pivot];
                x[pivot] = known;
                for (x, upper) in x[..pivot].iter_mut().zip(&factors[pivot][..pivot]) {
                    *x = upper.neg_mul_add(known, *x);
                }
            }
            for (x, unknown) in x.iter().zip(&unknowns[column..]) {
                b[*unknown as usize] = *x;
            }
            self.subtract_columns(lu, column, 0..column, x, b);
        }
    }

    /// Subtracts the columns of a tile, times what was found, from rows of the block.
    #[inline(always)]
    fn subtract_columns<V: Scalar>(
        &self,
        lu: &[V],
        column: usize,
        rows: std::ops::Range<usize>,
        x: [V; TILE],
        b: &mut [V],
    ) {
        let of = |j: usize| {
            let from = self.start(column + j);
            &lu[from + rows.start..from + rows.end]
        };
        let (first, second, third, fourth) = (of(0), of(1), of(2), of(3));
        let unknowns = &self.pattern.order[self.first + rows.start..self.first + rows.end];
        let factors = first.iter().zip(second).zip(third.iter().zip(fourth));
        for (unknown, ((first, second), (third, fourth))) in unknowns.iter().zip(factors) {
            let b = &mut b[*unknown as usize];
            let sum = second.neg_mul_add(x[1], first.neg_mul_add(x[0], *b));
            *b = fourth.neg_mul_add(x[3], third.neg_mul_add(x[2], sum));
        }
    }

    /// Where a column of the block begins among the factors.
    #[inline(always)]
    fn start(&self, column: usize) -> usize {
        self.pattern.columns[self.first + column + 1] as usize - self.size
    }

    #[inline(always)]
    fn read<V: Scalar>(&self, lu: &[V], row: usize, column: usize) -> Tile<V> {
        let mut tile = [[V::constant(0.0); TILE]; TILE];
        for (j, values) in tile.iter_mut().enumerate() {
            let from = self.start(column + j) + row;
            values.copy_from_slice(&lu[from..from + TILE]);
        }
        tile
    }

    #[inline(always)]
    fn write<V: Scalar>(&self, lu: &mut [V], row: usize, column: usize, tile: &Tile<V>) {
        for (j, values) in tile.iter().enumerate() {
            let to = self.start(column + j) + row;
            lu[to..to + TILE].copy_from_slice(values);
        }
    }

    /// Subtracts the product of the lower factor left of a tile and the upper one above it.
    #[inline(always)]
    fn subtract<V: Scalar>(&self, lu: &[V], row: usize, column: usize, pivots: usize, tile: &mut Tile<V>) {
        let above: [&[V]; TILE] = std::array::from_fn(|j| {
            let from = self.start(column + j);
            &lu[from..from + pivots]
        });
        let ends = &self.pattern.columns[self.first + 1..];
        for (pivot, end) in ends[..pivots].iter().enumerate() {
            let from = *end as usize - self.size + row;
            let Some(lower) = lu.get(from..).and_then(|lower| lower.first_chunk::<TILE>()) else { return };
            for (values, above) in tile.iter_mut().zip(above) {
                let upper = above[pivot];
                for (value, lower) in values.iter_mut().zip(lower) {
                    *value = lower.neg_mul_add(upper, *value);
                }
            }
        }
    }
}

/// Elimination within a tile on the diagonal; reciprocals of the pivots stay on it.
#[inline(always)]
fn factor_tile<V: Scalar>(tile: &mut Tile<V>, growth: &mut Growth<V>) {
    for pivot in 0..TILE {
        let mut lower = tile[pivot];
        growth.meet(lower[pivot]);
        let reciprocal = growth.reciprocal(lower[pivot]);
        lower[pivot] = reciprocal;
        for value in &mut lower[pivot + 1..] {
            *value = *value * reciprocal;
            growth.meet(*value);
        }
        tile[pivot] = lower;
        for values in &mut tile[pivot + 1..] {
            let upper = values[pivot];
            growth.meet(upper);
            for (value, lower) in values[pivot + 1..].iter_mut().zip(&lower[pivot + 1..]) {
                *value = lower.neg_mul_add(upper, *value);
            }
        }
    }
}

/// L^-1 A with the unit lower factor L of a tile.
#[inline(always)]
fn solve_lower<V: Scalar>(factors: &Tile<V>, tile: &mut Tile<V>) {
    for values in tile {
        for pivot in 0..TILE {
            let upper = values[pivot];
            for (value, lower) in values[pivot + 1..].iter_mut().zip(&factors[pivot][pivot + 1..]) {
                *value = lower.neg_mul_add(upper, *value);
            }
        }
    }
}

/// A U^-1 with the upper factor U of a tile.
#[inline(always)]
fn solve_upper<V: Scalar>(factors: &Tile<V>, tile: &mut Tile<V>) {
    for pivot in 0..TILE {
        let reciprocal = factors[pivot][pivot];
        let lower = tile[pivot].map(|value| value * reciprocal);
        tile[pivot] = lower;
        for (values, factors) in tile[pivot + 1..].iter_mut().zip(&factors[pivot + 1..]) {
            for (value, lower) in values.iter_mut().zip(&lower) {
                *value = lower.neg_mul_add(factors[pivot], *value);
            }
        }
    }
}
