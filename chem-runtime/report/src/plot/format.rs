//! Shapes of a picture: wide for talks and pages, narrow for phones.

use super::figure::{Anchor, Figure, Lettering};
use super::palette::{GREY, INK};
use super::text_width::fitting_size;

/// The shape of a picture; letters have the same size in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// 1280 pixels wide, with title and subtitle.
    Wide,
    /// 620 pixels wide, without: what surrounds it says what it is.
    Narrow,
}

/// A rectangle `[px]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rectangle {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Rectangle {
    pub(super) fn middle(&self) -> (f64, f64) {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    pub(super) fn holds(&self, x: f64, y: f64) -> bool {
        self.left < x && x < self.right && self.top < y && y < self.bottom
    }

    /// Whether both have more than an edge in common.
    pub(super) fn overlaps(&self, other: &Rectangle) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

impl Format {
    pub(super) fn width(self) -> f64 {
        match self {
            Format::Wide => 1280.0,
            Format::Narrow => 620.0,
        }
    }

    /// Either of two lengths.
    pub(super) fn pick(self, wide: f64, narrow: f64) -> f64 {
        match self {
            Format::Wide => wide,
            Format::Narrow => narrow,
        }
    }

    /// Height of the header.
    pub(super) fn header(self) -> f64 {
        self.pick(92.0, 16.0)
    }

    /// Size of the letters at ticks.
    pub(super) fn letters(self) -> f64 {
        self.pick(18.0, 17.0)
    }

    /// A figure of this width with a title and a subtitle at `left`.
    pub(super) fn figure(self, height: f64, left: f64, title: &str, subtitle: &str) -> Figure {
        let mut figure = Figure::new(self.width(), height);
        if self == Format::Wide {
            header(&mut figure, left, title, subtitle);
        }
        figure
    }
}

/// Title and subtitle, made to fit the width.
pub(super) fn header(figure: &mut Figure, left: f64, title: &str, subtitle: &str) {
    let room = figure.width() - left - 24.0;
    let size = fitting_size(title, 25.0, true, room);
    figure.text((left, 34.0), title, Lettering::new(size, INK, Anchor::Start).bold());
    let size = fitting_size(subtitle, 16.0, false, room);
    figure.text((left, 64.0), subtitle, Lettering::new(size, GREY, Anchor::Start));
}
