//! Physics-informed networks: training on the generated residual, trained models, prediction.
//!
//! ```text
//! config.toml -> Config -> Training (points, residual, loss, optimisers) -> Snapshot -> checkpoint -> Pinn
//! ```
//!
//! A network is trained on the residual that `chem_network!` generated, without precomputed solutions (Branca &
//! Pallottini 2023, MNRAS 518, 5718). A trained [`Pinn`] predicts cells in plain Rust, behind the same trait as the
//! solver.

mod adam;
mod ansatz;
pub mod checkpoint;
pub mod config;
pub mod device;
pub mod emulator;
pub mod error;
pub mod general;
mod gradient_sum;
pub mod guarded;
pub mod iterate;
mod lbfgs;
mod levenberg_marquardt;
mod memory;
mod model;
pub mod out_of_domain;
mod points;
pub mod predict;
pub mod reduce;
mod residual;
pub mod run;
pub mod session;
pub mod snapshot;
mod soap;
mod spread;
pub mod trained_domain;
pub mod training;
pub mod weights;

#[cfg(feature = "device")]
pub use burn::tensor::DType;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use config::Config;
pub use emulator::{Emulator, EmulatorError, EmulatorReport};
pub use error::TrainError;
pub use guarded::{GuardError, GuardOutcome, GuardReport, Guarded};
pub use iterate::{Iterate, Progress};
pub use out_of_domain::{OutOfDomain, RefusedCell};
pub use predict::Pinn;
pub use reduce::{RankError, Reduction};
#[cfg(feature = "device")]
pub use residual::{device_cost::DeviceCost, on_device::DeviceResidual};
pub use snapshot::Snapshot;
pub use trained_domain::TrainedDomain;
pub use training::Training;
pub use weights::NamedArray;
