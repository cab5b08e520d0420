//! Elements and charge of the initial state, to rounding.

/// Newton steps at most; a trained network needs two.
const STEPS: usize = 60;
/// Relative error of a conserved sum that is left alone.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// An error that may be rounding, if a step does not make it smaller.
const STILL: f64 = 32.0 * f64::EPSILON;

/// Moves states onto the conservation laws: the least sum of (dn/n)^2 that restores every conserved sum,
///
/// ```text
/// dn_k/n_k = n_k sum_l c_lk lambda_l        sum_m (sum_k c_lk c_mk n_k^2) lambda_m = L0_l - L_l
/// ```
/// with n_k multiplied by exp(dn_k/n_k), so that no density becomes negative.
#[derive(Clone, Debug)]
pub(super) struct ConservationClosure {
    /// Coefficients of each law, by species.
    laws: Vec<Vec<f64>>,
}

impl ConservationClosure {
    pub(super) fn new(laws: &[Vec<i64>]) -> Self {
        ConservationClosure { laws: laws.iter().map(|law| law.iter().map(|c| *c as f64).collect()).collect() }
    }

    /// Restores the conserved sums of `initial` in `state`; entries beyond the species are left alone.
    pub(super) fn restore(&self, initial: &[f64], state: &mut [f64]) {
        if self.worst(initial, state) > ROUNDING {
            self.correct(initial, state);
        }
    }

    /// What is missing from a conserved sum.
    fn defect(law: &[f64], initial: &[f64], state: &[f64]) -> f64 {
        law.iter().zip(initial).zip(state).map(|((c, before), now)| c * (before - now)).sum()
    }

    /// The largest error of the conserved sums, relative to their terms before or now: what rounding left before may be
    /// more than all terms now.
    fn worst(&self, initial: &[f64], state: &[f64]) -> f64 {
        let error = |law: &Vec<f64>| {
            let terms = |of: &[f64]| law.iter().zip(of).map(|(c, n)| (c * n).abs()).sum::<f64>();
            ConservationClosure::defect(law, initial, state).abs() / f64::max(terms(initial), terms(state))
        };
        self.laws.iter().map(error).fold(0.0, f64::max)
    }

    #[cold]
    fn correct(&self, initial: &[f64], state: &mut [f64]) {
        let count = self.laws.len();
        let mut matrix = vec![0.0; count * (count + 1)];
        let mut before = f64::INFINITY;
        for _ in 0..STEPS {
            let worst = self.worst(initial, state);
            // Near rounding, more steps only move the error about.
            let is_rounding = worst <= ROUNDING || (worst <= STILL && worst > 0.5 * before);
            if is_rounding || !worst.is_finite() {
                return;
            }
            before = worst;
            for (l, law) in self.laws.iter().enumerate() {
                let row = &mut matrix[l * (count + 1)..(l + 1) * (count + 1)];
                for (entry, other) in row.iter_mut().zip(&self.laws) {
                    *entry = law.iter().zip(other).zip(&*state).map(|((a, b), n)| a * b * n * n).sum();
                }
                row[count] = ConservationClosure::defect(law, initial, state);
            }
            eliminate(&mut matrix, count);
            for (k, n) in state.iter_mut().enumerate() {
                let force: f64 = self
                    .laws
                    .iter()
                    .enumerate()
                    .filter_map(|(l, law)| law.get(k).map(|c| c * matrix[l * (count + 1) + count]))
                    .sum();
                // A step of more than a decade is no small correction any more.
                *n *= (*n * force).clamp(-2.0, 2.0).exp();
            }
        }
    }
}

/// Solves a symmetric positive system in place; the right-hand side is the last column.
fn eliminate(matrix: &mut [f64], count: usize) {
    let width = count + 1;
    for pivot in 0..count {
        let diagonal = matrix[pivot * width + pivot];
        // A law without any species left has nothing to correct.
        let scale = if diagonal > 0.0 { 1.0 / diagonal } else { 0.0 };
        for column in pivot..width {
            matrix[pivot * width + column] *= scale;
        }
        for row in (0..count).filter(|row| *row != pivot) {
            let factor = matrix[row * width + pivot];
            for column in pivot..width {
                matrix[row * width + column] -= factor * matrix[pivot * width + column];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::NetworkIdentity;
    use chem_solver::synthetic_network::hydrogen;

    #[test]
    fn sums_are_restored_to_rounding_and_small_densities_barely_move() {
        let structure = hydrogen();
        let closure = ConservationClosure::new(&NetworkIdentity::of(&structure).laws);
        assert!(structure.law_count() > 0);
        let initial = [0.5f64, 80.0, 0.5, 900.0];
        for size in [1e-6f64, 1e-3, 0.3] {
            let factor = [1.0 + size, 1.0 - 0.7 * size, 1.0 + 0.2 * size];
            let mut state: Vec<f64> = initial.iter().zip(factor).map(|(n, f)| n * f).collect();
            state.push(555.0);
            closure.restore(&initial, &mut state);
            assert_eq!(state[3].to_bits(), 555f64.to_bits());
            assert!(state.iter().all(|n| *n > 0.0), "{state:?}");
            for law in &closure.laws {
                let sum = |x: &[f64]| law.iter().zip(x).map(|(c, n)| c * n).sum::<f64>();
                let total: f64 = law.iter().zip(&state).map(|(c, n)| (c * n).abs()).sum();
                let error = (sum(&state) - sum(&initial)).abs() / total;
                assert!(error < 1e-14, "{size}: {error:e}");
            }
        }
    }
}
