//! A parameter that a network does not have.

use crate::data::suggestion;
use crate::structure::Structure;

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
