//! Weights of the parts of the loss.

use serde::{Deserialize, Serialize};

/// How the parts of the loss are weighed: a residual term, and with the soft initial condition a second one,
/// for each unknown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Loss {
    /// The rule; default `fixed`.
    pub weights: Weighting,
    /// Weight of the terms of the initial condition at the beginning; default 1.
    pub initial_weight: f64,
    /// Iterations between changes of annealed weights; default 100.
    pub refresh_every: u64,
    /// Share of the old weight that annealing keeps, 0 to 1; default 0.9.
    pub alpha: f64,
    /// The largest weight that annealing gives; default 100. Without a bound a term that is satisfied, as that of
    /// the initial condition soon is, gets a weight that drowns all others.
    pub largest_weight: f64,
}

impl Default for Loss {
    fn default() -> Self {
        Loss {
            weights: Weighting::Fixed,
            initial_weight: 1.0,
            refresh_every: 100,
            alpha: 0.9,
            largest_weight: 100.0,
        }
    }
}

/// The rule by which weights change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// They do not.
    #[default]
    Fixed,
    /// From the gradients of the terms (Wang, Teng & Perdikaris 2021, algorithm 1).
    Annealed,
}
