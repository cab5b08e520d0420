//! Arrays of a snapshot, by name.

use chem_emulator::weights::{NamedArray, find};

use crate::error::TrainError;

/// An array of one dimension.
pub(crate) fn vector(name: &str, values: &[f64]) -> NamedArray {
    NamedArray::new(name, [values.len()], values.to_vec())
}

/// The arrays of a snapshot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrays<'a>(pub(crate) &'a [NamedArray]);

impl Arrays<'_> {
    /// An array of any length.
    ///
    /// # Errors
    /// If it is missing.
    pub(crate) fn any(&self, name: &str) -> Result<Vec<f64>, TrainError> {
        find(self.0, name).map(|array| array.values.clone()).ok_or_else(|| missing(name))
    }

    /// An array of a length.
    ///
    /// # Errors
    /// If it is missing or of another length.
    pub(crate) fn of_length(&self, name: &str, length: usize) -> Result<Vec<f64>, TrainError> {
        let values = self.any(name)?;
        if values.len() == length { Ok(values) } else { Err(missing(name)) }
    }
}

fn missing(name: &str) -> TrainError {
    TrainError::Snapshot { problem: format!("{name} is missing or of another size") }
}
