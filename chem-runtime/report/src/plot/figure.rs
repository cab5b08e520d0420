//! A drawing area in fractional pixels.
//!
//! The SVG back end counts whole pixels, which would make curves step. A figure therefore draws on a canvas
//! that is finer by [`FINENESS`] and lets the SVG's view box scale it down.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const FINENESS: f64 = 20.0;

/// Names of fonts that hold the Unicode sub- and superscripts, from the most to the least wanted.
const FONTS: &str = "Inter, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif";

/// A point `[px]` from the upper left corner.
pub(super) type Point = (f64, f64);

/// Horizontal anchor of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Look of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lettering {
    pub(super) size: f64,
    pub(super) colour: RGBColor,
    pub(super) anchor: Anchor,
    pub(super) bold: bool,
    pub(super) upwards: bool,
}

impl Lettering {
    pub(super) fn new(size: f64, colour: RGBColor, anchor: Anchor) -> Self {
        Lettering { size, colour, anchor, bold: false, upwards: false }
    }

    pub(super) fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub(super) fn upwards(mut self) -> Self {
        self.upwards = true;
        self
    }
}

/// Look of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub(super) width: f64,
    pub(super) colour: RGBAColor,
}

impl Stroke {
    pub(super) fn new(width: f64, colour: RGBColor) -> Self {
        Stroke { width, colour: colour.mix(1.0) }
    }

    pub(super) fn faint(width: f64, colour: RGBColor, opacity: f64) -> Self {
        Stroke { width, colour: colour.mix(opacity) }
    }

    fn style(self) -> ShapeStyle {
        self.colour.stroke_width((self.width * FINENESS).round() as u32)
    }
}

/// An SVG picture in the making.
pub(super) struct Figure {
    text: String,
    width: f64,
    height: f64,
    /// What is drawn, in order; painted at the end because the back end borrows its text.
    marks: Vec<Mark>,
}

enum Mark {
    Line(Vec<(i32, i32)>, ShapeStyle),
    Area(Vec<(i32, i32)>, ShapeStyle),
    Circle((i32, i32), i32, ShapeStyle),
    Text((i32, i32), String, Lettering),
}

/// Points of a polyline that can be left out without its moving by more than this `[px]` are left out.
const STRAIGHT: f64 = 0.12;

fn fine((x, y): Point) -> (i32, i32) {
    ((x * FINENESS).round() as i32, (y * FINENESS).round() as i32)
}

impl Figure {
    /// A white figure of a size in pixels.
    pub(super) fn new(width: f64, height: f64) -> Self {
        let mut figure = Figure { text: String::new(), width, height, marks: Vec::new() };
        figure.area(&[(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)], WHITE.mix(1.0));
        figure
    }

    /// Width `[px]`.
    pub(super) fn width(&self) -> f64 {
        self.width
    }

    pub(super) fn line(&mut self, points: &[Point], stroke: Stroke) {
        let points = simplified(points, STRAIGHT).into_iter().map(fine).collect();
        self.marks.push(Mark::Line(points, stroke.style()));
    }

    /// A line of dashes of the given lengths of ink and gap.
    pub(super) fn dashed(&mut self, points: &[Point], stroke: Stroke, ink: f64, gap: f64) {
        for dash in dashes(points, ink, gap) {
            self.line(&dash, stroke);
        }
    }

    pub(super) fn area(&mut self, points: &[Point], colour: RGBAColor) {
        self.marks.push(Mark::Area(points.iter().copied().map(fine).collect(), colour.filled()));
    }

    pub(super) fn disc(&mut self, centre: Point, radius: f64, fill: RGBColor, edge: Stroke) {
        let radius = (radius * FINENESS).round() as i32;
        self.marks.push(Mark::Circle(fine(centre), radius, fill.filled()));
        self.marks.push(Mark::Circle(fine(centre), radius, edge.style()));
    }

    pub(super) fn text(&mut self, at: Point, text: impl Into<String>, lettering: Lettering) {
        self.marks.push(Mark::Text(fine(at), text.into(), lettering));
    }

    /// A text with a white rim, to be read above lines.
    pub(super) fn text_on_lines(&mut self, at: Point, text: &str, lettering: Lettering) {
        let rim = Lettering { colour: WHITE, ..lettering };
        for (dx, dy) in [
            (-1.6, 0.0),
            (1.6, 0.0),
            (0.0, -1.6),
            (0.0, 1.6),
            (-1.1, -1.1),
            (1.1, 1.1),
            (-1.1, 1.1),
            (1.1, -1.1),
        ] {
            self.text((at.0 + dx, at.1 + dy), text, rim);
        }
        self.text(at, text, lettering);
    }

    /// The finished SVG.
    pub(super) fn finish(mut self) -> String {
        let size = ((self.width * FINENESS) as u32, (self.height * FINENESS) as u32);
        let marks = std::mem::take(&mut self.marks);
        {
            let area = SVGBackend::with_string(&mut self.text, size).into_drawing_area();
            // Writing to a string cannot fail.
            let _ = marks.into_iter().try_for_each(|mark| paint(&area, mark));
            let _ = area.present();
        }
        let fine = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
        let real = format!("width=\"{}\" height=\"{}\"", self.width, self.height);
        self.text.replacen(&fine, &real, 1)
    }
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn paint(area: &Area<'_>, mark: Mark) -> Result<(), Box<dyn std::error::Error>> {
    match mark {
        Mark::Line(points, style) => area.draw(&PathElement::new(points, style))?,
        Mark::Area(points, style) => area.draw(&Polygon::new(points, style))?,
        Mark::Circle(centre, radius, style) => area.draw(&Circle::new(centre, radius, style))?,
        Mark::Text(at, text, lettering) => {
            // The back end divides sizes by 1.24.
            let size = lettering.size * FINENESS * 1.24;
            let weight = if lettering.bold { FontStyle::Bold } else { FontStyle::Normal };
            let mut font = FontDesc::new(FontFamily::Name(FONTS), size, weight);
            if lettering.upwards {
                font = font.transform(FontTransform::Rotate270);
            }
            let horizontal = match lettering.anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let style = font.color(&lettering.colour).pos(Pos::new(horizontal, VPos::Center));
            // Below `draw`, which would measure the text with fonts that are not compiled in.
            area.draw(&plotters::element::Text::new(text, at, style))?;
        }
    }
    Ok(())
}

/// A polyline without the points that are not needed (Ramer 1972; Douglas & Peucker 1973).
fn simplified(points: &[Point], tolerance: f64) -> Vec<Point> {
    let mut kept: Vec<bool> = vec![false; points.len()];
    let mut parts = vec![(0, points.len().saturating_sub(1))];
    while let Some((first, last)) = parts.pop() {
        let (Some(a), Some(b)) = (points.get(first).copied(), points.get(last).copied()) else { continue };
        kept[first] = true;
        kept[last] = true;
        let length = (b.0 - a.0).hypot(b.1 - a.1);
        // The distance from the segment, for curves may turn back.
        let distance = |p: Point| {
            let along =
                ((p.0 - a.0) * (b.0 - a.0) + (p.1 - a.1) * (b.1 - a.1)) / (length * length).max(1e-12);
            let u = along.clamp(0.0, 1.0);
            (p.0 - a.0 - u * (b.0 - a.0)).hypot(p.1 - a.1 - u * (b.1 - a.1))
        };
        let farthest = (first + 1..last)
            .map(|i| (i, points.get(i).map_or(0.0, |p| distance(*p))))
            .max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some((middle, far)) = farthest
            && far > tolerance
        {
            parts.extend([(first, middle), (middle, last)]);
        }
    }
    points.iter().zip(kept).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect()
}

/// Cuts a polyline into dashes.
fn dashes(points: &[Point], ink: f64, gap: f64) -> Vec<Vec<Point>> {
    let mut dashes = Vec::new();
    let mut current: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut left, mut drawing) = (ink, true);
    for pair in points.windows(2) {
        let [mut from, to] = *pair else { continue };
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length <= left {
                left -= length;
                if drawing {
                    current.push(to);
                }
                break;
            }
            let u = left / length;
            from = (from.0 + u * (to.0 - from.0), from.1 + u * (to.1 - from.1));
            if drawing {
                current.push(from);
                dashes.push(std::mem::take(&mut current));
                left = gap;
            } else {
                current.push(from);
                left = ink;
            }
            drawing = !drawing;
        }
    }
    if current.len() > 1 {
        dashes.push(current);
    }
    dashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_have_their_lengths() {
        let cut = dashes(&[(0.0, 0.0), (4.0, 0.0), (10.0, 0.0)], 3.0, 2.0);
        assert_eq!(cut, [vec![(0.0, 0.0), (3.0, 0.0)], vec![(5.0, 0.0), (8.0, 0.0)]]);
    }

    #[test]
    fn straight_lines_need_two_points_and_curves_keep_their_shape() {
        let straight: Vec<Point> = (0..100).map(|i| (f64::from(i), 2.0 * f64::from(i))).collect();
        assert_eq!(simplified(&straight, 0.1), [straight[0], straight[99]]);
        let arc = |i: i32| (0.01 * f64::from(i)).sin_cos();
        let circle: Vec<Point> = (0..600).map(arc).map(|(y, x)| (100.0 * x, 100.0 * y)).collect();
        let few = simplified(&circle, 0.1);
        assert!(few.len() < 100, "{}", few.len());
        for point in few.windows(2).map(|w| ((w[0].0 + w[1].0) / 2.0, (w[0].1 + w[1].1) / 2.0)) {
            assert!((point.0.hypot(point.1) - 100.0).abs() < 0.11);
        }
    }

    #[test]
    fn view_box_is_finer_than_the_size() {
        let svg = Figure::new(100.0, 50.0).finish();
        assert!(svg.contains("width=\"100\" height=\"50\" viewBox=\"0 0 2000 1000\""), "{svg}");
    }
}
