//! Solves the thermo-chemistry of networks compiled by [`chem_network!`].
//!
//! ```ignore
//! use chem_runtime::{Bdf, YEAR};
//!
//! chem_runtime::chem_network!("molecular.net"); // pub mod molecular
//!
//! let cell = molecular::initial::single();
//! let solution = Bdf::new(&molecular::Molecular::default()).rtol(1e-6).solve(&cell, [1e6 * YEAR])?;
//! println!("{:.3e} cm^-3 of H2 after 1 Myr", solution.last().n(molecular::Species::H2));
//! ```
//!
//! [`Interpreted`] does the same for a network file that is read at run time. Units are cgs and K throughout.

pub mod advance;
pub mod atomic_file;
pub mod batch;
pub mod bdf;
pub mod cell;
pub mod cells;
#[cfg(feature = "cli")]
pub mod cli;
pub mod dense_lu;
pub mod domain;
mod float_mode;
#[doc(hidden)]
pub mod generated;
pub mod input_error;
pub mod interpreted;
#[cfg(feature = "kernels")]
pub mod kernels;
pub mod log_form;
pub mod lu;
#[cfg(test)]
mod made_up_network;
pub mod many_cells;
#[doc(hidden)]
pub mod mass_action;
pub mod network;
#[cfg(feature = "pinn")]
pub mod pinn;
pub mod plot;
pub mod runs;
pub mod scalar;
pub mod solution;
pub mod states_csv;
pub mod structure;
pub mod suggestion;
pub mod times;
#[cfg(feature = "pinn")]
pub mod validate;

pub use batch::Batch;
pub use bdf::{Bdf, SolveError, YEAR};
pub use cell::Cell;
pub use cells::Cells;
pub use chem_macros::chem_network;
pub use interpreted::Interpreted;
pub use network::ChemNetwork;
pub use solution::Solution;
