//! Interpolation on rectangular grids of one or two axes.

use std::borrow::Cow;

use crate::ast::{Interpolation, Outside};

/// Values on a rectangular grid. Can be built in constants, so that generated code holds its tables in place.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Nodes of each axis, strictly ascending; the second has one node (0.0) for a 1-D table.
    pub axes: [Cow<'static, [f64]>; 2],
    /// Values: the first axis runs fastest.
    pub values: Cow<'static, [f64]>,
    /// Between nodes.
    pub interpolation: Interpolation,
    /// Outside the axes; [`Outside::Zero`] is treated by the compiler, here it acts as [`Outside::Clamp`].
    pub outside: Outside,
}

/// Weights of up to four neighbouring nodes along one axis: the value is `sum weights[i] f[start + i]`.
#[derive(Clone, Copy)]
struct Weights {
    start: usize,
    count: usize,
    weights: [f64; 4],
}

/// Weights of up to four neighbouring nodes in a cell, as polynomials in the place between its ends, 0 to 1: that of
/// node `first + i` is `sum weights[i][k] u^k`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellPolynomials {
    /// The first of the nodes.
    pub first: usize,
    /// How many they are.
    pub count: usize,
    /// Coefficients of each.
    pub weights: [[f64; 4]; 4],
}

impl Weights {
    const NOTHING: Weights = Weights { start: 0, count: 1, weights: [0.0; 4] };
    const ONE_NODE: Weights = Weights { start: 0, count: 1, weights: [1.0, 0.0, 0.0, 0.0] };
}

impl Grid {
    /// The interpolated value, or its derivative of order `orders[i]` along axis `i`.
    ///
    /// Both kinds of interpolation are tensor products. Linear interpolation has one-sided derivatives at the
    /// nodes: those of the cell to the right. Cubic interpolation is Hermite's, with the slopes of the parabola
    /// through each node and its neighbours, so that its first derivative is continuous. Outside a clamped axis
    /// all derivatives along it are zero; on its last node they are, too.
    ///
    /// NaN gives NaN. The second coordinate of a 1-D grid is not looked at. A grid with too few values gives
    /// NaN.
    #[inline]
    pub fn value(&self, x: [f64; 2], orders: [u8; 2]) -> f64 {
        if self.axes[1].len() <= 1 {
            if orders[1] > 0 {
                return 0.0;
            }
            return self.along_first(&self.weights(0, x[0], orders[0]), 0, x[0]);
        }
        let first = self.weights(0, x[0], orders[0]);
        let second = self.weights(1, x[1], orders[1]);
        let mut sum = 0.0;
        for i in 0..second.count {
            sum += second.weights[i] * self.along_first(&first, second.start + i, x[0]);
        }
        if x[1].is_nan() { f64::NAN } else { sum }
    }

    /// The weights of the nodes in a cell along an axis, as polynomials.
    ///
    /// `None` beyond the last cell.
    pub fn cell(&self, axis: usize, cell: usize) -> Option<CellPolynomials> {
        let nodes: &[f64] = self.axes.get(axis)?;
        if nodes.len() == 1 && cell == 0 {
            let mut weights = [[0.0; 4]; 4];
            weights[0][0] = 1.0;
            return Some(CellPolynomials { first: 0, count: 1, weights });
        }
        let h = nodes.get(cell + 1)? - nodes.get(cell)?;
        let mut weights = [[0.0; 4]; 4];
        if self.interpolation == Interpolation::Linear || nodes.len() == 2 {
            weights[0] = [1.0, -1.0, 0.0, 0.0];
            weights[1] = [0.0, 1.0, 0.0, 0.0];
            return Some(CellPolynomials { first: cell, count: 2, weights });
        }
        let first = cell.saturating_sub(1);
        let count = (cell + 3).min(nodes.len()) - first;
        weights[cell - first] = [1.0, 0.0, -3.0, 2.0];
        weights[cell + 1 - first] = [0.0, 0.0, 3.0, -2.0];
        for (node, slope) in [(cell, [0.0, h, -2.0 * h, h]), (cell + 1, [0.0, 0.0, -h, h])] {
            let (middle, of_slope) = slope_weights(nodes, node);
            for (i, weight) in of_slope.iter().enumerate() {
                for (sum, slope) in weights[middle - 1 + i - first].iter_mut().zip(slope) {
                    *sum += slope * weight;
                }
            }
        }
        Some(CellPolynomials { first, count, weights })
    }

    #[inline]
    fn along_first(&self, weights: &Weights, row: usize, x: f64) -> f64 {
        let start = row * self.axes[0].len() + weights.start;
        let Some(values) = self.values.get(start..start + weights.count) else { return f64::NAN };
        let mut sum = 0.0;
        for (weight, value) in weights.weights.iter().zip(values) {
            sum += weight * value;
        }
        if x.is_nan() { f64::NAN } else { sum }
    }

    #[inline]
    fn weights(&self, axis: usize, x: f64, order: u8) -> Weights {
        let nodes: &[f64] = &self.axes[axis];
        let [first, .., last] = nodes else {
            return if order == 0 { Weights::ONE_NODE } else { Weights::NOTHING };
        };
        let mut x = x;
        if self.outside != Outside::Extrapolate {
            if order > 0 && (x < *first || x >= *last) {
                return Weights::NOTHING;
            }
            x = x.max(*first).min(*last);
        }
        let cell = find_cell(nodes, x);
        match self.interpolation {
            Interpolation::Linear => linear(nodes, cell, x, order),
            Interpolation::Cubic => cubic(nodes, cell, x, order),
        }
    }
}

/// The cell `i` with `nodes[i] <= x < nodes[i + 1]`; the first or last for points outside (and the first for
/// NaN). There are at least two nodes.
#[inline]
fn find_cell(nodes: &[f64], x: f64) -> usize {
    let last = nodes.len() - 2;
    let (low, high) = (nodes[0], nodes[last + 1]);
    // Most axes are uniform: guess, and step to the right cell where rounding misplaced the point.
    let guess = (x - low) / (high - low) * (last + 1) as f64;
    // Saturates: negative and NaN become 0.
    let mut cell = (guess as usize).min(last);
    if x < nodes[cell] && cell > 0 {
        cell -= 1;
    } else if x >= nodes[cell + 1] && cell < last {
        cell += 1;
    }
    let fits_below = cell == 0 || nodes[cell] <= x;
    let fits_above = cell == last || x < nodes[cell + 1];
    if (fits_below && fits_above) || x.is_nan() {
        return cell;
    }
    nodes[1..=last].partition_point(|node| *node <= x)
}

#[inline]
fn linear(nodes: &[f64], cell: usize, x: f64, order: u8) -> Weights {
    let (x0, x1) = (nodes[cell], nodes[cell + 1]);
    let weights = match order {
        0 => {
            // Exact at both nodes.
            let right = (x - x0) / (x1 - x0);
            [(x1 - x) / (x1 - x0), right, 0.0, 0.0]
        }
        1 => [-1.0 / (x1 - x0), 1.0 / (x1 - x0), 0.0, 0.0],
        _ => [0.0; 4],
    };
    Weights { start: cell, count: 2, weights }
}

/// Weights of the values at both ends of a cell of width `h`, and of the slopes there.
#[inline]
fn hermite(u: f64, h: f64, order: u8) -> ([f64; 2], [f64; 2]) {
    let v = 1.0 - u;
    match order {
        0 => {
            let right = u * u * (3.0 - 2.0 * u);
            let left = v * v * (3.0 - 2.0 * v);
            ([left, right], [h * u * v * v, -h * u * u * v])
        }
        1 => {
            let rise = 6.0 * u * v / h;
            ([-rise, rise], [v * (1.0 - 3.0 * u), u * (3.0 * u - 2.0)])
        }
        2 => {
            let rise = 6.0 * (1.0 - 2.0 * u) / (h * h);
            ([-rise, rise], [(6.0 * u - 4.0) / h, (6.0 * u - 2.0) / h])
        }
        3 => {
            let rise = -12.0 / (h * h * h);
            ([-rise, rise], [6.0 / (h * h), 6.0 / (h * h)])
        }
        _ => ([0.0; 2], [0.0; 2]),
    }
}

#[inline]
fn cubic(nodes: &[f64], cell: usize, x: f64, order: u8) -> Weights {
    if nodes.len() == 2 {
        return linear(nodes, cell, x, order);
    }
    let h = nodes[cell + 1] - nodes[cell];
    let (values, slopes) = hermite((x - nodes[cell]) / h, h, order);
    // The stencil: from the left neighbour of the cell to its right neighbour, where they exist.
    let start = cell.saturating_sub(1);
    let end = (cell + 3).min(nodes.len());
    let mut weights = [0.0; 4];
    weights[cell - start] += values[0];
    weights[cell + 1 - start] += values[1];
    for (node, slope) in [(cell, slopes[0]), (cell + 1, slopes[1])] {
        let (middle, of_slope) = slope_weights(nodes, node);
        for (i, weight) in of_slope.iter().enumerate() {
            weights[middle - 1 + i - start] += slope * weight;
        }
    }
    Weights { start, count: end - start, weights }
}

/// The slope at a node of the parabola through it and its neighbours, at the ends through the outermost three nodes: the
/// middle one of the three, and their weights.
#[inline]
fn slope_weights(nodes: &[f64], node: usize) -> (usize, [f64; 3]) {
    let middle = node.clamp(1, nodes.len() - 2);
    (middle, parabola_slope([nodes[middle - 1], nodes[middle], nodes[middle + 1]], nodes[node]))
}

/// Weights of three values in the slope at `x` of the parabola through them.
#[inline]
fn parabola_slope([a, b, c]: [f64; 3], x: f64) -> [f64; 3] {
    [
        ((x - b) + (x - c)) / ((a - b) * (a - c)),
        ((x - a) + (x - c)) / ((b - a) * (b - c)),
        ((x - a) + (x - b)) / ((c - a) * (c - b)),
    ]
}
