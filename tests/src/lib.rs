//! Shared set-up of the tests that cross crates.
#![allow(clippy::expect_used, clippy::panic)] // tests fail by panicking

pub mod diffsol_bdf;
pub mod figures;
pub mod quantiles;
pub mod states;
pub mod synthetic;
