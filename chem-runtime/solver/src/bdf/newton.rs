//! The corrector: modified Newton iteration on the network's factors.

use super::breakpoint::Continuous;
use super::counters::Counters;
use super::workspace::Workspace;
use crate::network::ChemNetwork;

/// Most iterations of one step.
const MAX_ITERATIONS: usize = 4;
/// Error of the corrector that is tolerated, as a share of the tolerance of a step. Below this, results gain
/// nothing, and rounding keeps tight iterations from converging.
const SHARE: (f64, f64) = (0.01, 0.03);
/// Growth of the factors from which elimination on the diagonal is not trusted.
const LARGEST_GROWTH: f64 = 1e10;

/// Which factors are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Factors {
    /// The network's own, without pivoting.
    Generated,
    /// Dense, with pivoting.
    Pivoted,
}

/// Error of an iterate over the norm of the change that led to it, until it has been measured.
const UNTRIED_CONTRACTION: f64 = 0.1;
/// A measured one is not trusted below this: the Jacobian ages.
const SMALLEST_CONTRACTION: f64 = 3e-3;

/// State of the iteration between steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newton {
    tolerance: f64,
    factors: Factors,
    /// Error of an iterate over the norm of the change that led to it, as measured last.
    contraction: f64,
    /// Iterations of the last step.
    pub(super) iterations: usize,
}

impl Newton {
    pub(super) fn new(rtol: f64) -> Self {
        let tolerance = rtol.sqrt().clamp(SHARE.0, SHARE.1);
        Newton { tolerance, factors: Factors::Generated, contraction: UNTRIED_CONTRACTION, iterations: 0 }
    }

    /// Factorises I - c J; `false` if the matrix is singular or not finite.
    pub(super) fn factor<N: ChemNetwork + ?Sized>(
        &mut self,
        network: &N,
        c: f64,
        w: &mut Workspace,
        counters: &mut Counters,
    ) -> bool {
        counters.factorisations += 1;
        self.contraction = UNTRIED_CONTRACTION;
        self.factors = Factors::Generated;
        let growth = network.factor(c, &w.jacobian, &mut w.lu);
        if growth < LARGEST_GROWTH {
            return true;
        }
        counters.pivoted += 1;
        self.factors = Factors::Pivoted;
        w.dense.factor(network.structure(), c, &w.jacobian)
    }

    /// Solves `correction + known = c f(predicted + correction)`; `false` if it does not converge.
    pub(super) fn correct<N: ChemNetwork + ?Sized>(
        &mut self,
        problem: &mut Continuous<'_, N>,
        t: f64,
        c: f64,
        fresh_jacobian: bool,
        w: &mut Workspace,
        counters: &mut Counters,
    ) -> bool {
        w.y.copy_from_slice(&w.predicted);
        w.correction.fill(0.0);
        let mut last = 0.0;
        self.iterations = 0;
        for iteration in 0..MAX_ITERATIONS {
            self.iterations += 1;
            problem.rhs(t, &w.y, &mut w.residual, &mut w.breakpoint, counters);
            let foreign = problem.jacobian_is_foreign();
            if foreign && !fresh_jacobian {
                return false;
            }
            for ((r, known), d) in w.residual.iter_mut().zip(&w.known).zip(&w.correction) {
                *r = c * *r - known - d;
            }
            match self.factors {
                Factors::Generated => problem.network.solve(&w.lu, &mut w.residual),
                Factors::Pivoted => w.dense.solve(&mut w.residual),
            }
            let change = norm(&w.residual, &w.scale);
            if !change.is_finite() {
                return false;
            }
            if iteration > 0 {
                let rate = change / last;
                let left = (MAX_ITERATIONS - 1 - iteration) as i32;
                if rate >= 1.0 || rate.powi(left) / (1.0 - rate) * change > self.tolerance {
                    return false;
                }
                self.contraction = (rate / (1.0 - rate)).max(SMALLEST_CONTRACTION);
            }
            for ((y, d), r) in w.y.iter_mut().zip(&mut w.correction).zip(&w.residual) {
                *y += r;
                *d += r;
            }
            if self.contraction * change < self.tolerance && !(foreign && iteration == 0) {
                return true;
            }
            last = change;
        }
        false
    }
}

/// Root mean square of the components over what is tolerated.
#[inline(always)]
pub(super) fn norm(v: &[f64], scale: &[f64]) -> f64 {
    let sum: f64 = v.iter().zip(scale).map(|(v, s)| (v * s) * (v * s)).sum();
    (sum / v.len() as f64).sqrt()
}
