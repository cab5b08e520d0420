//! Derivatives, simplification, structure and evaluation of networks that are built by hand.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a panic is how a test fails"
)]

mod borders;
mod builder;
mod derivatives;
mod dual;
mod energy;
mod floor;
mod gathered;
mod linear_algebra;
mod networks;
mod single;
mod structure;
mod synthetic;
mod system;
mod tables;
mod text;
mod tree;
