//! Checkpoints: a trained network with its provenance and, while it is being trained, the state of the training.
//!
//! One safetensors file, which any tool for that format opens. Arrays of f64:
//!
//! ```text
//! weights.*            the network; f32 in a model that was trained in single precision
//! trained.low, .high   least and largest unknowns of the trained initial states [cm^-3, K]
//! state.*              the training, if it may go on
//! digest               FNV-1a of all others: tells damage, not malice
//! ```
//!
//! Its metadata holds one entry, `chem`: JSON with format, generator, network, config (as TOML), domain of
//! the initial states, cost and state.
//! The same checkpoint gives the same bytes.

mod error;
mod file;
mod provenance;

use std::path::Path;

pub use error::{CheckpointError, Problem};
pub use provenance::{NetworkIdentity, Outcome, Provenance};

use chem_solver::data::atomic_file::AtomicFile;
use chem_solver::structure::Structure;

use super::snapshot::Snapshot;
use super::weights::NamedArray;

/// A trained network, or one in training.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// What made it, from what, at which cost.
    pub provenance: Provenance,
    /// Least unknowns of the trained initial states: densities [cm^-3], then T `[K]`.
    pub low: Vec<f64>,
    /// Largest ones; the same as `low` for a network of one initial state.
    pub high: Vec<f64>,
    /// The trained numbers.
    pub weights: Vec<NamedArray>,
    /// What a training needs to go on; none in a finished model.
    pub snapshot: Option<Snapshot>,
}

impl Checkpoint {
    /// Reads a checkpoint. A path of its network is relative to its folder.
    ///
    /// # Errors
    /// If the file cannot be read, is not a checkpoint, or is damaged.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, CheckpointError> {
        let path = path.as_ref();
        let at = |problem| CheckpointError { path: path.to_path_buf(), problem };
        let bytes = std::fs::read(path).map_err(|e| at(Problem::Unreadable(e.to_string())))?;
        let mut checkpoint = Checkpoint::from_bytes(&bytes).map_err(at)?;
        let config = &mut checkpoint.provenance.config;
        let there = config.clone().of_file(path);
        // Older files name a network relative to where the training was begun.
        if Path::new(&there.network).exists() {
            *config = there;
        }
        Ok(checkpoint)
    }

    /// Writes a checkpoint whole or not at all.
    ///
    /// # Errors
    /// If the file cannot be written; an older one is then untouched.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        let path = path.as_ref();
        let at = |problem| CheckpointError { path: path.to_path_buf(), problem };
        let bytes = self.bytes(&self.provenance.config.for_file(path)).map_err(at)?;
        let write = || {
            let mut file = AtomicFile::create(path)?;
            std::io::Write::write_all(&mut file, &bytes)?;
            file.commit()
        };
        write().map_err(|e| at(Problem::Unwritable(e.to_string())))
    }

    /// The same without what is only needed to train on: the file that is shipped.
    #[must_use]
    pub fn model(&self) -> Self {
        Checkpoint { snapshot: None, ..self.clone() }
    }

    /// Refuses a network other than the one trained.
    ///
    /// # Errors
    /// [`Problem::OtherNetwork`] if name, species or hash differ.
    pub fn check_network(&self, structure: &Structure) -> Result<(), Problem> {
        self.provenance.network.check(structure)
    }
}
