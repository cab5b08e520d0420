//! A network as a picture: species as discs, reactions as arrows.

use plotters::style::RGBColor;

use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Point, Stroke};
use super::graph_edges::{Driver, Edge, edges};
use super::graph_layout::layout;
use super::palette::{GREY, INK};
use crate::structure::Structure;

const COLLISION: RGBColor = RGBColor(0x2f, 0x6d, 0xa3);
const RADIATION: RGBColor = RGBColor(0xd9, 0x7a, 0x06);
const MARGIN: f64 = 110.0;
const HEADER: f64 = 120.0;
const FOOTER: f64 = 70.0;

/// Draws the network as an SVG. Arrows lead from a species that is consumed to one that takes over its nuclei;
/// the more reactions do so, the wider. Electrons are named at the arrows but not drawn.
pub fn network_graph(structure: &Structure) -> String {
    let edges = edges(structure);
    let layout = layout(structure, &edges);
    let width = (layout.width + 2.0 * MARGIN).max(760.0);
    let origin = ((width - layout.width) / 2.0, HEADER + 50.0);
    let height = origin.1 + layout.height + 80.0 + FOOTER;
    let mut figure = Figure::new(width, height);
    header(&mut figure, structure);
    let place = |species: usize| {
        let centre = layout.centres.get(species).copied().flatten()?;
        Some((origin.0 + centre.0, origin.1 + centre.1))
    };
    let discs: Vec<Point> = (0..structure.species_count()).filter_map(place).collect();
    let curves: Vec<(&Edge, Curve)> = edges
        .iter()
        .filter_map(|edge| {
            let ends = (place(edge.from)?, place(edge.to)?);
            Some((edge, route(edge, &edges, ends, &discs, layout.radius)))
        })
        .collect();
    for (edge, curve) in &curves {
        arrow(&mut figure, edge, curve);
    }
    for species in 0..structure.species_count() {
        if let Some(centre) = place(species) {
            node(&mut figure, structure, species, centre, layout.radius);
        }
    }
    if layout.is_roomy {
        let mut taken: Vec<Patch> =
            discs.iter().map(|c| Patch::around(*c, layout.radius * 0.9, layout.radius * 0.9)).collect();
        for (edge, curve) in &curves {
            partners(&mut figure, edge, curve, &mut taken);
        }
    }
    legend(&mut figure, (MARGIN * 0.5, height - FOOTER * 0.55), layout.is_roomy);
    figure.finish()
}

fn header(figure: &mut Figure, structure: &Structure) {
    let left = MARGIN * 0.5;
    let title = format!("{} network", structure.name);
    figure.text((left, 40.0), title, Lettering::new(26.0, INK, Anchor::Start).bold());
    let processes = match structure.processes.len() {
        0 => String::new(),
        1 => ", 1 further process".to_owned(),
        n => format!(", {n} further processes"),
    };
    let subtitle =
        format!("{} species, {} reactions{processes}", structure.species_count(), structure.reactions.len());
    figure.text((left, 72.0), subtitle, Lettering::new(16.0, GREY, Anchor::Start));
}

fn legend(figure: &mut Figure, (x, y): Point, is_labelled: bool) {
    let collision = if is_labelled { "collision with the particle named" } else { "collision" };
    let letters = Lettering::new(14.0, GREY, Anchor::Start);
    for (shift, colour, text) in [(0.0, COLLISION, collision), (300.0, RADIATION, "photons, cosmic rays")] {
        figure.line(&[(x + shift, y), (x + shift + 34.0, y)], Stroke::new(3.5, colour));
        figure.text((x + shift + 44.0, y), text, letters);
    }
    let note = if is_labelled { " (at the arrow if more than one)" } else { "" };
    figure.text((x, y + 24.0), format!("width: number of reactions{note}"), letters);
}

/// The curve of an edge: bowed to the right, so that opposite edges part; radiation further than collisions; and
/// more or less if it would cross a disc.
fn route(edge: &Edge, edges: &[Edge], (from, to): (Point, Point), discs: &[Point], radius: f64) -> Curve {
    let is_second = edge.driver == Driver::Radiation
        && edges.iter().any(|e| e.from == edge.from && e.to == edge.to && e.driver == Driver::Collision);
    let bow = if is_second { 0.36 } else { 0.16 };
    let others = || discs.iter().filter(|c| **c != from && **c != to);
    let nearest = |curve: &Curve| {
        let distance = |c: &Point, u: i32| {
            let p = curve.at(f64::from(u) / 30.0);
            (p.0 - c.0).hypot(p.1 - c.1)
        };
        others().flat_map(|c| (0..=30).map(move |u| distance(c, u))).fold(f64::INFINITY, f64::min)
    };
    let ways = [0.0, 0.14, -0.1, 0.28, -0.3].map(|more| Curve::between(from, to, radius, bow + more));
    let mut best: Option<(f64, Curve)> = None;
    for way in ways {
        // Twice the gap is as good as any.
        let gap = (nearest(&way) - radius).min(14.0);
        if best.as_ref().is_none_or(|(most, _)| gap > *most) {
            best = Some((gap, way));
        }
    }
    best.map_or_else(|| Curve::between(from, to, radius, bow), |(_, way)| way)
}

/// A quadratic Bezier curve.
struct Curve {
    start: Point,
    control: Point,
    end: Point,
}

impl Curve {
    /// From rim to rim of two discs, bowed to the right of its direction.
    fn between(from: Point, to: Point, radius: f64, bow: f64) -> Self {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let control = ((from.0 + to.0) / 2.0 - dy * bow, (from.1 + to.1) / 2.0 + dx * bow);
        let towards = |a: Point, b: Point, distance: f64| {
            let length = (b.0 - a.0).hypot(b.1 - a.1).max(1e-9);
            (a.0 + (b.0 - a.0) * distance / length, a.1 + (b.1 - a.1) * distance / length)
        };
        Curve {
            start: towards(from, control, radius + 1.0),
            control,
            end: towards(to, control, radius + 4.0),
        }
    }

    fn at(&self, u: f64) -> Point {
        let mix = |a: f64, b: f64, c: f64| (1.0 - u).powi(2) * a + 2.0 * u * (1.0 - u) * b + u * u * c;
        (mix(self.start.0, self.control.0, self.end.0), mix(self.start.1, self.control.1, self.end.1))
    }

    /// Unit vector along the curve.
    fn direction(&self, u: f64) -> Point {
        let slope = |a: f64, b: f64, c: f64| (1.0 - u) * (b - a) + u * (c - b);
        let d = (
            slope(self.start.0, self.control.0, self.end.0),
            slope(self.start.1, self.control.1, self.end.1),
        );
        let length = d.0.hypot(d.1).max(1e-9);
        (d.0 / length, d.1 / length)
    }
}

fn arrow(figure: &mut Figure, edge: &Edge, curve: &Curve) {
    let colour = if edge.driver == Driver::Radiation { RADIATION } else { COLLISION };
    let width = 1.6 + 1.2 * (edge.count as f64 - 1.0).min(6.0);
    let head = 10.0 + 1.6 * width;
    let tip = curve.end;
    let along = curve.direction(1.0);
    let back = (tip.0 - along.0 * head, tip.1 - along.1 * head);
    let half = head * 0.42;
    // The shaft ends inside the head.
    let keep = |p: &Point| (p.0 - tip.0) * along.0 + (p.1 - tip.1) * along.1 < -head * 0.7;
    let points: Vec<Point> = (0..=300).map(|i| curve.at(f64::from(i) / 300.0)).filter(keep).collect();
    figure.line(&points, Stroke::faint(width, colour, 0.85));
    let sides = [
        (back.0 - along.1 * half, back.1 + along.0 * half),
        (back.0 + along.1 * half, back.1 - along.0 * half),
    ];
    figure.area(&[tip, sides[0], sides[1]], Stroke::new(1.0, colour).colour);
}

/// The other reactants, beside the middle of the arrow.
fn partners(figure: &mut Figure, edge: &Edge, curve: &Curve, taken: &mut Vec<Patch>) {
    let colour = if edge.driver == Driver::Radiation { RADIATION } else { COLLISION };
    let names = edge.partners.iter().map(|p| match p.as_str() {
        "photon" => "γ".to_owned(),
        name => chemical_label::species(name),
    });
    let mut text = names.collect::<Vec<_>>().join(", ");
    if edge.count > 1 {
        text = format!("{text}  ×{}", edge.count);
    }
    // The place along the arrow where the text covers least of what is there already.
    let half = (3.6 * text.chars().count() as f64 + 3.0, 9.0);
    let place = |u: f64| {
        let (point, along) = (curve.at(u), curve.direction(u));
        let aside = 13.0 + half.0 * along.1.abs();
        Patch::around((point.0 - along.1 * aside, point.1 + along.0 * 13.0), half.0, half.1)
    };
    let covered = |spot: &Patch| taken.iter().map(|other| spot.overlap(other)).sum::<f64>();
    let spots = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map(place);
    let Some(spot) = spots.into_iter().min_by(|a, b| covered(a).total_cmp(&covered(b))) else { return };
    figure.text_on_lines(spot.centre, &text, Lettering::new(13.0, colour, Anchor::Middle));
    taken.push(spot);
}

/// A rectangle that is taken.
#[derive(Clone, Copy)]
struct Patch {
    centre: Point,
    half: Point,
}

impl Patch {
    fn around(centre: Point, half_width: f64, half_height: f64) -> Self {
        Patch { centre, half: (half_width, half_height) }
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

fn node(figure: &mut Figure, structure: &Structure, species: usize, centre: Point, radius: f64) {
    let charge = structure.charges.get(species).copied().unwrap_or(0);
    let (fill, edge) = match charge.signum() {
        -1 => (RGBColor(0xd9, 0xec, 0xf8), RGBColor(0x00, 0x72, 0xb2)),
        1 => (RGBColor(0xfb, 0xe3, 0xd4), RGBColor(0xc4, 0x56, 0x0a)),
        _ => (RGBColor(0xf1, 0xf3, 0xf5), INK),
    };
    figure.disc(centre, radius, fill, Stroke::new(2.2, edge));
    let name = structure.species.get(species).map_or_else(String::new, |s| chemical_label::species(s));
    let size = (radius * 0.72).min(radius * 2.6 / name.chars().count().max(1) as f64);
    figure.text(centre, name, Lettering::new(size, INK, Anchor::Middle).bold());
}
