//! All species and T against time.

use super::axis::{Axis, Panel, draw_curve};
use super::chemical_label;
use super::end_labels::{EndLabel, end_labels};
use super::figure::{Anchor, Figure, Lettering};
use super::format::header;
use super::palette::{GREY, INK};
use super::prominent::prominent;
use super::scales::{density_axis, temperature_axis, time_axis, time_label};

/// What to draw: one cell's evolution.
#[derive(Clone, Copy, Debug)]
pub struct Trajectory<'a> {
    /// First line, for example the network and the cell.
    pub title: &'a str,
    /// Second line, for example how it was computed.
    pub subtitle: &'a str,
    /// Names of the species.
    pub species: &'a [chem_solver::structure::Text],
    /// Times `[s]`, increasing.
    pub times: &'a [f64],
    /// Densities [cm^-3] (or what `label` says) and T `[K]`, time after time.
    pub unknowns: &'a [f64],
    /// What stands beside the axis of densities.
    pub label: &'a str,
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

/// Draws densities and temperature against time as an SVG of 1280 x 720 pixels: logarithmic axes if the times
/// are spread over more than two decades, linear ones otherwise. Of more than [`super::MOST_NAMES`] species the most
/// abundant are named, the others grey.
pub fn trajectory(data: &Trajectory<'_>) -> String {
    let mut figure = Figure::new(WIDTH, HEIGHT);
    header(&mut figure, LEFT, data.title, data.subtitle);
    let (x, unit) = time_axis(data.times, LEFT, RIGHT);
    let split = if data.with_temperature { TOP + 0.29 * (BOTTOM - TOP) } else { TOP - 18.0 };
    if data.with_temperature {
        temperature_panel(&mut figure, data, x, unit, split);
    }
    density_panel(&mut figure, data, x, unit, split + 18.0);
    let middle = (LEFT + RIGHT) / 2.0;
    figure.text((middle, HEIGHT - 30.0), time_label(unit), Lettering::new(20.0, INK, Anchor::Middle));
    figure.finish()
}

fn series<'a>(data: &Trajectory<'a>, index: usize, unit: f64) -> impl Iterator<Item = (f64, f64)> + 'a {
    let (width, unknowns) = (data.species.len() + 1, data.unknowns);
    let value = move |row: usize| unknowns.get(row * width + index).copied().unwrap_or(f64::NAN);
    data.times.iter().enumerate().map(move |(row, t)| (t / unit, value(row)))
}

fn temperature_panel(figure: &mut Figure, data: &Trajectory<'_>, x: Axis, unit: f64, bottom: f64) {
    let points: Vec<_> = series(data, data.species.len(), unit).collect();
    let Some(y) = temperature_axis(points.iter().map(|p| p.1), bottom, TOP) else { return };
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
    let panel = Panel { x, y: density_axis(&curves, x.spacing, BOTTOM, top) };
    panel.draw(figure, LETTERS, true, (9, 7));
    let named = prominent(&curves, (top, BOTTOM));
    // Hundreds of lines would be a grey wall.
    let grey = if curves.len() > 80 { 0.6 } else { 1.2 };
    let mut ends = Vec::new();
    for index in named.order() {
        let Some(points) = curves.get(index) else { continue };
        let (pieces, style) = (panel.curve(points), named.style(index));
        if !named.is_named(index) {
            draw_curve(figure, &pieces, grey, style);
            continue;
        }
        draw_curve(figure, &pieces, 2.6, style);
        if let Some(end) = pieces.last().and_then(|p| p.last()) {
            let name = data.species.get(index).map_or_else(String::new, |s| chemical_label::species(s));
            ends.push(EndLabel { name, colour: style.0, end: *end });
        }
    }
    end_labels(figure, ends, RIGHT, (top, BOTTOM));
    if named.count() < curves.len() {
        let text = format!(
            "named: the {} most abundant of {} species; grey: the others",
            named.count(),
            curves.len()
        );
        figure.text((LEFT, HEIGHT - 10.0), text, Lettering::new(14.0, GREY, Anchor::Start));
    }
    let label = Lettering::new(20.0, INK, Anchor::Middle).upwards();
    figure.text((30.0, (top + BOTTOM) / 2.0), data.label, label);
}
