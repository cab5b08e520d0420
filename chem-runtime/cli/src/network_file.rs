//! Network files as arguments.

use std::io;
use std::path::{Path, PathBuf};

use chem_grammar::diagnostic::Report;
use chem_grammar::network::Network;
use clap::Args;

use super::Streams;
use super::exit::Stop;
use chem_solver::runs::AnyNetwork;

/// A network file.
#[derive(Args, Clone, Debug)]
pub struct NetworkFile {
    /// Network file
    #[arg(value_name = "FILE.net")]
    pub path: PathBuf,
}

impl NetworkFile {
    /// Reads and checks the file with all that it uses, and prints warnings and notes in short.
    ///
    /// # Errors
    /// All findings, if there is an error among them; printing.
    pub fn load(&self, streams: &mut Streams<'_>) -> Result<Network, Stop> {
        let network = load(&self.path)?;
        print_findings(&network.report(), streams)?;
        Ok(network)
    }

    /// The network of the file, ready to be evaluated. Whoever takes it prints its warnings and notes.
    ///
    /// # Errors
    /// All findings, if there is an error among them.
    pub fn load_any(&self) -> Result<AnyNetwork, Stop> {
        AnyNetwork::load(&self.path).map_err(Stop::Network)
    }
}

pub(super) fn load(path: &Path) -> Result<Network, Stop> {
    Network::load(path).map_err(|report| Stop::Network(Box::new(report)))
}

/// Warnings and notes that do not stop the command, in short.
pub(super) fn print_findings(findings: &Report, streams: &mut Streams<'_>) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    write!(streams.err, "{}", findings.short())?;
    let file = findings.sources.files().first().map(|file| file.path.display().to_string());
    let file = file.unwrap_or_default();
    writeln!(streams.err, "{}: `chem check {file}` says what to do about it", findings.counts())
}

/// `out/NAME.EXTENSION`, where results go if no path is given.
pub(super) fn default_output(name: &str, extension: &str) -> PathBuf {
    Path::new("out").join(format!("{name}.{extension}"))
}
