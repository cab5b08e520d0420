//! What is wrong with a parameter that is set: the network has none of that name, or it is a switch.

use crate::data::suggestion;
use crate::structure::Structure;
use crate::switch::is_position;

/// A parameter that cannot be set so.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// No parameter of that name.
    #[error(transparent)]
    Unknown(#[from] UnknownParameter),
    /// A switch that is neither on nor off.
    #[error("the switch `{name}` cannot be {value}: it is on (1) or off (0)")]
    Switch {
        /// The switch.
        name: String,
        /// The value.
        value: f64,
    },
}

impl ParameterError {
    /// What to do about it.
    pub fn help(&self) -> &str {
        match self {
            ParameterError::Unknown(error) => error.help(),
            ParameterError::Switch { .. } => "give 1 for on or 0 for off",
        }
    }
}

/// The number of a parameter that is to have a value.
///
/// # Errors
/// If the network has no parameter of that name, and for a switch that is not to be 1 or 0.
pub fn settable(structure: &Structure, name: &str, value: f64) -> Result<usize, ParameterError> {
    let found = structure.parameters.iter().position(|parameter| parameter == name);
    let index = found.ok_or_else(|| UnknownParameter::new(structure, name))?;
    if structure.is_switch(index) && !is_position(value) {
        return Err(ParameterError::Switch { name: name.to_owned(), value });
    }
    Ok(index)
}

/// A parameter that the network does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the network `{network}` has no parameter `{name}`")]
#[non_exhaustive]
pub struct UnknownParameter {
    /// The network.
    pub network: String,
    /// As typed.
    pub name: String,
    remedy: String,
}

impl UnknownParameter {
    /// The error for `name`, with the names that the network knows.
    pub fn new(structure: &Structure, name: &str) -> Self {
        let known: Vec<&str> = structure.parameters.iter().map(AsRef::as_ref).collect();
        let remedy = suggestion::remedy(name, &known);
        UnknownParameter { network: structure.name.to_string(), name: name.to_owned(), remedy }
    }

    /// The name that was meant, or those that there are.
    pub fn help(&self) -> &str {
        &self.remedy
    }
}
