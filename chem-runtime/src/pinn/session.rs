//! A config made real: its network with parameters set, its initial state, its judge.

use std::sync::Arc;

use crate::input_error::{InputError, InputErrors};
use crate::network::ChemNetwork;
use crate::runs::AnyNetwork;
use crate::suggestion;

use super::checkpoint::Provenance;
use super::config::{Config, InitialConditions};
use super::error::TrainError;
use super::run::Judge;

/// A network and a config that fit each other.
#[derive(Clone)]
pub struct Session {
    /// The network, with the config's parameters.
    pub network: Arc<dyn ChemNetwork>,
    /// Whether densities may become negative; see [`AnyNetwork::is_signed`].
    pub signed: bool,
    /// The initial state: densities [cm^-3], then T `[K]`.
    pub initial: Vec<f64>,
    /// How it is trained.
    pub config: Config,
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
                errors.0.push(InputError::new("parameters", unknown.to_string(), unknown.remedy));
            }
        }
        let initial = initial_state(&network, &config).map_err(|error| errors.0.push(error));
        errors.into_result()?;
        let signed = network.is_signed();
        let initial = initial.unwrap_or_default();
        Ok(Session { network: Arc::from(network.network), signed, initial, config })
    }

    /// What checkpoints say of a training that has not begun.
    pub fn provenance(&self) -> Provenance {
        Provenance::new(self.network.structure(), self.config.clone())
    }

    /// The judge of this training.
    ///
    /// # Errors
    /// If the solver fails.
    pub fn judge(&self) -> Result<Judge, TrainError> {
        Judge::new(&*self.network, self.signed, &self.initial, &self.config)
    }

    /// Names of the unknowns: species, then T.
    pub fn unknowns(&self) -> Vec<String> {
        let species = self.network.structure().species.iter().map(ToString::to_string);
        species.chain(std::iter::once("T".to_owned())).collect()
    }
}

fn initial_state(network: &AnyNetwork, config: &Config) -> Result<Vec<f64>, InputError> {
    let InitialConditions::State(wanted) = &config.initial else {
        let message = "training on a domain of initial states is not possible yet";
        return Err(InputError::new("initial", message, "write initial.state = \"NAME\""));
    };
    if let Some(state) = network.initials.iter().find(|state| state.id == *wanted) {
        return Ok(state.unknowns.clone());
    }
    let names: Vec<&str> = network.initials.iter().map(|state| state.id.as_str()).collect();
    let name = &network.network.structure().name;
    let message = format!("the network `{name}` has no initial state `{wanted}`");
    Err(InputError::new("initial.state", message, suggestion::remedy(wanted, &names)))
}
