//! What a training from one initial state refuses.

use crate::error::TrainError;
use chem_emulator::config::{Config, InitialConditions, ResidualKind, Variables};
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::network::ChemNetwork;

/// What this version cannot train.
pub(super) fn check(network: &dyn ChemNetwork, initial: &[f64], config: &Config) -> Result<(), TrainError> {
    let mut errors: Vec<InputError> = Vec::new();
    let structure = network.structure();
    if initial.len() != structure.unknown_count() {
        let message = format!(
            "the initial state has {} entries for {} unknowns",
            initial.len(),
            structure.unknown_count()
        );
        errors.push(InputError::new("initial", message, "give densities in declared order, then T"));
    } else if config.variables == Variables::Log {
        errors.extend(without_logarithm(network, initial, config));
    }
    if let InitialConditions::Domain(domain) = &config.initial {
        let message = format!("this training is one from one initial state, not over the domain `{domain}`");
        errors.push(InputError::new("initial", message, "give initial.state"));
    }
    if config.residual.kind != ResidualKind::Derivative {
        let message = format!("the {} needs a domain of initial states", config.residual.kind.name());
        let remedy = "write residual.kind = \"derivative\", or initial.domain";
        errors.push(InputError::new("residual.kind", message, remedy));
    }
    if errors.is_empty() { Ok(()) } else { Err(TrainError::Config(InputErrors(errors))) }
}

/// The share of the total density that a floor may have: far below what is judged.
const FLOOR: f64 = 1e-20;

/// Densities of the initial state that have no logarithm.
fn without_logarithm(network: &dyn ChemNetwork, initial: &[f64], config: &Config) -> Option<InputError> {
    let (_, densities) = initial.split_last()?;
    let species = network.structure().species.iter().zip(densities);
    let zero: Vec<&str> = species.filter(|(_, n)| **n <= 0.0).map(|(name, _)| name.as_ref()).collect();
    if zero.is_empty() {
        return None;
    }
    let state = match &config.initial {
        InitialConditions::State(name) | InitialConditions::Domain(name) => name,
    };
    let total: f64 = densities.iter().sum();
    let message = format!(
        "in the initial state `{state}` the density of {} is zero, and zero has no logarithm: variables = \"log\" \
         cannot be trained from it",
        zero.join(", ")
    );
    let remedy = format!(
        "give these species a small density in the network file, for example {FLOOR:e} of the total, {:.1e} cm^-3; or \
         write variables = \"linear\"",
        FLOOR * total
    );
    Some(InputError::new("initial.state", message, remedy))
}
