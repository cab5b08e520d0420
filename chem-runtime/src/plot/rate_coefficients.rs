//! Rate coefficients against temperature: one small panel per equation.

use super::axis::{Axis, Panel, Spacing, draw_curve};
use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Stroke};
use super::palette::{self, GREY, INK};

/// The rate coefficient of one reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct RateCurve {
    /// Number of the reaction as in `k1`, `k2`, ....
    pub number: usize,
    /// Its equation; reactions of the same equation share a panel.
    pub equation: String,
    /// k at each temperature [cm^3 s^-1 and the like].
    pub k: Vec<f64>,
}

const COLUMNS: usize = 5;
const WIDTH: f64 = 1500.0;
const MARGIN: f64 = 40.0;
const HEADER: f64 = 104.0;
const CELL: (f64, f64) = ((WIDTH - 2.0 * MARGIN) / COLUMNS as f64, 196.0);

/// Decades below the largest value that a panel shows at most.
const DEPTH: f64 = 12.0;

/// Draws k(T) of all reactions as an SVG. Temperatures `[K]` ascend.
pub fn rate_coefficients(title: &str, subtitle: &str, temperatures: &[f64], curves: &[RateCurve]) -> String {
    let mut groups: Vec<Vec<&RateCurve>> = Vec::new();
    for curve in curves {
        let group = groups.iter_mut().find(|g| g.first().is_some_and(|c| c.equation == curve.equation));
        match group {
            Some(group) => group.push(curve),
            None => groups.push(vec![curve]),
        }
    }
    let rows = groups.len().div_ceil(COLUMNS);
    let mut figure = Figure::new(WIDTH, HEADER + rows as f64 * CELL.1 + 24.0);
    figure.text((MARGIN + 12.0, 36.0), title, Lettering::new(26.0, INK, Anchor::Start).bold());
    figure.text((MARGIN + 12.0, 68.0), subtitle, Lettering::new(16.0, GREY, Anchor::Start));
    for (index, group) in groups.iter().enumerate() {
        let corner = (MARGIN + (index % COLUMNS) as f64 * CELL.0, HEADER + (index / COLUMNS) as f64 * CELL.1);
        panel(&mut figure, corner, temperatures, group);
    }
    figure.finish()
}

fn panel(figure: &mut Figure, corner: (f64, f64), temperatures: &[f64], group: &[&RateCurve]) {
    let (left, right) = (corner.0 + 52.0, corner.0 + CELL.0 - 10.0);
    let (top, bottom) = (corner.1 + 26.0, corner.1 + CELL.1 - 32.0);
    let log = Spacing::Logarithmic;
    let (low, high) =
        (temperatures.first().copied().unwrap_or(1.0), temperatures.last().copied().unwrap_or(10.0));
    let x = Axis { spacing: log, low, high, from: left, to: right };
    let (low, high) = range(group);
    let panel = Panel { x, y: Axis { spacing: log, low, high, from: bottom, to: top } };
    panel.draw(figure, 12.0, true, (6, 4));
    for (index, curve) in group.iter().enumerate() {
        let (colour, dashed) = palette::series(index + 1);
        // A rate coefficient of zero means that the reaction does not take place there.
        let points: Vec<_> = temperatures
            .iter()
            .zip(&curve.k)
            .map(|(t, k)| (*t, if *k > 0.0 { *k } else { f64::NAN }))
            .collect();
        let pieces = panel.curve(&points);
        draw_curve(figure, &pieces, 2.4, (colour, dashed));
        let Some(piece) = pieces.iter().max_by_key(|p| p.len()) else { continue };
        if let Some(middle) = piece.get(piece.len() / 2) {
            // Above the line where there is room, below it otherwise.
            let y = if middle.1 - 13.0 > top + 6.0 { middle.1 - 13.0 } else { middle.1 + 14.0 };
            let lettering = Lettering::new(12.0, colour, Anchor::Middle).bold();
            figure.text_on_lines((middle.0, y), &format!("k{}", curve.number), lettering);
        }
    }
    let title = group.first().map_or_else(String::new, |c| chemical_label::equation(&c.equation));
    let size = if title.chars().count() > 30 { 12.0 } else { 14.0 };
    figure.text((left, corner.1 + 13.0), title, Lettering::new(size, INK, Anchor::Start).bold());
    figure.text((right, bottom + 25.0), "T [K]", Lettering::new(10.5, GREY, Anchor::End));
    figure.line(&[(left, bottom), (right, bottom)], Stroke::new(1.2, INK));
}

/// At least two decades, at most [`DEPTH`].
fn range(group: &[&RateCurve]) -> (f64, f64) {
    let values = || group.iter().flat_map(|c| &c.k).copied().filter(|k| *k > 0.0 && k.is_finite());
    let high = values().fold(0.0f64, f64::max);
    if high == 0.0 {
        return (0.1, 10.0);
    }
    let floor = high * 10f64.powf(-DEPTH);
    let low = values().filter(|k| *k >= floor).fold(high, f64::min);
    let (a, b) = (low.log10() - 0.25, high.log10() + 0.45);
    let widen = ((2.0 - (b - a)) / 2.0).max(0.0);
    (10f64.powf(a - widen), 10f64.powf(b + widen))
}
