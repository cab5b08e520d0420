//! Where the species of a network stand in its picture.

use indexmap::IndexSet;

use super::graph_edges::Edge;
use chem_solver::structure::Structure;

/// Places of the species that are drawn, and the size of the picture's inside.
pub(super) struct Layout {
    /// Centre of each species; `None` for electrons, which take part in nearly everything.
    pub(super) centres: Vec<Option<(f64, f64)>>,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) radius: f64,
    /// Whether there is room to write at the arrows.
    pub(super) is_roomy: bool,
}

/// Rows up to which the ladder is legible.
const MOST_ROWS: usize = 6;
/// Species and arrows up to which there is room to write at the arrows of a circle.
const ROOMY: (usize, usize) = (24, 48);

/// Charges from left to right, one row for each species and its ions, rows that react with each other close
/// together; a circle if there are too many rows, or around a species.
pub(super) fn layout(
    structure: &Structure,
    edges: &[Edge],
    drawn: &[usize],
    centre: Option<usize>,
) -> Layout {
    if let Some(centre) = centre {
        return star(structure, drawn, centre);
    }
    let names = drawn.iter().filter_map(|s| structure.species.get(*s));
    let stems: IndexSet<&str> = names.map(|name| stem(name)).collect();
    let has_ions = drawn.iter().any(|s| charge(structure, *s) != 0);
    if has_ions && stems.len() <= MOST_ROWS {
        let row_of = |s: usize| structure.species.get(s).and_then(|name| stems.get_index_of(stem(name)));
        let apart = |a: usize, b: usize| a.abs_diff(b);
        ladder(structure, drawn, &ranks(&rows_apart(edges, row_of, stems.len()), apart), row_of)
    } else {
        let count = drawn.len();
        let rank_of = |s: usize| drawn.iter().position(|other| *other == s);
        let around = |a: usize, b: usize| a.abs_diff(b).min(count - a.abs_diff(b).min(count));
        let ranks = ranks(&rows_apart(edges, rank_of, count), around);
        let mut ordered: Vec<(usize, usize)> = ranks.into_iter().zip(drawn.iter().copied()).collect();
        ordered.sort_unstable();
        let ordered: Vec<usize> = ordered.into_iter().map(|(_, species)| species).collect();
        circle(structure, &ordered, count <= 8 || (count <= ROOMY.0 && edges.len() <= ROOMY.1))
    }
}

fn stem(name: &str) -> &str {
    name.trim_end_matches(['+', '-'])
}

fn charge(structure: &Structure, species: usize) -> i32 {
    structure.charges.get(species).copied().unwrap_or(0)
}

/// Number of reactions between each pair of rows.
fn rows_apart(edges: &[Edge], row_of: impl Fn(usize) -> Option<usize>, rows: usize) -> Vec<Vec<usize>> {
    let mut weights = vec![vec![0; rows]; rows];
    for edge in edges {
        if let (Some(a), Some(b)) = (row_of(edge.from), row_of(edge.to))
            && a != b
            && let Some(weight) = weights.get_mut(a.min(b)).and_then(|row| row.get_mut(a.max(b)))
        {
            *weight += edge.count;
        }
    }
    weights
}

/// The rank of each row: rows are swapped while that shortens the arrows, `apart` being the distance of two ranks.
fn ranks(weights: &[Vec<usize>], apart: impl Fn(usize, usize) -> usize) -> Vec<usize> {
    let mut ranks: Vec<usize> = (0..weights.len()).collect();
    // Rows with few ties go to the bottom if the arrows do not mind.
    let length = |ranks: &[usize]| -> (usize, usize) {
        let (mut far, mut high) = (0, 0);
        for (a, row) in weights.iter().enumerate() {
            for (b, weight) in row.iter().enumerate() {
                let (x, y) = (ranks.get(a).copied().unwrap_or(0), ranks.get(b).copied().unwrap_or(0));
                far += weight * apart(x, y);
                high += weight * (x + y);
            }
        }
        (far, high)
    };
    let mut best = length(&ranks);
    let mut improved = true;
    while improved {
        improved = false;
        for a in 0..ranks.len() {
            for b in a + 1..ranks.len() {
                ranks.swap(a, b);
                let swapped = length(&ranks);
                if swapped < best {
                    best = swapped;
                    improved = true;
                } else {
                    ranks.swap(a, b);
                }
            }
        }
    }
    ranks
}

fn ladder(
    structure: &Structure,
    drawn: &[usize],
    ranks: &[usize],
    row_of: impl Fn(usize) -> Option<usize>,
) -> Layout {
    let (column, row) = (330.0, 260.0);
    let rank = |s: usize| row_of(s).and_then(|r| ranks.get(r)).copied().unwrap_or(0);
    // Each row about the middle: whether there are ions of both signs differs from row to row.
    let middle = |s: usize| {
        let row =
            drawn.iter().filter(|other| rank(**other) == rank(s)).map(|other| charge(structure, *other));
        let (low, high) = row.fold((i32::MAX, i32::MIN), |(low, high), q| (low.min(q), high.max(q)));
        0.5 * (f64::from(low) + f64::from(high))
    };
    let across = |s: usize| column * (f64::from(charge(structure, s)) - middle(s));
    let left = drawn.iter().map(|s| across(*s)).fold(f64::INFINITY, f64::min);
    let right = drawn.iter().map(|s| across(*s)).fold(f64::NEG_INFINITY, f64::max);
    let centre = |s: usize| drawn.contains(&s).then(|| (across(s) - left, rank(s) as f64 * row));
    Layout {
        centres: (0..structure.species_count()).map(centre).collect(),
        width: right - left,
        height: ranks.len().saturating_sub(1) as f64 * row,
        radius: 40.0,
        is_roomy: true,
    }
}

fn circle(structure: &Structure, drawn: &[usize], is_roomy: bool) -> Layout {
    let count = drawn.len().max(1) as f64;
    let radius = if is_roomy { 36.0 } else { (900.0 / count).clamp(15.0, 34.0) };
    let ring = (count * radius * 3.6 / std::f64::consts::TAU).max(210.0);
    let mut centres = vec![None; structure.species_count()];
    for (rank, &species) in drawn.iter().enumerate() {
        let angle = std::f64::consts::TAU * (rank as f64 / count - 0.25);
        if let Some(centre) = centres.get_mut(species) {
            *centre = Some((ring * (1.0 + angle.cos()), ring * (1.0 + angle.sin())));
        }
    }
    Layout { centres, width: 2.0 * ring, height: 2.0 * ring, radius, is_roomy }
}

/// The other species around one.
fn star(structure: &Structure, drawn: &[usize], centre: usize) -> Layout {
    let others: Vec<usize> = drawn.iter().copied().filter(|s| *s != centre).collect();
    let count = others.len().max(1) as f64;
    let radius = 36.0;
    let ring = (count * radius * 3.6 / std::f64::consts::TAU).max(330.0);
    let mut centres = vec![None; structure.species_count()];
    let mut put = |species: usize, place: (f64, f64)| {
        if let Some(slot) = centres.get_mut(species) {
            *slot = Some(place);
        }
    };
    put(centre, (ring, ring));
    for (rank, &species) in others.iter().enumerate() {
        let angle = std::f64::consts::TAU * (rank as f64 / count - 0.25);
        put(species, (ring * (1.0 + angle.cos()), ring * (1.0 + angle.sin())));
    }
    Layout { centres, width: 2.0 * ring, height: 2.0 * ring, radius, is_roomy: true }
}
