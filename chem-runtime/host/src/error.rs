//! Why a call is refused as a whole: codes for the host, sentences for people.

use chem_solver::batch::BatchError;
use chem_solver::network::{EnvironmentError, ParameterError, UnknownParameter};

/// What a host code did wrong. The numbers of the codes are part of the interface.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// A pointer is null.
    #[error("{what} is NULL")]
    Null {
        /// Which.
        what: &'static str,
    },
    /// A setting out of range.
    #[error("{0}")]
    Setting(String),
    /// The layout, a unit or a kind of numbers does not exist.
    #[error("{what} is {value}, and there is no such one")]
    Choice {
        /// Which.
        what: &'static str,
        /// Its value.
        value: i64,
    },
    /// No parameter, species, or list of that name.
    #[error("{0}")]
    Name(String),
    /// The threads could not be started, or are too many.
    #[error("{0}")]
    Threads(String),
    /// More cells than arrays can have, or than there is memory for.
    #[error("{0}")]
    Cells(String),
    /// A pointer is not aligned as its numbers must be.
    #[error("{what} is not aligned: its numbers have {bytes} bytes each")]
    Alignment {
        /// Which.
        what: &'static str,
        /// Size of its numbers.
        bytes: usize,
    },
    /// A value that is no number, or that cannot be.
    #[error("{0}")]
    Value(String),
    /// Another number of species: header and library are not of the same network.
    #[error(
        "the host has {found} species, the library of the network `{network}` has {expected}; build the host with the header or \
         module that was made with the library"
    )]
    Species {
        /// What the host says.
        found: usize,
        /// What the library has.
        expected: usize,
        /// Name of the network.
        network: String,
    },
    /// Two cells, or two species of one, at the same place.
    #[error("{what} has strides by which two numbers lie in the same place")]
    Overlap {
        /// Which.
        what: &'static str,
    },
    /// What this version of the interface, or this network, does not have.
    #[error("{0}")]
    Missing(String),
    /// An array that is too short.
    #[error("{what} has room for {found} numbers; {expected} are needed")]
    Room {
        /// Which.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length that it must have.
        expected: usize,
    },
}

/// A fault of chem itself.
pub const FAULT: i64 = -9;

impl HostError {
    /// Its number in the C interface.
    pub fn code(&self) -> i64 {
        match self {
            HostError::Null { .. } => -1,
            HostError::Setting(_) => -2,
            HostError::Choice { .. } => -3,
            HostError::Name(_) => -4,
            HostError::Threads(_) => -5,
            HostError::Cells(_) => -6,
            HostError::Alignment { .. } => -7,
            HostError::Value(_) => -8,
            HostError::Species { .. } => -10,
            HostError::Overlap { .. } => -11,
            HostError::Missing(_) => -12,
            HostError::Room { .. } => -13,
        }
    }
}

/// Names and meanings of the codes: `CLOUD_ERROR_NULL` and so on.
pub const CODES: &[(&str, i64, &str)] = &[
    ("NULL", -1, "a pointer is NULL"),
    ("SETTING", -2, "a setting is out of range"),
    ("CHOICE", -3, "a layout, unit, kind of numbers, list or option does not exist"),
    ("NAME", -4, "the network has nothing of that name"),
    ("THREADS", -5, "the threads could not be started, or are more than 1024"),
    ("CELLS", -6, "more cells than can be addressed, or than there is memory for"),
    ("ALIGNMENT", -7, "a pointer is not aligned as its numbers must be"),
    ("VALUE", -8, "a value is no number, or cannot be"),
    ("FAULT", FAULT, "chem itself is at fault: the cells of this call are not to be used"),
    ("SPECIES", -10, "the header of the host and the library are of different networks"),
    ("OVERLAP", -11, "strides by which two numbers lie in the same place"),
    ("MISSING", -12, "this network, or this version, does not have it"),
    ("ROOM", -13, "an array is too short"),
];

impl From<BatchError> for HostError {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Memory { .. } => HostError::Cells(error.to_string()),
            BatchError::Environment(error) => error.into(),
            other => HostError::Setting(other.to_string()),
        }
    }
}

impl From<EnvironmentError> for HostError {
    fn from(error: EnvironmentError) -> Self {
        match error {
            EnvironmentError::Value { .. } | EnvironmentError::Switch { .. } => {
                HostError::Value(error.to_string())
            }
            other => HostError::Name(other.to_string()),
        }
    }
}

impl From<ParameterError> for HostError {
    fn from(error: ParameterError) -> Self {
        match error {
            ParameterError::Unknown(error) => error.into(),
            other => HostError::Value(format!("{other}; {}", other.help())),
        }
    }
}

impl From<UnknownParameter> for HostError {
    fn from(error: UnknownParameter) -> Self {
        HostError::Name(format!("{error}; {}", error.help()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_code_with_a_name() {
        let numbers: std::collections::BTreeSet<i64> = CODES.iter().map(|(_, code, _)| *code).collect();
        assert_eq!(numbers.len(), CODES.len());
        let errors = [
            HostError::Null { what: "" },
            HostError::Setting(String::new()),
            HostError::Species { found: 1, expected: 2, network: String::new() },
            HostError::Room { what: "", found: 0, expected: 1 },
        ];
        assert!(errors.iter().all(|error| numbers.contains(&error.code())));
    }
}
