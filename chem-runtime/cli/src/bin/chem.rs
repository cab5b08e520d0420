//! The command `chem`: works on any network file without compiling it.

use std::process::ExitCode;

use chem_cli::{Command, main as run_main, run};
use clap::Parser;

/// Checks, formats, draws and solves chemical networks.
#[derive(Parser)]
#[command(name = "chem", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run_main(|streams| run(&arguments.command, streams))
}
