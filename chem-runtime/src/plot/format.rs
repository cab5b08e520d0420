//! Shapes of a picture: wide for talks and pages, narrow for phones.

use super::figure::{Anchor, Figure, Lettering};
use super::palette::{GREY, INK};

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
            let room = self.width() - left - 24.0;
            // Letters are about half as wide as high.
            let fitting = |text: &str, size: f64, share: f64| {
                size.min(room / (share * text.chars().count().max(1) as f64))
            };
            let size = fitting(title, 25.0, 0.56);
            figure.text((left, 34.0), title, Lettering::new(size, INK, Anchor::Start).bold());
            let size = fitting(subtitle, 16.0, 0.52);
            figure.text((left, 64.0), subtitle, Lettering::new(size, GREY, Anchor::Start));
        }
        figure
    }
}
