//! What forms and destroys a species against time: shares stacked, formation above the axis and destruction below.

use super::axis::{Axis, Panel, Spacing};
use super::chemical_label;
use super::figure::{Anchor, Figure, Lettering, Point, Stroke};
use super::format::header;
use super::palette::{GREY, INK, series};
use super::scales::{time_axis, time_label};
use super::text_width::fitting_size;
use plotters::style::{Color as _, RGBColor};

/// One route.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteShare {
    /// Its name or equation.
    pub label: String,
    /// Its share of the total of its side at each time, 0 to 1.
    pub shares: Vec<f64>,
}

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct RouteShares<'a> {
    /// First line.
    pub title: &'a str,
    /// Second line.
    pub subtitle: &'a str,
    /// Times `[s]`, increasing.
    pub times: &'a [f64],
    /// What the upper half shows: `formation`, `heating`.
    pub above: (&'a str, &'a [RouteShare]),
    /// What the lower half shows.
    pub below: (&'a str, &'a [RouteShare]),
}

const WIDTH: f64 = 1280.0;
const HEIGHT: f64 = 720.0;
const LEFT: f64 = 100.0;
const RIGHT: f64 = 850.0;
const TOP: f64 = 92.0;
const BOTTOM: f64 = 640.0;
const MIDDLE: f64 = (TOP + BOTTOM) / 2.0;
/// Most routes of a side that have a colour; the others are grey together.
const COLOURED: usize = 8;
/// Distance of the names.
const PITCH: f64 = 28.0;
const OPACITY: f64 = 0.72;

/// Draws the shares as an SVG of 1280 x 720 pixels. Of each side the first eight routes have colours and names, what is left is grey.
pub fn route_shares(data: &RouteShares<'_>) -> String {
    let mut figure = Figure::new(WIDTH, HEIGHT);
    header(&mut figure, LEFT, data.title, data.subtitle);
    let (x, unit) = time_axis(data.times, LEFT, RIGHT);
    let first_below = data.above.1.len().min(COLOURED);
    side(&mut figure, data, (x, unit), (data.above, MIDDLE - 3.0, TOP), 0);
    side(&mut figure, data, (x, unit), (data.below, MIDDLE + 3.0, BOTTOM), first_below);
    for (ends, (name, _), x_labels) in
        [((MIDDLE - 3.0, TOP), data.above, false), ((BOTTOM, MIDDLE + 3.0), data.below, true)]
    {
        let percent = Axis { spacing: Spacing::Linear, low: 0.0, high: 100.0, from: ends.0, to: ends.1 };
        // The lower half grows downwards.
        let y = if x_labels { Axis { low: 100.0, high: 0.0, ..percent } } else { percent };
        frame(&mut figure, Panel { x, y }, x_labels);
        let label = Lettering::new(18.0, INK, Anchor::Middle).upwards();
        figure.text((30.0, (ends.0 + ends.1) / 2.0), format!("{name}  [%]"), label);
    }
    let middle = (LEFT + RIGHT) / 2.0;
    figure.text((middle, HEIGHT - 30.0), time_label(unit), Lettering::new(20.0, INK, Anchor::Middle));
    figure.finish()
}

/// Ticks over the areas, which would hide a grid.
fn frame(figure: &mut Figure, panel: Panel, x_labels: bool) {
    let (left, right, bottom, top) = (panel.x.from, panel.x.to, panel.y.from, panel.y.to);
    let letters = Lettering::new(16.0, INK, Anchor::End);
    for percent in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let part = (percent - panel.y.low) / (panel.y.high - panel.y.low);
        let y = bottom + part * (top - bottom);
        figure.line(&[(left, y), (left - 6.0, y)], Stroke::new(1.2, INK));
        // One zero for both halves.
        if percent > 0.0 || !x_labels {
            figure.text((left - 10.0, y), format!("{percent}"), letters);
        }
    }
    for (value, label) in panel.x.ticks(9) {
        let x = panel.x.pixel(value);
        figure.line(&[(x, bottom), (x, top)], Stroke::faint(0.9, INK, 0.18));
        if x_labels {
            figure.text((x, bottom + 19.0), label, Lettering { anchor: Anchor::Middle, ..letters });
        }
    }
    let frame = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)];
    figure.line(&frame, Stroke::new(1.2, INK));
}

/// The areas of one side, from the axis outwards, and their names beside them in the same order.
fn side(
    figure: &mut Figure,
    data: &RouteShares<'_>,
    (x, unit): (Axis, f64),
    ((_, routes), from, to): ((&str, &[RouteShare]), f64, f64),
    first: usize,
) {
    let is_shown = |time: &f64| x.spacing == Spacing::Linear || *time > 0.0;
    let shown: Vec<(usize, f64)> =
        data.times.iter().copied().enumerate().filter(|(_, t)| is_shown(t)).collect();
    let edge = |heights: &[f64]| -> Vec<Point> {
        let point =
            |((_, time), share): (&(usize, f64), &f64)| (x.pixel(time / unit), from + share * (to - from));
        shown.iter().zip(heights).map(point).collect()
    };
    let mut below = vec![0.0; shown.len()];
    for (place, area) in areas(routes, first).into_iter().enumerate() {
        let share = |time: usize| area.of.iter().filter_map(|route| route.shares.get(time)).sum::<f64>();
        let above: Vec<f64> =
            below.iter().zip(&shown).map(|(below, (time, _))| below + share(*time)).collect();
        let outline: Vec<Point> = edge(&below).into_iter().chain(edge(&above).into_iter().rev()).collect();
        figure.area(&outline, area.colour.mix(OPACITY));
        below = above;
        let y = from + (to - from).signum() * (14.0 + PITCH * place as f64);
        let (left, half) = (RIGHT + 22.0, 7.0);
        let swatch = [(left, y - half), (left + 22.0, y - half), (left + 22.0, y + half), (left, y + half)];
        figure.area(&swatch, area.colour.mix(OPACITY));
        let size = fitting_size(&area.name, 17.0, false, WIDTH - left - 38.0);
        figure.text((left + 30.0, y), area.name, Lettering::new(size, INK, Anchor::Start));
    }
}

struct Area<'a> {
    name: String,
    colour: RGBColor,
    of: &'a [RouteShare],
}

/// An area for each of the first routes, and one for all others.
fn areas(routes: &[RouteShare], first: usize) -> Vec<Area<'_>> {
    let (named, others) = routes.split_at(routes.len().min(COLOURED));
    let named = named.chunks(1).enumerate().map(|(index, of)| {
        let name = of.iter().map(|route| chemical_label::equation(&route.label)).collect();
        // The first colour of series is black, too heavy for areas.
        Area { name, colour: series(1 + first + index).0, of }
    });
    let rest = (!others.is_empty()).then(|| Area {
        name: format!("{} others", others.len()),
        colour: GREY,
        of: others,
    });
    named.chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_a_place_and_a_name() {
        let route = |name| RouteShare { label: format!("A + {name} -> B"), shares: vec![0.1, 0.1] };
        let above: Vec<RouteShare> = "CDEFGHIJKL".chars().map(route).collect();
        let data = RouteShares {
            title: "t",
            subtitle: "s",
            times: &[1.0, 1e9],
            above: ("formation", &above),
            below: ("destruction", &[]),
        };
        let svg = route_shares(&data);
        assert!(svg.contains("A + J → B") && !svg.contains("A + K →") && svg.contains("2 others"), "{svg}");
        assert!(svg.contains("formation") && svg.contains("destruction"));
        assert_eq!(areas(&above, 3).len(), 9);
    }
}
