//! When a training ends before its stages do.

use serde::{Deserialize, Serialize};

/// When a training ends before its stages do; what is not given does not stop it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stop {
    /// As soon as the loss on the whole range of times is below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<f64>,
    /// After this many iterations on the whole range without a smaller loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stall: Option<u64>,
    /// As soon as the error against the solver is below this: for logarithmic variables the 90 % quantile of the
    /// relative error, for linear ones the largest absolute error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// Iterations between comparisons with the solver; default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_every: Option<u64>,
    /// After this much CPU time of the training `[s]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<f64>,
}
