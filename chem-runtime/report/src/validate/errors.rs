//! Differences between an emulator and its reference.
//!
//! ```text
//! Delta_r = |n - n_ref| / n_ref        (30b) of Branca & Pallottini 2023, for species and T
//! Delta_f = |n - n_ref| / n_tot        (30a), for species; n_tot is that of the reference
//! Delta   = |n - n_ref|                (16), for synthetic networks
//! ```

use super::error::ValidateError;
use super::reference::{Reference, ReferenceCell};
use chem_emulator::EmulatorError;
use chem_solver::structure::Structure;

/// Relative differences below this are rounding, and count as this.
pub const ROUNDING: f64 = f64::EPSILON / 2.0;

/// Share of the total density above which a species is abundant; what is rarer is of no account for the gas.
pub const ABUNDANT: f64 = 1e-10;

/// What an emulator says of a reference cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What it should say.
    pub reference: ReferenceCell,
    /// The states that it says, in the layout of the reference.
    pub predicted: Vec<f64>,
}

/// What is judged: writes the state of an initial state at each of some times `[s]` into rows, as [`chem_emulator::Pinn::evaluate`].
pub type Evaluate<'a> = &'a dyn Fn(&[f64], &[f64], &mut [f64]) -> Result<(), EmulatorError>;

/// Asks the emulator for every cell of the reference.
///
/// # Errors
/// Cells and times that it was not made for.
pub fn compare(emulator: Evaluate<'_>, reference: Reference) -> Result<Vec<Comparison>, ValidateError> {
    reference.cells.into_iter().map(|cell| compare_cell(emulator, cell)).collect()
}

/// Asks the emulator for one cell of the reference.
///
/// # Errors
/// A cell or times that it was not made for.
pub fn compare_cell(emulator: Evaluate<'_>, cell: ReferenceCell) -> Result<Comparison, ValidateError> {
    let mut predicted = vec![0.0; cell.states.len()];
    match emulator(&cell.initial, &cell.times, &mut predicted) {
        Ok(()) => Ok(Comparison { reference: cell, predicted }),
        Err(error) => Err(ValidateError::Emulator { id: cell.id, error }),
    }
}

/// Differences of one unknown over all judged states.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnknownErrors {
    /// Name: a species, or `T`.
    pub name: String,
    /// Delta_r, at least [`ROUNDING`].
    pub relative: Vec<f64>,
    /// Those of them where the reference has more than [`ABUNDANT`] of the species; all of T.
    pub abundant: Vec<f64>,
    /// Delta_f, at least [`ROUNDING`]; none for T.
    pub fractional: Vec<f64>,
    /// Delta [cm^-3 or K].
    pub absolute: Vec<f64>,
}

/// Differences of every unknown that evolves: species in declared order, then T unless it is constant. States
/// after the time `after` `[s]` count. A difference that is NaN counts as infinite, so that it cannot hide.
pub fn errors(comparisons: &[Comparison], structure: &Structure, after: f64) -> Vec<UnknownErrors> {
    let species = structure.species_count();
    let mut errors: Vec<UnknownErrors> = unknown_names(structure)
        .into_iter()
        .map(|name| UnknownErrors { name, ..UnknownErrors::default() })
        .collect();
    for comparison in comparisons {
        let cell = &comparison.reference;
        let rows = cell.states.chunks_exact(species + 1).zip(comparison.predicted.chunks_exact(species + 1));
        for (time, (reference, predicted)) in cell.times.iter().zip(rows) {
            if *time <= after {
                continue;
            }
            let total: f64 = reference.iter().take(species).sum();
            for (k, (errors, (r, p))) in errors.iter_mut().zip(reference.iter().zip(predicted)).enumerate() {
                let difference = if p.is_nan() { f64::INFINITY } else { (p - r).abs() };
                errors.absolute.push(difference);
                let relative = (difference / r.abs()).max(ROUNDING);
                errors.relative.push(relative);
                if k >= species || *r > ABUNDANT * total {
                    errors.abundant.push(relative);
                }
                if k < species {
                    errors.fractional.push((difference / total).max(ROUNDING));
                }
            }
        }
    }
    errors
}

/// Delta_r of all unknowns, stacked over species and T: what models in logarithmic variables are judged by.
pub fn relative(errors: &[UnknownErrors]) -> impl Iterator<Item = f64> {
    errors.iter().flat_map(|e| &e.relative).copied()
}

/// Delta [cm^-3] of all species, stacked: what models in linear variables are judged by. T is no density.
pub fn absolute(errors: &[UnknownErrors]) -> impl Iterator<Item = f64> {
    errors.iter().filter(|e| !e.fractional.is_empty()).flat_map(|e| &e.absolute).copied()
}

/// Names of the unknowns that evolve: species in declared order, then T unless it is constant.
pub fn unknown_names(structure: &Structure) -> Vec<String> {
    let mut names: Vec<String> = structure.species.iter().map(ToString::to_string).collect();
    if structure.evolves_temperature {
        names.push("T".to_owned());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::synthetic_network::hydrogen;

    fn comparison(states: &[f64], predicted: &[f64]) -> Comparison {
        let reference = ReferenceCell {
            id: "1".into(),
            initial: vec![0.0, 1.0, 0.0, 10.0],
            times: (1..=states.len() / 4).map(|i| i as f64).collect(),
            states: states.to_vec(),
        };
        Comparison { reference, predicted: predicted.to_vec() }
    }

    #[test]
    fn three_measures_of_each_unknown() {
        let states = [1.0, 2.0, 1.0, 100.0, 0.5, 3.0, 0.5, 200.0];
        let predicted = [9.0, 9.0, 9.0, 9.0, 0.4, 3.0, f64::NAN, 150.0];
        let structure = Structure { evolves_temperature: true, ..hydrogen() };
        let errors = errors(&[comparison(&states, &predicted)], &structure, 1.0);
        let [e, h, hp, t] = &errors[..] else { panic!("{errors:?}") };
        assert_eq!((e.name.as_str(), t.name.as_str()), ("e-", "T"));
        assert!((e.relative[0] - 0.2).abs() < 1e-15 && (e.fractional[0] - 0.025).abs() < 1e-15);
        assert!((e.absolute[0] - 0.1).abs() < 1e-15);
        assert_eq!((h.relative[0], h.absolute[0]), (ROUNDING, 0.0));
        assert_eq!((hp.relative[0], hp.fractional[0]), (f64::INFINITY, f64::INFINITY));
        assert_eq!((t.relative[0], t.absolute[0], t.fractional.len()), (0.25, 50.0, 0));
        assert_eq!(e.relative.len(), 1, "states at the limit do not count");
        assert_eq!((&e.abundant, &t.abundant), (&e.relative, &t.relative));
    }

    #[test]
    fn rare_species_count_apart() {
        let states = [1e-11, 1.0, 3e-10, 100.0];
        let predicted = [1.0, 1.5, 6e-10, 300.0];
        let structure = Structure { evolves_temperature: true, ..hydrogen() };
        let errors = errors(&[comparison(&states, &predicted)], &structure, 0.0);
        let counts: Vec<[usize; 2]> = errors.iter().map(|e| [e.relative.len(), e.abundant.len()]).collect();
        assert_eq!(counts, [[1, 0], [1, 1], [1, 1], [1, 1]]);
        assert!((errors[2].abundant[0] - 1.0).abs() < 1e-14 && errors[3].abundant == [2.0]);
    }
}
