//! A config resolved against its network: that with parameters set, its initial state, its judge.

#[cfg(feature = "device")]
mod on_device;

use std::path::PathBuf;
use std::sync::Arc;

use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::suggestion;
use chem_solver::equations::Equations;
use chem_solver::network::ChemNetwork;
use chem_solver::runs::AnyNetwork;

use chem_grammar::network::Domain;

use super::error::TrainError;
use super::run::Judge;
use super::training::{Execution, Training};
use chem_emulator::checkpoint::Provenance;
use chem_emulator::config::{Config, InitialConditions};
use chem_emulator::snapshot::Snapshot;
use chem_emulator::trained_domain::{TrainedDomain, trained_range};

/// A network and a config that fit each other.
#[derive(Clone)]
pub struct Session {
    /// The network, with the config's parameters.
    pub network: Arc<dyn ChemNetwork>,
    /// Whether densities may become negative; see [`AnyNetwork::allows_negative`].
    pub allow_negative: bool,
    /// The network file, where it is known; see [`AnyNetwork::file`].
    pub file: Option<PathBuf>,
    /// From where the cells start.
    pub start: Start,
    /// How it is trained.
    pub config: Config,
}

/// From where the cells of a training start.
#[derive(Clone)]
pub enum Start {
    /// One state: densities [cm^-3], then T `[K]`.
    State(Vec<f64>),
    /// Any state of a domain, and the network as a solver of many cells.
    Domain(Box<Domain>, Arc<dyn Equations>),
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let network = &self.network.structure().name;
        f.debug_struct("Session")
            .field("network", network)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Sets the parameters and finds the initial state.
    ///
    /// # Errors
    /// Every parameter that the network does not have, and an initial state that it does not declare.
    pub fn new(mut network: AnyNetwork, config: Config) -> Result<Self, TrainError> {
        let mut errors = InputErrors::default();
        for (name, value) in &config.parameters {
            if let Err(unknown) = network.set_parameter(name, *value) {
                errors.0.push(InputError::new("parameters", unknown.to_string(), unknown.help()));
            }
        }
        let start = declared_start(&network, &config).map_err(|error| errors.0.push(error));
        errors.into_result()?;
        let allow_negative = network.allows_negative();
        let equations = network.equations();
        let file = network.file.take();
        let network: Arc<dyn ChemNetwork> = Arc::from(network.network);
        let start = match start {
            Ok(Declared::Domain(domain)) => Start::Domain(domain, equations),
            Ok(Declared::State(state)) => Start::State(state),
            Err(()) => Start::State(Vec::new()),
        };
        Ok(Session { network, allow_negative, file, start, config })
    }

    /// A training from its beginning, or from where a snapshot was taken of it.
    ///
    /// # Errors
    /// What the config asks for and this network or version cannot give; a snapshot of another config.
    pub fn training(
        &self,
        execution: &Execution,
        snapshot: Option<&Snapshot>,
    ) -> Result<Training, TrainError> {
        let network = self.network.clone();
        let training = match &self.start {
            Start::State(state) => Training::of_state(network, state, &self.config, execution)?,
            Start::Domain(domain, cells) => {
                Training::of_domain((network, cells.clone()), domain, &self.config, execution)?
            }
        };
        let training = match snapshot {
            Some(snapshot) => training.restored(snapshot)?,
            None => training,
        };
        #[cfg(feature = "device")]
        let training = self.on_devices(training, execution);
        Ok(training)
    }

    /// Least and largest initial state: densities [cm^-3], then T `[K]`.
    pub fn trained(&self) -> [Vec<f64>; 2] {
        match &self.start {
            Start::State(state) => [state.clone(), state.clone()],
            Start::Domain(domain, _) => trained_range(domain, self.network.structure()).unwrap_or_default(),
        }
    }

    /// What checkpoints say of a training that has not begun.
    pub fn provenance(&self) -> Provenance {
        let structure = self.network.structure();
        let domain = match &self.start {
            Start::State(_) => None,
            Start::Domain(domain, _) => TrainedDomain::of(domain, structure),
        };
        Provenance { domain, ..Provenance::new(structure, self.config.clone()) }
    }

    /// The judge of this training.
    ///
    /// # Errors
    /// If the solver fails.
    pub fn judge(&self) -> Result<Judge, TrainError> {
        let judge = match &self.start {
            Start::State(state) => Judge::new(&*self.network, self.allow_negative, state, &self.config),
            Start::Domain(domain, cells) => Judge::of_domain(cells, domain, self.trained(), &self.config),
        };
        judge.map_err(|error| match error {
            TrainError::Reference { error, .. } => {
                let set = self.config.parameters.iter().map(|(name, value)| format!("{name} = {value}"));
                TrainError::Reference { error, parameters: set.collect::<Vec<_>>().join(", ") }
            }
            other => other,
        })
    }

    /// Names of the unknowns: species, then T.
    pub fn unknowns(&self) -> Vec<String> {
        let species = self.network.structure().species.iter().map(ToString::to_string);
        species.chain(std::iter::once("T".to_owned())).collect()
    }
}

/// What a network file declares.
enum Declared {
    State(Vec<f64>),
    Domain(Box<Domain>),
}

fn declared_start(network: &AnyNetwork, config: &Config) -> Result<Declared, InputError> {
    let name = &network.network.structure().name;
    match &config.initial {
        InitialConditions::State(wanted) => {
            if let Some(state) = network.initials.iter().find(|state| state.id == *wanted) {
                return Ok(Declared::State(state.unknowns.clone()));
            }
            let names: Vec<&str> = network.initials.iter().map(|state| state.id.as_str()).collect();
            let message = format!("the network `{name}` has no initial state `{wanted}`");
            Err(InputError::new("initial.state", message, suggestion::remedy(wanted, &names)))
        }
        InitialConditions::Domain(wanted) => {
            if let Some(domain) = network.domains.iter().find(|domain| domain.name == *wanted) {
                return Ok(Declared::Domain(Box::new(domain.clone())));
            }
            let names: Vec<&str> = network.domains.iter().map(|domain| domain.name.as_str()).collect();
            let message = format!("the network `{name}` has no domain `{wanted}`");
            Err(InputError::new("initial.domain", message, suggestion::remedy(wanted, &names)))
        }
    }
}
