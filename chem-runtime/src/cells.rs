//! Many cells of one network, from a file and to a file.

use std::io::Write as _;
use std::ops::{Deref, DerefMut};
use std::path::Path;

use crate::atomic_file::AtomicFile;
use crate::batch::IntoCellStore;
use crate::cell::Cell;
use crate::input_error::{InputErrors, InputWarning};
use crate::network::TypedNetwork;
use crate::states_csv::{NeutralityCheck, Rows, read_states, write_trajectory_header, write_trajectory_rows};

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

    /// Reads the columns `id`, `T_K` and `n_<species>` [cm^-3]: the first row of each id. Species without a column have
    /// none; [`Cells::warnings`] names the columns that nothing uses.
    ///
    /// # Errors
    /// Every mistake of the file with line, column and remedy.
    pub fn from_csv(path: impl AsRef<Path>) -> Result<Self, InputErrors> {
        let network = N::default();
        let file =
            read_states(path.as_ref(), network.structure(), Rows::FirstOfEachId, NeutralityCheck::Required)?;
        let cells = file.states.iter().map(|state| Cell::from_unknowns(&state.unknowns)).collect();
        let ids = file.states.into_iter().map(|state| state.id).collect();
        Ok(Cells { ids, cells, warnings: file.warnings })
    }

    /// Writes all cells with 17 digits; `time` `[s]` goes into the columns `t_s` and `t_yr`.
    ///
    /// # Errors
    /// As the file system says; the file is then as it was.
    pub fn to_csv(&self, path: impl AsRef<Path>, time: f64) -> std::io::Result<()> {
        let network = N::default();
        let structure = network.structure();
        let mut file = AtomicFile::create(path)?;
        write_trajectory_header(&mut file, structure)?;
        let mut y = vec![0.0; structure.unknown_count()];
        for (id, cell) in self.ids.iter().zip(&self.cells) {
            cell.write_unknowns(&mut y);
            write_trajectory_rows(&mut file, structure, id, &[time], &y)?;
        }
        file.flush()?;
        file.commit()
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
