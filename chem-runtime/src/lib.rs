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
//!
//! What it gives, by feature:
//!
//! | feature | what |
//! |---|---|
//! | (none) | [`Bdf`], [`Batch`], [`Cell`], [`Interpreted`] |
//! | `csv`, `sampling` | tables of states, random states of a domain |
//! | `plot` | pictures ([`report`]) |
//! | `emulator` | trained models at work ([`emulator`]) |
//! | `validate` | trained models judged ([`report`]) |
//! | `training` | training of models ([`training`]) |
//! | `cli` | the commands of `chem` ([`cli`]); `cli-training`: `train` and `validate` too |

#[cfg(feature = "cli")]
pub use chem_cli as cli;
#[cfg(feature = "emulator")]
pub use chem_emulator as emulator;
#[cfg(feature = "host")]
#[doc(hidden)] // called by what `chem host` writes, not by people
pub use chem_host as host;
pub use chem_macros::chem_network;
#[cfg(feature = "plot")]
pub use chem_report as report;
pub use chem_solver::advance::{self, Advance};
pub use chem_solver::batch::{self, Batch};
pub use chem_solver::bdf::{self, Bdf, Solution, SolveError};
pub use chem_solver::cells::Cells;
#[cfg(feature = "csv")]
pub use chem_solver::data;
#[doc(hidden)]
pub use chem_solver::generated;
pub use chem_solver::network::{self, Cell, ChemNetwork, Interpreted};
#[cfg(feature = "csv")]
pub use chem_solver::runs;
pub use chem_solver::units::YEAR;
#[cfg(feature = "training")]
pub use chem_training as training;
