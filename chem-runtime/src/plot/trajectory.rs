//! All species and T against time.

use super::axis::{Axis, Panel, Spacing, draw_curve};
use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Stroke};
use super::palette::{self, GREY, INK};
use super::spread_labels::spread;
use crate::bdf::YEAR;

/// What to draw: one cell's evolution.
#[derive(Clone, Copy, Debug)]
pub struct Trajectory<'a> {
    /// First line, for example the network and the cell.
    pub title: &'a str,
    /// Second line, for example how it was computed.
    pub subtitle: &'a str,
    /// Names of the species.
    pub species: &'a [crate::structure::Text],
    /// Times `[s]`, increasing.
    pub times: &'a [f64],
    /// Densities [cm^-3] and T `[K]`, time after time.
    pub unknowns: &'a [f64],
    /// Whether T has a panel.
    pub with_temperature: bool,
}

const WIDTH: f64 = 1280.0;
const HEIGHT: f64 = 720.0;
const LEFT: f64 = 114.0;
const RIGHT: f64 = 1160.0;
const TOP: f64 = 92.0;
const BOTTOM: f64 = 640.0;
const LETTERS: f64 = 18.0;

/// Densities below this share of the largest are not shown.
const DEPTH: f64 = 1e-16;

/// Draws densities and temperature against time as an SVG of 1280 x 720 pixels: logarithmic axes if the times
/// are spread over more than two decades, linear ones otherwise.
pub fn trajectory(data: &Trajectory<'_>) -> String {
    let mut figure = Figure::new(WIDTH, HEIGHT);
    figure.text((LEFT, 34.0), data.title, Lettering::new(25.0, INK, Anchor::Start).bold());
    figure.text((LEFT, 64.0), data.subtitle, Lettering::new(16.0, GREY, Anchor::Start));
    let (x, unit) = time_axis(data.times);
    let split = if data.with_temperature { TOP + 0.29 * (BOTTOM - TOP) } else { TOP - 18.0 };
    if data.with_temperature {
        temperature_panel(&mut figure, data, x, unit, split);
    }
    density_panel(&mut figure, data, x, unit, split + 18.0);
    let time_label = format!("time  [{}]", if unit == YEAR { "yr" } else { "s" });
    let middle = (LEFT + RIGHT) / 2.0;
    figure.text((middle, HEIGHT - 30.0), time_label, Lettering::new(20.0, INK, Anchor::Middle));
    figure.finish()
}

/// The axis of time and the length of its unit `[s]`.
fn time_axis(times: &[f64]) -> (Axis, f64) {
    let last = times.last().copied().unwrap_or(1.0);
    let first = times.iter().copied().find(|t| *t > 0.0).unwrap_or(1.0);
    let unit = if last >= 0.1 * YEAR { YEAR } else { 1.0 };
    let axis = if is_logarithmic(times, first, last) {
        Axis { spacing: Spacing::Logarithmic, low: first / unit, high: last / unit, from: LEFT, to: RIGHT }
    } else {
        let low = times.first().copied().unwrap_or(0.0) / unit;
        let high = if last / unit > low { last / unit } else { low + 1.0 };
        Axis { spacing: Spacing::Linear, low, high, from: LEFT, to: RIGHT }
    };
    (axis, unit)
}

/// Whether the times span more than two decades and lie more evenly on a logarithmic axis than on a linear one.
fn is_logarithmic(times: &[f64], first: f64, last: f64) -> bool {
    let middle = times.get(times.len() / 2).copied().unwrap_or(last);
    last > 100.0 * first && (middle / first).ln() < 0.75 * (last / first).ln()
}

fn series<'a>(data: &Trajectory<'a>, index: usize, unit: f64) -> impl Iterator<Item = (f64, f64)> + 'a {
    let (width, unknowns) = (data.species.len() + 1, data.unknowns);
    let value = move |row: usize| unknowns.get(row * width + index).copied().unwrap_or(f64::NAN);
    data.times.iter().enumerate().map(move |(row, t)| (t / unit, value(row)))
}

fn temperature_panel(figure: &mut Figure, data: &Trajectory<'_>, x: Axis, unit: f64, bottom: f64) {
    let points: Vec<_> = series(data, data.species.len(), unit).collect();
    let finite = points.iter().map(|p| p.1).filter(|v| v.is_finite() && *v > 0.0);
    let (low, high) = finite.fold((f64::INFINITY, 0.0f64), |(a, b), v| (a.min(v), b.max(v)));
    if low > high {
        return;
    }
    // At least a factor of two is shown, lest rounding look like an evolution.
    let widen = (2.0 * low / high).max(1.0).sqrt() * 1.18;
    let y =
        Axis { spacing: Spacing::Logarithmic, low: low / widen, high: high * widen, from: bottom, to: TOP };
    let panel = Panel { x, y };
    panel.draw(figure, LETTERS, false, (9, 4));
    draw_curve(figure, &panel.curve(&points), 3.0, (INK, false));
    let label = Lettering::new(20.0, INK, Anchor::Middle).upwards();
    figure.text((30.0, (TOP + bottom) / 2.0), "T  [K]", label);
    if let Some((x, y)) = points.last().map(|p| panel.point(p.0, p.1)) {
        figure.text((x + 14.0, y), "T", Lettering::new(19.0, INK, Anchor::Start).bold());
    }
}

fn density_panel(figure: &mut Figure, data: &Trajectory<'_>, x: Axis, unit: f64, top: f64) {
    let curves: Vec<Vec<(f64, f64)>> =
        (0..data.species.len()).map(|i| series(data, i, unit).collect()).collect();
    let panel = Panel { x, y: density_axis(&curves, x, top) };
    panel.draw(figure, LETTERS, true, (9, 7));
    let mut ends = Vec::new();
    for (index, points) in curves.iter().enumerate() {
        let pieces = panel.curve(points);
        draw_curve(figure, &pieces, 2.6, palette::series(index));
        if let Some(end) = pieces.last().and_then(|p| p.last()) {
            ends.push((index, *end));
        }
    }
    end_labels(figure, data, &ends, top);
    let label = Lettering::new(20.0, INK, Anchor::Middle).upwards();
    figure.text((30.0, (top + BOTTOM) / 2.0), "n  [cm⁻³]", label);
}

fn density_axis(curves: &[Vec<(f64, f64)>], x: Axis, top: f64) -> Axis {
    let values = || curves.iter().flatten().map(|p| p.1).filter(|v| v.is_finite());
    let largest = values().fold(0.0f64, f64::max);
    let largest = if largest > 0.0 { largest } else { 1.0 };
    if x.spacing == Spacing::Linear {
        let smallest = values().fold(0.0f64, f64::min);
        let (low, high) = (1.1 * smallest, 1.08 * largest);
        return Axis { spacing: Spacing::Linear, low, high, from: BOTTOM, to: top };
    }
    let floor = largest * DEPTH;
    let smallest = values().filter(|v| *v > floor).fold(largest, f64::min);
    let low = 10f64.powf((smallest.log10() - 0.3).floor());
    Axis { spacing: Spacing::Logarithmic, low, high: largest * 4.0, from: BOTTOM, to: top }
}

/// Names at the right ends of the lines; a line that leaves through the bottom has its name there.
fn end_labels(figure: &mut Figure, data: &Trajectory<'_>, ends: &[(usize, (f64, f64))], top: f64) {
    let name =
        |index: usize| data.species.get(index).map_or_else(String::new, |s| chemical_label::species(s));
    let lettering = |index| Lettering::new(20.0, palette::series(index).0, Anchor::Start).bold();
    let (at_right, inside): (Vec<_>, Vec<_>) = ends.iter().copied().partition(|(_, (x, _))| *x > RIGHT - 1.0);
    let wishes: Vec<f64> = at_right.iter().map(|(_, (_, y))| *y).collect();
    let places = spread(&wishes, 22.0, top + 4.0, BOTTOM - 4.0);
    for ((index, (x, y)), place) in at_right.into_iter().zip(places) {
        let colour = palette::series(index).0;
        figure.line(
            &[(x, y), (x + 6.0, y), (x + 20.0, place), (x + 26.0, place)],
            Stroke::faint(1.1, colour, 0.7),
        );
        figure.text((x + 30.0, place), name(index), lettering(index));
    }
    for (index, (x, y)) in inside {
        figure.text_on_lines((x + 7.0, (y - 15.0).max(top + 14.0)), &name(index), lettering(index));
    }
}
