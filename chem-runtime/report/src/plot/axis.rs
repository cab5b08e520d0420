//! Axes: where a value lies, where the ticks are, and what they say.

use plotters::style::RGBColor;

use super::chemical_label::power_of_ten;
use super::figure::{Anchor, Figure, Lettering, Stroke};
use super::palette::{GRID, INK};

/// Spacing of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spacing {
    Linear,
    Logarithmic,
}

/// One axis between two values and two pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) spacing: Spacing,
    pub(super) low: f64,
    pub(super) high: f64,
    /// Pixel of `low`.
    pub(super) from: f64,
    /// Pixel of `high`.
    pub(super) to: f64,
}

impl Axis {
    /// Pixel of a value; of `low` if the value has none.
    pub(super) fn pixel(&self, value: f64) -> f64 {
        let (a, b, v) = match self.spacing {
            Spacing::Linear => (self.low, self.high, value),
            Spacing::Logarithmic => (self.low.ln(), self.high.ln(), value.max(f64::MIN_POSITIVE).ln()),
        };
        self.from + (self.to - self.from) * (v - a) / (b - a)
    }

    /// Values and labels of the ticks, at most about `most` labels.
    pub(super) fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        match self.spacing {
            Spacing::Linear => self.linear_ticks(most),
            Spacing::Logarithmic => self.decades(most),
        }
    }

    fn linear_ticks(&self, most: usize) -> Vec<(f64, String)> {
        let raw = (self.high - self.low) / most.max(1) as f64;
        let decade = 10f64.powf(raw.log10().floor());
        let step =
            [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * decade).into_iter().find(|s| *s >= raw).unwrap_or(raw);
        if !step.is_normal() {
            return Vec::new();
        }
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        let digits = (1.0 - step.log10().floor()).max(0.0) as usize;
        let label = |v: f64| {
            let text = format!("{v:.digits$}");
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        };
        (first..=last).map(|i| i as f64 * step).map(|v| (v, label(v))).collect()
    }

    fn decades(&self, most: usize) -> Vec<(f64, String)> {
        let (first, last) = self.decade_range();
        let step = ((last - first) as usize / most.max(1) + 1) as i64;
        let ticks: Vec<_> = (first..=last)
            .filter(|d| d.rem_euclid(step) == 0)
            .map(|d| (10f64.powi(d as i32), power_of_ten(d)))
            .collect();
        if ticks.len() >= 2 {
            return ticks;
        }
        // Less than two decades: 1, 2 and 5 of each.
        let fine = (first - 1..=last + 1).flat_map(|d| [1.0, 2.0, 5.0].map(|m| m * 10f64.powi(d as i32)));
        fine.filter(|v| (self.low..=self.high).contains(v))
            .map(|v| (v, super::chemical_label::number(v)))
            .collect()
    }

    /// Values of the small ticks.
    pub(super) fn minor_ticks(&self) -> Vec<f64> {
        if self.spacing == Spacing::Linear {
            return Vec::new();
        }
        let (first, last) = self.decade_range();
        let decades = first - 1..=last + 1;
        let all: Vec<f64> = if last - first <= 6 {
            decades.flat_map(|d| (2..10).map(move |m| f64::from(m) * 10f64.powi(d as i32))).collect()
        } else {
            decades.map(|d| 10f64.powi(d as i32)).collect()
        };
        all.into_iter().filter(|v| (self.low..=self.high).contains(v)).collect()
    }

    fn decade_range(&self) -> (i64, i64) {
        ((self.low.log10() - 1e-9).ceil() as i64, (self.high.log10() + 1e-9).floor() as i64)
    }
}

/// A rectangle with two axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    pub(super) x: Axis,
    pub(super) y: Axis,
}

impl Panel {
    pub(super) fn point(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.pixel(x), self.y.pixel(y))
    }

    /// Grid, frame, ticks, and the labels of the ticks (those of x only if wanted).
    pub(super) fn draw(&self, figure: &mut Figure, letters: f64, x_labels: bool, most: (usize, usize)) {
        let (left, right, bottom, top) = (self.x.from, self.x.to, self.y.from, self.y.to);
        let grid = Stroke::new(0.9, GRID);
        for (value, label) in self.x.ticks(most.0) {
            let x = self.x.pixel(value);
            figure.line(&[(x, bottom), (x, top)], grid);
            figure.line(&[(x, bottom), (x, bottom - 7.0)], Stroke::new(1.2, INK));
            if x_labels {
                figure.text(
                    (x, bottom + letters * 1.05),
                    label,
                    Lettering::new(letters, INK, Anchor::Middle),
                );
            }
        }
        for (value, label) in self.y.ticks(most.1) {
            let y = self.y.pixel(value);
            figure.line(&[(left, y), (right, y)], grid);
            figure.line(&[(left, y), (left + 7.0, y)], Stroke::new(1.2, INK));
            figure.text((left - 9.0, y), label, Lettering::new(letters, INK, Anchor::End));
        }
        for x in self.x.minor_ticks().into_iter().map(|v| self.x.pixel(v)) {
            figure.line(&[(x, bottom), (x, bottom - 4.0)], Stroke::new(0.8, INK));
        }
        for y in self.y.minor_ticks().into_iter().map(|v| self.y.pixel(v)) {
            figure.line(&[(left, y), (left + 4.0, y)], Stroke::new(0.8, INK));
        }
        let frame = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)];
        figure.line(&frame, Stroke::new(1.2, INK));
    }

    /// A curve, cut at the edges of the panel and where it is not finite. Returns its visible pieces.
    pub(super) fn curve(&self, points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
        let (low, high) = (self.y.to.min(self.y.from), self.y.to.max(self.y.from));
        let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
        let mut piece: Vec<(f64, f64)> = Vec::new();
        let mut previous: Option<(f64, f64)> = None;
        for &(x, y) in points {
            if !(x.is_finite() && y.is_finite()) || (self.x.spacing == Spacing::Logarithmic && x <= 0.0) {
                previous = None;
                pieces.push(std::mem::take(&mut piece));
                continue;
            }
            // Far away is far enough: absent species would lie at minus infinity.
            let (px, py) = self.point(x, y);
            let point = (px, py.clamp(low - 1e4, high + 1e4));
            let is_inside = |p: (f64, f64)| (low..=high).contains(&p.1);
            if let Some(last) = previous {
                for crossing in crossings(last, point, low, high) {
                    piece.push(crossing);
                    if piece.len() > 1 && !is_inside(point) {
                        pieces.push(std::mem::take(&mut piece));
                    }
                }
            }
            if is_inside(point) {
                piece.push(point);
            }
            previous = Some(point);
        }
        pieces.push(piece);
        pieces.retain(|p| p.len() > 1);
        pieces
    }
}

/// Where the segment between two points crosses two heights, in order.
fn crossings(a: (f64, f64), b: (f64, f64), low: f64, high: f64) -> Vec<(f64, f64)> {
    let mut found: Vec<(f64, f64)> = [low, high]
        .into_iter()
        .filter(|h| (a.1 < *h && b.1 > *h) || (a.1 > *h && b.1 < *h))
        .map(|h| (a.0 + (b.0 - a.0) * (h - a.1) / (b.1 - a.1), h))
        .collect();
    found.sort_by(|p, q| p.0.total_cmp(&q.0));
    found
}

/// Draws a curve into a panel.
pub(super) fn draw_curve(
    figure: &mut Figure,
    pieces: &[Vec<(f64, f64)>],
    width: f64,
    (colour, dashed): (RGBColor, bool),
) {
    for piece in pieces {
        if dashed {
            figure.dashed(piece, Stroke::new(width, colour), 9.0, 5.0);
        } else {
            figure.line(piece, Stroke::new(width, colour));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(spacing: Spacing, low: f64, high: f64) -> Axis {
        Axis { spacing, low, high, from: 0.0, to: 100.0 }
    }

    fn labels(axis: Axis, most: usize) -> Vec<String> {
        axis.ticks(most).into_iter().map(|t| t.1).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(axis(Spacing::Linear, 0.0, 5.0), 5), ["0", "1", "2", "3", "4", "5"]);
        assert_eq!(labels(axis(Spacing::Linear, 0.0, 1.05), 5), ["0", "0.25", "0.5", "0.75", "1"]);
        assert_eq!(
            labels(axis(Spacing::Logarithmic, 0.01, 1e3), 9),
            ["10⁻²", "10⁻¹", "1", "10", "10²", "10³"]
        );
        assert_eq!(labels(axis(Spacing::Logarithmic, 40.0, 900.0), 9), ["50", "100", "200", "500"]);
        assert_eq!(axis(Spacing::Logarithmic, 1e-2, 1e6).ticks(4).len(), 3);
    }

    #[test]
    fn curves_are_cut_at_the_edges() {
        let panel = Panel { x: axis(Spacing::Linear, 0.0, 10.0), y: axis(Spacing::Linear, 0.0, 10.0) };
        let pieces =
            panel.curve(&[(0.0, 5.0), (2.0, 15.0), (4.0, 5.0), (5.0, f64::NAN), (6.0, 1.0), (8.0, -1.0)]);
        assert_eq!(
            pieces,
            [
                vec![(0.0, 50.0), (10.0, 100.0)],
                vec![(30.0, 100.0), (40.0, 50.0)],
                vec![(60.0, 10.0), (70.0, 0.0)]
            ]
        );
    }
}
