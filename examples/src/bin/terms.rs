//! Evaluates the right-hand side of states term by term: time derivatives, rate coefficients, heating, cooling
//! and fluxes.

use std::process::ExitCode;

use chem_runtime::cli::{self, TermsOptions};
use clap::Parser;

/// Evaluate time derivatives, rate coefficients, heating and cooling of states.
///
/// The exit code is 0 if every state was evaluated, 1 if some were not (the others are written), 2 if the input
/// is wrong (nothing is written).
#[derive(Parser)]
#[command(name = "terms", version)]
struct Arguments {
    /// molecular, atomic, benchmark_const, benchmark_tdep, or the path of a network file
    network: String,

    #[command(flatten)]
    options: TermsOptions,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    cli::main(|streams| cli::terms(chem_examples::network(&arguments.network)?, &arguments.options, streams))
}
