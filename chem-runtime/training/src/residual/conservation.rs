//! Conservation laws as rows of the residual.
//!
//! With L = sum_k c_k x_k, its value L0 at the start, and S = sum_k |c_k| |x_k|,
//!
//! ```text
//! r = (L - L0) / S                  / ln 10 for logarithmic variables: then, as other rows, in decades
//! dr/dx_j = (c_j - |c_j| sgn(x_j) r) / S
//! ```
//! The laws follow from dy/dtau = g, but its residual does not notice when they are broken slowly: a preconditioner
//! makes the fast rows of e- or H2 small against a drift of the charge or of the nuclei.

use chem_emulator::config::Variables;
use chem_solver::structure::Structure;

/// One law of a network, from one initial state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Law {
    coefficients: Vec<f64>,
    total: f64,
}

impl Law {
    /// All laws of a network, with their values at `initial`.
    pub(crate) fn all(structure: &Structure, initial: &[f64]) -> Vec<Law> {
        let law = |index| {
            let coefficients: Vec<f64> = structure.law(index).iter().map(|c| *c as f64).collect();
            let total = coefficients.iter().zip(initial).map(|(c, x)| c * x).sum();
            Law { coefficients, total }
        };
        (0..structure.law_count()).map(law).collect()
    }

    /// The row at a state x.
    pub(crate) fn residual(&self, x: &[f64], variables: Variables) -> f64 {
        let (mut sum, mut size) = (0.0, 0.0);
        for (c, x) in self.coefficients.iter().zip(x) {
            sum += c * x;
            size += (c * x).abs();
        }
        let unit = match variables {
            Variables::Log => std::f64::consts::LN_10,
            Variables::Linear => 1.0,
        };
        (sum - self.total) / (size * unit)
    }

    /// The row's derivatives by the trained unknowns, into `out`.
    pub(crate) fn derivative(&self, x: &[f64], variables: Variables, out: &mut [f64]) {
        let size: f64 = self.coefficients.iter().zip(x).map(|(c, x)| (c * x).abs()).sum();
        let sum: f64 = self.coefficients.iter().zip(x).map(|(c, x)| c * x).sum();
        let relative = (sum - self.total) / size;
        out.fill(0.0);
        for ((out, c), x) in out.iter_mut().zip(&self.coefficients).zip(x) {
            *out = match variables {
                // d/dy = x ln 10 d/dx
                Variables::Log => x * (c - c.abs() * relative) / size,
                Variables::Linear => (c - c.abs() * x.signum() * relative) / size,
            };
        }
    }
}
