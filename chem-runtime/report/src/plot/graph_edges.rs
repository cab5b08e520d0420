//! Which species become which: the arrows of a network's picture.

use indexmap::IndexMap;

use chem_solver::structure::Structure;

/// What drives a reaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Driver {
    /// Two or more particles meet.
    Collision,
    /// Photons or cosmic rays.
    Radiation,
}

/// All reactions of one kind that turn one species into another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) driver: Driver,
    /// Number of reactions.
    pub(super) count: usize,
    /// Sum of their fluxes [cm^-3 s^-1], if there is a state; 0 otherwise.
    pub(super) flux: f64,
    /// The other reactants, with the fluxes of the reactions that they take part in.
    pub(super) partners: IndexMap<String, f64>,
}

/// The arrows of some reactions, with their fluxes if there are any. An arrow leads from a species that a reaction
/// consumes to one that takes over its nuclei: the product of the same composition if there is one, otherwise every
/// product that shares an element with it.
pub(super) fn edges(structure: &Structure, chosen: Option<&[usize]>, fluxes: Option<&[f64]>) -> Vec<Edge> {
    let mut edges: IndexMap<(usize, usize, Driver), Edge> = IndexMap::new();
    let count = structure.stoichiometry_starts.len().saturating_sub(1);
    for reaction in (0..count).filter(|reaction| chosen.is_none_or(|chosen| chosen.contains(reaction))) {
        let flux = fluxes.and_then(|fluxes| fluxes.get(reaction)).map_or(0.0, |flux| flux.abs());
        let flux = if flux.is_finite() { flux } else { 0.0 };
        let equation = structure.equations.get(reaction).map_or("", AsRef::as_ref);
        let (left, _) = equation.split_once("->").unwrap_or((equation, ""));
        let terms: Vec<&str> = left.split(" + ").map(str::trim).collect();
        let is_radiative = terms.iter().any(|t| matches!(*t, "photon" | "CR" | "cosmic_ray" | "cr"));
        let driver = if is_radiative { Driver::Radiation } else { Driver::Collision };
        for (from, to) in successions(structure, reaction) {
            let edge = edges.entry((from, to, driver)).or_insert_with(|| Edge {
                from,
                to,
                driver,
                count: 0,
                flux: 0.0,
                partners: IndexMap::new(),
            });
            edge.count += 1;
            edge.flux += flux;
            for partner in partners(&terms, structure.species.get(from).map_or("", AsRef::as_ref)) {
                *edge.partners.entry(partner).or_insert(0.0) += flux;
            }
        }
    }
    edges.into_values().collect()
}

/// Pairs of a consumed and a formed species.
fn successions(structure: &Structure, reaction: usize) -> Vec<(usize, usize)> {
    let changes = structure.net_changes(reaction);
    let pick = |sign: i32| changes.iter().filter(move |(_, n)| n * sign > 0).map(|(s, _)| *s as usize);
    let nuclei = |species: usize| {
        let count = structure.elements.len();
        structure.composition.get(species * count..(species + 1) * count).unwrap_or(&[])
    };
    let share = |a: usize, b: usize| nuclei(a).iter().zip(nuclei(b)).any(|(x, y)| *x > 0 && *y > 0);
    let (consumed, formed): (Vec<usize>, Vec<usize>) = (pick(-1).collect(), pick(1).collect());
    let same = |a: usize, b: usize| nuclei(a) == nuclei(b) && share(a, b);
    let mut pairs = Vec::new();
    for &from in &consumed {
        let twin = formed.iter().copied().find(|to| same(from, *to));
        match twin {
            Some(to) => pairs.push((from, to)),
            None => {
                let is_taken = |to: usize| consumed.iter().any(|c| *c != from && same(*c, to));
                let heirs: Vec<usize> = formed.iter().copied().filter(|to| share(from, *to)).collect();
                let free: Vec<usize> = heirs.iter().copied().filter(|to| !is_taken(*to)).collect();
                let chosen = if free.is_empty() { heirs } else { free };
                pairs.extend(chosen.into_iter().map(|to| (from, to)));
            }
        }
    }
    pairs
}

/// The reactants beside one particle of a species.
fn partners(terms: &[&str], species: &str) -> Vec<String> {
    let mut partners = Vec::new();
    let mut is_met = false;
    for term in terms {
        let (count, name) = match term.split_once(' ') {
            Some((count, name)) => (count.parse().unwrap_or(1u32), name.trim()),
            None => (1, *term),
        };
        let mut others = count;
        if name == species && !is_met {
            is_met = true;
            others -= others.min(1);
        }
        if others > 0 && !name.is_empty() {
            partners.push(name.to_owned());
        }
    }
    partners
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::synthetic_network::hydrogen;

    #[test]
    fn arrows_follow_the_nuclei() {
        let found = edges(&hydrogen(), None, None);
        let shown: Vec<_> = found
            .iter()
            .map(|e| (e.from, e.to, e.driver, e.partners.keys().cloned().collect::<Vec<_>>()))
            .collect();
        assert_eq!(
            shown,
            [
                (1, 2, Driver::Collision, vec!["e-".to_owned()]),
                (2, 1, Driver::Collision, vec!["e-".to_owned()])
            ]
        );
    }

    #[test]
    fn arrows_of_chosen_reactions_carry_their_fluxes() {
        let found = edges(&hydrogen(), Some(&[1]), Some(&[5.0, -3.0]));
        assert_eq!(found.iter().map(|e| (e.from, e.to, e.flux)).collect::<Vec<_>>(), [(2, 1, 3.0)]);
    }

    #[test]
    fn a_species_is_its_own_partner_if_it_stands_twice() {
        assert_eq!(partners(&["H", "H"], "H"), ["H"]);
        assert_eq!(partners(&["2 H"], "H"), ["H"]);
        assert_eq!(partners(&["H-", "photon"], "H-"), ["photon"]);
    }
}
