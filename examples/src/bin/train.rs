//! Trains a network on the residual that was generated from its reactions.
//!
//! `train` alone trains the single atomic model of Branca & Pallottini 2023 on the processor, judges it against the
//! solver, and writes a report.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use chem_examples::signals;
use chem_examples::training_bar::TrainingBar;
use chem_runtime::cli::train::{Library, Surroundings};
use chem_runtime::cli::validate::{ValidateOptions, validate};
use chem_runtime::cli::{self, Exit, TrainOptions};
use clap::Parser;

/// The system's allocator gives large arrays back after every operation.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Set by Ctrl-C, SIGTERM and SIGHUP.
static INTERRUPT: AtomicBool = AtomicBool::new(false);
/// Set when the training has ended and only the report is left.
static TRAINED: AtomicBool = AtomicBool::new(false);

/// Train a physics-informed network.
///
/// Ctrl-C, SIGTERM and SIGHUP end the training after its current iteration; `--resume` goes on from there, and from the
/// last checkpoint if it was killed. No training is overwritten without `--overwrite`. The exit code is 0 if the training ended as planned, 1 if it did not (the last
/// good state is kept), 2 if the input is wrong (nothing is written).
#[derive(Parser)]
#[command(name = "train", version)]
struct Arguments {
    #[command(flatten)]
    options: TrainOptions,

    /// Do not validate the trained network and write no report
    #[arg(long)]
    no_report: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    signals::interrupt_by(&INTERRUPT, &TRAINED);
    let library = Library {
        trainings: std::path::Path::new(chem_networks::DIRECTORY).join("trained"),
        network: &chem_examples::network,
    };
    let mut surroundings =
        Surroundings { observer: &mut |session| Box::new(TrainingBar::new(session)), interrupt: &INTERRUPT };
    cli::main(|streams| {
        let trained = cli::train(&arguments.options, &library, &mut surroundings, streams)?;
        TRAINED.store(true, Ordering::Relaxed);
        let exit = cli::train::exit(trained.as_ref());
        if let (Some(trained), Exit::Success, false) = (trained, exit, arguments.no_report) {
            writeln!(streams.out)?;
            let options = ValidateOptions {
                models: vec![trained.folder.model()],
                out: Some(trained.folder.0),
                ..ValidateOptions::default()
            };
            validate(&options, chem_examples::network, streams)?;
        }
        Ok(exit)
    })
}
