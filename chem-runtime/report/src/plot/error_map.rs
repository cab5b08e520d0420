//! Where in the plane of initial densities and temperatures errors are large.

use plotters::style::RGBColor;

use super::axis::{Axis, Panel, Spacing};
use super::figure::{Anchor, Lettering, Stroke};
use super::format::{Format, Rectangle};
use super::palette::{GREY, INK};
use super::scales::{central, logarithms};

/// What to draw: one disc for each cell.
#[derive(Clone, Copy, Debug)]
pub struct ErrorMap<'a> {
    /// First line.
    pub title: &'a str,
    /// Second line.
    pub subtitle: &'a str,
    /// Initial total density [cm^-3], initial temperature `[K]`, and error of each cell.
    pub cells: &'a [[f64; 3]],
}

/// Most decades between the ends of the scale of colours.
const DEPTH: f64 = 6.0;
/// Colours from small to large errors (viridis; van der Walt & Smith 2015), evenly spaced.
const COLOURS: [RGBColor; 5] = [
    RGBColor(0x44, 0x01, 0x54),
    RGBColor(0x3b, 0x52, 0x8b),
    RGBColor(0x21, 0x91, 0x8c),
    RGBColor(0x5e, 0xc9, 0x62),
    RGBColor(0xfd, 0xe7, 0x25),
];
/// Steps of the scale that is drawn.
const STEPS: usize = 64;

/// Draws the map.
pub fn error_map(data: &ErrorMap<'_>, format: Format) -> String {
    let height = format.pick(760.0, 560.0);
    let (left, right) = (format.pick(114.0, 92.0), format.width() - format.pick(190.0, 130.0));
    let mut figure = format.figure(height, left, data.title, data.subtitle);
    let at = Rectangle { left, right, top: format.header(), bottom: height - 84.0 };
    let column = |k: usize| data.cells.iter().map(move |cell| cell[k]);
    let x = tight(column(0), left, right);
    let y = tight(column(1), at.bottom, at.top);
    let [lowest, highest] = scale(column(2));
    let panel = Panel { x, y };
    panel.draw(&mut figure, format.letters(), true, (format.pick(9.0, 5.0) as usize, 8));
    // Large errors above small ones.
    let mut cells: Vec<&[f64; 3]> = data.cells.iter().filter(|cell| !cell[2].is_nan()).collect();
    cells.sort_by(|a, b| a[2].total_cmp(&b[2]));
    for [density, temperature, error] in cells {
        let fill = colour((error.log10() - lowest) / (highest - lowest));
        figure.disc(panel.point(*density, *temperature), 6.5, fill, Stroke::faint(0.8, INK, 0.4));
    }
    let bar = Rectangle { left: right + 34.0, right: right + 56.0, ..at };
    let level = |share: f64| bar.bottom + (bar.top - bar.bottom) * share;
    for step in 0..STEPS {
        // Each step up to the top, below the next: edges that touch would leave seams of the background.
        let low = level(step as f64 / STEPS as f64);
        let corners = [(bar.left, low), (bar.right, low), (bar.right, bar.top), (bar.left, bar.top)];
        figure.area(&corners, colour((step as f64 + 0.5) / STEPS as f64).into());
    }
    let letters = Lettering::new(format.letters(), INK, Anchor::Start);
    let scale = Axis {
        spacing: Spacing::Logarithmic,
        low: 10f64.powf(lowest),
        high: 10f64.powf(highest),
        from: bar.bottom,
        to: bar.top,
    };
    for (value, text) in scale.ticks(8) {
        let y = scale.pixel(value);
        figure.line(&[(bar.right, y), (bar.right + 5.0, y)], Stroke::new(1.2, INK));
        figure.text((bar.right + 9.0, y), text, letters);
    }
    let label = Lettering::new(19.0, INK, Anchor::Middle);
    figure.text((at.middle().0, height - 30.0), "initial density n  [cm⁻³]", label);
    figure.text((left - format.pick(84.0, 74.0), at.middle().1), "initial T  [K]", label.upwards());
    let note = Lettering::new(16.0, GREY, Anchor::Middle).upwards();
    figure.text(
        (bar.right + format.pick(76.0, 60.0), at.middle().1),
        "median relative error at the last time",
        note,
    );
    figure.finish()
}

/// A logarithmic axis from the smallest to the largest value, with room for half a disc.
fn tight(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Axis {
    let usable = values.filter(|v| v.is_finite() && *v > 0.0);
    let (low, high) = usable.fold((f64::INFINITY, 0.0f64), |(low, high), v| (low.min(v), high.max(v)));
    let (low, high) = if low <= high { (low, high) } else { (0.1, 10.0) };
    let room = (high / low).powf(0.02).max(1.1);
    Axis { spacing: Spacing::Logarithmic, low: low / room, high: high * room, from, to }
}

/// log10 of the ends of the scale of colours: those of most of the errors, to halves of decades.
fn scale(errors: impl Iterator<Item = f64>) -> [f64; 2] {
    let (low, high) = central(&logarithms(errors), DEPTH).unwrap_or((-1.0, 0.0));
    let (low, high) = ((2.0 * low).floor() / 2.0, (2.0 * high).ceil() / 2.0);
    [low, high.max(low + 1.0)]
}

/// The colour of a share of the scale.
fn colour(share: f64) -> RGBColor {
    let place = share.clamp(0.0, 1.0) * (COLOURS.len() - 1) as f64;
    let index = (place as usize).min(COLOURS.len() - 2);
    let (RGBColor(r0, g0, b0), RGBColor(r1, g1, b1)) = (COLOURS[index], COLOURS[index + 1]);
    let mix =
        |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * (place - index as f64)).round() as u8;
    RGBColor(mix(r0, r1), mix(g0, g1), mix(b0, b1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_drawn_and_nothing_is_no_number() {
        let cells = [[1e-2, 20.0, 1e-3], [1e3, 1e6, 5.0], [1.0, 1e3, f64::INFINITY], [2.0, 2e3, f64::NAN]];
        let data = ErrorMap { title: "title", subtitle: "subtitle", cells: &cells };
        for format in [Format::Wide, Format::Narrow] {
            let svg = error_map(&data, format);
            assert_eq!(svg.matches("<circle").count(), 6, "three cells, each a disc and its edge");
            assert!(!svg.contains("NaN") && svg.contains("initial T"));
        }
        assert_eq!((colour(-1.0), colour(9.0)), (COLOURS[0], COLOURS[4]));
    }

    #[test]
    fn axes_and_colours_are_those_of_the_data() {
        let axis = tight([1e-2, 1e3].into_iter(), 0.0, 100.0);
        assert!(axis.low > 5e-3 && axis.high < 2e3, "{axis:?}");
        let errors = || (0..200).map(|i| 3e-3 * 100f64.powf(f64::from(i) / 199.0));
        assert_eq!(scale(errors()), [-3.0, -0.5]);
        let data = [[1.0, 100.0, 1e-2]];
        let svg = error_map(&ErrorMap { title: "", subtitle: "", cells: &data }, Format::Wide);
        assert!(!svg.contains("NaN"), "one cell has a map too");
    }
}
