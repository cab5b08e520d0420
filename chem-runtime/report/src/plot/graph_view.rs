//! What of a network its picture shows.

use super::graph_edges::{Edge, edges};
use chem_solver::structure::Structure;

/// What to draw of a network.
#[derive(Clone, Copy, Debug)]
pub struct GraphView<'a> {
    /// The network.
    pub structure: &'a Structure,
    /// Species around which to look; the whole network if empty.
    pub species: &'a [usize],
    /// How many arrows away from them to look.
    pub depth: usize,
    /// Indices of the reactions, then processes, whose arrows are drawn; all if `None`.
    pub reactions: Option<&'a [usize]>,
    /// Name of a state, and the fluxes of reactions, then processes, at it: the wider, the larger.
    pub fluxes: Option<(&'a str, &'a [f64])>,
    /// Most arrows to be drawn, those of the largest flux or the most reactions; as many as can be read if `None`.
    pub top: Option<usize>,
}

impl<'a> GraphView<'a> {
    /// All of a network that can be read.
    pub fn whole(structure: &'a Structure) -> Self {
        GraphView { structure, species: &[], depth: 1, reactions: None, fluxes: None, top: None }
    }
}

/// Most species that can be read, all around a circle, and around one in its centre.
const MOST_SPECIES: usize = 40;
const MOST_AROUND: usize = 24;
/// So many are drawn where there would be more than [`MOST_SPECIES`], and so many arrows.
const FEWER_SPECIES: usize = 30;
const FEWER_ARROWS: usize = 120;

/// The arrows and species that are drawn.
pub(super) struct Selection {
    pub(super) edges: Vec<Edge>,
    /// Indices of the species, ascending; electrons are not among them.
    pub(super) species: Vec<usize>,
    /// How many species there would be if all could be read.
    pub(super) of_species: usize,
}

/// Chooses what is drawn.
pub(super) fn select(view: &GraphView<'_>) -> Selection {
    let structure = view.structure;
    let mut all = edges(structure, view.reactions, view.fluxes.map(|f| f.1));
    let is_drawn = |s: &usize| structure.species.get(*s).is_some_and(|name| name != "e-");
    all.retain(|edge| is_drawn(&edge.from) && is_drawn(&edge.to));
    let is_whole = view.species.is_empty() && view.reactions.is_none() && view.fluxes.is_none();
    if view.fluxes.is_some() {
        all.retain(|edge| edge.flux > 0.0);
    }
    if !view.species.is_empty() {
        let steps = steps_from(view, &all);
        let near = |s: usize, most: usize| steps.get(s).copied().flatten().is_some_and(|step| step <= most);
        let depth = view.depth.max(1);
        all.retain(|e| near(e.from, depth - 1) || near(e.to, depth - 1));
    }
    // The strongest first; in the order of the reactions among equals.
    let by_flux = view.fluxes.is_some();
    let weight = |edge: &Edge| if by_flux { edge.flux } else { edge.count as f64 };
    all.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let species_of = |edges: &[Edge], everything: bool| -> Vec<usize> {
        let ends =
            edges.iter().flat_map(|e| [e.from, e.to]).chain(view.species.iter().copied().filter(&is_drawn));
        let mut species: Vec<usize> = match everything {
            true => (0..structure.species_count()).filter(&is_drawn).collect(),
            false => ends.collect(),
        };
        species.sort_unstable();
        species.dedup();
        species
    };
    if let Some(top) = view.top {
        all.truncate(top);
        let species = species_of(&all, false);
        return Selection { edges: all, of_species: species.len(), species };
    }
    let species = species_of(&all, is_whole);
    let of_species = species.len();
    let (most, fewer) = match view.species.len() {
        1 if view.depth <= 1 => (MOST_AROUND, MOST_AROUND),
        _ => (MOST_SPECIES, FEWER_SPECIES),
    };
    if of_species <= most {
        return Selection { edges: all, species, of_species };
    }
    let mut sums = vec![0.0; structure.species_count()];
    for edge in &all {
        for end in [edge.from, edge.to] {
            if let Some(sum) = sums.get_mut(end) {
                *sum += weight(edge);
            }
        }
    }
    let mut ranked = species;
    let is_centre = |s: &usize| view.species.contains(s);
    let sum = |s: &usize| sums.get(*s).copied().unwrap_or(0.0);
    ranked.sort_by(|a, b| is_centre(b).cmp(&is_centre(a)).then(sum(b).total_cmp(&sum(a))));
    ranked.truncate(fewer);
    all.retain(|edge| ranked.contains(&edge.from) && ranked.contains(&edge.to));
    all.truncate(FEWER_ARROWS);
    let mut species = species_of(&all, false);
    species.retain(|s| ranked.contains(s));
    Selection { edges: all, species, of_species }
}

/// How many arrows each species is away from the chosen ones, up to the depth; arrows lead both ways.
fn steps_from(view: &GraphView<'_>, edges: &[Edge]) -> Vec<Option<usize>> {
    let mut steps: Vec<Option<usize>> = vec![None; view.structure.species_count()];
    for species in view.species {
        if let Some(slot) = steps.get_mut(*species) {
            *slot = Some(0);
        }
    }
    for step in 1..=view.depth.max(1) {
        let reached = |s: usize| steps.get(s).copied().flatten() == Some(step - 1);
        let next: Vec<usize> = edges
            .iter()
            .flat_map(|e| [(e.from, e.to), (e.to, e.from)])
            .filter(|(from, _)| reached(*from))
            .map(|(_, to)| to)
            .collect();
        for species in next {
            if let Some(slot) = steps.get_mut(species)
                && slot.is_none()
            {
                *slot = Some(step);
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::synthetic_network::hydrogen;

    /// S0 -> S1 -> S2 -> ... -> S0, one reaction each, and ten more S0 -> S1.
    fn ring(count: usize) -> Structure {
        let mut steps: Vec<(usize, usize)> = (0..count).map(|i| (i, (i + 1) % count)).collect();
        steps.extend([(0, 1); 10]);
        let names =
            |prefix: &str, n: usize| (0..n).map(|i| format!("{prefix}{i}").into()).collect::<Vec<_>>();
        Structure {
            species: names("S", count).into(),
            charges: vec![0; count].into(),
            composition: vec![1; count].into(),
            reactions: names("r", steps.len()).into(),
            equations: steps.iter().map(|(a, b)| format!("S{a} -> S{b}").into()).collect::<Vec<_>>().into(),
            stoichiometry_starts: (0..=steps.len()).map(|i| 2 * i as u32).collect::<Vec<_>>().into(),
            stoichiometry: steps
                .iter()
                .flat_map(|(a, b)| [(*a as u32, -1), (*b as u32, 1)])
                .collect::<Vec<_>>()
                .into(),
            ..hydrogen()
        }
    }

    #[test]
    fn the_neighbours_of_a_species_and_no_others() {
        let ring = ring(12);
        let view = GraphView { species: &[5], ..GraphView::whole(&ring) };
        assert_eq!(select(&view).species, [4, 5, 6]);
        let two = select(&GraphView { depth: 2, ..view });
        assert_eq!((two.species, two.edges.len()), (vec![3, 4, 5, 6, 7], 4));
    }

    #[test]
    fn the_strongest_arrows_by_reactions_and_by_flux() {
        let ring = ring(12);
        let view = GraphView { top: Some(1), ..GraphView::whole(&ring) };
        assert_eq!(select(&view).species, [0, 1]);
        let mut fluxes = vec![1e-9; 22];
        fluxes[7] = 1.0;
        let at = select(&GraphView { fluxes: Some(("now", &fluxes)), ..view });
        assert_eq!(at.species, [7, 8]);
        let chosen = select(&GraphView { reactions: Some(&[3]), ..GraphView::whole(&ring) });
        assert_eq!(chosen.species, [3, 4]);
    }

    #[test]
    fn of_hundreds_of_species_those_that_can_be_read() {
        let ring = ring(700);
        let few = select(&GraphView::whole(&ring));
        assert_eq!(few.of_species, 700);
        assert!(few.species.len() <= FEWER_SPECIES && few.species.contains(&0) && few.species.contains(&1));
        assert!(few.edges.len() <= FEWER_ARROWS);
        let whole = super::tests::ring(37);
        assert_eq!(select(&GraphView::whole(&whole)).species.len(), 37);
    }
}
