//! Judges trained networks against the solver.
//!
//! `validate` alone judges those in `networks/trained` and writes `out/validation/report.html`.

use std::process::ExitCode;

use chem_runtime::cli::{self, ValidateOptions};
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Judge trained networks against the solver, or against a CSV file: errors beside those of Branca & Pallottini
/// 2023, pictures, time per cell, and a report.
///
/// The exit code is 0 if all were judged, 1 if a file could not be written, 2 if the input is wrong.
#[derive(Parser)]
#[command(name = "validate", version)]
struct Arguments {
    #[command(flatten)]
    options: ValidateOptions,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    cli::main(|streams| cli::validate(&arguments.options, chem_examples::network, streams))
}
