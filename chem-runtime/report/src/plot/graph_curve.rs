//! The curve of an arrow.

use super::figure::Point;

/// A quadratic Bezier curve.
pub(super) struct Curve {
    start: Point,
    control: Point,
    pub(super) end: Point,
}

impl Curve {
    /// From rim to rim of two discs, bowed to the right of its direction.
    pub(super) fn between(from: Point, to: Point, radius: f64, bow: f64) -> Self {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let control = ((from.0 + to.0) / 2.0 - dy * bow, (from.1 + to.1) / 2.0 + dx * bow);
        let towards = |a: Point, b: Point, distance: f64| {
            let length = (b.0 - a.0).hypot(b.1 - a.1).max(1e-9);
            (a.0 + (b.0 - a.0) * distance / length, a.1 + (b.1 - a.1) * distance / length)
        };
        Curve {
            start: towards(from, control, radius + 1.0),
            control,
            end: towards(to, control, radius + 4.0),
        }
    }

    /// The same elsewhere.
    pub(super) fn shifted(&self, (dx, dy): Point) -> Self {
        let move_by = |(x, y): Point| (x + dx, y + dy);
        Curve { start: move_by(self.start), control: move_by(self.control), end: move_by(self.end) }
    }

    /// Its point at a parameter from 0 to 1.
    pub(super) fn at(&self, u: f64) -> Point {
        let mix = |a: f64, b: f64, c: f64| (1.0 - u).powi(2) * a + 2.0 * u * (1.0 - u) * b + u * u * c;
        (mix(self.start.0, self.control.0, self.end.0), mix(self.start.1, self.control.1, self.end.1))
    }

    /// Unit vector along the curve.
    pub(super) fn direction(&self, u: f64) -> Point {
        let slope = |a: f64, b: f64, c: f64| (1.0 - u) * (b - a) + u * (c - b);
        let d = (
            slope(self.start.0, self.control.0, self.end.0),
            slope(self.start.1, self.control.1, self.end.1),
        );
        let length = d.0.hypot(d.1).max(1e-9);
        (d.0 / length, d.1 / length)
    }
}
