//! Boxes of initial states.

#[cfg(feature = "sampling")]
mod draw;

pub use chem_grammar::network::{HydrogenNuclei, Interval};
#[cfg(feature = "sampling")]
pub use draw::{DrawnCells, random_stream};

/// A box of initial states; the meaning of each field is that of [`chem_grammar::network::Domain`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DomainView<'a> {
    /// Name.
    pub name: &'a str,
    /// Temperature `[K]`.
    pub temperature: Interval,
    /// Total number density [cm^-3].
    pub total_density: Option<Interval>,
    /// Number density of the hydrogen nuclei, if the domain states it instead.
    pub hydrogen: Option<HydrogenNuclei>,
    /// Time span `[s]`.
    pub time: Option<Interval>,
    /// Fraction (or density) of each species; `None` for the one that closes the charge balance.
    pub species: &'a [Option<Interval>],
    /// Whether `species` holds number densities.
    pub absolute: bool,
    /// (element, share of the nuclei by number); `None` for the element that takes what the others leave
    pub nuclei: &'a [(usize, Option<Interval>)],
    /// The species that makes the state neutral.
    pub neutral: Option<usize>,
    /// (parameter per cell, its range in the unit of its values).
    pub parameters: &'a [(usize, Interval)],
}

/// A box of initial states as generated code holds it.
pub type Domain = DomainView<'static>;

impl<'a> From<&'a chem_grammar::network::Domain> for DomainView<'a> {
    fn from(domain: &'a chem_grammar::network::Domain) -> Self {
        DomainView {
            name: &domain.name,
            temperature: domain.temperature,
            total_density: domain.total_density,
            hydrogen: domain.hydrogen,
            time: domain.time,
            species: &domain.species,
            absolute: domain.absolute,
            nuclei: &domain.nuclei,
            neutral: domain.neutral.map(|species| species.0 as usize),
            parameters: &domain.parameters,
        }
    }
}

impl From<&DomainView<'_>> for chem_grammar::network::Domain {
    fn from(view: &DomainView<'_>) -> Self {
        chem_grammar::network::Domain {
            name: view.name.to_owned(),
            temperature: view.temperature,
            total_density: view.total_density,
            hydrogen: view.hydrogen,
            time: view.time,
            species: view.species.to_vec(),
            absolute: view.absolute,
            nuclei: view.nuclei.to_vec(),
            neutral: view.neutral.map(|species| chem_grammar::expr::SpeciesId(species as u32)),
            parameters: view.parameters.to_vec(),
            doc: Vec::new(),
        }
    }
}
