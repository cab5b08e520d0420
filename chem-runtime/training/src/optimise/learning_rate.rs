//! Learning rates over a stage.

use std::f64::consts::PI;

use super::Place;

/// How a learning rate begins: it grows evenly over so many iterations (Goyal et al. 2018).
fn warm_up(iteration: u64, warm_up: u64) -> f64 {
    ((iteration + 1) as f64 / warm_up.max(1) as f64).min(1.0)
}

/// How a learning rate changes over a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum LearningRate {
    /// Warm-up, then a factor per iteration.
    Decay { rate: f64, warm_up: u64, factor: f64 },
    /// Warm-up; it falls as half a cosine to its last share at the end of the stage.
    Cosine { rate: f64, warm_up: u64, last: f64 },
    /// Constant up to a share of the stage, then it falls evenly to its last share at the end.
    Linear { rate: f64, from: f64, last: f64 },
}

impl LearningRate {
    /// The rate of an iteration.
    pub(super) fn at(self, place: Place) -> f64 {
        let Place { iteration, iterations } = place;
        let share = iteration as f64 / iterations.max(1) as f64;
        match self {
            LearningRate::Decay { rate, warm_up, factor } => {
                let after = iteration as f64 - warm_up as f64;
                if after < 0.0 {
                    return rate * (iteration + 1) as f64 / warm_up as f64;
                }
                rate * factor.powf(after)
            }
            LearningRate::Cosine { rate, warm_up: steps, last } => {
                let falling = 0.5 * (1.0 + (PI * share).cos());
                rate * warm_up(iteration, steps) * (last + (1.0 - last) * falling)
            }
            LearningRate::Linear { rate, from, last } => {
                let falling = ((1.0 - share) / (1.0 - from).max(1e-9)).min(1.0);
                rate * (last + (1.0 - last) * falling)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(rate: LearningRate, iterations: u64) -> Vec<f64> {
        (0..iterations).map(|iteration| rate.at(Place { iteration, iterations })).collect()
    }

    fn assert_are(found: &[f64], expected: &[f64]) {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15), "{found:?}");
    }

    #[test]
    fn rates_grow_then_fall() {
        let decay = LearningRate::Decay { rate: 0.1, warm_up: 4, factor: 0.5 };
        assert_are(&rates(decay, 7), &[0.025, 0.05, 0.075, 0.1, 0.1, 0.05, 0.025]);
        let cosine = LearningRate::Cosine { rate: 1.0, warm_up: 2, last: 0.5 };
        assert_are(
            &rates(cosine, 4),
            &[0.5, 0.5 + 0.25 * (1.0 + 0.5f64.sqrt()), 0.75, 0.5 + 0.25 * (1.0 - 0.5f64.sqrt())],
        );
        let linear = LearningRate::Linear { rate: 2.0, from: 0.5, last: 0.5 };
        assert_are(&rates(linear, 4), &[2.0, 2.0, 2.0, 1.5]);
    }
}
