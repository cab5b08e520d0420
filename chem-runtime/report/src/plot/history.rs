//! Losses against iterations.

use super::axis::{Axis, Panel, Spacing, draw_curve};
use super::chemical_label;
use super::end_labels::{EndLabel, end_labels};
use super::figure::{Anchor, Lettering, Stroke};
use super::format::{Format, Rectangle};
use super::palette::{self, GREY, INK};
use super::scales::decades;

/// What to draw: how quantities fell in a training.
#[derive(Clone, Copy, Debug)]
pub struct History<'a> {
    /// First line.
    pub title: &'a str,
    /// Second line.
    pub subtitle: &'a str,
    /// What stands beside the axis.
    pub label: &'a str,
    /// The lines.
    pub lines: &'a [HistoryLine],
    /// Iterations over which the range of times grew, from the first on.
    pub curriculum: f64,
}

/// One quantity.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    /// Name; species are typeset.
    pub name: String,
    /// Its series in the palette; dashed ink if none.
    pub series: Option<usize>,
    /// Points (iteration, value).
    pub points: Vec<(f64, f64)>,
}

/// Most points of a line: more cannot be seen.
const POINTS: usize = 400;
/// Values more decades below the largest are not shown.
const DEPTH: f64 = 14.0;

/// Draws the lines.
pub fn history(data: &History<'_>, format: Format) -> String {
    let height = format.pick(720.0, 520.0);
    let (left, right) = (format.pick(114.0, 92.0), format.width() - format.pick(150.0, 86.0));
    let mut figure = format.figure(height, left, data.title, data.subtitle);
    let at = Rectangle { left, right, top: format.header(), bottom: height - 76.0 };
    let last = data.lines.iter().filter_map(|l| l.points.last()).map(|p| p.0).fold(1.0, f64::max);
    let x = Axis { spacing: Spacing::Linear, low: 0.0, high: last, from: left, to: right };
    let values = data.lines.iter().flat_map(|l| &l.points).map(|p| p.1);
    let panel = Panel { x, y: decades(values, DEPTH, at.bottom, at.top) };
    if data.curriculum > 0.0 {
        let edge = x.pixel(data.curriculum.min(last));
        let corners = [(left, at.top), (edge, at.top), (edge, at.bottom), (left, at.bottom)];
        figure.area(&corners, Stroke::faint(1.0, GREY, 0.12).colour);
        let place = ((left + edge) / 2.0, at.top + 16.0);
        let text = if edge - left > 260.0 { "the range of times still grows" } else { "range grows" };
        figure.text(place, text, Lettering::new(14.0, GREY, Anchor::Middle));
    }
    panel.draw(&mut figure, format.letters(), true, (format.pick(9.0, 5.0) as usize, 8));
    let mut ends = Vec::new();
    for line in data.lines {
        let every = line.points.len().div_ceil(POINTS).max(1);
        let points: Vec<_> = thinned(&line.points, every);
        let style = line.series.map_or((INK, true), palette::series);
        let pieces = panel.curve(&points);
        draw_curve(&mut figure, &pieces, 2.0, style);
        if let Some(end) = pieces.last().and_then(|p| p.last()) {
            let end = (right.max(end.0), end.1);
            ends.push(EndLabel { name: chemical_label::species(&line.name), colour: style.0, end });
        }
    }
    end_labels(&mut figure, ends, right, (at.top, at.bottom));
    let label = Lettering::new(19.0, INK, Anchor::Middle);
    figure.text((at.middle().0, height - 26.0), "iteration", label);
    figure.text((left - format.pick(84.0, 74.0), at.middle().1), data.label, label.upwards());
    figure.finish()
}

/// Every so many points their geometric mean, so that no peak decides what is seen of them.
fn thinned(points: &[(f64, f64)], every: usize) -> Vec<(f64, f64)> {
    let mean = |group: &[(f64, f64)]| {
        let n = group.len() as f64;
        let log = group.iter().map(|p| p.1.ln()).sum::<f64>() / n;
        (group.last().map_or(0.0, |p| p.0), log.exp())
    };
    points.chunks(every).map(mean).collect()
}
