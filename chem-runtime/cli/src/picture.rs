//! The picture of a solved cell.

use super::options::SolveOptions;
use super::selection;
use chem_report::plot;
use chem_solver::bdf::{Bdf, Options};
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::states_csv::State;
use chem_solver::network::ChemNetwork;
use chem_solver::runs::SolvedCell;
use chem_solver::structure::{Structure, Text};

/// Least number of times of a curve, so that it looks smooth.
const POINTS: usize = 400;

/// What a picture shows.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// Indices of the species.
    species: Vec<usize>,
    /// Number of hydrogen nuclei of each species of the network, if abundances are shown.
    hydrogen: Option<Vec<f64>>,
    /// Whether the species were chosen.
    chosen: bool,
}

impl Shown {
    /// What the options ask for.
    ///
    /// # Errors
    /// Names that no species has; abundances in a network without hydrogen.
    pub(super) fn new(options: &SolveOptions, structure: &Structure) -> Result<Self, InputErrors> {
        let chosen = !options.species.is_empty();
        let species = match chosen {
            true => selection::species(structure, &options.species)?,
            false => (0..structure.species_count()).collect(),
        };
        let hydrogen = options.plot_abundances.then(|| hydrogen(structure)).transpose()?;
        Ok(Shown { species, hydrogen, chosen })
    }

    /// What to say beside the picture: that not all species are named.
    pub(super) fn note(&self) -> Option<String> {
        (!self.chosen && self.species.len() > plot::MOST_NAMES).then(|| {
            format!(
                "note: the picture names the {} most abundant of {} species; choose others with --species",
                plot::MOST_NAMES,
                self.species.len()
            )
        })
    }

    /// Rows of the species shown and T.
    fn rows(&self, structure: &Structure, unknowns: &[f64]) -> Vec<f64> {
        let mut rows = Vec::new();
        for row in unknowns.chunks_exact(structure.unknown_count()) {
            let divisor = self.hydrogen.as_ref().map_or(1.0, |h| row.iter().zip(h).map(|(n, h)| n * h).sum());
            rows.extend(self.species.iter().filter_map(|s| row.get(*s)).map(|n| n / divisor));
            rows.extend(row.last());
        }
        rows
    }
}

/// Number of hydrogen nuclei of each species.
fn hydrogen(structure: &Structure) -> Result<Vec<f64>, InputError> {
    let elements = structure.elements.len();
    let Some(hydrogen) = structure.elements.iter().position(|element| element == "H") else {
        let message = format!("the network `{}` has no hydrogen", structure.name);
        return Err(InputError::new("--plot-abundances", message, "leave it out: densities are shown then"));
    };
    let nuclei = structure.composition.iter().skip(hydrogen).step_by(elements.max(1));
    Ok(nuclei.map(|count| f64::from(*count)).collect())
}

/// Draws a cell. Between its output times the solution is computed once more, so that curves have no corners.
pub(super) fn picture(
    network: &dyn ChemNetwork,
    settings: &Options,
    (state, cell): (&State, &SolvedCell),
    shown: &Shown,
) -> String {
    let structure = network.structure();
    // Names of declared states speak for themselves, numbers do not.
    let word = if cell.id.parse::<f64>().is_ok() { "cell " } else { "" };
    let title = format!("{} network · {word}{}", structure.name, cell.id);
    let (rtol, atol) = settings.tolerances();
    let atol = atol.first().copied().unwrap_or(0.0);
    let subtitle = format!(
        "{} species, {} reactions · rtol {:e}, atol {atol:e} · {} steps",
        structure.species_count(),
        structure.reactions.len(),
        rtol,
        cell.report.counters.steps,
    );
    let (times, unknowns) = smooth(network, settings, state, cell);
    let species: Vec<Text> =
        shown.species.iter().filter_map(|s| structure.species.get(*s)).cloned().collect();
    plot::trajectory(&plot::Trajectory {
        title: &title,
        subtitle: &subtitle,
        species: &species,
        times: &times,
        unknowns: &shown.rows(structure, &unknowns),
        label: if shown.hydrogen.is_some() { "n / n(H nuclei)" } else { "n  [cm⁻³]" },
        with_temperature: structure.evolves_temperature,
    })
}

/// The cell at its output times and at more between them: the solver interpolates between its steps. As it is if it
/// has enough, or cannot be solved again.
pub(super) fn smooth(
    network: &dyn ChemNetwork,
    settings: &Options,
    state: &State,
    cell: &SolvedCell,
) -> (Vec<f64>, Vec<f64>) {
    let times = refined(&cell.times, POINTS);
    let as_it_is = || (cell.times.clone(), cell.unknowns.clone());
    if times.len() == cell.times.len() {
        return as_it_is();
    }
    let solver = Bdf::new(network).options(settings.clone());
    let mut unknowns = vec![0.0; times.len() * state.unknowns.len()];
    match solver.integrate(&mut solver.workspace(), &state.unknowns, &times, &mut unknowns) {
        Ok(_) => (times, unknowns),
        Err(_) => as_it_is(),
    }
}

/// Ascending times with as many between each two that there are at least `least`, evenly spaced in the logarithm where
/// there is one.
fn refined(times: &[f64], least: usize) -> Vec<f64> {
    let parts = least.div_ceil(times.len().saturating_sub(1).max(1));
    let mut refined: Vec<f64> = times.first().copied().into_iter().collect();
    for pair in times.windows(2) {
        let [from, to] = *pair else { continue };
        let between = |i: usize| {
            let u = i as f64 / parts as f64;
            if from > 0.0 { from * (to / from).powf(u) } else { from + u * (to - from) }
        };
        refined.extend((1..parts).map(between));
        refined.push(to);
    }
    refined
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::synthetic_network::hydrogen as network;

    #[test]
    fn output_times_are_kept_and_more_put_between_them() {
        let times = [0.0, 1.0, 100.0];
        let fine = refined(&times, 40);
        assert_eq!(fine.len(), 41);
        assert!(times.iter().all(|t| fine.contains(t)) && fine.is_sorted());
        assert!((fine[30] - 10.0).abs() < 1e-12, "the logarithm is halved");
        assert_eq!(refined(&[5.0], 40), [5.0]);
        assert_eq!(refined(&[1.0, 2.0, 3.0], 2), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn abundances_are_relative_to_all_hydrogen_nuclei() {
        let structure = network();
        let shown = Shown { species: vec![2], hydrogen: Some(hydrogen(&structure).unwrap()), chosen: true };
        assert_eq!(shown.rows(&structure, &[1.0, 3.0, 1.0, 50.0]), [0.25, 50.0]);
        let without = Structure { elements: vec!["He".into()].into(), ..structure };
        assert!(hydrogen(&without).is_err());
    }
}
