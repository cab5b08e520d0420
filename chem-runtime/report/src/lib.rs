//! Pictures of networks and of cells, and emulators judged against the solver.

pub mod aligned;
#[cfg(feature = "validate")]
pub mod cpu_time;
pub mod plot;
#[cfg(feature = "validate")]
pub mod training_log;
#[cfg(feature = "validate")]
pub mod validate;
