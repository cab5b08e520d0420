//! Names at the right ends of lines.

use plotters::style::RGBColor;

use super::figure::{Anchor, Figure, Lettering, Point, Stroke};
use super::format::Rectangle;
use super::spread_labels::spread;
use super::text_width::{fitting_size, text_width};

/// The name of a line and where the line ends.
pub(super) struct EndLabel {
    pub(super) name: String,
    pub(super) colour: RGBColor,
    pub(super) end: Point,
}

/// Distance of the names where there is room, and where there is little.
const PITCH: (f64, f64) = (22.0, 15.0);
/// Size of the letters over the distance of the names.
const LETTERS: f64 = 20.0 / 22.0;
/// Room for the lines that lead to the names.
const LEADER: f64 = 30.0;

/// How many names fit between two heights.
pub(super) fn capacity((top, bottom): (f64, f64)) -> usize {
    ((bottom - top - 8.0).max(0.0) / PITCH.1) as usize + 1
}

/// Writes names to the right of `right`, apart from one another, between two heights; a line that ends before has
/// its name there. Names are made smaller where there are many or long ones; those of the lowest lines are left out
/// where more do not fit.
pub(super) fn end_labels(figure: &mut Figure, labels: Vec<EndLabel>, right: f64, (top, bottom): (f64, f64)) {
    let (mut at_right, inside): (Vec<_>, Vec<_>) = labels.into_iter().partition(|l| l.end.0 > right - 1.0);
    at_right.sort_by(|a, b| a.end.1.total_cmp(&b.end.1));
    at_right.truncate(capacity((top, bottom)));
    let between = at_right.len().saturating_sub(1).max(1) as f64;
    let pitch = ((bottom - top - 8.0) / between).clamp(PITCH.1, PITCH.0);
    let room = figure.width() - right - LEADER - 6.0;
    let size = LETTERS * pitch;
    let wishes: Vec<f64> = at_right.iter().map(|l| l.end.1).collect();
    let places = spread(&wishes, pitch, top + 4.0, bottom - 4.0);
    for (EndLabel { name, colour, end: (x, y) }, place) in at_right.into_iter().zip(places) {
        let leader = [(x, y), (x + 6.0, y), (x + 20.0, place), (x + 26.0, place)];
        figure.line(&leader, Stroke::faint(1.1, colour, 0.7));
        let size = fitting_size(&name, size, true, room);
        figure.text((x + LEADER, place), name, Lettering::new(size, colour, Anchor::Start).bold());
    }
    inside_labels(figure, inside, size, right, (top, bottom));
}

/// Names of lines that end within the panel, where they cover no other; a line without such a place has none.
fn inside_labels(
    figure: &mut Figure,
    labels: Vec<EndLabel>,
    size: f64,
    right: f64,
    (top, bottom): (f64, f64),
) {
    let mut taken: Vec<Rectangle> = Vec::new();
    for EndLabel { name, colour, end: (x, y) } in labels {
        let width = text_width(&name, size, true);
        let half = 0.6 * size;
        let left = if x + 7.0 + width < right - 2.0 { x + 7.0 } else { x.min(right - 2.0) - 7.0 - width };
        let rows = [-1.0, 1.0, -2.2, 2.2, -3.4, 3.4, -4.6];
        let heights = rows.map(|row| (y + row * 0.75 * size).clamp(top + half + 4.0, bottom - half - 4.0));
        let place = heights
            .into_iter()
            .map(|y| Rectangle { left, right: left + width, top: y - half, bottom: y + half })
            .find(|place| !taken.iter().any(|other| place.overlaps(other)));
        let Some(place) = place else { continue };
        let lettering = Lettering::new(size, colour, Anchor::Start).bold();
        figure.text_on_lines((place.left, place.middle().1), &name, lettering);
        taken.push(place);
    }
}
