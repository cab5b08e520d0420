//! The folder of a run.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::ending::RunError;
use super::lock::Lock;
use super::log::Log;
use chem_emulator::checkpoint::Checkpoint;
use chem_emulator::config::Config;
use chem_solver::data::atomic_file::AtomicFile;

/// The folder of a run and the names of its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder(pub PathBuf);

/// What a folder holds that a new run would destroy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing: no folder, an empty one, or one whose run has not learnt anything.
    Nothing,
    /// A training that can go on, after so many iterations.
    Unfinished(u64),
    /// A training that has ended.
    Ended(u64),
    /// A checkpoint that cannot be read.
    Damaged,
    /// A config that no run has written.
    Config,
}

impl Held {
    /// What can be done instead of destroying it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Held::Unfinished(_) => {
                "go on with it by --resume, give another folder with --out, or replace it with --overwrite"
            }
            _ => "give another folder with --out, or replace what is there with --overwrite",
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Held::Nothing => f.write_str("holds no training"),
            Held::Unfinished(iterations) => {
                write!(f, "holds a training that has not ended, after {iterations} iterations")
            }
            Held::Ended(iterations) => write!(f, "holds a trained network, of {iterations} iterations"),
            Held::Damaged => f.write_str("holds a checkpoint that cannot be read"),
            Held::Config => f.write_str("holds a config.toml that no training wrote"),
        }
    }
}

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

    /// Files that a run writes, in the order in which they are removed: what others read first, the config last.
    fn files(&self) -> [PathBuf; 7] {
        let report = ["summary.json", "report.html", "previous.safetensors"].map(|name| self.0.join(name));
        let [summary, report, previous] = report;
        [self.model(), summary, report, self.checkpoint(), previous, self.config(), self.log()]
    }

    /// Whether there is a run here that has not ended.
    pub fn is_unfinished(&self) -> bool {
        matches!(self.held(), Held::Unfinished(_))
    }

    /// What is here that a new run would destroy.
    pub fn held(&self) -> Held {
        let has_model = self.model().exists();
        let training = match Checkpoint::load(self.checkpoint()) {
            Ok(checkpoint) => Some(checkpoint),
            Err(_) if self.checkpoint().exists() => return Held::Damaged,
            Err(_) if has_model => Checkpoint::load(self.model()).ok(),
            Err(_) => None,
        };
        match training.map(|training| training.provenance.outcome) {
            Some(outcome) if outcome.iterations == 0 && !has_model => Held::Nothing,
            Some(outcome) if outcome.end.is_empty() => Held::Unfinished(outcome.iterations),
            Some(outcome) => Held::Ended(outcome.iterations),
            None if has_model => Held::Damaged,
            None if self.config().exists() && !self.log().exists() => Held::Config,
            None => Held::Nothing,
        }
    }
}

impl Lock {
    /// Removes all that a run has written here: the network first, so that what is left is never that of two runs.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn clear(&self) -> Result<(), RunError> {
        for path in self.folder().files() {
            match std::fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(RunError::File { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Begins a run: config and an empty log.
    pub(super) fn begin(&mut self, config: &Config) -> Result<Log, RunError> {
        let held = self.folder().held();
        if held != Held::Nothing {
            return Err(RunError::Taken { folder: self.folder().0.clone(), held });
        }
        self.is_fresh = false;
        self.sweep();
        self.clear()?;
        let log = Log::create(&self.folder().log())?;
        self.write_config(config)?;
        Ok(log)
    }

    /// Goes on with a run: its config may have another end than before.
    pub(super) fn go_on(&mut self, config: &Config) -> Result<(), RunError> {
        self.is_fresh = false;
        self.sweep();
        // What the user wrote there stays, comments and all.
        match Config::load(self.folder().config()) {
            Ok(written) if written == *config => Ok(()),
            _ => self.write_config(config),
        }
    }

    fn write_config(&self, config: &Config) -> Result<(), RunError> {
        let path = self.folder().config();
        let at = |source| RunError::File { path: path.clone(), source };
        let text = config.for_file(&path).to_toml().map_err(io::Error::other).map_err(at)?;
        AtomicFile::write_text(&path, &text).map_err(at)
    }

    /// Removes what killed runs have left half written.
    fn sweep(&self) {
        let folder = self.folder();
        for target in [folder.config(), folder.log(), folder.checkpoint(), folder.model()] {
            AtomicFile::sweep(Path::new(&target));
        }
    }
}
