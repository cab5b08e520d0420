//! Training of physics-informed networks on the generated residual.
//!
//! ```text
//! Config -> Training (problem x optimiser x execution) -> Snapshot -> checkpoint -> Pinn
//! ```
//!
//! A network is trained on the residual that `chem_network!` generated, without precomputed solutions (Branca &
//! Pallottini 2023, MNRAS 518, 5718).

pub mod device;
pub mod error;
pub mod iterate;
mod loss;
mod memory;
mod model;
mod optimise;
mod points;
mod problem;
pub mod reduce;
mod residual;
mod rows;
pub mod run;
pub mod session;
pub mod training;

#[cfg(feature = "device")]
pub use burn::tensor::DType;
pub use burn::tensor::Device;
pub use error::TrainError;
pub use iterate::{Iterate, Progress};
pub use reduce::{RankError, Reduction};
#[cfg(feature = "device")]
pub use residual::{device_cost::DeviceCost, on_device::DeviceResidual};
pub use training::{Execution, Training};
