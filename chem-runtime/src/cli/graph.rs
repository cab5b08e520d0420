//! `chem graph`: a network as a picture.

use std::path::PathBuf;

use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::{NetworkFile, default_output, print_findings};
use super::solve::create;
use crate::plot::network_graph;

/// Options of `graph`.
#[derive(Args, Clone, Debug)]
pub struct GraphOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: NetworkFile,

    /// Where the picture goes; `out/<network>_graph.svg` if not given
    #[arg(long, value_name = "OUT.svg")]
    pub out: Option<PathBuf>,
}

/// Draws species and reactions.
///
/// # Errors
/// Findings of the network file; writing.
pub fn graph(options: &GraphOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let network = options.network.load_any()?;
    print_findings(&network.findings, streams)?;
    let structure = network.network.structure();
    let path =
        options.out.clone().unwrap_or_else(|| default_output(&format!("{}_graph", structure.name), "svg"));
    let mut file = create(&path)?;
    std::io::Write::write_all(&mut file, network_graph(structure).as_bytes())?;
    file.commit()?;
    writeln!(streams.out, "written: {}", path.display())?;
    Ok(Exit::Success)
}
