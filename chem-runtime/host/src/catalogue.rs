//! Names of what a network has, as texts that C can hold on to.

use std::ffi::{CStr, CString, c_char};

use chem_solver::batch::Status;
use chem_solver::network::ChemNetwork;
use chem_solver::structure::{List, ParameterKind, ParameterScope, Structure, Text};

use crate::error::{CODES, HostError};

/// What can be asked for, by number.
pub const LISTS: [&str; 8] = [
    "SPECIES",
    "ELEMENTS",
    "PARAMETERS",
    "REACTIONS",
    "PROCESSES",
    "HEATING_TERMS",
    "COOLING_TERMS",
    "BANDS",
];

/// Which values a parameter may have, by number.
pub const PARAMETER_KINDS: [&str; 3] = ["NUMBER", "SWITCH", "BAND"];

/// Where a value of a parameter holds, by number: in all cells, or in each its own, which may be negative or not.
pub const PARAMETER_SCOPES: [&str; 3] = ["NETWORK", "CELL", "CELL_SIGNED"];

/// A status of the interface beside those of the batch: charges that do not cancel.
pub const CHARGED: i32 = 7;
/// Another: advanced, and still changing.
pub const NOT_STEADY: i32 = 8;
/// Another: advanced by a trained network.
pub const EMULATED: i32 = 9;

/// Statuses of cells by their numbers: name and meaning.
pub const STATUSES: [(&str, Option<Status>); 10] = [
    ("DONE", Some(Status::Done)),
    ("FALLBACK", Some(Status::Fallback)),
    ("DENSITY", Some(Status::InvalidDensity)),
    ("TEMPERATURE", Some(Status::InvalidTemperature)),
    ("TIME", Some(Status::InvalidTime)),
    ("FAILED", Some(Status::Failed)),
    ("SLOPE", Some(Status::SlopeNotFinite)),
    ("CHARGED", None),
    ("NOT_STEADY", None),
    ("EMULATED", None),
];

/// Names, units and masses of a network.
#[derive(Debug)]
pub struct Catalogue {
    lists: [Vec<CString>; LISTS.len()],
    units: Vec<CString>,
    defaults: Vec<f64>,
    statuses: Vec<CString>,
    errors: Vec<(i64, CString)>,
    structure: Structure,
}

fn text(text: &str) -> CString {
    CString::new(text.replace('\0', "?")).unwrap_or_default()
}

fn texts(list: &List<Text>) -> Vec<CString> {
    list.iter().map(|name| text(name)).collect()
}

impl Catalogue {
    /// Of a network with its declared parameters and their units as written, "" for none.
    pub fn new(network: &dyn ChemNetwork, units: &[&str]) -> Self {
        let s = network.structure();
        let lists = [
            &s.species,
            &s.elements,
            &s.parameters,
            &s.reactions,
            &s.processes,
            &s.heating,
            &s.cooling,
            &s.bands,
        ];
        let meaning = |(name, status): &(&str, Option<Status>)| {
            let own = || match *name {
                "CHARGED" => "not advanced: the charges do not cancel".to_owned(),
                "EMULATED" => "advanced by a trained network".to_owned(),
                _ => "advanced by the longest time, and not steady then".to_owned(),
            };
            text(&status.map_or_else(own, |status| status.to_string()))
        };
        Catalogue {
            lists: lists.map(texts),
            units: units.iter().map(|unit| text(unit)).collect(),
            defaults: network.parameter_values(),
            statuses: STATUSES.iter().map(meaning).collect(),
            errors: CODES.iter().map(|(_, code, meaning)| (*code, text(meaning))).collect(),
            structure: s.clone(),
        }
    }

    /// Names, patterns and laws.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    fn list(&self, list: i32) -> Option<&[CString]> {
        usize::try_from(list).ok().and_then(|list| self.lists.get(list)).map(Vec::as_slice)
    }

    /// How many names a list has; 0 if there is no such list.
    pub fn count(&self, list: i32) -> usize {
        self.list(list).map_or(0, <[CString]>::len)
    }

    /// A name; NULL beyond the last.
    pub fn name(&self, list: i32, index: usize) -> *const c_char {
        pointer(self.list(list).and_then(|list| list.get(index)))
    }

    /// Where a name stands in its list.
    ///
    /// # Errors
    /// No such list; no such name, with those that there are.
    pub fn index(&self, list: i32, name: &CStr) -> Result<usize, HostError> {
        let names = self.list(list).ok_or(HostError::Choice { what: "the list", value: list.into() })?;
        names.iter().position(|known| known.as_c_str() == name).ok_or_else(|| {
            let known: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
            let (network, name) = (&self.structure.name, name.to_string_lossy());
            let what = LISTS
                .get(list as usize)
                .map_or_else(String::new, |what| what.to_lowercase().replace('_', " "));
            HostError::Name(format!(
                "the network `{network}` has no `{name}` among its {what}: {}",
                known.join(", ")
            ))
        })
    }

    /// Unit of a parameter as written, "" for none; NULL beyond the last.
    pub fn unit(&self, parameter: usize) -> *const c_char {
        pointer(self.units.get(parameter))
    }

    /// Declared value of a parameter, in its unit; not a number beyond the last.
    pub fn default(&self, parameter: usize) -> f64 {
        self.defaults.get(parameter).copied().unwrap_or(f64::NAN)
    }

    /// Number of a parameter's kind among [`PARAMETER_KINDS`]; -1 beyond the last.
    pub fn kind(&self, parameter: usize) -> i32 {
        match self.structure.kinds.get(parameter) {
            Some(ParameterKind::Number) => 0,
            Some(ParameterKind::Switch) => 1,
            Some(ParameterKind::Band) => 2,
            None => -1,
        }
    }

    /// Number of a parameter's scope among [`PARAMETER_SCOPES`]; -1 beyond the last.
    pub fn scope(&self, parameter: usize) -> i32 {
        match self.structure.scopes.get(parameter) {
            Some(ParameterScope::Network) => 0,
            Some(ParameterScope::Cell { signed: false }) => 1,
            Some(ParameterScope::Cell { signed: true }) => 2,
            None => -1,
        }
    }

    /// An edge of a band `[erg]`, the lower or the upper one; not a number beyond the last.
    pub fn band_edge(&self, band: usize, upper: bool) -> f64 {
        self.structure.band_edges.get(band).map_or(f64::NAN, |edges| edges[usize::from(upper)])
    }

    /// What a status of a cell means; NULL if there is none of that number.
    pub fn status(&self, status: i32) -> *const c_char {
        pointer(usize::try_from(status).ok().and_then(|status| self.statuses.get(status)))
    }

    /// What the code of an error means; NULL if there is none of that number.
    pub fn error(&self, code: i64) -> *const c_char {
        pointer(self.errors.iter().find(|(known, _)| *known == code).map(|(_, text)| text))
    }
}

fn pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(std::ptr::null(), |text| text.as_ptr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_stand_at_their_numbers() {
        let own = [CHARGED, NOT_STEADY, EMULATED].map(|own| STATUSES[own as usize].0);
        assert_eq!(own, ["CHARGED", "NOT_STEADY", "EMULATED"]);
        for (number, (_, status)) in STATUSES.iter().enumerate() {
            assert_eq!(status.map_or(number as i32, |status| status as i32), number as i32);
        }
    }
}
