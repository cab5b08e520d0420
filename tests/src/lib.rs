//! Shared set-up of the tests that cross crates.
#![allow(clippy::expect_used, clippy::panic)] // tests fail by panicking

pub mod bench;
#[cfg(feature = "peers")]
pub mod cvode;
pub mod diffsol_bdf;
pub mod figures;
#[cfg(feature = "large")]
pub mod large;
pub mod quantiles;
pub mod states;
pub mod synthetic;
pub mod tight_bdf;

/// Blocks of Rust in the documentation compile.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../docs/batch.md")]
    struct Batch;
    #[doc = include_str!("../../docs/general.md")]
    struct General;
    #[doc = include_str!("../../docs/training.md")]
    struct Training;
}
