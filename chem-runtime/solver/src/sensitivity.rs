//! How the end of a trajectory depends on every rate coefficient, by the adjoint equation.
//!
//! ```text
//! dy/dt = f(y) = sum_j S_j r_j(t, y)                                   r_j: flux of a reaction, or a thermal term
//! G = ln y_i(t_end)
//! d lambda/dt = -J(t)^T lambda,  lambda(t_end) = e_i / y_i(t_end)      backwards in time
//! dG/d ln k_j = integral of lambda . S_j r_j dt
//! dG/d ln y_k(0) = y_k(0) (lambda_k(0) + q_k lambda_e(0))              q_k: charge; electrons follow
//! ```
//! (Cao, Li, Petzold & Serban 2003, SIAM J. Sci. Comput. 24, 1076.) One equation per named species gives the derivatives by all
//! coefficients, however many there are; forward sensitivities would need one per coefficient. The adjoint equation is as stiff as
//! the chemistry, and is solved by the L-stable SDIRK of order 4 of Hairer & Wanner (1996, Solving Ordinary Differential Equations
//! II, Table IV.6.5) with control of its error; the integral is one more of its unknowns. The trajectory between the nodes of a grid
//! that is refined until it does not matter is a cubic of its states and slopes.

mod adjoint;
mod trajectory;

use crate::bdf::{Options, SolveError};
use crate::network::ChemNetwork;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Question<'a> {
    /// Initial densities [cm^-3] in declared order, then T `[K]`.
    pub initial: &'a [f64],
    /// End of the trajectory, from t = 0 `[s]`.
    pub end: f64,
    /// Indices of the unknowns whose end is looked at: species, or T as the last.
    pub of: &'a [usize],
    /// Tolerance of the adjoint equation: 1e-5 gives derivatives to 1e-3 of 1 + their size, and mostly better.
    pub tolerance: f64,
}

/// Logarithmic derivatives of the end of one unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// The unknown.
    pub unknown: usize,
    /// Its value at the end [cm^-3] or `[K]`.
    pub end: f64,
    /// By the flux of each reaction, then of each process: d ln y(t_end) / d ln k_j.
    pub reactions: Vec<f64>,
    /// By each heating term, then each cooling term.
    pub thermal: Vec<f64>,
    /// By each initial density and the initial T. Electrons follow the ions, so that the gas stays neutral: theirs is zero.
    pub initial: Vec<f64>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SensitivityError {
    /// The trajectory could not be solved.
    #[error("{0}")]
    Solve(#[from] SolveError),
    /// The unknown is zero at the end: it has no logarithm.
    #[error("`{0}` is zero at the end, where its logarithm has no derivative")]
    Zero(String),
    /// The adjoint equation could not be integrated.
    #[error("the adjoint equation could not be integrated beyond {time:e} s before the end")]
    Adjoint {
        /// How far it came `[s]`.
        time: f64,
    },
}

/// The derivatives of the ends asked for. A coefficient that a heating term uses under its name counts in the reaction alone, since
/// the term is one of its own.
///
/// The derivatives by thermal terms hold for dT/dt = (gamma - 1)(heating - cooling)/(k n): not for a network that conserves
/// energy, where reactions change T as well. Where T crosses a temperature at which a coefficient jumps, the derivative of the time at
/// which it does so is left out.
///
/// # Errors
/// As [`SensitivityError`] says.
pub fn sensitivities(
    network: &dyn ChemNetwork,
    question: &Question<'_>,
    options: &Options,
) -> Result<Vec<Sensitivity>, SensitivityError> {
    let trajectory = trajectory::Trajectory::solve(network, question, options)?;
    adjoint::integrate(network, question, &trajectory)
}
