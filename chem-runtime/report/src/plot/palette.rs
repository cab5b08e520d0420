//! Colours that people of every colour vision can tell apart (Okabe & Ito 2008, extended by Tol 2021).

use plotters::style::RGBColor;

/// Ink of texts and axes.
pub(super) const INK: RGBColor = RGBColor(0x26, 0x2b, 0x33);
/// Secondary texts.
pub(super) const GREY: RGBColor = RGBColor(0x6b, 0x72, 0x80);
/// Lines that are not named, behind those that are.
pub(super) const FAINT: RGBColor = RGBColor(0xc4, 0xc9, 0xd0);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(0xe3, 0xe6, 0xea);
/// Arrows of reactions between particles, and of those that photons or cosmic rays drive.
pub(super) const COLLISION: RGBColor = RGBColor(0x2f, 0x6d, 0xa3);
pub(super) const RADIATION: RGBColor = RGBColor(0xd9, 0x7a, 0x06);
/// What others reached, beside ours.
pub(super) const OTHERS: RGBColor = RGBColor(0xb0, 0x00, 0x20);

const COLOURS: [RGBColor; 9] = [
    RGBColor(0x1a, 0x1a, 0x1a),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x5f, 0x9c),
    RGBColor(0xdb, 0x94, 0x00),
    RGBColor(0x45, 0xa9, 0xe4),
    RGBColor(0x88, 0x22, 0x55),
    RGBColor(0x8a, 0x8a, 0x2b),
];

/// Number of series that look different: each colour in full and dashed.
pub(super) const STYLES: usize = 2 * COLOURS.len();

/// Colour of the series of this index, and whether it is dashed because the colours are used up.
pub(super) fn series(index: usize) -> (RGBColor, bool) {
    let colour = COLOURS.get(index % COLOURS.len()).copied().unwrap_or(INK);
    (colour, (index / COLOURS.len()) % 2 == 1)
}
