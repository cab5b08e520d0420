//! What the run loop needs of a training.

use super::error::TrainError;
use chem_emulator::snapshot::Snapshot;
use chem_emulator::weights::NamedArray;

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

    /// Collects what is spread over ranks, for a snapshot; to be called on all of them.
    ///
    /// # Errors
    /// A rank that ended or failed.
    fn collect(&mut self) -> Result<(), TrainError> {
        Ok(())
    }

    /// The current weights.
    fn weights(&self) -> Vec<NamedArray>;
}
