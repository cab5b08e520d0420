//! The command `chem`: columns, exit codes, and that wrong input leaves every file as it was.

#![allow(clippy::unwrap_used)]

mod findings;
mod folder;
mod pictures;
mod reduce;
mod routes;
mod sensitivity;
mod solving;
