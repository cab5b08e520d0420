//! What an emulator is judged against: the solver, or figures from a file.

use std::num::NonZeroUsize;
use std::path::Path;

use chem_grammar::network::Domain;
use indexmap::IndexMap;

use super::error::ValidateError;
use chem_solver::bdf::Options;
use chem_solver::data::input_error::{InputError, InputErrors, InputWarning};
use chem_solver::data::states_csv::{NeutralityCheck, Rows, State, read_states};
use chem_solver::network::ChemNetwork;
use chem_solver::network::domain::{DomainView, random_stream};
use chem_solver::runs::{FailedCell, solve_cells};
use chem_solver::structure::Structure;

/// Relative tolerance of the reference solution.
pub const RTOL: f64 = 1e-8;
/// Absolute tolerance of the reference solution [cm^-3, K]: below what single species fall to.
pub const ATOL: f64 = 1e-26;

/// Which cells of a domain are judged. Trainings draw from other seeds, and what watches a training must not see what
/// its model is judged by: the seeds below differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    seed: u64,
    cells: u64,
}

impl Draw {
    /// The 400 cells of a validation.
    pub const VALIDATION: Draw = Draw { seed: u64::MAX - 1, cells: 400 };
    /// The 200 cells by which a training is watched.
    pub const TRAINING: Draw = Draw { seed: u64::MAX, cells: 200 };
}

/// Cells with their evolutions.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// What made it, for people.
    pub name: String,
    /// The cells.
    pub cells: Vec<ReferenceCell>,
    /// Columns of its file that nothing uses.
    pub warnings: Vec<InputWarning>,
}

/// The evolution of one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceCell {
    /// Name of the cell.
    pub id: String,
    /// The state at t = 0: densities [cm^-3] in declared order, then T `[K]`.
    pub initial: Vec<f64>,
    /// Times `[s]`, ascending, from the initial state.
    pub times: Vec<f64>,
    /// The states at these times, one after another.
    pub states: Vec<f64>,
}

impl Reference {
    /// Solves every cell at the same times `[s]` by the BDF at rtol 1e-8. `allow_negative` is that of the solver's
    /// options.
    ///
    /// # Errors
    /// The first cell that the solver gave up.
    pub fn solve(
        network: &dyn ChemNetwork,
        allow_negative: bool,
        cells: &[State],
        times: &[f64],
    ) -> Result<Self, FailedCell> {
        let options = Options::default().rtol(RTOL).atol(ATOL).allow_negative(allow_negative);
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let solved = solve_cells(network, &options, cells, |_| times, threads);
        let pairs = cells.iter().zip(solved);
        let cells = pairs.map(|(state, solved)| {
            let solved = solved?;
            let initial = state.unknowns.clone();
            Ok(ReferenceCell { id: solved.id, initial, times: solved.times, states: solved.unknowns })
        });
        let name = format!("BDF at rtol {RTOL:e}, atol {ATOL:e}");
        let cells = cells.collect::<Result<_, FailedCell>>()?;
        Ok(Reference { name, cells, warnings: Vec::new() })
    }

    /// Solves cells drawn from a domain at the same times `[s]`, each with its own parameters where the domain has ranges of them.
    ///
    /// # Errors
    /// As [`Reference::solve`].
    pub fn of_domain(
        network: &dyn ChemNetwork,
        domain: &Domain,
        draw: Draw,
        times: &[f64],
    ) -> Result<Self, FailedCell> {
        let state = |index| {
            let random = &mut random_stream(draw.seed, index);
            let view = DomainView::from(domain);
            let unknowns = view.draw(network.structure(), random)?;
            let environment = view.draw_parameters(random);
            Some(State { id: (index + 1).to_string(), unknowns, time: 0.0, environment })
        };
        let cells: Vec<State> = (0..draw.cells).filter_map(state).collect();
        let reference = Reference::solve(network, false, &cells, times)?;
        let name = format!("{} for {} cells of the domain `{}`", reference.name, draw.cells, domain.name);
        Ok(Reference { name, ..reference })
    }

    /// Reads a CSV file with columns `id`, `t_s` or `t_yr`, `T_K` and `n_<species>`; the row of each id at t = 0
    /// is its initial state. Every species has a column: what has none could not be judged.
    ///
    /// # Errors
    /// Every mistake of the file; a species without a column; an id without a row at t = 0, or with no other.
    pub fn read(path: &Path, structure: &Structure) -> Result<Self, ValidateError> {
        let mut rows: IndexMap<String, Vec<State>> = IndexMap::new();
        let file = read_states(path, structure, Rows::All, NeutralityCheck::Off)?;
        if !file.absent.is_empty() {
            let columns = file.absent.iter().map(|name| format!("n_{name}")).collect::<Vec<_>>().join(", ");
            let verb = if file.absent.len() == 1 { "is" } else { "are" };
            let message = format!("{columns} {verb} missing");
            let remedy = "give the density of every species: all are compared";
            return Err(InputErrors::from(InputError::new(path, message, remedy)).into());
        }
        let mut warnings = file.warnings;
        if file.states.iter().any(|state| !state.environment.is_empty()) {
            let message = "nothing uses the columns of parameters per cell";
            let remedy = "an emulator has the parameters that it was trained with";
            warnings.push(InputWarning(InputError::new(path, message, remedy)));
        }
        for state in file.states {
            rows.entry(state.id.clone()).or_default().push(state);
        }
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.display().to_string());
        let cells = rows.into_iter().map(|(id, rows)| cell(path, id, rows));
        let cells = cells.collect::<Result<_, InputError>>()?;
        Ok(Reference { name, cells, warnings })
    }

    /// Number of states that are compared.
    pub fn state_count(&self) -> usize {
        self.cells.iter().map(|cell| cell.times.len()).sum()
    }
}

fn cell(path: &Path, id: String, mut rows: Vec<State>) -> Result<ReferenceCell, InputError> {
    rows.sort_by(|a, b| a.time.total_cmp(&b.time));
    let (before, after): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.time <= 0.0);
    let [initial] = before.as_slice() else {
        let message = format!("the id {id} has {} rows at t = 0", before.len());
        let remedy = "give each id one row with t_s = 0 (or t_yr = 0): its initial state";
        return Err(InputError::new(path, message, remedy));
    };
    if after.is_empty() {
        let remedy = "add rows at the times to compare";
        return Err(InputError::new(path, format!("the id {id} has no rows after t = 0"), remedy));
    }
    Ok(ReferenceCell {
        id,
        initial: initial.unknowns.clone(),
        times: after.iter().map(|row| row.time).collect(),
        states: after.iter().flat_map(|row| row.unknowns.iter().copied()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::synthetic_network::hydrogen;
    use chem_solver::units::YEAR;

    fn read(text: &str) -> Result<Reference, ValidateError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("figures.csv");
        std::fs::write(&path, text).unwrap();
        Reference::read(&path, &hydrogen())
    }

    #[test]
    fn first_rows_are_initial_states() {
        let text = "# made up\nid,t_yr,T_K,n_e-,n_H,n_H+\nb,1,11,0,2,0\nb,0,10,0,1,0\na,0,20,0,3,0\na,2,21,0,4,0\nb,0.5,9,0,5,0\n";
        let reference = read(text).unwrap();
        assert_eq!((reference.name.as_str(), reference.state_count()), ("figures.csv", 3));
        let [b, a] = &reference.cells[..] else { panic!("{reference:?}") };
        assert_eq!((b.id.as_str(), &b.initial[..]), ("b", &[0.0, 1.0, 0.0, 10.0][..]));
        assert_eq!(b.times, [0.5 * YEAR, YEAR]);
        assert_eq!(b.states, [0.0, 5.0, 0.0, 9.0, 0.0, 2.0, 0.0, 11.0]);
        assert_eq!(a.times, [2.0 * YEAR]);
    }

    #[test]
    fn files_without_initial_states_are_refused() {
        for (text, words) in [
            ("id,t_s,T_K,n_e-,n_H,n_H+\n1,5,11,0,2,0\n", "has 0 rows at t = 0"),
            ("id,T_K,n_e-,n_H,n_H+\n1,11,0,2,0\n1,11,0,2,0\n", "has 2 rows at t = 0"),
            ("id,t_s,T_K,n_e-,n_H,n_H+\n1,0,11,0,2,0\n", "no rows after t = 0"),
            ("id,t_s,T_K,n_e-,n_H\n1,0,11,0,2\n", "n_H+ is missing"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
