//! What stands beside the arrows of a network.

use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Point};
use super::graph_curve::Curve;
use super::graph_edges::{Driver, Edge};
use super::palette::{COLLISION, RADIATION};
use super::text_width::text_width;

/// Names of other reactants at an arrow at most.
const MOST_PARTNERS: usize = 3;
/// Size of the letters at arrows.
const LABEL: f64 = 13.0;

/// Partners of less than this share of an arrow's flux are not named.
const LEAST_SHARE: f64 = 0.01;

/// The other reactants of an arrow, those of the largest flux first if there are fluxes; otherwise with the number of
/// its reactions.
fn partners(edge: &Edge) -> String {
    let mut partners: Vec<(&String, f64)> = edge.partners.iter().map(|(name, flux)| (name, *flux)).collect();
    if edge.flux > 0.0 {
        partners.sort_by(|a, b| b.1.total_cmp(&a.1));
        partners.retain(|(_, flux)| *flux >= LEAST_SHARE * edge.flux);
    }
    let name = |(partner, _): &(&String, f64)| match partner.as_str() {
        "photon" => "γ".to_owned(),
        name => chemical_label::species(name),
    };
    let all = partners.len() <= MOST_PARTNERS;
    let shown = if all { MOST_PARTNERS } else { MOST_PARTNERS - 1 };
    let mut names: Vec<String> = partners.iter().take(shown).map(name).collect();
    if !all {
        names.push("…".to_owned());
    }
    let names = names.join(", ");
    if edge.count > 1 && edge.flux == 0.0 { format!("{names}  ×{}", edge.count) } else { names }
}

/// An arrow as it is drawn.
pub(super) struct Arrow<'a> {
    pub(super) edge: &'a Edge,
    pub(super) curve: Curve,
    pub(super) width: f64,
    /// Points along it.
    points: Vec<Point>,
}

impl<'a> Arrow<'a> {
    pub(super) fn new(edge: &'a Edge, curve: Curve, width: f64) -> Self {
        let points = (0..=80).map(|u| curve.at(f64::from(u) / 80.0)).collect();
        Arrow { edge, curve, width, points }
    }

    /// How many of its points a text covers.
    fn covered_by(&self, spot: &Patch) -> f64 {
        self.points.iter().filter(|point| spot.holds(**point, 0.5 * self.width)).count() as f64
    }

    /// The place of a text of these half sizes beside a point of it, on either side.
    fn beside(&self, u: f64, side: f64, half: Point) -> Patch {
        let ((x, y), along) = (self.curve.at(u), self.curve.direction(u));
        let normal = (-along.1 * side, along.0 * side);
        let distance = 0.5 * self.width + 4.0 + half.0 * normal.0.abs() + half.1 * normal.1.abs();
        Patch::around((x + normal.0 * distance, y + normal.1 * distance), half.0, half.1)
    }
}

/// Writes the other reactants beside each arrow, where they cover as little as can be of discs, of one another and of
/// arrows; within a frame. Long texts choose first.
pub(super) fn label_arrows(figure: &mut Figure, arrows: &[Arrow<'_>], mut taken: Vec<Patch>, frame: &Patch) {
    let mut texts: Vec<(&Arrow<'_>, String)> =
        arrows.iter().map(|arrow| (arrow, partners(arrow.edge))).collect();
    texts.sort_by_key(|(_, text)| std::cmp::Reverse(text.chars().count()));
    for (arrow, text) in texts {
        let half = (text_width(&text, LABEL, false) / 2.0 + 2.0, 8.0);
        let cost = |u: f64, side: f64, spot: &Patch| {
            let covered = taken.iter().map(|other| spot.overlap(other)).sum::<f64>();
            let crossed = arrows.iter().map(|other| other.covered_by(spot)).sum::<f64>();
            let outside = if frame.contains(spot) { 0.0 } else { 1e6 };
            // The middle, outside of the bow, where nothing is in the way.
            let off = (u - 0.5).abs();
            let from_habit = 40.0 * off + 2500.0 * off.powi(3) + if side > 0.0 { 0.0 } else { 4.0 };
            outside + 3.0 * covered + 14.0 * crossed + from_habit
        };
        let places = (0..=28).flat_map(|i| [1.0, -1.0].map(|side| (0.15 + 0.025 * f64::from(i), side)));
        let spots = places.map(|(u, side)| {
            let spot = arrow.beside(u, side, half);
            (cost(u, side, &spot), spot)
        });
        let Some((_, spot)) = spots.min_by(|a, b| a.0.total_cmp(&b.0)) else { continue };
        let colour = if arrow.edge.driver == Driver::Radiation { RADIATION } else { COLLISION };
        figure.text_on_lines(spot.centre, &text, Lettering::new(LABEL, colour, Anchor::Middle));
        taken.push(spot);
    }
}

/// A rectangle that is taken.
#[derive(Clone, Copy)]
pub(super) struct Patch {
    centre: Point,
    half: Point,
}

impl Patch {
    pub(super) fn around(centre: Point, half_width: f64, half_height: f64) -> Self {
        Patch { centre, half: (half_width, half_height) }
    }

    /// Whether a point lies in it, or outside by less than a margin.
    fn holds(&self, (x, y): Point, margin: f64) -> bool {
        (x - self.centre.0).abs() < self.half.0 + margin && (y - self.centre.1).abs() < self.half.1 + margin
    }

    fn contains(&self, other: &Patch) -> bool {
        (other.centre.0 - self.centre.0).abs() + other.half.0 <= self.half.0
            && (other.centre.1 - self.centre.1).abs() + other.half.1 <= self.half.1
    }

    /// Area common to both.
    fn overlap(&self, other: &Patch) -> f64 {
        let common = |a: f64, b: f64, half_a: f64, half_b: f64| {
            ((a + half_a).min(b + half_b) - (a - half_a).max(b - half_b)).max(0.0)
        };
        common(self.centre.0, other.centre.0, self.half.0, other.half.0)
            * common(self.centre.1, other.centre.1, self.half.1, other.half.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(partners: &[(&str, f64)], count: usize) -> Edge {
        Edge {
            from: 0,
            to: 1,
            driver: Driver::Collision,
            count,
            flux: partners.iter().map(|p| p.1).sum(),
            partners: partners.iter().map(|p| (p.0.to_owned(), p.1)).collect(),
        }
    }

    #[test]
    fn partners_are_named_with_the_number_of_reactions_or_by_their_flux() {
        assert_eq!(partners(&edge(&[("H", 0.0), ("photon", 0.0)], 2)), "H, γ  ×2");
        assert_eq!(partners(&edge(&[("H", 0.0), ("e-", 0.0), ("He", 0.0), ("H2", 0.0)], 4)), "H, e⁻, …  ×4");
        assert_eq!(partners(&edge(&[("H", 1e-20), ("e-", 3e-12), ("He", 4e-12)], 9)), "He, e⁻");
    }
}
