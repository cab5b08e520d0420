//! What the run loop needs of a training.

use burn::tensor::Device;

use super::error::TrainError;
use super::reduce::Reduction;
use chem_emulator::snapshot::Snapshot;
use chem_emulator::weights::NamedArray;
use chem_solver::data::input_error::InputError;

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

    /// Lets the devices that share a batch add up its gradient by NCCL, in the network's precision, instead of on the host
    /// in double precision. To be called after [`Iterate::spread`].
    #[cfg(feature = "cuda")]
    fn add_up_by_nccl(&mut self) {}

    /// Computes the residual on these devices, where the network is, from now on: no state goes to the host.
    ///
    /// # Errors
    /// Why it stays on the host.
    #[cfg(feature = "device")]
    fn keep_on_device(
        &mut self,
        _residual: &super::DeviceResidual,
        _devices: &[Device],
    ) -> Result<(), &'static str> {
        Err("this training computes it on the host")
    }

    /// Shares each batch among ranks, all of which train the same, from now on.
    ///
    /// # Errors
    /// Methods that need more than sums over points.
    fn share(&mut self, reduction: &Reduction) -> Result<(), TrainError> {
        if reduction.is_alone() { Ok(()) } else { Err(alone()) }
    }

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

fn alone() -> TrainError {
    let message = "a training from one initial state is not shared among ranks";
    let remedy = "it takes a minute in one process: train without mpirun";
    TrainError::Config(InputError::new("initial.state", message, remedy).into())
}
