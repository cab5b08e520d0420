//! A network as a picture: species as discs, reactions as arrows.

use plotters::style::RGBColor;

use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Point, Stroke};
use super::format::header;
use super::graph_curve::Curve;
use super::graph_edges::{Driver, Edge};
use super::graph_labels::{Arrow, Patch, label_arrows};
use super::graph_layout::{Layout, layout};
use super::graph_view::{GraphView, Selection, select};
use super::graph_widths::Widths;
use super::palette::{COLLISION, GREY, INK, RADIATION};
use chem_solver::structure::Structure;

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
    heading(&mut figure, view, (species.len(), of_species), edges.len());
    for arrow in &arrows {
        draw_arrow(&mut figure, arrow);
    }
    for ((species, _), centre) in discs.iter().zip(&centres) {
        node(&mut figure, structure, *species, *centre, layout.radius);
    }
    if layout.is_roomy {
        let discs = centres.iter().map(|c| Patch::around(*c, layout.radius, layout.radius));
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

fn heading(figure: &mut Figure, view: &GraphView<'_>, (drawn, of): (usize, usize), arrows: usize) {
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
    } else if view.top.is_some() {
        subtitle.push_str(&format!("; drawn: the {arrows} strongest arrows"));
    }
    header(figure, MARGIN * 0.5, &title, &subtitle);
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
