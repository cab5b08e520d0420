//! Which optimiser trains which problem, on how many ranks: the one table of what fits what.
//!
//! An optimiser needs one thing of a problem ([`Needs`]); a problem gives gradients always, and rows where it has them.

use chem_emulator::config::{Config, InitialCondition, InitialConditions, Optimiser};
use chem_solver::data::input_error::{InputError, InputErrors};

use crate::error::TrainError;
use crate::problem::Needs;

/// Refuses what does not fit.
///
/// # Errors
/// Every key that stands against another.
pub(super) fn check(config: &Config, ranks: usize) -> Result<(), TrainError> {
    let mut errors = Vec::new();
    if let Some(optimiser) = needing(config, Needs::Rows) {
        errors.extend(without_rows(config, optimiser));
        if ranks > 1 {
            let message = format!(
                "{} needs the rows of all points in one process, and cannot be shared among ranks",
                optimiser.name()
            );
            let remedy = "write optimiser.soap = {}, or train without mpirun";
            errors.push(InputError::new("stages.optimiser", message, remedy));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(TrainError::Config(InputErrors(errors))) }
}

/// The first optimiser that needs this.
pub(crate) fn needing(config: &Config, needs: Needs) -> Option<&Optimiser> {
    config.stages.iter().map(|stage| &stage.optimiser).find(|optimiser| Needs::of(optimiser) == needs)
}

/// Why a problem has no rows for an optimiser that needs them.
fn without_rows(config: &Config, optimiser: &Optimiser) -> Option<InputError> {
    let name = optimiser.name();
    match &config.initial {
        InitialConditions::State(_) if config.initial_condition == InitialCondition::Soft => {
            let message = format!("{name} does not know the soft initial condition");
            let remedy = "write initial_condition = \"hard\", or optimiser.lbfgs = {}";
            Some(InputError::new("initial_condition", message, remedy))
        }
        InitialConditions::Domain(_) if config.model.expert_count() > 1 => {
            let message = format!("{name} trains one network, not several that share a domain");
            Some(InputError::new("model.experts", message, "write experts = [1, 1], or optimiser.soap = {}"))
        }
        _ => None,
    }
}
