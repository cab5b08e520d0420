//! Interpolation on rectangular grids over any number of lanes.

use std::sync::OnceLock;

use chem_grammar::ast::Outside;
use chem_grammar::interpolation::Grid;

use super::lanes::{BLOCK, Block, Lane};

/// A grid, and the polynomials of its cells, which are made when they are first needed.
#[derive(Debug)]
pub struct InterpolationTable {
    /// The grid.
    pub grid: Grid,
    /// One block for each cell, the first axis fastest. With the place (u, v) in a cell, function q of a block is the
    /// coefficient of v^q as a polynomial in u; function 4 + q is its derivative by u.
    cells: OnceLock<Vec<Block>>,
}

/// Where points lie along an axis.
struct Located<V> {
    cell: V,
    /// From 0 to 1 in the cell.
    place: V,
    /// Derivative of the place by the coordinate.
    slope: V,
}

impl InterpolationTable {
    /// A table of a grid.
    pub const fn new(grid: Grid) -> Self {
        InterpolationTable { grid, cells: OnceLock::new() }
    }

    /// As [`Grid::value`], to rounding.
    #[inline(always)]
    pub(crate) fn evaluate<V: Lane>(&self, [x, y]: [V; 2], orders: [u8; 2]) -> V {
        let c = V::constant;
        let grid = &self.grid;
        let is_curve = grid.axes[1].len() <= 1;
        if is_curve && orders[1] > 0 {
            return c(0.0);
        }
        if orders[0] < 2
            && orders[1] < 2
            && let Some(first) = locate(grid, 0, x)
            && let Some(second) = if is_curve { Some(Located::nowhere()) } else { locate(grid, 1, y) }
        {
            let cells = self.cells.get_or_init(|| polynomials(grid));
            let number = second.cell.mul_add(c((grid.axes[0].len() - 1) as f64), first.cell);
            let mut out = [c(0.0); BLOCK];
            V::cubics(cells, number, first.place, &mut out);
            let [mut p0, mut p1, mut p2, mut p3, d0, d1, d2, d3] = out;
            if orders[0] == 1 {
                let slope = first.slope;
                (p0, p1, p2, p3) = (d0 * slope, d1 * slope, d2 * slope, d3 * slope);
            }
            let v = second.place;
            let value = if orders[1] == 0 {
                p3.mul_add(v, p2).mul_add(v, p1).mul_add(v, p0)
            } else {
                (c(3.0) * p3).mul_add(v, c(2.0) * p2).mul_add(v, p1) * second.slope
            };
            let value = V::blend(x.equal(x), value, x);
            return if is_curve { value } else { V::blend(y.equal(y), value, y) };
        }
        let mut value = x;
        for ((value, x), y) in value.lanes_mut().iter_mut().zip(x.lanes()).zip(y.lanes()) {
            *value = grid.value([*x, *y], orders);
        }
        value
    }
}

impl<V: Lane> Located<V> {
    /// Along an axis that is not there.
    #[inline(always)]
    fn nowhere() -> Self {
        let zero = V::constant(0.0);
        Located { cell: zero, place: zero, slope: zero }
    }
}

/// Where points lie; `None` if there is no cell, or the axis is so uneven that it must be searched for.
#[inline(always)]
fn locate<V: Lane>(grid: &Grid, axis: usize, x: V) -> Option<Located<V>> {
    let c = V::constant;
    let (zero, one) = (c(0.0), c(1.0));
    let nodes: &[f64] = &grid.axes[axis];
    let (low, high) = (*nodes.first()?, *nodes.last()?);
    let last = nodes.len().checked_sub(2)? as f64;
    // In this order NaN becomes `low`.
    let inside = x.max(c(low)).min(c(high));
    let guess = ((inside - c(low)) * c((last + 1.0) / (high - low))).whole().min(c(last));
    let (mut cell, mut left, mut right) = (guess, V::gather(nodes, guess), V::gather(nodes, guess + one));
    // Zero where the cell is the right one, or at the end.
    let misses = |cell: V, left: V, right: V| {
        V::blend(left.less_equal(inside), zero, cell) + V::blend(inside.less(right), zero, c(last) - cell)
    };
    if !V::all(misses(cell, left, right).equal(zero)) {
        let one_down = V::blend(inside.less(left), one, zero);
        let one_up = V::blend(right.less_equal(inside), one, zero);
        cell = (guess - one_down + one_up).max(zero).min(c(last));
        (left, right) = (V::gather(nodes, cell), V::gather(nodes, cell + one));
        if !V::all(misses(cell, left, right).equal(zero)) {
            return None;
        }
    }
    let slope = one / (right - left);
    if grid.outside == Outside::Extrapolate {
        return Some(Located { cell, place: (x - left) * slope, slope });
    }
    let clamped = V::blend(x.less(c(low)), zero, slope);
    let clamped = V::blend(x.less(c(high)), clamped, zero);
    Some(Located { cell, place: (inside - left) * slope, slope: clamped })
}

/// The coefficients `a[q][k]` of all cells, the first axis fastest: the interpolation is `sum a[q][k] u^k v^q`.
pub fn cell_coefficients(grid: &Grid) -> Vec<[[f64; 4]; 4]> {
    let cells = |axis: usize| (0..).map_while(move |cell| grid.cell(axis, cell));
    let columns: Vec<_> = cells(0).collect();
    let mut all = Vec::new();
    for row in cells(1) {
        for column in &columns {
            let mut coefficients = [[0.0; 4]; 4];
            for (j, by_v) in row.weights.iter().enumerate().take(row.count) {
                for (i, by_u) in column.weights.iter().enumerate().take(column.count) {
                    let node = (row.first + j) * grid.axes[0].len() + column.first + i;
                    let value = grid.values.get(node).copied().unwrap_or(f64::NAN);
                    for (q, by_v) in by_v.iter().enumerate() {
                        for (k, by_u) in by_u.iter().enumerate() {
                            coefficients[q][k] += value * by_u * by_v;
                        }
                    }
                }
            }
            all.push(coefficients);
        }
    }
    all
}

/// The polynomials of all cells.
fn polynomials(grid: &Grid) -> Vec<Block> {
    let block = |coefficients: [[f64; 4]; 4]| {
        let mut block = Block::default();
        for (q, of_u) in coefficients.iter().enumerate() {
            for k in 0..4 {
                block.0[k][q] = of_u[k];
                block.0[k][4 + q] = of_u.get(k + 1).map_or(0.0, |next| (k + 1) as f64 * next);
            }
        }
        block
    };
    cell_coefficients(grid).into_iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use chem_grammar::ast::Interpolation;

    use super::*;

    /// Uniform, almost uniform, uneven and shortest axes; inside, at nodes and outside.
    #[test]
    fn polynomials_are_the_interpolation() {
        let uniform: Vec<f64> = (0..9).map(|i| f64::from(i) * 0.5).collect();
        let almost: Vec<f64> = (0..7).map(|i| f64::from(i) + 1e-7 * f64::from(i % 3)).collect();
        let uneven = vec![0.0, 0.1, 0.2, 3.0, 10.0];
        let axes = [
            [&uniform, &almost],
            [&almost, &uneven],
            [&uneven, &uniform],
            [&uniform, &vec![0.0]],
            [&vec![0.0, 4.0], &uniform],
        ];
        for [first, second] in axes {
            let values: Vec<f64> = (0..first.len() * second.len()).map(|i| (i as f64).sin()).collect();
            for interpolation in [Interpolation::Linear, Interpolation::Cubic] {
                for outside in [Outside::Clamp, Outside::Extrapolate] {
                    let table = InterpolationTable::new(Grid {
                        axes: [first.clone().into(), second.clone().into()],
                        values: values.clone().into(),
                        interpolation,
                        outside,
                    });
                    compare(&table, &almost);
                }
            }
        }
    }

    fn compare(table: &InterpolationTable, nodes: &[f64]) {
        let places = || (-3..45).map(|i| f64::from(i) * 0.25).chain(nodes.iter().copied());
        for x in places().chain([f64::NAN]) {
            for y in [-1.0, 0.05, 0.7, 2.0, 12.0, f64::NAN] {
                for orders in [[0, 0], [1, 0], [0, 1], [1, 1], [2, 0]] {
                    let (found, exact) = (table.evaluate([x, y], orders), table.grid.value([x, y], orders));
                    // Far outside, cubes of large numbers cancel.
                    let close = (found - exact).abs() <= 1e-12 * exact.abs().max(10.0);
                    assert!(
                        close || (found.is_nan() && exact.is_nan()),
                        "{orders:?} at {x}, {y}: {found:e} for {exact:e}"
                    );
                }
            }
        }
    }
}
