//! What a training logged: one line of JSON per iteration.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Iterations over all stages, this one included.
    pub n: u64,
    /// Index of the stage, from 0.
    pub stage: usize,
    /// Iterations of the stage.
    pub iteration: u64,
    /// The loss.
    pub loss: f64,
    /// Root mean square residual of each unknown, T last.
    pub residuals: Vec<f64>,
    /// End of the trained range in tau.
    pub tau_max: f64,
    /// Whether that is the whole range.
    pub whole_range: bool,
    /// The error against the solver, where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// log10 of the 50, 75 and 90 % quantiles of the relative error, where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<[f64; 3]>,
    /// CPU time of the training alone `[s]`.
    pub cpu_s: f64,
}

/// Reads a log; lines that are none are passed over.
///
/// # Errors
/// If it cannot be read.
pub fn read(path: &Path) -> std::io::Result<Vec<Record>> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}
