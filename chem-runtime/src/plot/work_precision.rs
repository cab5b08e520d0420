//! What accuracy costs.

use super::axis::{Axis, Panel, Spacing};
use super::end_labels::{EndLabel, end_labels};
use super::figure::{Anchor, Lettering, Stroke};
use super::format::{Format, Rectangle};
use super::palette::{self, INK, OTHERS};

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
}

impl WorkPrecisionLine {
    /// Bars that can be drawn: (least error, largest error, cost).
    fn bars(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        let bars = self.spreads.iter().zip(&self.points).map(|((low, high), (_, cost))| (*low, *high, *cost));
        bars.filter(|(low, high, cost)| *low > 0.0 && high.is_finite() && low <= high && *cost > 0.0)
    }
}

/// Draws the lines.
pub fn work_precision(data: &WorkPrecision<'_>, format: Format) -> String {
    let height = format.pick(720.0, 560.0);
    let longest = data.lines.iter().map(|line| line.name.chars().count()).max().unwrap_or(0);
    // Room for the names at the ends of the lines.
    let names = format.pick(210.0f64, 150.0).max(format.pick(11.5, 9.0) * longest as f64 + 40.0);
    let (left, right) = (format.pick(114.0, 92.0), format.width() - names.min(0.4 * format.width()));
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
    let mut ends = Vec::new();
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
        let lettering = Lettering::new(17.0, OTHERS, Anchor::End).bold();
        figure.text_on_lines((place.0 - 14.0, place.1), name, lettering);
    }
    end_labels(&mut figure, ends, right, (at.top, at.bottom));
    let label = Lettering::new(19.0, INK, Anchor::Middle);
    figure.text((at.middle().0, height - 30.0), data.x_label, label);
    figure.text((left - format.pick(84.0, 74.0), at.middle().1), data.y_label, label.upwards());
    figure.finish()
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
            for text in ["one", "two", "mark", "error", "cost"] {
                assert!(svg.contains(text), "{text}");
            }
            assert!(!svg.contains("NaN"));
        }
    }
}
