//! What programs read and write: states, times, mistakes in them.

pub mod atomic_file;
pub mod input_error;
#[cfg(feature = "csv")]
pub mod states_csv;
pub mod suggestion;
pub mod times;
