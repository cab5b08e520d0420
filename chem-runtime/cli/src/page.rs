//! `chem report`: a network as one HTML page that needs nothing else.

mod formula;
mod html;
mod pictures;
mod sections;

use std::path::PathBuf;

use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::{default_output, load};
use chem_grammar::system::System;
use chem_solver::data::atomic_file::AtomicFile;

/// Options of `report`.
#[derive(Args, Clone, Debug)]
pub struct ReportOptions {
    /// Network file
    #[arg(value_name = "FILE.net")]
    pub path: PathBuf,

    /// Where the page goes; `out/<network>_report.html` if not given
    #[arg(long, value_name = "OUT.html")]
    pub out: Option<PathBuf>,
}

/// Writes the page and says how large it is.
///
/// # Errors
/// Findings of the network file; writing.
pub fn report(options: &ReportOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let network = load(&options.path)?;
    let name = format!("{}_report", network.name);
    let path = options.out.clone().unwrap_or_else(|| default_output(&name, "html"));
    let page = sections::page(&System::new(network));
    AtomicFile::write_text(&path, &page)?;
    writeln!(streams.out, "written: {} ({} kB)", path.display(), page.len().div_ceil(1000))?;
    Ok(Exit::Success)
}
