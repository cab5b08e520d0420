//! Parameters with a value for each cell, as a host hands them over.
#![expect(unsafe_code, reason = "arrays of the host")]

use std::ffi::CStr;

use chem_solver::network::Environment;

use crate::array::{AXES, View, aligned};
use crate::block::{Block, place};
use crate::error::HostError;
use crate::memory::per_cell;

/// Values of parameters by name; a value for each cell or one for all.
pub(crate) struct Surroundings(Vec<(String, Values)>);

enum Values {
    All(f64),
    Each(Vec<f64>),
}

impl Surroundings {
    /// Reads those of a block of so many cells. Whether the network has such parameters, and what they may be, is for the solver
    /// to say.
    pub(crate) fn of(block: &Block, parameters: usize, count: usize) -> Result<Self, HostError> {
        if block.environments == 0 {
            return Ok(Surroundings(Vec::new()));
        }
        if block.environments > parameters {
            return Err(HostError::Name(format!(
                "{} parameters with a value for each cell, and the network has {parameters} in all",
                block.environments
            )));
        }
        if block.environment.is_null() {
            return Err(HostError::Null { what: "the environment" });
        }
        aligned("the environment", block.environment)?;
        // SAFETY: the host promises so many entries; no more than a network has parameters.
        let entries = unsafe { std::slice::from_raw_parts(block.environment, block.environments) };
        let given = entries.iter().filter(|entry| !entry.values.data.is_null());
        given
            .map(|entry| {
                if entry.name.is_null() {
                    return Err(HostError::Null {
                        what: "the name of a parameter with a value for each cell",
                    });
                }
                // SAFETY: the host promises that names end with 0.
                let name = unsafe { CStr::from_ptr(entry.name) }.to_string_lossy().into_owned();
                let what = "the array of a parameter with a value for each cell";
                let view = View::new(what, &entry.values, block.cells, (1, 0), false)?;
                let values = match entry.values.is_one_for_all() {
                    true => Values::All(view.get([0; AXES], 0)),
                    false => {
                        Values::Each(per_cell(count, |cell, _| view.get(place(cell, block.cells), 0), 0)?)
                    }
                };
                Ok((name, values))
            })
            .collect::<Result<_, _>>()
            .map(Surroundings)
    }

    /// The same for the solver.
    pub(crate) fn environment(&self) -> Environment<'_> {
        self.0.iter().fold(Environment::new(), |environment, (name, values)| match values {
            Values::All(value) => environment.all(name.as_str(), *value),
            Values::Each(values) => environment.each(name.as_str(), values),
        })
    }
}
