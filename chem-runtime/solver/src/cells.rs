//! Many cells of one network.

#[cfg(feature = "csv")]
mod csv;

use std::ops::{Deref, DerefMut};

use crate::batch::IntoCellStore;
use crate::data::input_error::InputWarning;
use crate::network::TypedNetwork;
use crate::network::cell::Cell;

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
}

impl<N: TypedNetwork> Cells<N> {
    /// Names the cells 1, 2, 3, ...
    pub fn new(cells: Vec<Cell<N::Species>>) -> Self {
        let ids = (1..=cells.len()).map(|number| number.to_string()).collect();
        Cells { ids, cells, warnings: Vec::new() }
    }

    /// Columns of the file that nothing uses, with what to do about them.
    pub fn warnings(&self) -> &[InputWarning] {
        &self.warnings
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
