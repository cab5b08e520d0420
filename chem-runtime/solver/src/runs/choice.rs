//! By which solver the cells of a file are solved.

use std::fmt;

use crate::bdf::Options;
use crate::structure::Structure;

/// A solver of many cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solver {
    /// One cell after the other, by backward differentiation formulae ([`crate::bdf::Bdf`]).
    Bdf,
    /// Cells side by side in lanes, by Rosenbrock methods ([`crate::batch::Batch`]).
    Batch,
}

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Solver::Bdf => "BDF, one cell after the other",
            Solver::Batch => "batch, cells side by side in lanes",
        })
    }
}

/// Fewest cells for which the batch pays: its tables of functions of T are made first.
const LEAST_CELLS: usize = 16;
/// Most species for which it does.
const MOST_SPECIES: usize = 100;
/// Most output times for which it does: it begins anew at each.
const MOST_TIMES: usize = 12;
/// Tightest relative tolerance for which it does.
const LEAST_RTOL: f64 = 1e-6;

/// The solver that suits a task, and why not the other.
pub fn choose(structure: &Structure, (cells, times): (usize, usize), options: &Options) -> (Solver, String) {
    let (rtol, species) = (options.tolerances().0, structure.species_count());
    if cells < LEAST_CELLS {
        return (Solver::Bdf, format!("fewer than {LEAST_CELLS} cells"));
    }
    if rtol < LEAST_RTOL {
        return (Solver::Bdf, format!("rtol below {LEAST_RTOL:e}"));
    }
    if species > MOST_SPECIES {
        return (Solver::Bdf, format!("more than {MOST_SPECIES} species"));
    }
    if times > MOST_TIMES {
        return (Solver::Bdf, format!("more than {MOST_TIMES} output times"));
    }
    (Solver::Batch, format!("{cells} cells, {species} species, rtol {rtol:e}"))
}

/// Why the batch cannot solve cells at these times, if so: it wants them ascending, and densities that are not negative.
pub fn refusal(times: &[f64], may_be_negative: bool) -> Option<&'static str> {
    if times.windows(2).any(|pair| pair[1] <= pair[0]) || times.is_empty() {
        return Some("it needs output times that ascend, each once");
    }
    may_be_negative.then_some("it needs densities that are not negative")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic_network::hydrogen;

    #[test]
    fn few_cells_and_tight_tolerances_go_one_by_one() {
        let (structure, options) = (hydrogen(), Options::default().rtol(1e-4));
        assert_eq!(choose(&structure, (1, 1), &options).0, Solver::Bdf);
        assert_eq!(choose(&structure, (1000, 2), &options).0, Solver::Batch);
        assert_eq!(choose(&structure, (1000, 2), &options.clone().rtol(1e-9)).0, Solver::Bdf);
        assert_eq!(choose(&structure, (1000, 200), &options).0, Solver::Bdf);
        assert!(refusal(&[1.0, 1.0], false).is_some() && refusal(&[0.0, 1.0], false).is_none());
        assert!(refusal(&[1.0], true).is_some());
    }
}
