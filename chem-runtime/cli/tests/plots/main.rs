//! Pictures hold what they should, and their texts lie within them and not on one another; whether they are beautiful
//! is for eyes.

#![allow(clippy::unwrap_used, clippy::panic)]

mod boxes;
mod graphs;
mod rates;
mod trajectories;
mod validations;
