//! Shares of errors below each value.

use plotters::style::RGBColor;

use super::axis::{Axis, Panel, Spacing};
use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Point, Stroke};
use super::format::{Format, Rectangle};
use super::palette::{self, FAINT, GREY, INK, OTHERS};
use super::text_width::{fitting_size, text_width};

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
/// Size of the letters in the key, distance of its rows, and length of its samples.
const KEY: f64 = 17.0;
const PITCH: f64 = 24.0;
const SAMPLE: f64 = 26.0;

/// Draws the lines.
pub fn cumulative(data: &Cumulative<'_>, format: Format) -> String {
    let height = format.pick(720.0, 560.0);
    let shown = shown(data, format);
    let names = shown.iter().map(|line| text_width(&name(data, *line), KEY, true)).fold(0.0, f64::max);
    let key_width = (names + SAMPLE + 38.0).min(0.3 * format.width());
    let (left, right) = (format.pick(114.0, 92.0), format.width() - key_width);
    let mut figure = format.figure(height, left, data.title, data.subtitle);
    let at = Rectangle { left, right, top: format.header(), bottom: height - 84.0 };
    let (low, high) = range(data);
    let panel = Panel {
        x: Axis { spacing: Spacing::Logarithmic, low, high, from: left, to: right },
        y: Axis { spacing: Spacing::Linear, low: 0.0, high: 100.0, from: at.bottom, to: at.top },
    };
    panel.draw(&mut figure, format.letters(), true, (format.pick(10.0, 5.0) as usize, 5));
    let pixels = |errors: &[f64]| -> Vec<Point> {
        curve(errors, (low, high)).iter().map(|p| panel.point(p.0, p.1)).collect()
    };
    let curves: Vec<Vec<Point>> = data.lines.iter().map(|(_, errors)| pixels(errors)).collect();
    for (index, curve) in curves.iter().enumerate().rev() {
        line(&mut figure, curve, style(data, index, shown.contains(&index)));
    }
    key(&mut figure, data, &shown, at);
    for (share, error) in data.marks {
        figure.disc(panel.point(*error, 100.0 * share), DISC, OTHERS, Stroke::new(2.0, OTHERS));
    }
    // Notes on a mark would be worse than on any line.
    let marks = data.marks.iter().map(|mark| vec![panel.point(mark.1, 100.0 * mark.0); 10 * POINTS]);
    let obstacles: Vec<Vec<Point>> = curves.into_iter().chain(marks).collect();
    notes(&mut figure, data, high, at, &obstacles);
    let label = Lettering::new(19.0, INK, Anchor::Middle);
    figure.text((at.middle().0, height - 30.0), data.label, label);
    figure.text(
        (left - format.pick(84.0, 74.0), at.middle().1),
        "share of values below  [%]",
        label.upwards(),
    );
    figure.finish()
}

/// Width, colour, and whether dashed.
fn style(data: &Cumulative<'_>, index: usize, is_named: bool) -> (f64, RGBColor, bool) {
    match (index.checked_sub(1), is_named) {
        (None, _) => (5.0, INK, false),
        (Some(_), false) => (1.0, FAINT, false),
        (Some(_), true) if data.lines.get(index).is_some_and(|l| l.0 == "T") => (1.8, INK, true),
        (Some(k), true) => (1.8, palette::series(k).0, palette::series(k).1),
    }
}

fn line(figure: &mut Figure, pixels: &[Point], (width, colour, dashed): (f64, RGBColor, bool)) {
    if dashed {
        figure.dashed(pixels, Stroke::new(width, colour), 9.0, 5.0);
    } else {
        figure.line(pixels, Stroke::new(width, colour));
    }
}

fn name(data: &Cumulative<'_>, line: usize) -> String {
    data.lines.get(line).map_or_else(String::new, |l| chemical_label::species(&l.0))
}

/// Lines that are named: that of all, and of the others as many as the key has room for and colours can tell apart,
/// those with the largest errors first; in the order given.
fn shown(data: &Cumulative<'_>, format: Format) -> Vec<usize> {
    let room = ((format.pick(720.0, 560.0) - 84.0 - format.header()) / PITCH) as usize - 2;
    let most = room.min(palette::STYLES + 1);
    let error = |line: usize| {
        let errors = data.lines.get(line).map_or(&[][..], |l| &l.1);
        errors.get((0.9 * errors.len() as f64) as usize).copied().unwrap_or(0.0)
    };
    let mut others: Vec<usize> = (1..data.lines.len()).collect();
    if data.lines.len() > most {
        others.sort_by(|a, b| error(*b).total_cmp(&error(*a)));
        others.truncate(most - 1);
        others.sort_unstable();
    }
    (0..data.lines.len().min(1)).chain(others).collect()
}

/// Names of the lines to the right of the panel.
fn key(figure: &mut Figure, data: &Cumulative<'_>, shown: &[usize], at: Rectangle) {
    let (x, mut y) = (at.right + 14.0, at.top + 12.0);
    for index in shown {
        let style = style(data, *index, true);
        line(figure, &[(x, y), (x + SAMPLE, y)], style);
        let lettering = Lettering::new(KEY, style.1, Anchor::Start).bold();
        figure.text((x + SAMPLE + 8.0, y), name(data, *index), lettering);
        y += PITCH;
    }
    if shown.len() < data.lines.len() {
        line(figure, &[(x, y), (x + SAMPLE, y)], (1.0, FAINT, false));
        let text = format!("{} more", data.lines.len() - shown.len());
        figure.text((x + SAMPLE + 8.0, y), text, Lettering::new(14.0, GREY, Anchor::Start));
    }
}

/// Whose the marks are, and what the axis does not show; in the lower right corner, or in the upper left one if lines
/// are in the way there.
fn notes(figure: &mut Figure, data: &Cumulative<'_>, high: f64, at: Rectangle, curves: &[Vec<Point>]) {
    let texts =
        [marked(data).map(|text| (text, 16.0, true)), beyond(data, high).map(|text| (text, 14.0, false))];
    let room = 0.62 * (at.right - at.left);
    let texts: Vec<(String, f64, bool)> = texts
        .into_iter()
        .flatten()
        .map(|(text, size, bold)| (fitting_size(&text, size, bold, room), text, bold))
        .map(|(size, text, bold)| (text, size, bold))
        .collect();
    let width = texts.iter().map(|(text, size, bold)| text_width(text, *size, *bold)).fold(0.0, f64::max);
    let corner = corner(at, (width + 2.0 * DISC + 10.0, NOTE * texts.len() as f64), curves);
    for (row, (text, size, bold)) in texts.iter().enumerate() {
        let y = corner.top + NOTE * (row as f64 + 0.5);
        let colour = if *bold { OTHERS } else { GREY };
        let x = corner.left + 2.0 * DISC + 8.0;
        let lettering = Lettering { bold: *bold, ..Lettering::new(*size, colour, Anchor::Start) };
        figure.text_on_lines((x, y), text, lettering);
        if *bold {
            figure.disc((corner.left + DISC, y), DISC, OTHERS, Stroke::new(2.0, OTHERS));
        }
    }
}

/// Radius of the marks, and distance of the lines of the notes.
const DISC: f64 = 7.5;
const NOTE: f64 = 26.0;

/// A rectangle of this size in the lower right or the upper left corner, where fewer points of the lines are.
fn corner(at: Rectangle, (width, height): (f64, f64), curves: &[Vec<Point>]) -> Rectangle {
    let rectangle = |left: f64, top: f64| Rectangle { left, right: left + width, top, bottom: top + height };
    let lower = rectangle(at.right - 12.0 - width, at.bottom - 12.0 - height);
    let upper = rectangle(at.left + 14.0, at.top + 12.0);
    let crossed = |spot: &Rectangle| curves.iter().flatten().filter(|p| spot.holds(p.0, p.1)).count();
    if crossed(&upper) < crossed(&lower) { upper } else { lower }
}

/// Whose the marks are.
fn marked(data: &Cumulative<'_>) -> Option<String> {
    let shares: Vec<String> = data.marks.iter().map(|(share, _)| format!("{:.0}", 100.0 * share)).collect();
    (!shares.is_empty()).then(|| format!("{}: {} %", data.marked, shares.join(", ")))
}

/// How many errors are larger than the axis shows, and the largest.
fn beyond(data: &Cumulative<'_>, high: f64) -> Option<String> {
    let (_, all) = data.lines.first()?;
    let count = all.len() - all.partition_point(|error| *error <= high);
    let largest = all.last().filter(|_| count > 0)?;
    let culprit =
        (1..data.lines.len()).find(|k| data.lines.get(*k).and_then(|l| l.1.last()) == Some(largest));
    let of = culprit.map_or_else(String::new, |k| format!(" ({})", name(data, k)));
    let size = if largest.is_finite() { chemical_label::rounded(*largest) } else { "infinity".to_owned() };
    Some(format!("{count} of {} beyond ▸, the largest {size}{of}", all.len()))
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

/// Whole decades from the 2 % to the 99.9 % quantile of all errors, and all marks.
fn range(data: &Cumulative<'_>) -> (f64, f64) {
    let all = data.lines.first().map_or(&[][..], |l| &l.1);
    let at = |share: f64| {
        let place = (share * all.len().saturating_sub(1) as f64).round() as usize;
        all.get(..=place)?.iter().rev().copied().find(|error| error.is_finite())
    };
    let marks = || data.marks.iter().map(|m| m.1);
    let low = marks().fold(at(0.02).unwrap_or(1e-3), f64::min).max(1e-16);
    let high = marks().fold(at(0.999).unwrap_or(1.0), f64::max).max(10.0 * low);
    (10f64.powf(low.log10().floor()), 10f64.powf((high.log10() - 0.05).ceil()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(species: usize, outlier: f64) -> Vec<(String, Vec<f64>)> {
        let errors = |k: usize| (0..2000).map(move |i| 1e-4 * (1 + k) as f64 * (1.0 + f64::from(i)));
        let mut each: Vec<(String, Vec<f64>)> =
            (0..species).map(|k| (format!("S{k}"), errors(k).collect())).collect();
        each[0].1.push(outlier);
        let mut all: Vec<f64> = each.iter().flat_map(|l| l.1.clone()).collect();
        all.sort_by(f64::total_cmp);
        each.insert(0, ("all".into(), all));
        each
    }

    fn data(lines: &[(String, Vec<f64>)]) -> Cumulative<'_> {
        let marks = &[(0.5, 0.02), (0.9, 0.2)];
        Cumulative { title: "", subtitle: "", label: "error", lines, marks, marked: "others" }
    }

    #[test]
    fn one_outlier_does_not_widen_the_axis_but_is_named() {
        let lines = lines(9, 1e12);
        let (low, high) = range(&data(&lines));
        assert!(low >= 1e-5 && high <= 10.0, "{low:e} to {high:e}");
        assert!(
            cumulative(&data(&lines), Format::Wide).contains("1 of 18001 beyond ▸, the largest 10¹² (S₀)")
        );
    }

    #[test]
    fn notes_stand_where_no_line_is() {
        let at = Rectangle { left: 0.0, right: 400.0, top: 0.0, bottom: 400.0 };
        let rising_late =
            vec![(0..400).map(f64::from).map(|x| (x, 400.0 - (x - 350.0).max(0.0) * 8.0)).collect()];
        let rising_early: Vec<Vec<Point>> =
            vec![(0..400).map(f64::from).map(|x| (x, 400.0 - x.min(50.0) * 8.0)).collect()];
        assert_eq!(corner(at, (200.0, 50.0), &rising_early).right, 388.0);
        assert_eq!(corner(at, (200.0, 50.0), &rising_late).left, 14.0);
    }

    #[test]
    fn many_lines_are_named_as_far_as_they_can_be_told_apart() {
        let lines = lines(60, 1.0);
        for format in [Format::Wide, Format::Narrow] {
            let named = shown(&data(&lines), format);
            assert!(named.len() <= palette::STYLES + 1 && named.contains(&60), "the worst is named");
            let more = format!("{} more", 61 - named.len());
            assert!(cumulative(&data(&lines), format).contains(&more), "{more}");
        }
    }
}
