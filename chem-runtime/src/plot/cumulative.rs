//! Shares of errors below each value.

use super::axis::{Axis, Panel, Spacing};
use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Stroke};
use super::format::{Format, Rectangle};
use super::palette::{self, GREY, INK, OTHERS};

/// What to draw: the share of errors below each value, for all unknowns and for each.
#[derive(Clone, Copy, Debug)]
pub struct Cumulative<'a> {
    /// First line.
    pub title: &'a str,
    /// Second line.
    pub subtitle: &'a str,
    /// What stands below the axis.
    pub label: &'a str,
    /// Name and errors in ascending order; the first line is that of all.
    pub lines: &'a [(String, Vec<f64>)],
    /// (share, error) that others reached, and their name.
    pub marks: &'a [(f64, f64)],
    /// Name of the marks.
    pub marked: &'a str,
}

/// Points of a line.
const POINTS: usize = 200;

/// Draws the lines.
pub fn cumulative(data: &Cumulative<'_>, format: Format) -> String {
    let height = format.pick(720.0, 560.0);
    let (left, right) = (format.pick(114.0, 92.0), format.width() - format.pick(48.0, 24.0));
    let mut figure = format.figure(height, left, data.title, data.subtitle);
    let at = Rectangle { left, right, top: format.header(), bottom: height - 84.0 };
    let (low, high) = range(data);
    let panel = Panel {
        x: Axis { spacing: Spacing::Logarithmic, low, high, from: left, to: right },
        y: Axis { spacing: Spacing::Linear, low: 0.0, high: 100.0, from: at.bottom, to: at.top },
    };
    panel.draw(&mut figure, format.letters(), true, (format.pick(10.0, 5.0) as usize, 5));
    for (index, (_, errors)) in data.lines.iter().enumerate().rev() {
        let curve = curve(errors, (low, high));
        let pixels: Vec<_> = curve.iter().map(|p| panel.point(p.0, p.1)).collect();
        let (width, colour) = if index == 0 { (5.0, INK) } else { (1.8, palette::series(index - 1).0) };
        let is_temperature = index > 0 && data.lines.get(index).is_some_and(|l| l.0 == "T");
        if is_temperature {
            figure.dashed(&pixels, Stroke::new(width, INK), 9.0, 5.0);
        } else {
            figure.line(&pixels, Stroke::new(width, colour));
        }
    }
    key(&mut figure, data, at);
    marks(&mut figure, data, &panel);
    let label = Lettering::new(19.0, INK, Anchor::Middle);
    figure.text((at.middle().0, height - 30.0), data.label, label);
    figure.text(
        (left - format.pick(84.0, 74.0), at.middle().1),
        "share of values below  [%]",
        label.upwards(),
    );
    figure.finish()
}

/// Names of the lines in the upper left corner.
fn key(figure: &mut Figure, data: &Cumulative<'_>, at: Rectangle) {
    let (x, mut y) = (at.left + 18.0, at.top + 24.0);
    for (index, (name, _)) in data.lines.iter().enumerate() {
        let (width, colour) = if index == 0 { (5.0, INK) } else { (2.4, palette::series(index - 1).0) };
        let colour = if name == "T" { INK } else { colour };
        let sample = [(x, y), (x + 26.0, y)];
        if name == "T" {
            figure.dashed(&sample, Stroke::new(width, colour), 7.0, 4.0);
        } else {
            figure.line(&sample, Stroke::new(width, colour));
        }
        let lettering = Lettering::new(17.0, colour, Anchor::Start).bold();
        figure.text_on_lines((x + 34.0, y), &chemical_label::species(name), lettering);
        y += 24.0;
    }
}

fn marks(figure: &mut Figure, data: &Cumulative<'_>, panel: &Panel) {
    let places: Vec<_> = data.marks.iter().map(|(share, error)| panel.point(*error, 100.0 * share)).collect();
    for place in &places {
        figure.disc(*place, 7.5, OTHERS, Stroke::new(2.0, OTHERS));
    }
    let Some((x, y)) = places.first() else { return };
    // Below the lowest, where only what is worse could be in the way; inside the panel.
    let room = 6.2 * data.marked.chars().count() as f64;
    let x = x.min(panel.x.to - room).max(panel.x.from + room);
    let lettering = Lettering::new(17.0, OTHERS, Anchor::Middle).bold();
    figure.text_on_lines((x, y + 26.0), data.marked, lettering);
    let shares: Vec<String> = data.marks.iter().map(|(share, _)| format!("{:.0}", 100.0 * share)).collect();
    let detail = Lettering::new(14.0, GREY, Anchor::Middle);
    figure.text_on_lines((x, y + 46.0), &format!("{} %", shares.join(", ")), detail);
}

/// Points (error, share in %) of the empirical distribution.
fn curve(ascending: &[f64], (low, high): (f64, f64)) -> Vec<(f64, f64)> {
    let point = |i: usize| {
        let x = low * (high / low).powf(i as f64 / (POINTS - 1) as f64);
        let below = ascending.partition_point(|error| *error <= x);
        (x, 100.0 * below as f64 / ascending.len().max(1) as f64)
    };
    (0..POINTS).map(point).collect()
}

/// From the 2 % quantile of all errors to the largest, and all marks.
fn range(data: &Cumulative<'_>) -> (f64, f64) {
    let all = data.lines.first().map_or(&[][..], |l| &l.1);
    let at = |share: f64| all.get((share * all.len() as f64) as usize).copied();
    let marks = || data.marks.iter().map(|m| m.1);
    let low = marks().fold(at(0.02).unwrap_or(1e-3), f64::min).max(1e-16);
    let largest = all.iter().rev().copied().find(|e| e.is_finite()).unwrap_or(1.0);
    let high = marks().fold(largest, f64::max).max(10.0 * low);
    (10f64.powf(low.log10().floor()), 10f64.powf((high.log10() + 0.1).ceil()))
}
