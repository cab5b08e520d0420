//! Interpolation in tables, in a kernel.

use cubecl_core as cubecl;
use cubecl_core::prelude::*;

use super::tables::TableLayout;

/// A point along an axis: the number of its cell, its place there, and the derivative of the place.
#[derive(CubeType, Clone, Copy)]
struct Located<F: Float> {
    cell: usize,
    place: F,
    slope: F,
}

/// As [`chem_grammar::interpolation::Grid::value`].
#[cube]
pub(super) fn interpolate<F: Float>(
    first: F,
    second: F,
    numbers: &[F],
    #[comptime] table: TableLayout,
    #[comptime] orders: [u8; 2],
) -> F {
    let along = locate::<F>(first, numbers, table, 0usize);
    if comptime!(table.is_curve()) {
        if comptime!(orders[1] > 0) {
            F::cast_from(0f64)
        } else {
            let at = along.cell * comptime!(table.cell_size()) + comptime!(table.first_cell());
            cubic::<F>(&along, numbers, at, orders[0])
        }
    } else {
        let across = locate::<F>(second, numbers, table, 1usize);
        let cell = across.cell * comptime!(table.cells(0)) + along.cell;
        let at = cell * comptime!(table.cell_size()) + comptime!(table.first_cell());
        let mut coefficients = Sequence::<F>::new();
        #[unroll]
        for row in 0..4usize {
            coefficients.push(cubic::<F>(&along, numbers, at + comptime!(4 * row), orders[0]));
        }
        polynomial::<F>(&across, &coefficients, orders[1])
    }
}

/// The cell of a point, by halving: the first or last one for points outside.
#[cube]
fn locate<F: Float>(
    x: F,
    numbers: &[F],
    #[comptime] table: TableLayout,
    #[comptime] axis: usize,
) -> Located<F> {
    let start = comptime!(table.axis(axis));
    let last = comptime!(table.nodes[axis] - 1);
    let (low, high) = (numbers[start], numbers[start + last]);
    let mut cell = 0usize.runtime();
    #[unroll]
    for halving in 0..comptime!(usize::BITS - (last - 1).leading_zeros()) {
        let step = comptime!(1usize << (usize::BITS - (last - 1).leading_zeros() - 1 - halving));
        let next = cell + step;
        // Beyond the last cell the last node is looked at, which is never below a point inside.
        let bounded = select(next < last, next, last);
        let moves = next < last && numbers[start + bounded] <= x;
        cell = select(moves, next, cell);
    }
    let left = numbers[start + cell];
    let width = numbers[start + cell + 1] - left;
    let slope = F::cast_from(1f64) / width;
    if comptime!(table.extrapolates) {
        Located::<F> { cell, place: (x - left) * slope, slope }
    } else {
        // NaN is not less than anything, and stays.
        let inside = select(x < low, low, select(high < x, high, x));
        let is_clamped = x < low || high <= x;
        let clamped = select(is_clamped, F::cast_from(0f64), slope);
        Located::<F> { cell, place: (inside - left) * slope, slope: clamped }
    }
}

/// The cubic whose coefficients begin at a place of the buffer.
#[cube]
fn cubic<F: Float>(along: &Located<F>, numbers: &[F], at: usize, #[comptime] order: u8) -> F {
    let mut coefficients = Sequence::<F>::new();
    #[unroll]
    for k in 0..4usize {
        coefficients.push(numbers[at + k]);
    }
    polynomial::<F>(along, &coefficients, order)
}

/// A cubic at a place, or its derivative by the coordinate.
#[cube]
fn polynomial<F: Float>(along: &Located<F>, coefficients: &Sequence<F>, #[comptime] order: u8) -> F {
    let mut value = F::cast_from(0f64);
    #[unroll]
    for step in 0..comptime!(4usize.saturating_sub(order as usize)) {
        let k = comptime!(3 - step);
        // k! / (k - order)!
        let factor = comptime!(((k + 1 - order as usize)..=k).product::<usize>() as f64);
        value = value * along.place + F::cast_from(factor) * coefficients[k];
    }
    #[unroll]
    for _ in 0..comptime!(order as usize) {
        value *= along.slope;
    }
    value
}
