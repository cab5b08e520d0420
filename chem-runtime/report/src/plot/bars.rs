//! Horizontal bars from zero to both sides, a panel for each question.

use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Stroke};
use super::format::header;
use super::palette::{GREY, INK, series};
use super::text_width::fitting_size;
use plotters::style::Color as _;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it belongs to; equations of reactions are set as such.
    pub label: String,
    /// Its length.
    pub value: f64,
}

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Bars<'a> {
    /// First line.
    pub title: &'a str,
    /// Second line.
    pub subtitle: &'a str,
    /// A heading and its bars for each panel.
    pub panels: &'a [(String, Vec<Bar>)],
}

const WIDTH: f64 = 1280.0;
const TOP: f64 = 92.0;
const LABELS: f64 = 520.0;
const LEFT: f64 = 560.0;
const RIGHT: f64 = 1220.0;
const PITCH: f64 = 27.0;
const HEADING: f64 = 44.0;

/// Draws bars as an SVG 1280 pixels wide; all panels have one scale.
pub fn bars(data: &Bars<'_>) -> String {
    let lines: usize = data.panels.iter().map(|(_, bars)| bars.len()).sum();
    let height = TOP + data.panels.len() as f64 * (HEADING + 14.0) + lines as f64 * PITCH + 30.0;
    let mut figure = Figure::new(WIDTH, height);
    header(&mut figure, 60.0, data.title, data.subtitle);
    let values =
        || data.panels.iter().flat_map(|(_, bars)| bars).map(|bar| bar.value).filter(|v| v.is_finite());
    let low = values().fold(0.0, f64::min);
    let high = values().fold(0.0, f64::max);
    // Room for the numbers at the ends of bars.
    let (left, right) = (LEFT + 60.0, RIGHT - 60.0);
    let scale = (right - left) / (high - low).max(f64::MIN_POSITIVE);
    let pixel = |value: f64| left + (value - low) * scale;
    let mut y = TOP;
    for (heading, bars) in data.panels {
        let letters = Lettering::new(20.0, INK, Anchor::Start).bold();
        figure.text((60.0, y + HEADING / 2.0), chemical_label::species(heading), letters);
        y += HEADING;
        let (top, bottom) = (y - 6.0, y + bars.len() as f64 * PITCH);
        for bar in bars.iter().filter(|bar| bar.value.is_finite()) {
            let middle = y + PITCH / 2.0;
            let colour = series(if bar.value < 0.0 { 1 } else { 2 }).0;
            let (from, to) = (pixel(0.0), pixel(bar.value));
            let (above, below) = (middle - 9.0, middle + 9.0);
            figure.area(&[(from, above), (to, above), (to, below), (from, below)], colour.mix(0.8));
            let label = chemical_label::equation(&bar.label);
            let size = fitting_size(&label, 17.0, false, LABELS - 60.0);
            figure.text((LABELS, middle), label, Lettering::new(size, INK, Anchor::End));
            let (x, anchor) =
                if bar.value < 0.0 { (to - 8.0, Anchor::End) } else { (to + 8.0, Anchor::Start) };
            figure.text((x, middle), format!("{:+.2}", bar.value), Lettering::new(14.0, GREY, anchor));
            y += PITCH;
        }
        figure.line(&[(pixel(0.0), top), (pixel(0.0), bottom)], Stroke::new(1.2, INK));
        y += 14.0;
    }
    figure.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_names_and_numbers_and_none_is_no_panic() {
        let panel =
            vec![Bar { label: "A -> B".into(), value: -0.5 }, Bar { label: "x".into(), value: f64::NAN }];
        let svg = bars(&Bars { title: "t", subtitle: "s", panels: &[("H2".into(), panel)] });
        assert!(
            svg.contains("A → B") && svg.contains("-0.50") && svg.contains("H₂") && !svg.contains("NaN"),
            "{svg}"
        );
        assert!(bars(&Bars { title: "t", subtitle: "s", panels: &[] }).contains("svg"));
    }
}
