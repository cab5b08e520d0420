//! Rate coefficients against temperature: one small panel per equation, on as many pages as it takes.

use super::axis::{Axis, Panel, Spacing, draw_curve};
use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Point};
use super::format::{Rectangle, header};
use super::palette::{self, GREY, INK};
use super::text_width::{fitting_size, shortened, text_width};

/// The rate coefficient of one reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct RateCurve {
    /// Number of the reaction as in `k1`, `k2`, ....
    pub number: usize,
    /// Its equation; reactions of the same equation share a panel.
    pub equation: String,
    /// Number of particles that meet: k is in [s^-1] for one, [cm^3 s^-1] for two, [cm^6 s^-1] for three.
    pub particles: u32,
    /// k at each temperature.
    pub k: Vec<f64>,
}

impl RateCurve {
    /// Whether k is the same at all temperatures, but for rounding.
    fn is_constant(&self) -> bool {
        let (low, high) =
            self.k.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), k| (a.min(*k), b.max(*k)));
        high - low <= 1e-12 * high.abs()
    }

    fn unit(&self) -> String {
        let power = chemical_label::superscript(3 * i64::from(self.particles.saturating_sub(1)));
        if self.particles > 1 { format!("cm{power} s⁻¹") } else { "s⁻¹".to_owned() }
    }
}

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct RateCoefficients<'a> {
    /// First line.
    pub title: &'a str,
    /// Second line.
    pub subtitle: &'a str,
    /// Temperatures `[K]`, ascending.
    pub temperatures: &'a [f64],
    /// The reactions.
    pub curves: &'a [RateCurve],
}

const COLUMNS: usize = 5;
/// Rows of panels on a page.
const ROWS: usize = 8;
const WIDTH: f64 = 1500.0;
const MARGIN: f64 = 40.0;
const HEADER: f64 = 104.0;
const CELL: (f64, f64) = ((WIDTH - 2.0 * MARGIN) / COLUMNS as f64, 196.0);
/// Columns of the table of constants, the height of its lines, and of its heading.
const TABLE_COLUMNS: usize = 3;
const LINE: f64 = 21.0;
const HEADING: f64 = 44.0;

/// Decades below the largest value that a panel shows at most.
const DEPTH: f64 = 12.0;

/// Draws k(T) as SVG pages, at most so many; returns them and how many there would be in all. Rate coefficients that do
/// not depend on T stand in a table after the panels.
pub fn rate_coefficients(data: &RateCoefficients<'_>, most: usize) -> (Vec<String>, usize) {
    let mut groups: indexmap::IndexMap<&str, Vec<&RateCurve>> = indexmap::IndexMap::new();
    for curve in data.curves {
        groups.entry(&curve.equation).or_default().push(curve);
    }
    let (constant, groups): (Vec<_>, Vec<_>) =
        groups.into_values().partition(|group| group.iter().all(|curve| curve.is_constant()));
    let constant: Vec<&RateCurve> = constant.into_iter().flatten().collect();
    let pages = pages(&groups, &constant);
    let count = pages.len();
    let drawn = pages.into_iter().take(most).enumerate();
    (drawn.map(|(index, page)| page.draw(data, (index, count))).collect(), count)
}

/// What stands on one page.
struct Page<'a> {
    panels: &'a [Vec<&'a RateCurve>],
    table: &'a [&'a RateCurve],
}

/// Panels row by row, then the table, which begins on the last page of panels if there is room.
fn pages<'a>(groups: &'a [Vec<&'a RateCurve>], constant: &'a [&'a RateCurve]) -> Vec<Page<'a>> {
    let mut pages: Vec<Page<'a>> =
        groups.chunks(ROWS * COLUMNS).map(|panels| Page { panels, table: &[] }).collect();
    let mut rest = constant;
    if let Some(page) = pages.last_mut() {
        let fit = entries(ROWS as f64 * CELL.1 - page.panels_height()).min(rest.len());
        (page.table, rest) = rest.split_at(fit);
    }
    let tables = rest.chunks(entries(ROWS as f64 * CELL.1).max(1));
    pages.extend(tables.map(|table| Page { panels: &[], table }));
    if pages.is_empty() {
        pages.push(Page { panels: &[], table: &[] });
    }
    pages
}

/// Entries of the table that fit into a height.
fn entries(height: f64) -> usize {
    ((height - HEADING).max(0.0) / LINE) as usize * TABLE_COLUMNS
}

impl Page<'_> {
    fn panels_height(&self) -> f64 {
        self.panels.len().div_ceil(COLUMNS) as f64 * CELL.1
    }

    fn draw(&self, data: &RateCoefficients<'_>, (index, count): (usize, usize)) -> String {
        let lines = self.table.len().div_ceil(TABLE_COLUMNS) as f64 * LINE;
        let table = if self.table.is_empty() { 0.0 } else { HEADING + lines };
        let mut figure = Figure::new(WIDTH, HEADER + self.panels_height() + table + 24.0);
        let title = match count {
            1 => data.title.to_owned(),
            _ => format!("{} · page {} of {count}", data.title, index + 1),
        };
        header(&mut figure, MARGIN + 12.0, &title, data.subtitle);
        for (index, group) in self.panels.iter().enumerate() {
            let (column, row) = ((index % COLUMNS) as f64, (index / COLUMNS) as f64);
            panel(&mut figure, (MARGIN + column * CELL.0, HEADER + row * CELL.1), data.temperatures, group);
        }
        if !self.table.is_empty() {
            self.draw_table(&mut figure, HEADER + self.panels_height());
        }
        figure.finish()
    }

    fn draw_table(&self, figure: &mut Figure, top: f64) {
        let heading = Lettering::new(16.0, INK, Anchor::Start).bold();
        figure.text((MARGIN + 12.0, top + 18.0), "k independent of T", heading);
        let width = (WIDTH - 2.0 * MARGIN) / TABLE_COLUMNS as f64;
        for (index, curve) in self.table.iter().enumerate() {
            let left = MARGIN + 12.0 + (index % TABLE_COLUMNS) as f64 * width;
            let y = top + HEADING + (index / TABLE_COLUMNS) as f64 * LINE;
            let value = curve.k.first().copied().unwrap_or(0.0);
            let value = if value.is_finite() { chemical_label::number(value) } else { "–".to_owned() };
            let value = format!("{value}  {}", curve.unit());
            let (number, letters) = (format!("k{}", curve.number), Lettering::new(13.0, INK, Anchor::Start));
            figure.text((left, y), number, Lettering::new(12.0, GREY, Anchor::Start));
            let right = left + width - 28.0;
            let room = right - text_width(&value, 13.0, false) - 10.0 - (left + 54.0);
            let equation = shortened(&chemical_label::equation(&curve.equation), 13.0, false, room);
            figure.text((left + 54.0, y), equation, letters);
            figure.text((right, y), value, Lettering { anchor: Anchor::End, ..letters });
        }
    }
}

fn panel(figure: &mut Figure, corner: (f64, f64), temperatures: &[f64], group: &[&RateCurve]) {
    let (left, right) = (corner.0 + 56.0, corner.0 + CELL.0 - 10.0);
    let (top, bottom) = (corner.1 + 26.0, corner.1 + CELL.1 - 32.0);
    let log = Spacing::Logarithmic;
    let (low, high) =
        (temperatures.first().copied().unwrap_or(1.0), temperatures.last().copied().unwrap_or(10.0));
    let x = Axis { spacing: log, low, high, from: left, to: right };
    let (low, high) = range(group);
    let panel = Panel { x, y: Axis { spacing: log, low, high, from: bottom, to: top } };
    panel.draw(figure, 12.0, true, (6, 4));
    let mut labels = Vec::new();
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
        if let Some(piece) = pieces.into_iter().max_by_key(|p| p.len()) {
            labels.push((format!("k{}", curve.number), colour, piece));
        }
    }
    let frame = Rectangle { left, right, top, bottom };
    let mut taken = Vec::new();
    for (text, colour, piece) in labels {
        let Some(place) = beside(&text, &piece, frame, &taken) else { continue };
        let lettering = Lettering::new(LABEL, colour, Anchor::Middle).bold();
        figure.text_on_lines(place.middle(), &text, lettering);
        taken.push(place);
    }
    let title = group.first().map_or_else(String::new, |c| chemical_label::equation(&c.equation));
    let size = fitting_size(&title, 14.0, true, right - left).max(9.5);
    let title = shortened(&title, size * 1.12, false, right - left);
    figure.text((left, corner.1 + 13.0), title, Lettering::new(size, INK, Anchor::Start).bold());
    figure.text((right, bottom + 25.0), "T [K]", Lettering::new(10.5, GREY, Anchor::End));
    let unit = group.first().map_or_else(String::new, |c| format!("k [{}]", c.unit()));
    let lettering = Lettering::new(10.5, GREY, Anchor::Middle).upwards();
    figure.text((corner.0 + 6.0, (top + bottom) / 2.0), unit, lettering);
}

/// Size of the letters at curves.
const LABEL: f64 = 12.0;

/// A place for a text beside a curve: within the frame, on no other text, and not on its curve if there is such a place.
fn beside(text: &str, piece: &[Point], frame: Rectangle, taken: &[Rectangle]) -> Option<Rectangle> {
    let half = (text_width(text, LABEL, true) / 2.0 + 2.0, 0.6 * LABEL);
    let points = dense(piece);
    let last = points.len().checked_sub(1)?;
    let place = |(share, side): (f64, f64)| {
        let index = (share * last as f64) as usize;
        let (x, y) = *points.get(index)?;
        let (from, to) = (*points.get(index.saturating_sub(2))?, *points.get((index + 2).min(last))?);
        let length = (to.0 - from.0).hypot(to.1 - from.1).max(1e-9);
        // Upwards, or to the left of what is steep.
        let normal = ((to.1 - from.1) / length * side, -(to.0 - from.0) / length * side);
        let distance = 3.0 + half.0 * normal.0.abs() + half.1 * normal.1.abs();
        let x = (x + distance * normal.0).clamp(frame.left + half.0 + 2.0, frame.right - half.0 - 2.0);
        let y = (y + distance * normal.1).clamp(frame.top + half.1 + 2.0, frame.bottom - half.1 - 2.0);
        Some(Rectangle { left: x - half.0, right: x + half.0, top: y - half.1, bottom: y + half.1 })
    };
    let shares = [0.5, 0.35, 0.65, 0.2, 0.8, 0.05, 0.95];
    let places = shares.into_iter().flat_map(|share| [(share, 1.0), (share, -1.0)]).filter_map(place);
    let free = places.filter(|place| !taken.iter().any(|other| place.overlaps(other)));
    free.min_by_key(|place| points.iter().filter(|(x, y)| place.holds(*x, *y)).count())
}

/// The points of a polyline and more between them, at most 3 px apart.
fn dense(points: &[Point]) -> Vec<Point> {
    let mut dense: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let [from, to] = *pair else { continue };
        let parts = ((to.0 - from.0).hypot(to.1 - from.1) / 3.0).ceil().max(1.0) as usize;
        let mix = |u: f64| (from.0 + u * (to.0 - from.0), from.1 + u * (to.1 - from.1));
        dense.extend((1..=parts).map(|i| mix(i as f64 / parts as f64)));
    }
    dense
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
