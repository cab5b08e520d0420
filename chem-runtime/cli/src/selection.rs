//! Species and reactions of a network, chosen by name.

use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::suggestion;
use chem_solver::structure::{Structure, Text};

/// Indices of the species of these names, in the order given.
///
/// # Errors
/// Every name that no species has.
pub(super) fn species(structure: &Structure, names: &[String]) -> Result<Vec<usize>, InputErrors> {
    let known: Vec<&str> = structure.species.iter().map(AsRef::as_ref).collect();
    species_among(&known, &structure.name, names)
}

/// Indices of the species of these names among those of a network.
///
/// # Errors
/// Every name that no species has.
pub(super) fn species_among(
    known: &[&str],
    network: &str,
    names: &[String],
) -> Result<Vec<usize>, InputErrors> {
    chosen(names, ("--species", "species", network), known, |name| known.iter().position(|k| *k == name))
}

/// Indices of the reactions and processes of these names (or numbers as in `k12`), in the order given.
///
/// # Errors
/// Every name that no reaction has.
pub(super) fn reactions(structure: &Structure, names: &[String]) -> Result<Vec<usize>, InputErrors> {
    let all: Vec<&Text> = structure.reactions.iter().chain(structure.processes.iter()).collect();
    let known: Vec<&str> = all.iter().map(|name| name.as_ref()).collect();
    let count = structure.reactions.len();
    let numbered = |name: &str| {
        let number: usize = name.strip_prefix('k')?.parse().ok()?;
        (1..=count).contains(&number).then(|| number - 1)
    };
    chosen(names, ("--reactions", "reaction", &structure.name), &known, |name| {
        known.iter().position(|k| *k == name).or_else(|| numbered(name))
    })
}

fn chosen(
    names: &[String],
    (option, kind, network): (&str, &str, &str),
    known: &[&str],
    find: impl Fn(&str) -> Option<usize>,
) -> Result<Vec<usize>, InputErrors> {
    let mut errors = InputErrors::default();
    let mut found = Vec::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        match find(name) {
            Some(index) if found.contains(&index) => {}
            Some(index) => found.push(index),
            None => {
                let message = format!("the network `{network}` has no {kind} `{name}`");
                errors.0.push(InputError::new(option, message, remedy(name, known)));
            }
        }
    }
    errors.into_result().map(|()| found)
}

/// Names to be listed in full at most.
const FEW: usize = 40;

/// The nearest name, or all if they are few.
fn remedy(name: &str, known: &[&str]) -> String {
    match suggestion::nearest(name, known.iter().copied()) {
        None if known.len() > FEW => "`chem reactions` prints all reactions with their species".to_owned(),
        _ => suggestion::remedy(name, known),
    }
}

/// Reactions and processes that have one of these species on either side; all if no species is given.
pub(super) fn with_species(structure: &Structure, species: &[usize]) -> Vec<usize> {
    let count = structure.reactions.len() + structure.processes.len();
    let names: Vec<&str> =
        species.iter().filter_map(|s| structure.species.get(*s)).map(AsRef::as_ref).collect();
    let takes_part = |reaction: &usize| {
        let equation = structure.equations.get(*reaction).map_or("", AsRef::as_ref);
        equation.split_whitespace().any(|word| names.contains(&word))
    };
    (0..count).filter(|reaction| names.is_empty() || takes_part(reaction)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::synthetic_network::hydrogen;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_and_numbers_are_found_once_in_the_order_given() {
        let network = hydrogen();
        assert_eq!(species(&network, &names(&["H+", "e-", " H+"])).unwrap(), [2, 0]);
        assert_eq!(reactions(&network, &names(&["hp_rr", "k1", "k2"])).unwrap(), [1, 0]);
        assert_eq!(with_species(&network, &[0]), [0, 1]);
        let error = species(&network, &names(&["Hp", "H", "X9"])).unwrap_err();
        assert_eq!(error.0.len(), 2, "{error}");
        assert!(reactions(&network, &names(&["k3"])).is_err());
    }
}
