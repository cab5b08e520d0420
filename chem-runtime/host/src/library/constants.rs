//! Numbers with names: what header and module define beside functions.

use chem_grammar::network::Network;

use crate::calls::ABI_VERSION;
use crate::catalogue::{LISTS, PARAMETER_KINDS, PARAMETER_SCOPES, STATUSES};
use crate::error::CODES;
use crate::solver::{OPTIONS, QUANTITIES};

/// A group of constants under one heading.
pub(super) struct Group {
    pub(super) heading: &'static str,
    pub(super) kind: Kind,
    /// Name without the prefix; value; remark.
    pub(super) constants: Vec<(String, i64, String)>,
}

/// What the constants are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Default integers of the language.
    Plain,
    /// Arguments and statuses of 32 bits.
    Int32,
    /// Codes of errors, of 64 bits.
    Int64,
    /// Places in arrays: from 0 on in C, from 1 on in Fortran.
    Place,
}

fn numbered(names: &[&str], stem: &str, kind: Kind, heading: &'static str) -> Group {
    let constants = names.iter().enumerate();
    let constants =
        constants.map(|(number, name)| (format!("{stem}_{name}"), number as i64, String::new())).collect();
    Group { heading, kind, constants }
}

/// Version of the interface, and how much the network has.
fn counts(network: &Network) -> Group {
    let counts = [
        ("SPECIES_COUNT", network.species.len()),
        ("ELEMENT_COUNT", network.elements.len()),
        ("PARAMETER_COUNT", network.parameters.len()),
        ("REACTION_COUNT", network.reactions.len()),
        ("PROCESS_COUNT", network.processes.len()),
        ("HEATING_COUNT", network.heating.len()),
        ("COOLING_COUNT", network.cooling.len()),
        ("BAND_COUNT", network.radiations.iter().map(|field| field.bands.len()).sum()),
    ];
    let counts = counts.map(|(name, count)| (name.to_owned(), count as i64, String::new()));
    let version = ("ABI_VERSION".to_owned(), ABI_VERSION.into(), String::new());
    Group {
        heading: "Version of the interface, and how much the network has.",
        kind: Kind::Plain,
        constants: std::iter::once(version).chain(counts).collect(),
    }
}

/// All groups for a network.
pub(super) fn groups(network: &Network) -> Vec<Group> {
    let species = network.species.iter().enumerate();
    let places = species
        .map(|(index, species)| (format!("IDX_{}", species.ident), index as i64, species.name.clone()));
    let statuses = STATUSES
        .iter()
        .enumerate()
        .map(|(number, (name, _))| (format!("STATUS_{name}"), number as i64, String::new()));
    let errors =
        CODES.iter().map(|(name, code, meaning)| (format!("ERROR_{name}"), *code, (*meaning).to_owned()));
    vec![
        counts(network),
        Group {
            heading: "Where the species stand among the densities.",
            kind: Kind::Place,
            constants: distinct(places.collect()),
        },
        Group {
            heading: "What became of a cell: DONE, FALLBACK, NOT_STEADY and EMULATED are advanced, all others unchanged.",
            kind: Kind::Int32,
            constants: statuses.collect(),
        },
        Group { heading: "Why a call is refused.", kind: Kind::Int64, constants: errors.collect() },
        numbered(
            &["CELL_BY_CELL", "SPECIES_BY_SPECIES"],
            "LAYOUT",
            Kind::Int32,
            "Order of densities: n[cell * species + s], n[s * cells + cell].",
        ),
        numbered(&["FLOAT64", "FLOAT32"], "KIND", Kind::Int32, "Kinds of numbers in arrays."),
        numbered(&["NUMBER", "MASS"], "DENSITY", Kind::Int32, "Densities [cm^-3], [g cm^-3]."),
        numbered(
            &["TEMPERATURE", "ENERGY_PER_MASS", "ENERGY_PER_VOLUME"],
            "THERMAL",
            Kind::Int32,
            "Thermal quantities [K], [erg/g], [erg cm^-3].",
        ),
        Group {
            heading: "Flags of a block: refuse cells whose charges do not cancel.",
            kind: Kind::Int32,
            constants: vec![("FLAG_NEUTRAL".to_owned(), 1, String::new())],
        },
        numbered(&PARAMETER_KINDS, "PARAMETER", Kind::Int32, "Which values a parameter may have."),
        numbered(&PARAMETER_SCOPES, "SCOPE", Kind::Int32, "Where a value of a parameter holds."),
        numbered(&LISTS, "LIST", Kind::Int32, "Lists of names."),
        numbered(&OPTIONS, "OPTION", Kind::Int32, "Options of a solver."),
        numbered(
            &QUANTITIES,
            "QUANTITY",
            Kind::Int32,
            "What can be evaluated: T [K]; internal energy e [erg/g], [erg cm^-3]; adiabatic index; mean mass of a particle \
             [proton masses]; density of mass [g cm^-3], of particles [cm^-3]; heating, cooling [erg cm^-3 s^-1]; cooling time \
             e / (cooling - heating) [s], negative where gas is heated; rate coefficients; fluxes of reactions, then processes \
             [cm^-3 s^-1]; heating and cooling terms one by one; dn/dt, then dT/dt; nuclei of each element [cm^-3]; absorption \
             coefficient [cm^-1] of each band of LIST_BANDS, for numbers of photons, and for their energy: of a flux F of a band \
             [cm^-2 s^-1, erg cm^-2 s^-1] this times F is absorbed per cm^3.",
        ),
    ]
}

/// Names that differ for compilers that do not tell capitals, too: `CO`, then `Co_2`.
fn distinct(mut constants: Vec<(String, i64, String)>) -> Vec<(String, i64, String)> {
    let mut taken = std::collections::BTreeSet::new();
    for (name, ..) in &mut constants {
        let stem = name.clone();
        let mut number = 2;
        while !taken.insert(name.to_ascii_lowercase()) {
            *name = format!("{stem}_{number}");
            number += 1;
        }
    }
    constants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_without_capitals() {
        let names = ["IDX_CO", "IDX_Co", "IDX_H"].map(|name| (name.to_owned(), 0, String::new()));
        let names: Vec<String> = distinct(names.to_vec()).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(names, ["IDX_CO", "IDX_Co_2", "IDX_H"]);
    }
}
