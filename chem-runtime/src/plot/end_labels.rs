//! Names at the right ends of lines.

use plotters::style::RGBColor;

use super::figure::{Anchor, Figure, Lettering, Point, Stroke};
use super::spread_labels::spread;

/// The name of a line and where the line ends.
pub(super) struct EndLabel {
    pub(super) name: String,
    pub(super) colour: RGBColor,
    pub(super) end: Point,
}

/// Writes names to the right of `right`, apart from one another, between two heights; a line that ends before has
/// its name there.
pub(super) fn end_labels(figure: &mut Figure, labels: Vec<EndLabel>, right: f64, (top, bottom): (f64, f64)) {
    let lettering = |colour| Lettering::new(20.0, colour, Anchor::Start).bold();
    let (at_right, inside): (Vec<_>, Vec<_>) = labels.into_iter().partition(|l| l.end.0 > right - 1.0);
    let wishes: Vec<f64> = at_right.iter().map(|l| l.end.1).collect();
    let places = spread(&wishes, 22.0, top + 4.0, bottom - 4.0);
    for (EndLabel { name, colour, end: (x, y) }, place) in at_right.into_iter().zip(places) {
        let leader = [(x, y), (x + 6.0, y), (x + 20.0, place), (x + 26.0, place)];
        figure.line(&leader, Stroke::faint(1.1, colour, 0.7));
        figure.text((x + 30.0, place), name, lettering(colour));
    }
    for EndLabel { name, colour, end: (x, y) } in inside {
        figure.text_on_lines((x + 7.0, (y - 15.0).max(top + 14.0)), &name, lettering(colour));
    }
}
