//! Collocation points.

use serde::{Deserialize, Serialize};

/// Where the residual is made small.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Points {
    /// Points per iteration; default 200.
    pub count: usize,
    /// How they are spread; default `stratified`. Of a domain of initial states they are independent.
    pub sampler: Sampler,
    /// New points every this many iterations; default 1.
    pub resample_every: u64,
    /// Share of the points, 0 to 1, that goes where the residual is large; of a domain, share of the new initial states
    /// that are drawn near those with the largest residuals; default 0.
    pub adaptive: f64,
}

impl Default for Points {
    fn default() -> Self {
        Points { count: 200, sampler: Sampler::Stratified, resample_every: 1, adaptive: 0.0 }
    }
}

/// How points are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampler {
    /// One random point in each of `count` equal parts of the range.
    #[default]
    Stratified,
    /// Sobol points with Owen's scrambling.
    Sobol,
    /// Halton points with random digits.
    Halton,
    /// Independent random points.
    Random,
    /// Evenly spaced, the ends included.
    Grid,
}
