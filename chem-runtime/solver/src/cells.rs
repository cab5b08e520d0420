//! Many cells of one network.

#[cfg(feature = "csv")]
mod csv;

use std::ops::{Deref, DerefMut};

use crate::batch::IntoCellStore;
use crate::data::input_error::InputWarning;
use crate::network::cell::Cell;
use crate::network::{Environment, TypedNetwork};

/// Cells with their names.
///
/// ```ignore
/// let mut cells = molecular::Cells::from_csv("cells.csv")?;
/// let report = Batch::new(&network).rtol(1e-3).advance(&mut cells, 1e6 * YEAR)?;
/// cells.to_csv("later.csv", 1e6 * YEAR)?;
/// ```
#[derive(Clone, Debug)]
pub struct Cells<N: TypedNetwork> {
    ids: Vec<String>,
    cells: Vec<Cell<N::Species>>,
    warnings: Vec<InputWarning>,
    /// Names and values of parameters per cell that the file has columns of.
    environment: Vec<(String, Vec<f64>)>,
}

impl<N: TypedNetwork> Cells<N> {
    /// Names the cells 1, 2, 3, ...
    pub fn new(cells: Vec<Cell<N::Species>>) -> Self {
        let ids = (1..=cells.len()).map(|number| number.to_string()).collect();
        Cells { ids, cells, warnings: Vec::new(), environment: Vec::new() }
    }

    /// Columns of the file that nothing uses, with what to do about them.
    pub fn warnings(&self) -> &[InputWarning] {
        &self.warnings
    }

    /// Parameters per cell that the file has columns of, for [`Batch::advance_with`](crate::batch::Batch::advance_with).
    pub fn environment(&self) -> Environment<'_> {
        let columns = self.environment.iter();
        columns.fold(Environment::new(), |all, (name, values)| all.each(name.as_str(), values))
    }

    /// Names of the cells.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }
}

impl<N: TypedNetwork> Deref for Cells<N> {
    type Target = [Cell<N::Species>];

    fn deref(&self) -> &Self::Target {
        &self.cells
    }
}

impl<N: TypedNetwork> DerefMut for Cells<N> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.cells
    }
}

impl<'a, N: TypedNetwork> IntoCellStore for &'a mut Cells<N> {
    type Store = &'a mut [Cell<N::Species>];

    fn into_store(self) -> Self::Store {
        &mut self.cells
    }
}
