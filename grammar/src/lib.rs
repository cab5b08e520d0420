//! The language of chemical networks.
//!
//! Text goes in, a checked [`network::Network`] comes out, or a [`diagnostic::Report`] that says all that is
//! wrong. [`system::System`] holds everything that follows from a network: right-hand side, sparse Jacobian,
//! conservation laws, elimination order. [`interpret::Interpreter`] evaluates it without generating code.

pub mod ast;
pub mod checks;
mod code;
pub mod compile;
pub mod constants;
pub mod diagnostic;
mod digest;
mod elements;
pub mod environment_functions;
pub mod expr;
pub mod fnv;
mod format;
pub mod gathered;
pub mod import;
pub mod interpolation;
pub mod interpret;
pub mod lane_program;
pub mod mass_action;
pub mod memory_files;
pub mod network;
mod parse;
mod program;
mod quadrature;
pub mod radiation;
pub mod reduced;
mod report;
mod resolve;
mod sniff;
pub mod source;
pub mod species;
pub mod structure;
pub mod suggest;
pub mod system;
mod table_file;
pub mod temperature_functions;
mod temperature_set;
pub mod unit;
pub mod verner;
pub mod words;

pub use format::format;
pub use parse::parse;
pub use sniff::recognise;
