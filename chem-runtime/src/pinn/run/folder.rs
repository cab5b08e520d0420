//! The folder of a run.

use std::path::{Path, PathBuf};

use super::ending::RunError;
use crate::atomic_file::AtomicFile;
use crate::pinn::checkpoint::Checkpoint;
use crate::pinn::config::Config;

/// The folder of a run and the names of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(pub PathBuf);

impl Folder {
    /// Its config, defaults written out.
    pub fn config(&self) -> PathBuf {
        self.0.join("config.toml")
    }

    /// One line per iteration.
    pub fn log(&self) -> PathBuf {
        self.0.join("log.jsonl")
    }

    /// The whole state.
    pub fn checkpoint(&self) -> PathBuf {
        self.0.join("checkpoint.safetensors")
    }

    /// The trained network alone.
    pub fn model(&self) -> PathBuf {
        self.0.join("model.safetensors")
    }

    /// Where the checkpoint of a run that had not ended goes when another one begins here.
    pub fn previous(&self) -> PathBuf {
        self.0.join("previous.safetensors")
    }

    /// Whether there is a run here that has not ended.
    pub fn is_unfinished(&self) -> bool {
        Checkpoint::load(self.checkpoint()).is_ok_and(|c| c.provenance.outcome.end.is_empty())
    }

    /// Makes the folder, puts the checkpoint of an unfinished run aside, and writes the config.
    pub(super) fn begin(&self, config: &Config) -> Result<(), RunError> {
        let at = |path: &Path| {
            let path = path.to_path_buf();
            move |source| RunError::File { path, source }
        };
        if self.is_unfinished() {
            std::fs::rename(self.checkpoint(), self.previous()).map_err(at(&self.previous()))?;
        }
        let text = config.to_toml().map_err(std::io::Error::other).map_err(at(&self.config()))?;
        AtomicFile::write_text(self.config(), &text).map_err(at(&self.config()))
    }
}
