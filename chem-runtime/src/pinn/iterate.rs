//! What the run loop needs of a training.

use burn::tensor::Device;

use super::error::TrainError;
use super::snapshot::Snapshot;
use super::weights::NamedArray;

/// What one iteration did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Index of the stage, from 0.
    pub stage: usize,
    /// Iterations done in this stage, those of its curriculum included.
    pub iteration: u64,
    /// Loss on the points of this iteration.
    pub loss: f64,
    /// Root mean square of the preconditioned residual of each unknown, T last.
    pub residuals: Vec<f64>,
    /// End of the range of times that was trained, in tau.
    pub tau_max: f64,
    /// Whether that is the whole range.
    pub whole_range: bool,
    /// Whether the last stage has ended.
    pub finished: bool,
}

/// A training, iteration by iteration.
pub trait Iterate {
    /// One iteration of the current stage. After an error the state is that before the call, or not to be used.
    ///
    /// # Errors
    /// A loss or weights that are not finite, or a method that failed.
    fn step(&mut self) -> Result<Progress, TrainError>;

    /// The whole state, between two iterations.
    fn snapshot(&self) -> Snapshot;

    /// Spreads the parts of each batch over devices, the first of which is that of the training. Methods that need the
    /// rows of all parts at once stay on that one.
    fn spread(&mut self, _devices: &[Device]) {}

    /// The current weights.
    fn weights(&self) -> Vec<NamedArray>;
}
