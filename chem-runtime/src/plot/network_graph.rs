//! A network as a picture: species as discs, reactions as arrows.

use plotters::style::RGBColor;

use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Point, Stroke};
use super::format::header;
use super::graph_edges::{Driver, Edge};
use super::graph_layout::{Layout, layout};
use super::graph_view::{GraphView, Selection, select};
use super::palette::{GREY, INK};
use super::text_width::text_width;
use crate::structure::Structure;

const COLLISION: RGBColor = RGBColor(0x2f, 0x6d, 0xa3);
const RADIATION: RGBColor = RGBColor(0xd9, 0x7a, 0x06);
const MARGIN: f64 = 110.0;
const HEADER: f64 = 120.0;
const FOOTER: f64 = 70.0;

/// A picture of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkGraph {
    /// The SVG.
    pub svg: String,
    /// Number of species that are drawn.
    pub species: usize,
    /// Number of species that would be drawn if all could be read.
    pub of_species: usize,
}

/// Draws a network, or what was chosen of it. Arrows lead from a species that is consumed to one that takes over its
/// nuclei; the more reactions do so, or the larger their flux, the wider. Electrons are named at the arrows but not
/// drawn. Of more species than can be read those with the most reactions, or the largest fluxes, are drawn.
pub fn network_graph(view: &GraphView<'_>) -> NetworkGraph {
    let structure = view.structure;
    let Selection { edges, species, of_species } = select(view);
    let centre = match view.species {
        [one] if view.depth <= 1 && species.len() > 2 => Some(*one),
        _ => None,
    };
    let layout = layout(structure, &edges, &species, centre);
    let discs: Vec<(usize, Point)> =
        species.iter().filter_map(|s| Some((*s, layout.centres.get(*s).copied().flatten()?))).collect();
    let place = |species: usize| discs.iter().find(|(s, _)| *s == species).map(|(_, centre)| *centre);
    let centres: Vec<Point> = discs.iter().map(|(_, centre)| *centre).collect();
    let curves: Vec<(&Edge, Curve)> = edges
        .iter()
        .filter_map(|edge| {
            let ends = (place(edge.from)?, place(edge.to)?);
            Some((edge, route(edge, &edges, ends, &centres, layout.radius)))
        })
        .collect();
    let frame = frame(&layout, &curves);
    let shift = (frame.width / 2.0 - frame.middle, HEADER + 50.0 - frame.top);
    let widths = Widths::new(view, &edges);
    let arrows: Vec<Arrow<'_>> = curves
        .into_iter()
        .map(|(edge, curve)| Arrow::new(edge, curve.shifted(shift), widths.of(edge)))
        .collect();
    let centres: Vec<Point> = centres.iter().map(|c| (c.0 + shift.0, c.1 + shift.1)).collect();
    let mut figure = Figure::new(frame.width, frame.height);
    heading(&mut figure, view, (species.len(), of_species));
    for arrow in &arrows {
        draw_arrow(&mut figure, arrow);
    }
    for ((species, _), centre) in discs.iter().zip(&centres) {
        node(&mut figure, structure, *species, *centre, layout.radius);
    }
    if layout.is_roomy {
        let discs = centres.iter().map(|c| Patch::around(*c, layout.radius * 0.9, layout.radius * 0.9));
        let within = Patch::around(
            (frame.width / 2.0, (HEADER - 20.0 + frame.height - FOOTER) / 2.0),
            frame.width / 2.0 - 6.0,
            (frame.height - FOOTER - HEADER + 20.0) / 2.0,
        );
        label_arrows(&mut figure, &arrows, discs.collect(), &within);
    }
    legend(&mut figure, (MARGIN * 0.5, frame.height - FOOTER * 0.55), layout.is_roomy, &widths);
    NetworkGraph { svg: figure.finish(), species: species.len(), of_species }
}

/// Size of the picture, and where its contents are.
struct Frame {
    width: f64,
    height: f64,
    middle: f64,
    top: f64,
}

/// The frame of all discs and curves.
fn frame(layout: &Layout, curves: &[(&Edge, Curve)]) -> Frame {
    let (mut left, mut right, mut top, mut bottom) = (0.0, layout.width, 0.0, layout.height);
    for (_, curve) in curves {
        for u in 0..=20 {
            let (x, y) = curve.at(f64::from(u) / 20.0);
            (left, right) = (x.min(left), x.max(right));
            (top, bottom) = (y.min(top), y.max(bottom));
        }
    }
    Frame {
        width: (right - left + 2.0 * MARGIN).max(760.0),
        height: HEADER + 50.0 + (bottom - top) + 80.0 + FOOTER,
        middle: (left + right) / 2.0,
        top,
    }
}

fn heading(figure: &mut Figure, view: &GraphView<'_>, (drawn, of): (usize, usize)) {
    let structure = view.structure;
    let title =
        match view.species.iter().filter_map(|s| structure.species.get(*s)).collect::<Vec<_>>().as_slice() {
            [] => format!("{} network", structure.name),
            around => {
                let names: Vec<String> = around.iter().map(|name| chemical_label::species(name)).collect();
                format!("{} network around {}", structure.name, names.join(", "))
            }
        };
    let processes = match structure.processes.len() {
        0 => String::new(),
        1 => ", 1 further process".to_owned(),
        n => format!(", {n} further processes"),
    };
    let mut subtitle =
        format!("{} species, {} reactions{processes}", structure.species_count(), structure.reactions.len());
    if drawn < of {
        let measure = if view.fluxes.is_some() { "the largest fluxes" } else { "the most reactions" };
        subtitle.push_str(&format!("; drawn: the {drawn} with {measure}"));
    } else if let Some(top) = view.top {
        subtitle.push_str(&format!("; drawn: the {top} strongest arrows"));
    }
    header(figure, MARGIN * 0.5, &title, &subtitle);
}

/// How wide arrows are.
struct Widths {
    /// Name of the state, and the largest flux.
    fluxes: Option<(String, f64)>,
}

/// Decades of flux from the widest to the finest arrow.
const DECADES: f64 = 4.0;

impl Widths {
    fn new(view: &GraphView<'_>, edges: &[Edge]) -> Self {
        let largest = edges.iter().map(|edge| edge.flux).fold(0.0, f64::max);
        Widths { fluxes: view.fluxes.map(|(name, _)| (name.to_owned(), largest)) }
    }

    fn of(&self, edge: &Edge) -> f64 {
        match &self.fluxes {
            None => 1.6 + 1.2 * (edge.count as f64 - 1.0).min(6.0),
            Some((_, largest)) => 1.2 + 7.8 * (1.0 + (edge.flux / largest).log10() / DECADES).clamp(0.0, 1.0),
        }
    }

    fn legend(&self, is_labelled: bool) -> String {
        match &self.fluxes {
            None if is_labelled => "width: number of reactions (at the arrow if more than one)".to_owned(),
            None => "width: number of reactions".to_owned(),
            Some((name, largest)) => format!(
                "width: logarithm of the flux at {name}, from {} cm⁻³ s⁻¹ down {DECADES} decades",
                chemical_label::rounded(*largest)
            ),
        }
    }
}

fn legend(figure: &mut Figure, (x, y): Point, is_labelled: bool, widths: &Widths) {
    let collision = if is_labelled { "collision with the particle named" } else { "collision" };
    let letters = Lettering::new(14.0, GREY, Anchor::Start);
    for (shift, colour, text) in [(0.0, COLLISION, collision), (320.0, RADIATION, "photons, cosmic rays")] {
        figure.line(&[(x + shift, y), (x + shift + 34.0, y)], Stroke::new(3.5, colour));
        figure.text((x + shift + 44.0, y), text, letters);
    }
    figure.text((x, y + 24.0), widths.legend(is_labelled), letters);
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

    fn shifted(&self, (dx, dy): Point) -> Self {
        let move_by = |(x, y): Point| (x + dx, y + dy);
        Curve { start: move_by(self.start), control: move_by(self.control), end: move_by(self.end) }
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

fn draw_arrow(figure: &mut Figure, Arrow { edge, curve, width, .. }: &Arrow<'_>) {
    let width = *width;
    let colour = if edge.driver == Driver::Radiation { RADIATION } else { COLLISION };
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

/// Names of other reactants at an arrow at most.
const MOST_PARTNERS: usize = 4;
/// Size of the letters at arrows.
const LABEL: f64 = 13.0;

/// The other reactants of an arrow, and the number of its reactions.
fn partners(edge: &Edge) -> String {
    let name = |partner: &String| match partner.as_str() {
        "photon" => "γ".to_owned(),
        name => chemical_label::species(name),
    };
    let all = edge.partners.len() <= MOST_PARTNERS;
    let shown = if all { MOST_PARTNERS } else { MOST_PARTNERS - 1 };
    let mut names: Vec<String> = edge.partners.iter().take(shown).map(name).collect();
    if !all {
        names.push("…".to_owned());
    }
    let names = names.join(", ");
    if edge.count > 1 { format!("{names}  ×{}", edge.count) } else { names }
}

/// An arrow as it is drawn.
struct Arrow<'a> {
    edge: &'a Edge,
    curve: Curve,
    width: f64,
    /// Points along it.
    points: Vec<Point>,
}

impl<'a> Arrow<'a> {
    fn new(edge: &'a Edge, curve: Curve, width: f64) -> Self {
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
fn label_arrows(figure: &mut Figure, arrows: &[Arrow<'_>], mut taken: Vec<Patch>, frame: &Patch) {
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
            let from_habit = 30.0 * (u - 0.5).abs() + if side > 0.0 { 0.0 } else { 4.0 };
            outside + 3.0 * covered + 60.0 * crossed + from_habit
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
struct Patch {
    centre: Point,
    half: Point,
}

impl Patch {
    fn around(centre: Point, half_width: f64, half_height: f64) -> Self {
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
