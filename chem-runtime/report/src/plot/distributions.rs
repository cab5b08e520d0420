//! Probability densities one above the other, each with its median.

use plotters::style::RGBColor;

use super::axis::{Axis, Spacing};
use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Point, Stroke};
use super::format::{Format, Rectangle};
use super::palette::{self, GREY, GRID, INK, OTHERS};
use super::scales::central;
use super::text_width::{fitting_size, text_width};

/// What to draw: panels of distributions, beside one another or, in the narrow format, below.
#[derive(Clone, Copy, Debug)]
pub struct Distributions<'a> {
    /// First line.
    pub title: &'a str,
    /// Second line.
    pub subtitle: &'a str,
    /// The panels.
    pub panels: &'a [DistributionPanel],
}

/// Distributions over one axis.
#[derive(Clone, Debug)]
pub struct DistributionPanel {
    /// What stands below the axis.
    pub label: String,
    /// From top to bottom.
    pub rows: Vec<Distribution>,
    /// Quantiles of something else to be marked in the first row, as log10, and its name.
    pub marks: Option<(Vec<f64>, String)>,
}

/// One distribution.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Name; species are typeset.
    pub name: String,
    /// Its series in the palette; ink if none.
    pub series: Option<usize>,
    /// log10 of the values, ascending.
    pub values: Vec<f64>,
    /// Points (log10 x, density); none to show the median alone.
    pub density: Vec<(f64, f64)>,
    /// log10 of the median.
    pub median: f64,
}

/// Decades that an axis shows, unless a twentieth of the values would lie below, or a median.
const DEPTH: f64 = 12.0;
/// Size of the names of the rows.
const NAME: f64 = 19.0;
/// Height of a peak over the distance of the rows.
const OVERLAP: f64 = 1.15;

/// Draws the panels; every density is scaled to its own peak.
pub fn distributions(data: &Distributions<'_>, format: Format) -> String {
    let rows = data.panels.iter().map(|p| p.rows.len()).max().unwrap_or(0).max(1) as f64;
    let distance = format.pick((548.0 / rows).clamp(40.0, 130.0), 46.0);
    let (above, below) = (format.header() + OVERLAP * distance - distance + 34.0, 76.0);
    let panel_height = rows * distance + below;
    let count = data.panels.len().max(1) as f64;
    let height = above + format.pick(panel_height, count * (panel_height + 20.0));
    let (left, right) = (format.pick(40.0, 10.0), format.width() - format.pick(30.0, 10.0));
    let mut figure = format.figure(height, left, data.title, data.subtitle);
    let width = format.pick((right - left) / count, right - left);
    let names = data.panels.iter().flat_map(|panel| &panel.rows);
    let names =
        names.map(|row| text_width(&chemical_label::species(&row.name), NAME, true)).fold(60.0, f64::max);
    for (index, panel) in data.panels.iter().enumerate() {
        let index = index as f64;
        let x = left + format.pick(index * width, 0.0);
        let top = above + format.pick(0.0, index * (panel_height + 20.0));
        let names = (names + 16.0).min(0.4 * width);
        let at = Rectangle { left: x + names, right: x + width - 92.0, top, bottom: top + rows * distance };
        draw(&mut figure, panel, at, distance);
    }
    figure.finish()
}

fn draw(figure: &mut Figure, panel: &DistributionPanel, at: Rectangle, distance: f64) {
    let (low, high) = range(panel);
    let x = Axis {
        spacing: Spacing::Logarithmic,
        low: 10f64.powf(low),
        high: 10f64.powf(high),
        from: at.left,
        to: at.right,
    };
    let pixel = |log: f64| x.pixel(10f64.powf(log.clamp(low, high)));
    for (value, label) in x.ticks(((at.right - at.left) / 64.0) as usize) {
        let x = x.pixel(value);
        figure.line(&[(x, at.top), (x, at.bottom)], Stroke::new(0.9, GRID));
        figure.line(&[(x, at.bottom), (x, at.bottom + 6.0)], Stroke::new(1.2, INK));
        figure.text((x, at.bottom + 22.0), label, Lettering::new(17.0, INK, Anchor::Middle));
    }
    figure.text(
        (at.middle().0, at.bottom + 54.0),
        panel.label.as_str(),
        Lettering::new(19.0, INK, Anchor::Middle),
    );
    figure.text(
        (at.right + 48.0, at.top + distance * (1.0 - OVERLAP) - 14.0),
        "median",
        Lettering::new(14.0, GREY, Anchor::Middle),
    );
    for (index, row) in panel.rows.iter().enumerate() {
        let base = at.top + (index as f64 + 1.0) * distance;
        let colour = row.series.map_or(INK, |k| palette::series(k).0);
        figure.line(&[(at.left, base), (at.right, base)], Stroke::new(1.0, GRID));
        let peak = row.density.iter().map(|p| p.1).fold(0.0, f64::max);
        let height = |p: f64| base - OVERLAP * 0.94 * distance * p / peak;
        let inside = row.density.iter().filter(|p| (low..=high).contains(&p.0));
        let outline: Vec<Point> = inside.map(|p| (pixel(p.0), height(p.1))).collect();
        if let (Some(first), Some(last)) = (outline.first(), outline.last()) {
            let mut area = vec![(first.0, base)];
            area.extend(&outline);
            area.push((last.0, base));
            figure.area(&area, Stroke::faint(1.0, colour, 0.28).colour);
            figure.line(&outline, Stroke::new(2.0, colour));
        }
        if (low..=high).contains(&row.median) {
            let top = if row.density.is_empty() {
                base - 0.6 * distance
            } else {
                height(value_at(&row.density, row.median))
            };
            let x = pixel(row.median);
            figure.line(&[(x, base), (x, top)], Stroke::new(2.6, colour));
        }
        if index == 0 {
            marks(figure, panel, (base, distance, at.right), &pixel);
        }
        beyond(figure, &row.values, (low, high), (at, base), colour);
        let name = chemical_label::species(&row.name);
        let size = fitting_size(&name, NAME, true, 0.4 * (at.right - at.left));
        figure.text((at.left - 10.0, base - 10.0), name, Lettering::new(size, colour, Anchor::End).bold());
        let number = Lettering::new(17.0, colour, Anchor::Middle);
        figure.text((at.right + 48.0, base - 10.0), value(row.median), number);
    }
}

/// What others reached, as points, and their name above the panel.
fn marks(figure: &mut Figure, panel: &DistributionPanel, at: (f64, f64, f64), pixel: &dyn Fn(f64) -> f64) {
    let Some((marks, name)) = &panel.marks else { return };
    let (base, distance, right) = at;
    let y = base - 0.55 * distance;
    for x in marks.iter().map(|mark| pixel(*mark)) {
        figure.line(&[(x, base), (x, y)], Stroke::new(1.6, OTHERS));
        figure.disc((x, y), 4.5, OTHERS, Stroke::new(1.0, OTHERS));
    }
    let lettering = Lettering::new(14.0, OTHERS, Anchor::End).bold();
    figure.text((right, base - OVERLAP * distance - 14.0), name.as_str(), lettering);
}

/// A power of ten by its exponent, as people read it: 10 to the -4.2 is 6e-5.
fn value(log: f64) -> String {
    if log.is_finite() { chemical_label::rounded(10f64.powf(log)) } else { "–".to_owned() }
}

/// The density at a place, linear between its points.
fn value_at(density: &[(f64, f64)], place: f64) -> f64 {
    let between = density.windows(2).find_map(|pair| match pair {
        [a, b] if (a.0..=b.0).contains(&place) && b.0 > a.0 => {
            Some(a.1 + (b.1 - a.1) * (place - a.0) / (b.0 - a.0))
        }
        _ => None,
    });
    between.unwrap_or(0.0)
}

/// Triangles where values lie beyond the ends of the axis; to the right also how many, and how far.
fn beyond(
    figure: &mut Figure,
    values: &[f64],
    (low, high): (f64, f64),
    (at, base): (Rectangle, f64),
    colour: RGBColor,
) {
    let mut triangle = |edge: f64, inwards: f64| {
        let back = edge + 9.0 * inwards;
        let corners = [(edge, base - 7.0), (back, base - 12.0), (back, base - 2.0)];
        figure.area(&corners, Stroke::new(1.0, colour).colour);
    };
    if values.first().is_some_and(|smallest| *smallest < low) {
        triangle(at.left, 1.0);
    }
    let count = values.len() - values.partition_point(|v| *v <= high);
    if let Some(largest) = values.last().filter(|_| count > 0) {
        triangle(at.right, -1.0);
        let text = match largest.is_finite() {
            true => format!("{count} up to {}", value(*largest)),
            false => count.to_string(),
        };
        let lettering = Lettering::new(13.0, colour, Anchor::End);
        figure.text_on_lines((at.right - 13.0, base - 8.0), &text, lettering);
    }
}

/// log10 of the ends of the axis: where the values of all rows lie, every median, and the marks.
fn range(panel: &DistributionPanel) -> (f64, f64) {
    let mut values: Vec<f64> = panel.rows.iter().flat_map(|row| row.values.iter().copied()).collect();
    values.retain(|v| v.is_finite());
    values.sort_unstable_by(f64::total_cmp);
    let marks = panel.marks.iter().flat_map(|m| m.0.iter().copied());
    let must = panel.rows.iter().map(|row| row.median).chain(marks).filter(|v| v.is_finite());
    let ends = central(&values, DEPTH).unwrap_or((f64::INFINITY, f64::NEG_INFINITY));
    let (low, high) = must.fold(ends, |(low, high), v| (low.min(v), high.max(v)));
    // Nothing to show: neither values nor marks.
    if low > high {
        return (-1.0, 0.0);
    }
    // Room for the slopes of the outermost peaks.
    let room = 0.15 + 0.02 * (high - low);
    (low - room, high + room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_numbers() {
        assert_eq!(value(-4.2), "6.3×10⁻⁵");
        assert_eq!(value(-0.0001), "1");
        assert_eq!(value(f64::NAN), "–");
    }

    fn row(values: Vec<f64>) -> Distribution {
        let median = values[values.len() / 2];
        let density = vec![(median - 0.5, 0.0), (median, 1.0), (median + 0.5, 0.0)];
        Distribution { name: "H-".into(), series: Some(1), values, density, median }
    }

    #[test]
    fn one_far_value_does_not_empty_the_panel() {
        // As many values as a validation has, one of them wrong by 13 decades.
        let mut values: Vec<f64> = (0..5000).map(|i| -4.0 + 5e-4 * f64::from(i)).collect();
        values.push(13.0);
        let panel = DistributionPanel { label: String::new(), rows: vec![row(values)], marks: None };
        let (low, high) = range(&panel);
        assert!(low > -4.5 && low < -4.0 && high > -1.5 && high < -1.0, "{low} to {high}");
        let data = Distributions { title: "", subtitle: "", panels: &[panel] };
        for format in [Format::Wide, Format::Narrow] {
            let svg = distributions(&data, format);
            assert!(svg.contains("1 up to 10¹³"), "the far value is named");
            assert!(svg.matches("<polygon").count() >= 3, "background, density and mark");
        }
    }

    #[test]
    fn every_median_lies_on_the_axis() {
        let rows = vec![row(vec![-16.0; 50]), row((0..5000).map(|i| 1e-3 * f64::from(i)).collect())];
        let panel = DistributionPanel { label: String::new(), rows, marks: None };
        let (low, high) = range(&panel);
        assert!(low < -16.0 && high > 4.9, "{low} to {high}");
    }
}
