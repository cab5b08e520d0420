//! The network blended with one step of the equations, so that it can be called again and again.
//!
//! ```text
//! d      one linearly implicit step of the equations over the whole time step, or three (`refinement.rs`)    [decades]
//! e      the step's estimate of its error, or how far the cell moves in it                                   [decades]
//! w      1 - exp(-(e/e0)^2), and 0 where that is below 0.003 (continuously)
//! log y  = log y0 + (1 - w) d + w 4 x N      then nuclei and charges as without
//! ```
//! A network adds its error in every call, also where nothing moves: over a thousand calls it adds up. The step is exact
//! there, and wrong by any number of decades where a cell moves far, of which it knows. With w = 0 the network is not asked: a
//! cell at rest stays at rest to rounding, and shorter and shorter steps converge.

use pulp::{Arch, Simd, WithSimd};

use super::general::General;
use super::refinement::refine;
use crate::elementary::{exp10, log10};
use chem_solver::batch::StepMeasure;
use chem_solver::equations::Equations;

/// Weight of the network below which it is not asked.
const LEAST_WEIGHT: f64 = 0.003;
/// Weight of the step below which it does not count: it may be wrong by many decades.
const LEAST_OF_STEP: f64 = 1e-12;
/// Share in n_tot that a species has at least where logarithms are mixed.
const LEAST_SHARE: f64 = 1e-20;
/// Least number that has a logarithm here.
pub(super) const LEAST_NUMBER: f64 = 1e-300;

/// By what, and at which size of it, the network takes over from the step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Blend {
    pub(crate) measure: StepMeasure,
    /// e0 [decades]
    pub(crate) scale: f64,
}

/// The scale for each measure: both give the same errors in sequences of calls (docs/general.md).
pub(crate) const fn usual_scale(measure: StepMeasure) -> f64 {
    match measure {
        StepMeasure::Error => 0.1,
        StepMeasure::Movement => 0.3,
    }
}

impl Default for Blend {
    fn default() -> Self {
        let measure = StepMeasure::default();
        Blend { measure, scale: usual_scale(measure) }
    }
}

impl Blend {
    /// Weight of the network, 0 to 1; 1 where no step could be made.
    pub(crate) fn weight(self, size: f64) -> f64 {
        let weight = -(-(size / self.scale).powi(2)).exp_m1();
        // NaN counts as no step.
        if weight.is_nan() { 1.0 } else { ((weight - LEAST_WEIGHT) / (1.0 - LEAST_WEIGHT)).max(0.0) }
    }
}

impl General {
    /// Writes the rows of cells, one row of `initial` each. Returns those that the step alone has advanced, ascending.
    pub(super) fn blended(
        &self,
        (blend, equations): (Blend, &dyn Equations),
        (initial, times): (&[f64], &[f64]),
        rows: &mut [f64],
    ) -> Vec<usize> {
        let n = self.unknowns;
        let mut sizes = vec![f64::INFINITY; times.len()];
        equations.implicit_steps((blend.measure, 1), initial, times, rows, &mut sizes);
        if blend.measure == StepMeasure::Error {
            refine(equations, (initial, times), rows, &mut sizes);
        }
        let weights: Vec<f64> = sizes.iter().map(|size| blend.weight(*size)).collect();
        let (asked, by_step): (Vec<usize>, Vec<usize>) = (0..times.len()).partition(|i| weights[*i] > 0.0);
        if by_step.is_empty() {
            let mut states = vec![0.0; rows.len()];
            self.evaluate((initial, n), times, &mut states);
            Arch::new().dispatch(Mix { unknowns: n, initial, weights: &weights, states: &states, rows });
            return by_step;
        }
        let gathered = |of: &[f64]| -> Vec<f64> {
            asked.iter().flat_map(|i| of[i * n..(i + 1) * n].iter().copied()).collect()
        };
        let (starts, mut mixed) = (gathered(initial), gathered(rows));
        let [times, weights] = [times, &weights].map(|of| asked.iter().map(|i| of[*i]).collect::<Vec<_>>());
        let mut states = vec![0.0; starts.len()];
        self.evaluate((&starts, n), &times, &mut states);
        let mix = Mix { unknowns: n, initial: &starts, weights: &weights, states: &states, rows: &mut mixed };
        Arch::new().dispatch(mix);
        for (i, mixed) in asked.iter().zip(mixed.chunks_exact(n)) {
            rows[i * n..(i + 1) * n].copy_from_slice(mixed);
        }
        by_step
    }
}

/// Mixes the ends of steps, in `rows`, with the states of the network, in logarithms; compiled once for each kind of SIMD.
struct Mix<'a> {
    unknowns: usize,
    initial: &'a [f64],
    weights: &'a [f64],
    states: &'a [f64],
    rows: &'a mut [f64],
}

impl WithSimd for Mix<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Mix { unknowns: n, initial, weights, states, rows } = self;
        let given = initial.chunks_exact(n).zip(weights);
        for ((initial, weight), (state, row)) in
            given.zip(states.chunks_exact(n).zip(rows.chunks_exact_mut(n)))
        {
            if 1.0 - weight <= LEAST_OF_STEP {
                row.copy_from_slice(state);
                continue;
            }
            // What the network calls absent is no less absent in the step.
            let total: f64 = initial[..n - 1].iter().sum();
            let least = (LEAST_SHARE * total).max(LEAST_NUMBER);
            for (x, state) in row.iter_mut().zip(state) {
                let step = x.max(least);
                *x = step * exp10(weight * (log10(state.max(LEAST_NUMBER)) - log10(step)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_takes_over_continuously() {
        let blend = Blend::default();
        let mut before = 0.0;
        for i in 0..2000 {
            let size = 1e-4 * 10f64.powf(f64::from(i) * 0.003);
            let weight = blend.weight(size);
            assert!((0.0..=1.0).contains(&weight) && weight >= before && weight - before < 0.01, "{size}");
            before = weight;
        }
        assert_eq!(before, 1.0);
        assert_eq!((blend.weight(0.0), blend.weight(5e-3)), (0.0, 0.0));
        assert_eq!((blend.weight(f64::INFINITY), blend.weight(f64::NAN)), (1.0, 1.0));
    }
}
