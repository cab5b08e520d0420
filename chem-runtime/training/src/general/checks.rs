//! What a training on a domain refuses.

use super::*;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::suggestion;

/// What this version cannot train.
pub(super) fn check(config: &Config, structure: &Structure) -> Result<(), TrainError> {
    let mut errors = Vec::new();
    let known = |optimiser: &Optimiser| matches!(optimiser, Optimiser::Soap(_) | Optimiser::Spring(_));
    if !config.stages.iter().all(|stage| known(&stage.optimiser)) {
        let message = "a domain of initial states is trained by soap or spring";
        errors.push(InputError::new("stages.optimiser", message, "write optimiser.soap = {}"));
    }
    let by_soap = |stage: &Stage| matches!(stage.optimiser, Optimiser::Soap(_));
    if config.points.adaptive > 0.0
        && (config.residual.kind == ResidualKind::Derivative || !config.stages.iter().all(by_soap))
    {
        let message = "initial states follow the residual only of links and integrated states, and by soap";
        errors.push(InputError::new("points.adaptive", message, "write adaptive = 0.0"));
    }
    if config.initial_condition == InitialCondition::Soft {
        let message = "a domain of initial states is always built into the output";
        errors.push(InputError::new("initial_condition", message, "write initial_condition = \"hard\""));
    }
    if config.residual.kind == ResidualKind::Derivative {
        let plain =
            config.closure == Closure::None && !config.model.slopes && config.model.quasi_steady.is_empty();
        let spring = |stage: &Stage| matches!(stage.optimiser, Optimiser::Spring(_));
        if !plain || config.stages.iter().any(spring) {
            let message = "the derivative residual of a domain knows no closure, slopes, balance or spring";
            let remedy =
                "write closure = \"none\" and optimiser.soap = {}, or residual.kind = \"discrete_time\"";
            errors.push(InputError::new("residual.kind", message, remedy));
        }
    }
    if config.model.expert_count() > 1 {
        let model = &config.model;
        let by_columns = matches!(model.kind, Kind::Resnet | Kind::Fnn)
            && model.activation != Activation::AdaptiveSigmoid
            && !model.slopes
            && model.quasi_steady.is_empty();
        let kind = config.residual.kind != ResidualKind::Derivative;
        if !by_columns || !kind || !config.stages.iter().all(by_soap) {
            let message = "several networks share a domain only as plain resnet or fnn, trained by soap on links or \
                           integrated states";
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

/// A domain that no initial state can be drawn from.
pub(super) fn no_state(domain: &Domain) -> TrainError {
    let message = format!("the domain `{}` has no neutral state", domain.name);
    let remedy = "let another species close the charge balance";
    TrainError::Config(InputError::new("initial.domain", message, remedy).into())
}
