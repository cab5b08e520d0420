//! The whole state of a training.

use super::weights::NamedArray;

/// Everything that a training needs to go on as if it had never stopped: the curve after a restore is the same
/// bit for bit on the CPU.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Numbers: weights, moments of optimisers, points, loss weights. Every f64 belongs here: text of a number
    /// may come back changed in its last bit.
    pub arrays: Vec<NamedArray>,
    /// The rest: stage, iteration, counters, positions of random streams; whole numbers and text only.
    pub state: serde_json::Value,
}
