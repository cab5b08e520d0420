//! What accuracy costs.

use super::axis::{Axis, Panel, Spacing};
use super::end_labels::{EndLabel, end_labels};
use super::figure::{Anchor, Figure, Lettering, Point, Stroke};
use super::format::{Format, Rectangle};
use super::palette::{self, INK, OTHERS};
use super::text_width::{fitting_size, text_width};

/// What to draw: error and cost of solvers, each at several tolerances.
#[derive(Clone, Copy, Debug)]
pub struct WorkPrecision<'a> {
    /// First line.
    pub title: &'a str,
    /// Second line.
    pub subtitle: &'a str,
    /// What stands below the axis of errors.
    pub x_label: &'a str,
    /// What stands beside the axis of costs.
    pub y_label: &'a str,
    /// The solvers.
    pub lines: &'a [WorkPrecisionLine],
    /// What others reached: name, (error, cost).
    pub mark: Option<(&'a str, (f64, f64))>,
}

/// One solver.
#[derive(Clone, Debug)]
pub struct WorkPrecisionLine {
    /// Its name.
    pub name: String,
    /// (error, cost) at its tolerances.
    pub points: Vec<(f64, f64)>,
    /// Least and largest error drawn at each of its points, as a bar through it; none if empty.
    pub spreads: Vec<(f64, f64)>,
    /// What stands beside each of its points, for example its tolerance; nothing if empty.
    pub settings: Vec<String>,
}

impl WorkPrecisionLine {
    /// Bars that can be drawn: (least error, largest error, cost).
    fn bars(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        let bars = self.spreads.iter().zip(&self.points).map(|((low, high), (_, cost))| (*low, *high, *cost));
        bars.filter(|(low, high, cost)| *low > 0.0 && high.is_finite() && low <= high && *cost > 0.0)
    }
}

/// Size of the letters beside the points.
const SETTING: f64 = 13.0;

/// Draws the lines.
pub fn work_precision(data: &WorkPrecision<'_>, format: Format) -> String {
    let height = format.pick(720.0, 560.0);
    let longest = data.lines.iter().map(|line| text_width(&line.name, 20.0, true)).fold(0.0, f64::max);
    // Room for the names at the ends of the lines.
    let names = (longest + 46.0).clamp(format.pick(210.0, 130.0), 0.3 * format.width());
    let (left, right) = (format.pick(114.0, 92.0), format.width() - names);
    let mut figure = format.figure(height, left, data.title, data.subtitle);
    let at = Rectangle { left, right, top: format.header(), bottom: height - 84.0 };
    let all = || data.lines.iter().flat_map(|line| &line.points).copied().chain(data.mark.map(|mark| mark.1));
    let axis = |values: Vec<f64>, from: f64, to: f64| {
        let usable = || values.iter().copied().filter(|v| v.is_finite() && *v > 0.0);
        let (low, high) = (usable().fold(f64::INFINITY, f64::min), usable().fold(0.0, f64::max));
        let (low, high) = if low <= high { (low / 1.4, high * 1.4) } else { (0.1, 1.0) };
        Axis { spacing: Spacing::Logarithmic, low, high, from, to }
    };
    let bars = data.lines.iter().flat_map(WorkPrecisionLine::bars).flat_map(|(low, high, _)| [low, high]);
    let panel = Panel {
        x: axis(all().map(|p| p.0).chain(bars).collect(), left, right),
        y: axis(all().map(|p| p.1).collect(), at.bottom, at.top),
    };
    panel.draw(&mut figure, format.letters(), true, (format.pick(9.0, 5.0) as usize, 8));
    let (mut ends, mut taken) = (Vec::new(), Vec::new());
    for (index, line) in data.lines.iter().enumerate() {
        let (colour, is_dashed) = palette::series(index);
        for (low, high, cost) in line.bars() {
            figure.line(&[panel.point(low, cost), panel.point(high, cost)], Stroke::faint(5.0, colour, 0.25));
        }
        let mut points: Vec<_> =
            line.points.iter().filter(|p| p.0 > 0.0 && p.0.is_finite() && p.1 > 0.0).copied().collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let pixels: Vec<_> = points.iter().map(|p| panel.point(p.0, p.1)).collect();
        if is_dashed {
            figure.dashed(&pixels, Stroke::new(2.2, colour), 9.0, 5.0);
        } else {
            figure.line(&pixels, Stroke::new(2.2, colour));
        }
        for pixel in &pixels {
            figure.disc(*pixel, 4.5, colour, Stroke::new(1.0, colour));
        }
        taken.extend(pixels.iter().map(|p| square(*p, 6.0)));
        if let Some(last) = pixels.last() {
            let name = line.name.clone();
            ends.push(EndLabel { name, colour, end: (right, last.1) });
            figure.dashed(
                &[(last.0 + 8.0, last.1), (right, last.1)],
                Stroke::faint(1.0, colour, 0.5),
                2.0,
                5.0,
            );
        }
    }
    if let Some((name, (error, cost))) = data.mark {
        let place = panel.point(error, cost);
        figure.disc(place, 7.5, OTHERS, Stroke::new(2.0, OTHERS));
        let size = fitting_size(name, 17.0, true, 0.8 * (right - left));
        let width = text_width(name, size, true);
        // To the left of the point if there is room.
        let x = if place.0 - 14.0 - width > left { place.0 - 14.0 - width } else { place.0 + 14.0 };
        let x = x.min(right - width - 6.0);
        // Beside the point, or above or below it if that was not enough.
        let y = if x < place.0 && x + width > place.0 { place.1 + 24.0 } else { place.1 };
        figure.text_on_lines((x, y), name, Lettering::new(size, OTHERS, Anchor::Start).bold());
        let half = 0.6 * size;
        taken.push(Rectangle { left: x, right: x + width, top: y - half, bottom: y + half });
    }
    settings(&mut figure, data, &panel, (at, taken));
    end_labels(&mut figure, ends, right, (at.top, at.bottom));
    let label = Lettering::new(19.0, INK, Anchor::Middle);
    figure.text((at.middle().0, height - 30.0), data.x_label, label);
    figure.text((left - format.pick(84.0, 74.0), at.middle().1), data.y_label, label.upwards());
    figure.finish()
}

fn square(centre: Point, half: f64) -> Rectangle {
    let (x, y) = centre;
    Rectangle { left: x - half, right: x + half, top: y - half, bottom: y + half }
}

/// What stands beside the points, where it covers neither a point nor another of them.
fn settings(
    figure: &mut Figure,
    data: &WorkPrecision<'_>,
    panel: &Panel,
    (at, mut taken): (Rectangle, Vec<Rectangle>),
) {
    for (index, line) in data.lines.iter().enumerate() {
        for ((error, cost), setting) in line.points.iter().zip(&line.settings) {
            if !(error.is_finite() && *error > 0.0 && *cost > 0.0) {
                continue;
            }
            let (x, y) = panel.point(*error, *cost);
            let width = text_width(setting, SETTING, false);
            let boxes = [(8.0, -11.0), (8.0, 12.0), (-8.0 - width, -11.0), (-8.0 - width, 12.0)]
                .into_iter()
                .chain([(-width / 2.0, -18.0), (-width / 2.0, 19.0)]);
            let place = boxes
                .map(|(dx, dy)| Rectangle {
                    left: x + dx,
                    right: x + dx + width,
                    top: y + dy - 0.6 * SETTING,
                    bottom: y + dy + 0.6 * SETTING,
                })
                .filter(|b| b.left > at.left && b.right < at.right && b.top > at.top && b.bottom < at.bottom)
                .find(|place| !taken.iter().any(|other| place.overlaps(other)));
            let Some(place) = place else { continue };
            let lettering = Lettering::new(SETTING, palette::series(index).0, Anchor::Start);
            figure.text_on_lines((place.left, place.middle().1), setting, lettering);
            taken.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_points_are_drawn() {
        let line = |name: &str, points: &[(f64, f64)]| WorkPrecisionLine {
            name: name.to_owned(),
            points: points.to_vec(),
            spreads: points.iter().map(|(error, _)| (0.5 * error, 7.0 * error)).collect(),
            settings: vec![format!("{name} a"), format!("{name} b")],
        };
        let lines =
            [line("one", &[(1e-3, 10.0), (1e-5, 40.0)]), line("two", &[(1e-4, f64::NAN), (1e-4, 70.0)])];
        let data = WorkPrecision {
            title: "title",
            subtitle: "subtitle",
            x_label: "error",
            y_label: "cost",
            lines: &lines,
            mark: Some(("mark", (1e-4, 100.0))),
        };
        for format in [Format::Wide, Format::Narrow] {
            let svg = work_precision(&data, format);
            for text in ["one", "two", "mark", "error", "cost", "one a", "one b", "two b"] {
                assert!(svg.contains(text), "{text}");
            }
            assert!(!svg.contains("NaN"));
        }
    }
}
