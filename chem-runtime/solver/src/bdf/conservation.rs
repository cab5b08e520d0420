//! Keeps densities non-negative, the conserved sums at their initial values, and T above the floor.
//!
//! The formulas conserve every linear law up to rounding, because the Jacobian does. What rounding and the
//! removal of negative densities leave is put back with weights proportional to the densities: every species
//! changes by about the same small relative amount, so that rare ones are not disturbed.

use crate::structure::Structure;

/// Drift over the sum of the law's terms that is corrected at once.
const TOLERATED: f64 = 4e-15;

/// The laws of one network and their initial values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conservation {
    species: usize,
    /// Coefficients, law after law.
    laws: Vec<f64>,
    initial: Vec<f64>,
    /// Sum of the absolute terms of each law in the state measured last.
    size: Vec<f64>,
    missing: Vec<f64>,
    matrix: Vec<f64>,
    pub(super) drift: Vec<f64>,
    /// Temperature `[K]` that the gas does not cool below; 0 without a floor.
    floor: f64,
    /// The same for a cell that may have begun below it.
    least_temperature: f64,
}

impl Conservation {
    pub(crate) fn new(structure: &Structure) -> Self {
        let (species, count) = (structure.species_count(), structure.law_count());
        Conservation {
            species,
            laws: structure.conservation.iter().map(|&c| c as f64).collect(),
            initial: vec![0.0; count],
            size: vec![0.0; count],
            missing: vec![0.0; count],
            matrix: vec![0.0; count * count],
            drift: vec![0.0; count],
            floor: structure.temperature_floor.unwrap_or(0.0),
            least_temperature: 0.0,
        }
    }

    /// Whether these are the laws of a network.
    pub(super) fn is_of(&self, structure: &Structure) -> bool {
        self.floor == structure.temperature_floor.unwrap_or(0.0)
            && self.laws.len() == structure.conservation.len()
            && self.laws.iter().zip(structure.conservation.iter()).all(|(a, &b)| *a == b as f64)
    }

    /// Takes the values to hold.
    pub(crate) fn start(&mut self, y: &[f64]) {
        self.least_temperature = y.get(self.species).map_or(0.0, |t_gas| t_gas.min(self.floor));
        for (i, law) in self.laws.chunks_exact(self.species.max(1)).enumerate() {
            self.initial[i] = law.iter().zip(y).map(|(c, n)| c * n).sum();
            self.drift[i] = 0.0;
        }
    }

    /// Relative size of what is missing from the laws in `y`: the largest over the laws.
    fn measure(&mut self, y: &[f64]) -> f64 {
        let mut worst = 0.0f64;
        for (i, law) in self.laws.chunks_exact(self.species.max(1)).enumerate() {
            let (mut sum, mut size) = (0.0, 0.0);
            for (c, n) in law.iter().zip(y) {
                let term = c * n;
                sum += term;
                size += term.abs();
            }
            self.missing[i] = self.initial[i] - sum;
            self.size[i] = size;
            if self.missing[i] != 0.0 {
                worst = worst.max(self.missing[i].abs() / size);
            }
        }
        worst
    }

    /// Clears negative densities, restores the laws and the floor. `false` if no non-negative state nearby obeys them.
    pub(crate) fn restore(&mut self, y: &mut [f64]) -> bool {
        // The equations keep T above the floor; a step may miss it by what is tolerated.
        if let Some(t_gas) = y.get_mut(self.species).filter(|t_gas| **t_gas < self.least_temperature) {
            *t_gas = self.least_temperature;
        }
        for _ in 0..8 {
            for n in y[..self.species].iter_mut() {
                *n = n.max(0.0);
            }
            if self.measure(y) <= TOLERATED {
                return true;
            }
            self.project(y);
        }
        // Rounding may leave a little more in sums of many terms.
        self.measure(y) <= 1e-13 && y[..self.species].iter().all(|&n| n >= 0.0)
    }

    /// y += W L^T (L W L^T)^-1 missing with W = diag(y).
    fn project(&mut self, y: &mut [f64]) {
        let (count, species) = (self.missing.len(), self.species);
        for i in 0..count {
            for j in 0..=i {
                let (a, b) = (&self.laws[i * species..], &self.laws[j * species..]);
                let sum = y[..species].iter().zip(a).zip(b).map(|((n, a), b)| n * (a * b)).sum();
                self.matrix[i * count + j] = sum;
            }
        }
        cholesky_solve(&mut self.matrix, &mut self.missing);
        for (k, n) in y[..species].iter_mut().enumerate() {
            let change: f64 = (0..count).map(|i| self.missing[i] * self.laws[i * species + k]).sum();
            *n += *n * change;
        }
    }

    /// Records how far the laws are from their initial values, over the sum of their terms.
    pub(super) fn record(&mut self, y: &[f64]) -> f64 {
        self.measure(y);
        let mut worst = 0.0f64;
        for ((drift, missing), size) in self.drift.iter_mut().zip(&self.missing).zip(&self.size) {
            if *missing != 0.0 {
                *drift = drift.max(missing.abs() / size);
            }
            worst = worst.max(*drift);
        }
        worst
    }
}

/// Solves with a symmetric positive semi-definite matrix given by its lower triangle, in place; directions
/// without weight stay zero.
fn cholesky_solve(matrix: &mut [f64], b: &mut [f64]) {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let mut sum = matrix[i * n + j];
            for k in 0..j {
                sum -= matrix[i * n + k] * matrix[j * n + k];
            }
            matrix[i * n + j] = if i == j {
                if sum > 1e-14 * matrix[i * n + i] { sum.sqrt() } else { f64::INFINITY }
            } else {
                sum / matrix[j * n + j]
            };
        }
        let sum: f64 = (0..i).map(|k| matrix[i * n + k] * b[k]).sum();
        b[i] = (b[i] - sum) / matrix[i * n + i];
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|k| matrix[k * n + i] * b[k]).sum();
        b[i] = (b[i] - sum) / matrix[i * n + i];
    }
}
