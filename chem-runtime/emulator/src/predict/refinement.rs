//! Three shorter steps where one is not good enough but not hopeless either.
//!
//! ```text
//! e1     estimate of the error of one step over the whole time step     [decades]
//! e3     the sum of the estimates of three steps of a third
//! v      0 up to 0.003, 1 from 0.006 to 0.4, 0 from 0.8 on, linear in log e1 between
//! log d  = (1 - v) log d1 + v log d3
//! e      = (1 - v) e1 + v e3 / 8
//! ```
//! A cell that was moved a little between calls (by a tenth of its temperature) relaxes by a few per cent to tenths of a
//! decade: too far for one step, while the network is wrong by its usual error there, in every call anew. Three steps cost
//! what the network costs. The estimate is that of a result of order 1; that of order 2, which is kept, is better by more
//! the shorter the steps are, hence the eighth, with which rollouts of cells that no table shows were best.

use super::blend::LEAST_NUMBER;
use crate::elementary::{exp10, log10};
use chem_solver::batch::StepMeasure;
use chem_solver::equations::Equations;

/// Estimates between which cells are stepped again [decades].
const RANGE: [f64; 2] = [0.003, 0.8];
/// Number of steps then.
const PARTS: usize = 3;
/// What counts of the sum of their estimates.
const COUNTED: f64 = 0.125;

/// Weight of the three steps, for the estimate of the one.
fn weight(size: f64) -> f64 {
    let [low, high] = RANGE;
    // NaN counts as no weight.
    (size / low).log2().min((high / size).log2()).clamp(0.0, 1.0).max(0.0)
}

/// Takes the ends of one step in `rows`, and their estimates in `sizes`, to what they are after the refinement.
pub(super) fn refine(
    equations: &dyn Equations,
    (initial, times): (&[f64], &[f64]),
    rows: &mut [f64],
    sizes: &mut [f64],
) {
    let chosen: Vec<usize> = (0..times.len()).filter(|i| weight(sizes[*i]) > 0.0).collect();
    if chosen.is_empty() {
        return;
    }
    let n = rows.len() / times.len();
    let starts: Vec<f64> = chosen.iter().flat_map(|i| initial[i * n..(i + 1) * n].iter().copied()).collect();
    let times: Vec<f64> = chosen.iter().map(|i| times[*i]).collect();
    let mut ends = vec![0.0; starts.len()];
    let mut sums = vec![f64::INFINITY; chosen.len()];
    equations.implicit_steps((StepMeasure::Error, PARTS), &starts, &times, &mut ends, &mut sums);
    for ((i, end), sum) in chosen.iter().zip(ends.chunks_exact(n)).zip(&sums) {
        let weight = weight(sizes[*i]);
        sizes[*i] += weight * (COUNTED * sum - sizes[*i]);
        if weight == 1.0 || sizes[*i] == f64::INFINITY {
            rows[i * n..(i + 1) * n].copy_from_slice(end);
            continue;
        }
        for (x, end) in rows[i * n..(i + 1) * n].iter_mut().zip(end) {
            let step = x.max(LEAST_NUMBER);
            *x = step * exp10(weight * (log10(end.max(LEAST_NUMBER)) - log10(step)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_steps_take_over_and_give_back_continuously() {
        let mut before = 0.0;
        for i in 0..4000 {
            let weight = weight(1e-4 * 10f64.powf(f64::from(i) * 1e-3 * 1.25));
            assert!((0.0..=1.0).contains(&weight) && (weight - before).abs() < 0.01);
            before = weight;
        }
        assert_eq!((weight(0.002), weight(0.01), weight(0.3), weight(1.0)), (0.0, 1.0, 1.0, 0.0));
        assert_eq!((weight(0.0), weight(f64::INFINITY), weight(f64::NAN)), (0.0, 0.0, 0.0));
    }
}
