//! Cells from a file and to a file.

use std::io::Write as _;
use std::path::Path;

use super::Cells;
use crate::data::atomic_file::AtomicFile;
use crate::data::input_error::InputErrors;
use crate::data::states_csv::{
    NeutralityCheck, Rows, State, read_states, write_trajectory_header, write_trajectory_rows,
};
use crate::network::TypedNetwork;
use crate::network::cell::Cell;

impl<N: TypedNetwork> Cells<N> {
    /// Reads the columns `id`, `T_K`, `n_<species>` [cm^-3] and those of parameters per cell: the first row of each id. Species without a column have
    /// none; [`Cells::warnings`] names the columns that nothing uses.
    ///
    /// # Errors
    /// Every mistake of the file with line, column and remedy.
    pub fn from_csv(path: impl AsRef<Path>) -> Result<Self, InputErrors> {
        let network = N::default();
        let file =
            read_states(path.as_ref(), network.structure(), Rows::FirstOfEachId, NeutralityCheck::Required)?;
        let cells = file.states.iter().map(|state| Cell::from_unknowns(&state.unknowns)).collect();
        let environment = environment(&network, &file.states);
        let ids = file.states.into_iter().map(|state| state.id).collect();
        Ok(Cells { ids, cells, warnings: file.warnings, environment })
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
}

/// The columns of parameters per cell.
fn environment(network: &impl TypedNetwork, states: &[State]) -> Vec<(String, Vec<f64>)> {
    let columns = states.first().map_or(&[][..], |state| &state.environment);
    let values = |column: usize| {
        states.iter().filter_map(|state| state.environment.get(column).map(|(_, value)| *value)).collect()
    };
    let name = |index: usize| network.structure().parameters.get(index).map(ToString::to_string);
    let columns = columns.iter().enumerate();
    columns.filter_map(|(column, (index, _))| Some((name(*index)?, values(column)))).collect()
}
