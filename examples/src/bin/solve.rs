//! Solves the thermo-chemistry of cells of gas.
//!
//! `solve` alone evolves the molecular network from its declared initial state over a million years, prints a
//! summary, and writes `out/molecular.csv` and `out/molecular.svg`.

use std::process::ExitCode;

use chem_runtime::cli::{self, SolveOptions};
use clap::Parser;

/// Solve the thermo-chemistry of cells of gas.
///
/// The exit code is 0 if every cell was solved, 1 if some failed (the others are written), 2 if the input is
/// wrong (nothing is written).
#[derive(Parser)]
#[command(name = "solve", version)]
struct Arguments {
    /// molecular, atomic, benchmark_const, benchmark_tdep, or the path of a network file
    #[arg(default_value = "molecular")]
    network: String,

    #[command(flatten)]
    options: SolveOptions,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    cli::main(|streams| cli::solve(chem_examples::network(&arguments.network)?, &arguments.options, streams))
}
