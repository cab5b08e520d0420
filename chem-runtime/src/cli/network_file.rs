//! Network files as arguments.

use std::path::{Path, PathBuf};

use chem_grammar::network::Network;
use clap::Args;

use super::exit::Stop;
use crate::runs::AnyNetwork;

/// A network file.
#[derive(Args, Clone, Debug)]
pub struct NetworkFile {
    /// Network file
    #[arg(value_name = "FILE.net")]
    pub path: PathBuf,
}

impl NetworkFile {
    /// Reads and checks the file with all that it uses.
    ///
    /// # Errors
    /// All findings.
    pub fn load(&self) -> Result<Network, Stop> {
        load(&self.path)
    }

    /// The network of the file, ready to be evaluated.
    ///
    /// # Errors
    /// All findings.
    pub fn load_any(&self) -> Result<AnyNetwork, Stop> {
        AnyNetwork::load(&self.path).map_err(Stop::Network)
    }
}

pub(super) fn load(path: &Path) -> Result<Network, Stop> {
    Network::load(path).map_err(|report| Stop::Network(Box::new(report)))
}

/// `out/NAME.EXTENSION`, where results go if no path is given.
pub(super) fn default_output(name: &str, extension: &str) -> PathBuf {
    Path::new("out").join(format!("{name}.{extension}"))
}
