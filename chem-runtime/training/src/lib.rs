//! Training of physics-informed networks on the generated residual.
//!
//! ```text
//! Config -> Training (points, residual, loss, optimisers) -> Snapshot -> checkpoint -> Pinn
//! ```
//!
//! A network is trained on the residual that `chem_network!` generated, without precomputed solutions (Branca &
//! Pallottini 2023, MNRAS 518, 5718).

mod adam;
mod ansatz;
pub mod device;
pub mod error;
pub mod general;
mod gradient_sum;
pub mod iterate;
mod lbfgs;
mod levenberg_marquardt;
mod memory;
mod model;
mod points;
pub mod reduce;
mod residual;
pub mod run;
pub mod session;
mod soap;
mod spread;
pub mod training;

#[cfg(feature = "device")]
pub use burn::tensor::DType;
pub use burn::tensor::Device;
pub use error::TrainError;
pub use iterate::{Iterate, Progress};
pub use reduce::{RankError, Reduction};
#[cfg(feature = "device")]
pub use residual::{device_cost::DeviceCost, on_device::DeviceResidual};
pub use training::Training;
