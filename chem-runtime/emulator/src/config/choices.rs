//! Small choices of a training.

use serde::{Deserialize, Serialize};

/// The unknowns as they are trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variables {
    /// log10 of densities [cm^-3] and of T `[K]`: for gas, whose densities span many decades.
    #[default]
    Log,
    /// Densities and T themselves: for synthetic networks.
    Linear,
}

/// How the initial state enters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitialCondition {
    /// Built in: y(x) = y0 + x N(x), with x from 0 at the start to 1 at the end.
    #[default]
    Hard,
    /// A term of the loss per unknown (eq. 25 of Branca & Pallottini 2023).
    Soft,
}

/// Whether the network's conservation laws hold exactly in the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// As well as the network learnt them.
    None,
    /// As well as the network learnt them, with the laws among what it learns: rows of the residual.
    #[default]
    Residual,
    /// To rounding: rows of the residual while it learns, and the output is moved onto the laws of the initial
    /// state by the least relative change of its densities.
    Conservation,
}

/// From where the cells start: `initial.state = "single"` or `initial.domain = "general"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitialConditions {
    /// One initial state that the network declares; the trained network has one input, the time.
    State(String),
    /// A domain that the network declares; the initial densities and T are inputs too.
    Domain(String),
}

impl Default for InitialConditions {
    fn default() -> Self {
        InitialConditions::State("single".to_owned())
    }
}

/// The factor before the derivative residual. Without one its size says how fast the fast reactions are, not how wrong the
/// state is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preconditioner {
    /// 1: the residual of the paper.
    None,
    /// 1 / (1 + s |J_kk|) for each unknown k.
    #[default]
    Diagonal,
    /// (I - s J)^-1 by the generated factorisation.
    Full,
}
