//! Solves the thermo-chemistry of compiled networks. Units are cgs and K throughout.
//!
//! ```text
//! structure, scalar                 what a network is made of, and the numbers that it is evaluated with
//! network, linear                   its trait, its cells and domains, and the solution of its linear systems
//! bdf, batch                        one cell after the other, and many cells in lanes
//! runs, data                        what programs do with them, and the files that they read and write
//! ```
//!
//! Users depend on `chem-runtime`, which hands on what they need.

pub mod advance;
pub mod batch;
pub mod bdf;
pub mod cells;
pub mod data;
pub mod equations;
pub mod float_mode;
#[doc(hidden)]
pub mod generated;
pub mod linear;
pub mod log_form;
pub mod network;
#[cfg(feature = "csv")]
pub mod runs;
pub mod scalar;
pub mod sensitivity;
pub mod structure;
mod switch;
#[cfg(any(test, feature = "testing"))]
#[doc(hidden)]
pub mod synthetic_network;
pub mod units;
