//! Trained networks at work, without the machinery that trains them.
//!
//! ```text
//! config.toml -> Config -> (chem-training) -> Checkpoint -> Pinn -> Guarded
//! ```
//!
//! A trained [`Pinn`] predicts cells in plain Rust, behind the same trait as the solver (Branca & Pallottini 2023,
//! MNRAS 518, 5718).

pub mod ansatz;
pub mod checkpoint;
pub mod config;
pub mod elementary;
mod error;
pub mod guarded;
pub mod nuclei;
pub mod out_of_domain;
pub mod predict;
pub mod snapshot;
pub mod trained_domain;
pub mod weights;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use config::Config;
pub use error::EmulatorError;
pub use guarded::Guarded;
pub use out_of_domain::{OutOfDomain, RefusedCell};
pub use predict::Pinn;
pub use snapshot::Snapshot;
pub use trained_domain::TrainedDomain;
pub use weights::NamedArray;
