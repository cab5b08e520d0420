//! What a training on a domain refuses.

use chem_emulator::config::{Activation, Closure, Config, InitialCondition, Kind, ResidualKind};
use chem_grammar::network::Domain;
use chem_solver::structure::Structure;

use crate::error::TrainError;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::suggestion;

/// What this version cannot train.
pub(super) fn check(config: &Config, structure: &Structure) -> Result<(), TrainError> {
    let mut errors = Vec::new();
    if config.initial_condition == InitialCondition::Soft {
        let message = "a domain of initial states is always built into the output";
        errors.push(InputError::new("initial_condition", message, "write initial_condition = \"hard\""));
    }
    if config.residual.kind == ResidualKind::Derivative {
        let plain =
            config.closure == Closure::None && !config.model.slopes && config.model.quasi_steady.is_empty();
        if !plain {
            let message = "the derivative residual of a domain knows no closure, slopes or balance";
            let remedy = "write closure = \"none\" and leave out model.slopes and model.quasi_steady, or write \
                          residual.kind = \"discrete_time\"";
            errors.push(InputError::new("residual.kind", message, remedy));
        }
        if config.points.adaptive > 0.0 {
            let message = "initial states follow the residual only where states are reached";
            let remedy = "write adaptive = 0.0, or residual.kind = \"discrete_time\"";
            errors.push(InputError::new("points.adaptive", message, remedy));
        }
    }
    if config.model.expert_count() > 1 {
        let model = &config.model;
        let by_columns = matches!(model.kind, Kind::Resnet | Kind::Fnn)
            && model.activation != Activation::AdaptiveSigmoid
            && !model.slopes
            && model.quasi_steady.is_empty();
        if !by_columns || config.residual.kind == ResidualKind::Derivative {
            let message =
                "several networks share a domain only as plain resnet or fnn, on states that are reached";
            errors.push(InputError::new("model.experts", message, "write experts = [1, 1]"));
        }
    }
    for name in &config.model.quasi_steady {
        if !structure.species.iter().any(|species| species == name) {
            let message = format!("the network `{}` has no species `{name}`", structure.name);
            let names: Vec<&str> = structure.species.iter().map(AsRef::as_ref).collect();
            errors.push(InputError::new("model.quasi_steady", message, suggestion::remedy(name, &names)));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(TrainError::Config(InputErrors(errors))) }
}

/// A domain whose cells have parameters of their own: a network knows its inputs alone, which are densities, T and time.
pub(super) fn check_parameters(domain: &Domain, structure: &Structure) -> Result<(), TrainError> {
    let Some((parameter, _)) = domain.parameters.first() else { return Ok(()) };
    let name = structure.parameters.get(*parameter).map_or("", |name| name);
    let message = format!(
        "the domain `{}` has ranges of parameters, `{name}` first, which no model can be taught yet",
        domain.name
    );
    let remedy =
        "train on a domain without them, one model for each value: `[parameters]` in the config sets it";
    Err(TrainError::Config(InputError::new("initial.domain", message, remedy).into()))
}

/// A domain that no initial state can be drawn from.
pub(super) fn no_state(domain: &Domain) -> TrainError {
    let message = format!("the domain `{}` has no neutral state", domain.name);
    let remedy = "let another species close the charge balance";
    TrainError::Config(InputError::new("initial.domain", message, remedy).into())
}
