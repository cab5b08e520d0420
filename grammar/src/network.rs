//! The meaning of a network: what the text says after all names are resolved and all checks have passed.
//!
//! This is the intermediate form that everything else is derived from. It is made by [`crate::compile`].

use std::path::PathBuf;

use crate::ast::{Interpolation, Outside, PerCell, Scale};
use crate::diagnostic::{Diagnostic, Report};
use crate::expr::{Dag, ExprId, SpeciesId};
use crate::interpolation::Grid;
use crate::source::{SourceMap, Span};

/// A chemical network with its thermal processes.
#[derive(Clone, Debug)]
pub struct Network {
    /// Name in the magic line; a Rust identifier in snake case.
    pub name: String,
    /// Version in the magic line.
    pub version: u32,
    /// Documentation, one paragraph per string.
    pub doc: Vec<String>,
    /// The network file, then every rate library and table that it uses, as paths that can be opened.
    pub files: Vec<PathBuf>,
    /// Sources, for diagnostics that are made later.
    pub sources: SourceMap,
    /// Digest of the equations, whatever their text: identifies the network in checkpoints and outputs.
    pub hash: u64,
    /// Species in declared order.
    pub species: Vec<Species>,
    /// Names of the elements in order of first appearance (synthetic ones included), without electrons.
    pub elements: Vec<String>,
    /// Parameters with their defaults.
    pub parameters: Vec<Parameter>,
    /// Expressions with names (`let`, `rate`), so that generated code can use them.
    pub definitions: Vec<NamedExpr>,
    /// Reactions with a rate coefficient, in declared order: k1, k2, ... of the output.
    pub reactions: Vec<Reaction>,
    /// Processes that state their flux.
    pub processes: Vec<Reaction>,
    /// Heating rates [erg cm^-3 s^-1].
    pub heating: Vec<ThermalTerm>,
    /// Cooling rates [erg cm^-3 s^-1].
    pub cooling: Vec<ThermalTerm>,
    /// Adiabatic index (5/3 if not stated).
    pub adiabatic_index: ExprId,
    /// Whether the file says `conserve energy`; see [`crate::system::TemperatureEquation`].
    pub conserves_energy: bool,
    /// Boltzmann constant of the energy equation [erg/K]: the built-in one unless the network replaces it.
    pub boltzmann: f64,
    /// Range to which the temperature is clamped before any rate is evaluated `[K]`.
    pub temperature_limits: Option<(f64, f64)>,
    /// Temperature below which the gas does not cool `[K]`; see [`crate::system::TemperatureEquation`].
    pub temperature_floor: Option<f64>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Radiation fields in bands.
    pub radiations: Vec<crate::radiation::Radiation>,
    /// What absorbs in them, by the reactions and processes with `photon` on their left.
    pub absorbers: Vec<Absorber>,
    /// Initial states.
    pub initials: Vec<Initial>,
    /// Domains of initial states.
    pub domains: Vec<Domain>,
    /// Values of T `[K]` where a rate or thermal process changes its formula, ascending.
    pub breakpoints: Vec<f64>,
    /// All expressions.
    pub dag: Dag,
    /// Warnings and notes of the check, sorted by place: they stop nothing by themselves.
    pub findings: Vec<Diagnostic>,
}

impl Network {
    /// Whether T changes: the network has heating or cooling, or particles that carry the energy are lost and made.
    pub fn evolves_temperature(&self) -> bool {
        self.conserves_energy || !(self.heating.is_empty() && self.cooling.is_empty())
    }

    /// The index of a species by its name as written (`e-`, `H2+`).
    pub fn find_species(&self, name: &str) -> Option<SpeciesId> {
        self.species.iter().position(|s| s.name == name).map(|i| SpeciesId(i as u32))
    }
}

/// A species.
#[derive(Clone, Debug, PartialEq)]
pub struct Species {
    /// As written: `He++`.
    pub name: String,
    /// Rust identifier in camel case: `HePlusPlus`, `HMinus`, `Electron`.
    pub ident: String,
    /// Number of nuclei of each element, aligned with [`Network::elements`].
    pub composition: Vec<u32>,
    /// Charge in units of e.
    pub charge: i32,
    /// Mass `[g]`; zero for synthetic elements.
    pub mass: f64,
    /// Documentation.
    pub doc: Vec<String>,
    /// Where it was declared.
    pub span: Span,
}

/// A parameter: a number that the user of the generated code may change at run time.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name; a Rust identifier in snake case.
    pub name: String,
    /// Which values it may have.
    pub kind: ParameterKind,
    /// Default, in cgs units and K.
    pub default: f64,
    /// Unit as written.
    pub unit: Option<String>,
    /// Whether each cell may have a value of its own; else one holds for the whole network.
    pub per_cell: Option<PerCell>,
    /// Documentation.
    pub doc: Vec<String>,
}

/// Which values a parameter may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Any number.
    Number,
    /// 1 or 0: declared as a `switch` that is on or off.
    Switch,
    /// What is given for a band of a `radiation` field.
    Band,
}

/// An expression with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedExpr {
    /// Name as written.
    pub name: String,
    /// The expression.
    pub expr: ExprId,
    /// Documentation.
    pub doc: Vec<String>,
}

/// A reaction or process.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaction {
    /// Stable name; a Rust identifier in snake case.
    pub name: String,
    /// Species on the left with their counts, merged (`H + H` is one entry of count 2), in order of appearance.
    pub reactants: Vec<(SpeciesId, u32)>,
    /// Species on the right with their counts, merged.
    pub products: Vec<(SpeciesId, u32)>,
    /// Number of third bodies `M` (each multiplies the flux by the total number density).
    pub third_bodies: u32,
    /// Left and right side as written, `photon` and the like included: `H+ + e- -> H + photon`.
    pub equation: String,
    /// Rate coefficient k (reactions) or flux (processes); zero outside the reaction's temperature range.
    pub rate: ExprId,
    /// The whole statement as written in the file, without its documentation.
    pub source: String,
    /// Documentation and references.
    pub doc: Vec<String>,
    /// Where it was declared.
    pub span: Span,
}

/// One heating or cooling process.
#[derive(Clone, Debug, PartialEq)]
pub struct ThermalTerm {
    /// Name; a Rust identifier (not necessarily snake case: `H2`, `CR`).
    pub name: String,
    /// Rate [erg cm^-3 s^-1].
    pub expr: ExprId,
    /// The statement as written, without its documentation.
    pub source: String,
    /// Documentation and references.
    pub doc: Vec<String>,
    /// Where it was declared.
    pub span: Span,
}

/// What absorbs by one cross section: a band's absorption coefficient [cm^-1] is the sum over the absorbers in its field of
/// density times the average cross section there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absorber {
    /// Number of the field among [`Network::radiations`].
    pub field: usize,
    /// Number of the cross section among [`crate::radiation::Radiation::averages`].
    pub average: usize,
    /// Number density of the absorber [cm^-3], times all by which its reactions multiply the rate, such as shielding.
    pub density: ExprId,
}

/// A table of one or two axes.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Scales of the axes.
    pub axes: Vec<Scale>,
    /// Scale of the values.
    pub value_scale: Scale,
    /// Between nodes.
    pub interpolation: Interpolation,
    /// Outside the axes.
    pub outside: Outside,
    /// Axes and values as in the file.
    pub grid: Grid,
    /// Documentation.
    pub doc: Vec<String>,
}

/// A complete initial state.
#[derive(Clone, Debug, PartialEq)]
pub struct Initial {
    /// Name; a Rust identifier in snake case.
    pub name: String,
    /// Temperature `[K]`.
    pub temperature: f64,
    /// Number densities [cm^-3], one per species.
    pub densities: Vec<f64>,
    /// Documentation.
    pub doc: Vec<String>,
}

/// A box of initial states, and a recipe to draw one from numbers in [0, 1).
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// Name; a Rust identifier in snake case.
    pub name: String,
    /// Temperature `[K]`.
    pub temperature: Interval,
    /// Total number density [cm^-3], if the domain states it.
    pub total_density: Option<Interval>,
    /// Number density of the hydrogen nuclei, if the domain states it instead.
    pub hydrogen: Option<HydrogenNuclei>,
    /// Time span `[s]`.
    pub time: Option<Interval>,
    /// Weight of each species: fractions or number densities, drawn one by one. `None` for the species that
    /// closes the charge balance.
    pub species: Vec<Option<Interval>>,
    /// Whether `species` holds number densities (then nothing is rescaled) instead of fractions.
    pub absolute: bool,
    /// Shares of the nuclei by number: after drawing, the species of each listed element are scaled so that
    /// the elements' shares are these, drawn from their ranges. (element index, share); `None` for the element that
    /// takes what the others leave.
    pub nuclei: Vec<(usize, Option<Interval>)>,
    /// The species that makes the state neutral.
    pub neutral: Option<SpeciesId>,
    /// (index of a parameter per cell, its range in the unit of its values); the others have their defaults.
    pub parameters: Vec<(usize, Interval)>,
    /// Documentation.
    pub doc: Vec<String>,
}

/// What a domain states per hydrogen nucleus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HydrogenNuclei {
    /// Index of hydrogen among the elements.
    pub element: usize,
    /// Number density of the nuclei, bound ones counted [cm^-3].
    pub density: Interval,
    /// Whether the ranges of the species are abundances, taken as they are, instead of weights.
    pub abundances: bool,
    /// The species that takes the nuclei that the others leave, with which the abundances are complete.
    pub rest: Option<usize>,
}

/// A closed range of a quantity, in the unit of what it bounds; sampled uniformly in the value or in its logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether it is sampled uniformly in the logarithm.
    pub log: bool,
}

impl Interval {
    /// The point at a fraction `u` in [0, 1] of the range, in its unit.
    pub fn at(&self, u: f64) -> f64 {
        if self.low == self.high {
            self.low
        } else if self.log {
            (self.low.ln() + u * (self.high.ln() - self.low.ln())).exp().clamp(self.low, self.high)
        } else {
            self.low + u * (self.high - self.low)
        }
    }
}

impl Network {
    /// Reads, resolves and checks a network file with everything that it uses.
    ///
    /// Warnings and notes are in [`Network::findings`].
    ///
    /// # Errors
    /// All findings at once, with their places, if there is an error among them.
    pub fn load(path: impl AsRef<std::path::Path>) -> Result<Network, Report> {
        crate::compile::compile(path.as_ref(), &crate::compile::Disk)
    }

    /// Warnings and notes with the sources they point into.
    pub fn report(&self) -> Report {
        Report {
            sources: self.sources.clone(),
            diagnostics: self.findings.clone(),
            species: self.species.iter().map(|s| s.name.clone()).collect(),
        }
    }
}
