//! `chem check`: all findings at once.

use std::path::PathBuf;

use chem_grammar::checks::{seam_report, seam_table};
use chem_grammar::compile::{Disk, check_library};
use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::load;
use crate::runs::{AnyNetwork, headline};

/// Options of `check`.
#[derive(Args, Clone, Debug)]
pub struct CheckOptions {
    /// Network files; rate libraries (`.rates`) are checked on their own
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Also print how far every rate coefficient and its slope jump where it changes its formula
    #[arg(long)]
    pub seams: bool,
}

/// Checks every file and prints all findings.
///
/// # Errors
/// Writing to the streams. Findings stop the program only after all files were checked.
pub fn check(options: &CheckOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let mut last = None;
    for path in &options.files {
        if path.extension().is_some_and(|extension| extension == "rates") {
            match check_library(path, &Disk) {
                Ok(()) => writeln!(streams.out, "{}: rate library: no findings", path.display())?,
                Err(report) => keep_last(&mut last, Stop::Network(Box::new(report)), streams)?,
            }
            continue;
        }
        match load(path) {
            Ok(network) => {
                let seams = options.seams.then(|| seam_table(&seam_report(&network)));
                let network = AnyNetwork::interpreted(network);
                let headline = headline(network.network.structure());
                writeln!(streams.out, "{}: {headline}: no findings", path.display())?;
                write!(streams.out, "{}", seams.unwrap_or_default())?;
            }
            Err(stop) => keep_last(&mut last, stop, streams)?,
        }
    }
    last.map_or(Ok(Exit::Success), Err)
}

/// Prints the findings of the file before; the last ones become the result of the program.
fn keep_last(last: &mut Option<Stop>, stop: Stop, streams: &mut Streams<'_>) -> Result<(), Stop> {
    if let Some(previous) = last.replace(stop) {
        writeln!(streams.err, "{previous}")?;
    }
    Ok(())
}
