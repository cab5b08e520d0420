//! Where in the plane of initial densities and temperatures errors are large.

use plotters::style::RGBColor;

use super::axis::{Axis, Panel};
use super::figure::{Anchor, Lettering, Stroke};
use super::format::{Format, Rectangle};
use super::palette::{GREY, INK};
use super::scales::{decades, temperature_axis};

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

/// log10 of the errors at the ends of the scale of colours.
const SCALE: [f64; 2] = [-3.0, 1.0];
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
    let x = decades(column(0), 30.0, left, right);
    let y =
        temperature_axis(column(1), at.bottom, at.top).unwrap_or(Axis { from: at.bottom, to: at.top, ..x });
    let panel = Panel { x, y };
    panel.draw(&mut figure, format.letters(), true, (format.pick(9.0, 5.0) as usize, 8));
    // Large errors above small ones.
    let mut cells: Vec<&[f64; 3]> = data.cells.iter().filter(|cell| !cell[2].is_nan()).collect();
    cells.sort_by(|a, b| a[2].total_cmp(&b[2]));
    for [density, temperature, error] in cells {
        let fill = colour((error.log10() - SCALE[0]) / (SCALE[1] - SCALE[0]));
        figure.disc(panel.point(*density, *temperature), 6.5, fill, Stroke::faint(0.8, INK, 0.4));
    }
    let bar = Rectangle { left: right + 34.0, right: right + 56.0, ..at };
    let level = |share: f64| bar.bottom + (bar.top - bar.bottom) * share;
    for step in 0..STEPS {
        let [low, high] = [step, step + 1].map(|step| level(step as f64 / STEPS as f64));
        let corners = [(bar.left, low), (bar.right, low), (bar.right, high), (bar.left, high)];
        figure.area(&corners, colour((step as f64 + 0.5) / STEPS as f64).into());
    }
    let letters = Lettering::new(format.letters(), INK, Anchor::Start);
    for log in SCALE[0] as i64..=SCALE[1] as i64 {
        let share = (log as f64 - SCALE[0]) / (SCALE[1] - SCALE[0]);
        figure.text((bar.right + 8.0, level(share)), super::chemical_label::power_of_ten(log), letters);
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
}
