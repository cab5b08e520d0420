//! Radiation in bands, and cross sections.

use super::{Expr, Name, UnitExpr};
use crate::source::{Span, Spanned};

/// `radiation uv: edges = 13.6, 24.59, inf [eV], spectrum = planck(E, 1e5 [K]), given = photons [cm^-3] per cell`
#[derive(Clone, Debug, PartialEq)]
pub struct Radiation {
    /// The name; the values of its bands are the parameters `NAME_1`, `NAME_2`, ...
    pub name: Name,
    /// The settings, in order.
    pub settings: Vec<RadiationSetting>,
}

/// One setting of a radiation field, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct RadiationSetting {
    /// What is set.
    pub kind: RadiationSettingKind,
    /// Place.
    pub span: Span,
}

/// What is set of a radiation field.
#[derive(Clone, Debug, PartialEq)]
pub enum RadiationSettingKind {
    /// `edges = 6, 11.2, 13.6 [eV]`; the last may be `inf`
    Edges(Vec<Edge>),
    /// `bands = 1000`: so many of equal width in log E between the two edges
    Bands(Spanned<u32>),
    /// `spectrum = E^-1`: energy per unit of energy, as a function of `E`
    Spectrum(Expr),
    /// `given = photons [cm^-3] per cell`
    Given(Given),
}

/// An end of a band.
#[derive(Clone, Debug, PartialEq)]
pub enum Edge {
    /// An energy.
    At(Expr),
    /// `inf`
    Infinite(Span),
}

/// What a host hands over for each band.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The quantity, as written: see [`crate::radiation::Quantity`].
    pub quantity: Name,
    /// Its unit.
    pub unit: UnitExpr,
    /// Whether each cell may have values of its own.
    pub per_cell: bool,
}

/// `cross_section h2_pi: E = 15.4 .. inf [eV], sigma = ionisation(E)`
#[derive(Clone, Debug, PartialEq)]
pub struct CrossSection {
    /// The name.
    pub name: Name,
    /// Threshold: zero below, and what a photon has above it is its excess.
    pub low: Expr,
    /// Zero above.
    pub high: Edge,
    /// The cross section, as a function of `E`.
    pub sigma: Expr,
}
