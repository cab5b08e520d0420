//! The residual that a training minimises.

use serde::{Deserialize, Serialize};

use super::choices::Preconditioner;

/// The residual that a training minimises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Residual {
    /// Which residual; default `derivative`.
    pub kind: ResidualKind,
    /// The factor P of the derivative residual; default `diagonal`.
    pub preconditioner: Preconditioner,
    /// Length of the links of the discrete-time residual in tau, drawn evenly between the two; default 0.5 to 1.5.
    pub link: [f64; 2],
    /// Relative tolerance of the implicit steps of a link or a trajectory; default 1e-3.
    pub tolerance: f64,
    /// Share of itself that the moving average of the weights keeps per iteration, whose states the links start from;
    /// 0, the default, for the weights themselves.
    pub averaging: f64,
    /// Share of the initial states that are states which evolved from others: a rollout starts from such. Default
    /// 0.25.
    pub evolved: f64,
    /// With the integrator in the loop, share of the points, 0 to 1, that are pairs of neighbouring times of a trajectory: the
    /// state at the earlier one is their initial state, the time between them theirs. Default 0.
    pub pairs: f64,
}

impl Default for Residual {
    fn default() -> Self {
        Residual {
            kind: ResidualKind::Derivative,
            preconditioner: Preconditioner::default(),
            link: [0.5, 1.5],
            tolerance: 1e-3,
            averaging: 0.0,
            evolved: 0.25,
            pairs: 0.0,
        }
    }
}

/// Which residual is made small. The names are used in every table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResidualKind {
    /// `P (dy/dtau - s f(y))` with `s = dt/dtau` (eq. 23 of Branca & Pallottini 2023): the physics-informed network of
    /// the paper.
    #[default]
    Derivative,
    /// `y(tau) - Phi(y(tau - h))`: the network's own value a link earlier, taken on by implicit steps of the generated
    /// equations. No trajectory, no label, nothing stored.
    DiscreteTime,
    /// `y(tau) - y_solver(tau)`: labels from the generated solver's own steps along trajectories that are integrated
    /// during the training. No data set is stored, but this is supervised training.
    IntegratorInTheLoop,
}

impl ResidualKind {
    /// In words, for tables.
    pub fn name(self) -> &'static str {
        match self {
            ResidualKind::Derivative => "derivative residual",
            ResidualKind::DiscreteTime => "discrete-time residual",
            ResidualKind::IntegratorInTheLoop => "integrator in the loop",
        }
    }
}
