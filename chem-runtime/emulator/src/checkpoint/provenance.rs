//! What made a checkpoint, from what, at which cost.

use serde::{Deserialize, Serialize};

use super::error::Problem;
use crate::config::Config;
use crate::trained_domain::TrainedDomain;
use chem_solver::structure::Structure;

/// What made a checkpoint, from what, at which cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Provenance {
    /// Program and version (`chem 0.1.0`).
    pub generator: String,
    /// The network.
    pub network: NetworkIdentity,
    /// How it was trained, seed included.
    pub config: Config,
    /// The initial states that it was trained for, if they are those of a domain.
    pub domain: Option<TrainedDomain>,
    /// How far it came.
    pub outcome: Outcome,
}

impl Provenance {
    /// That of a training by this version which has not begun.
    pub fn new(structure: &Structure, config: Config) -> Self {
        Provenance {
            generator: concat!("chem ", env!("CARGO_PKG_VERSION")).to_owned(),
            network: NetworkIdentity::of(structure),
            config,
            domain: None,
            outcome: Outcome::default(),
        }
    }
}

/// How far a training came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// CPU time of the training alone `[s]`.
    pub cpu_seconds: f64,
    /// Iterations over all stages.
    pub iterations: u64,
    /// The last loss.
    pub loss: Option<f64>,
    /// The last error against the solver, in the sense of `stop.error`.
    pub error: Option<f64>,
    /// Why it ended (`finished`, `stalled`, ...); empty while it runs.
    pub end: String,
    /// Where it ran (`cpu`, `cuda:0`).
    pub device: String,
}

/// A network, told from others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkIdentity {
    /// Name.
    pub name: String,
    /// Version.
    pub version: u32,
    /// Digest of its equations, as 16 hexadecimal digits.
    pub hash: String,
    /// Names of the species in declared order.
    pub species: Vec<String>,
    /// Conservation laws: a coefficient for each species. Follow from the network; not compared.
    #[serde(default)]
    pub laws: Vec<Vec<i64>>,
    /// Temperature `[K]` below which the gas does not cool. Follows from the network; not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature_floor: Option<f64>,
    /// Digest of the equations that a model was trained on, if it was judged by these ones since; not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained_on: Option<String>,
}

impl NetworkIdentity {
    /// The identity of a network.
    pub fn of(structure: &Structure) -> Self {
        NetworkIdentity {
            name: structure.name.to_string(),
            version: structure.version,
            hash: format!("{:016x}", structure.hash),
            species: structure.species.iter().map(ToString::to_string).collect(),
            laws: (0..structure.law_count()).map(|index| structure.law(index).to_vec()).collect(),
            temperature_floor: structure.temperature_floor,
            trained_on: None,
        }
    }

    /// Name, version and hash in one line.
    pub fn headline(&self) -> String {
        format!("{} v{} [{}]", self.name, self.version, self.hash)
    }

    /// Refuses another network.
    ///
    /// # Errors
    /// [`Problem::OtherNetwork`].
    pub fn check(&self, structure: &Structure) -> Result<(), Problem> {
        let given = NetworkIdentity::of(structure);
        let is_same = (&self.name, self.version, &self.hash, &self.species)
            == (&given.name, given.version, &given.hash, &given.species);
        if is_same {
            return Ok(());
        }
        Err(Problem::OtherNetwork { trained: self.headline(), given: given.headline() })
    }
}
