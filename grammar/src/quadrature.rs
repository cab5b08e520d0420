//! Integrals over energies.
//!
//! Adaptive Gauss-Legendre quadrature in the logarithm: a piece is halved until its halves say the same. Cross sections
//! and spectra from tables have kinks and steps, at which pieces become short.

/// Nodes and weights of five points on [-1, 1] (Abramowitz & Stegun 1964, table 25.4).
const NODES: [(f64, f64); 5] = [
    (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
    (0.0, 0.568_888_888_888_888_9),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
    (0.906_179_845_938_664, 0.236_926_885_056_189_1),
];
/// Widest piece that is begun with [ln].
const PIECE: f64 = 0.1;
/// Relative difference between a piece and its halves that is accepted, against the piece or the whole.
const TOLERANCE: f64 = 1e-10;
/// A piece is halved at most so often: a step is found to 2^-24 of the piece.
const DEEPEST: u32 = 24;
/// An integral to infinity has converged where a decade adds less than this share.
const LAST_DECADE: f64 = 1e-12;
/// Decades that are tried.
const DECADES: i32 = 15;

/// The integral of `f` from `low` to `high`, both positive.
pub(crate) fn integral(f: &mut impl FnMut(f64) -> f64, low: f64, high: f64) -> f64 {
    let (a, b) = (low.ln(), high.ln());
    if b <= a || (b - a).is_nan() {
        return 0.0;
    }
    let pieces = ((b - a) / PIECE).ceil().max(1.0);
    let mut g = |x: f64| {
        let energy = x.exp();
        energy * f(energy)
    };
    let ends = |piece: f64| (a + (b - a) * piece / pieces, a + (b - a) * (piece + 1.0) / pieces);
    let count = pieces as u32;
    let first: Vec<f64> = (0..count)
        .map(|piece| {
            let (left, right) = ends(f64::from(piece));
            five_points(&mut g, left, right)
        })
        .collect();
    let scale = first.iter().map(|piece| piece.abs()).sum::<f64>() / pieces;
    let refined = (0..count).zip(first).map(|(piece, estimate)| {
        let (left, right) = ends(f64::from(piece));
        halved(&mut g, (left, right), estimate, scale, DEEPEST)
    });
    refined.sum()
}

/// The integral of `f` from `low` to infinity; `None` if it does not converge.
pub(crate) fn integral_to_infinity(f: &mut impl FnMut(f64) -> f64, low: f64) -> Option<f64> {
    let mut sum = 0.0;
    for decade in 0..DECADES {
        let from = low * 10f64.powi(decade);
        let added = integral(f, from, 10.0 * from);
        sum += added;
        if added.abs() <= LAST_DECADE * f64::abs(sum) && sum != 0.0 {
            return Some(sum);
        }
    }
    (sum == 0.0 || sum.is_nan()).then_some(sum)
}

fn five_points(g: &mut impl FnMut(f64) -> f64, a: f64, b: f64) -> f64 {
    let (middle, half) = (0.5 * (a + b), 0.5 * (b - a));
    half * NODES.iter().map(|(node, weight)| weight * g(middle + half * node)).sum::<f64>()
}

fn halved(g: &mut impl FnMut(f64) -> f64, (a, b): (f64, f64), whole: f64, scale: f64, depth: u32) -> f64 {
    let middle = 0.5 * (a + b);
    let (left, right) = (five_points(g, a, middle), five_points(g, middle, b));
    let difference = (left + right - whole).abs();
    // What is not a number does not become one.
    let agrees = difference <= TOLERANCE * whole.abs().max(scale) || difference.is_nan();
    if agrees || depth == 0 {
        return left + right;
    }
    halved(g, (a, middle), left, scale, depth - 1) + halved(g, (middle, b), right, scale, depth - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrals_are_those_of_the_textbook() {
        let close = |found: f64, exact: f64| assert!((found / exact - 1.0).abs() < 1e-9, "{found} {exact}");
        close(integral(&mut |x| x * x, 1.0, 10.0), 333.0);
        // A step, and a kink.
        let step = integral(&mut |x| if x < 3.7 { 1.0 } else { 0.0 }, 1.0, 10.0);
        // One beside the outermost points of a short piece is not seen.
        assert!((step / 2.7 - 1.0).abs() < 1e-6, "{step}");
        close(integral(&mut |x: f64| (x - 5.0).abs(), 1.0, 10.0), 8.0 + 12.5);
        // Stefan and Boltzmann: the integral of x^3 / (e^x - 1) is pi^4 / 15.
        let planck = |x: f64| x.powi(3) / x.exp_m1();
        let exact = std::f64::consts::PI.powi(4) / 15.0;
        close(integral_to_infinity(&mut { planck }, 1e-6).unwrap(), exact);
        close(integral_to_infinity(&mut |x: f64| x.powi(-2), 4.0).unwrap(), 0.25);
        assert_eq!(integral_to_infinity(&mut |x: f64| 1.0 / x, 4.0), None);
        assert_eq!(integral(&mut |x| x, 3.0, 3.0), 0.0);
        assert!(integral(&mut |_| f64::NAN, 1.0, 2.0).is_nan());
    }
}
