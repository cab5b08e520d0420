//! Conservation laws of known and of random networks.

use chem_grammar::network::Network;
use chem_grammar::structure::{ConservationLaw, Stoichiometry, conservation_laws};
use proptest::prelude::*;

use crate::builder::Builder;

fn laws_of(network: &Network) -> Vec<ConservationLaw> {
    conservation_laws(&Stoichiometry::of(network), &network.species, &network.elements)
}

fn network(species: &[&str], reactions: &[&str]) -> Network {
    let mut builder = Builder::new(species);
    let rate = builder.dag().constant(1.0);
    for reaction in reactions {
        builder.reaction(reaction, rate);
    }
    builder.network
}

fn names(network: &Network) -> Vec<String> {
    laws_of(network).into_iter().map(|law| law.name).collect()
}

#[test]
fn net_changes_are_merged() {
    let network = network(&["e-", "H", "H+"], &["H + e- -> H+ + 2 e-", "H + H -> H + H"]);
    assert_eq!(Stoichiometry::of(&network).columns, [vec![(0, 1), (1, -1), (2, 1)], vec![]]);
}

#[test]
fn elements_and_charge() {
    let network = network(
        &["e-", "H-", "H", "H+", "H2", "H2+", "He", "He+", "He++"],
        &[
            "H + e- -> H+ + 2 e-",
            "H+ + e- -> H + photon",
            "He + e- -> He+ + 2 e-",
            "He+ + e- -> He++ + 2 e-",
            "H + e- -> H- + photon",
            "H- + H -> H2 + e-",
            "H + H+ -> H2+ + photon",
            "H2+ + H -> H2 + H+",
        ],
    );
    assert_eq!(names(&network), ["H", "He", "charge"]);
}

#[test]
fn more_is_conserved_than_the_elements() {
    // Carbon and oxygen never separate; helium does not react.
    let network = network(&["H", "CO", "HCO", "He"], &["H + CO -> HCO", "HCO -> H + CO"]);
    let laws = laws_of(&network);
    assert_eq!(laws.iter().map(|law| law.name.as_str()).collect::<Vec<_>>(), ["H", "C", "He"]);
    // A pair of isomers each of which goes its own way.
    let network = self::network(&["A", "A2", "B", "B2", "C"], &["2 A -> A2", "2 B -> B2", "A + B -> C"]);
    assert_eq!(names(&network), ["A + 2 A2 + C", "B + 2 B2 + C"]);
}

#[test]
fn laws_that_reactions_break_are_not_laws() {
    let network = network(&["A", "B"], &["A -> B", "B -> A"]);
    assert_eq!(names(&network), ["A + B"]);
    let network = self::network(&["A", "B"], &["A -> B", "B -> 2 A"]);
    assert!(names(&network).is_empty());
}

#[test]
fn no_reactions_conserve_every_species() {
    assert_eq!(names(&network(&["H", "H2"], &[])), ["H", "n[H]"]);
}

#[test]
fn large_coefficients_are_found_exactly() {
    let network = network(&["A", "B", "C"], &["999 A -> 1000 B", "997 B -> 991 C"]);
    let laws = laws_of(&network);
    assert_eq!(laws.len(), 1);
    assert!(Stoichiometry::of(&network).conserves(&laws[0].coefficients));
}

/// Rank over the rationals, by elimination in exact fractions of machine integers.
fn rank(columns: &[Vec<(usize, i32)>], species_count: usize) -> usize {
    let mut rows: Vec<Vec<i128>> = columns
        .iter()
        .map(|column| {
            let mut row = vec![0i128; species_count];
            column.iter().for_each(|&(s, change)| row[s] = change.into());
            row
        })
        .collect();
    let mut rank = 0;
    for column in 0..species_count {
        let Some(found) = (rank..rows.len()).find(|&r| rows[r][column] != 0) else { continue };
        rows.swap(rank, found);
        let pivot = rows[rank].clone();
        for row in rows.iter_mut().skip(rank + 1) {
            let factor = row[column];
            for (x, p) in row.iter_mut().zip(&pivot) {
                *x = *x * pivot[column] - factor * p;
            }
        }
        rank += 1;
    }
    rank
}

proptest! {
    /// As many laws as the null space has dimensions, all exact and independent.
    #[test]
    fn laws_are_a_basis(
        columns in prop::collection::vec(
            prop::collection::vec((0usize..7, -2i32..=2), 1..4), 0..9),
    ) {
        let species = ["A", "B", "C", "D", "E", "F", "G"];
        let network = network(&species, &[]);
        let columns = columns
            .into_iter()
            .map(|column| {
                let mut merged = std::collections::BTreeMap::new();
                column.into_iter().for_each(|(s, change)| *merged.entry(s).or_insert(0) += change);
                merged.into_iter().filter(|&(_, change)| change != 0).collect()
            })
            .collect();
        let stoichiometry = Stoichiometry { species_count: 7, columns };
        let laws = conservation_laws(&stoichiometry, &network.species, &network.elements);
        prop_assert_eq!(laws.len(), 7 - rank(&stoichiometry.columns, 7));
        for law in &laws {
            prop_assert!(stoichiometry.conserves(&law.coefficients));
        }
        let vectors: Vec<Vec<(usize, i32)>> = laws
            .iter()
            .map(|law| law.coefficients.iter().enumerate().map(|(s, &c)| (s, c as i32)).collect())
            .collect();
        prop_assert_eq!(rank(&vectors, 7), laws.len());
    }
}
