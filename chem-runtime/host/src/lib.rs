//! What the functions of the C interface of a compiled network do.
//!
//! `chem host` writes a library of thin wrappers around [`calls`], each with the prefix of its network. What they have in
//! common stands here once: every call leaves the host's mode of floating-point arithmetic as it was, no panic leaves it,
//! and pointers, lengths and numbers are looked at before anything is changed.

pub mod array;
pub mod block;
pub mod calls;
pub mod catalogue;
#[cfg(feature = "emulator")]
pub mod emulator_calls;
pub mod error;
mod guard;
pub mod library;
mod memory;
pub mod solver;
mod store;
mod surroundings;
mod thermo;
mod threads;

pub use block::Block;
pub use catalogue::Catalogue;
#[cfg(feature = "emulator")]
pub use solver::Emulator;
pub use solver::Solver;
