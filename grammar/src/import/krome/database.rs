//! Coefficients that a file leaves to KROME's own database by `auto`, outside of photo blocks.

use super::species::{Particle, particle};

/// A coefficient of the database: sides, expression in our language [cm^3 s^-1], source.
#[derive(Debug)]
pub(super) struct Entry {
    reactants: &'static [&'static str],
    products: &'static [&'static str],
    pub(super) value: &'static str,
    pub(super) source: &'static str,
}

/// Entries whose numbers are known. Each reproduces the coefficients that KROME (March 2024) computes, at twelve temperatures from
/// 10 K to 1e6 K, to 1.1e-7: its literals are single precision.
const ENTRIES: [Entry; 3] = [
    Entry {
        reactants: &["O+", "e-"],
        products: &["O"],
        value: "3.4e-12 * (T / 300)^-0.63",
        source: "KROME's database (auto); KIDA (Wakelam et al. 2012, ApJS 199, 21) has the same",
    },
    Entry {
        reactants: &["CO+", "e-"],
        products: &["C", "O"],
        value: "2.75e-7 * (T / 300)^-0.55",
        source: "KROME's database (auto); KIDA (Wakelam et al. 2012, ApJS 199, 21) has the same",
    },
    Entry {
        reactants: &["CO+", "e-"],
        products: &["CO"],
        value: "2.51e-13 * (T / 1e4)^-0.795",
        source: "KROME's database (auto): fit to the coefficients that KROME computes; it names no source",
    },
];

/// The entry of a reaction. The order of species does not count, light is left out.
pub(super) fn entry(reactants: &[&str], products: &[&str]) -> Option<&'static Entry> {
    let sides = [species(reactants)?, species(products)?];
    ENTRIES.iter().find(|entry| [entry.reactants, entry.products].map(sorted) == sides)
}

/// Names of species in our spelling, in a fixed order.
fn species(names: &[&str]) -> Option<Vec<String>> {
    let mut own = Vec::new();
    for name in names {
        match particle(name, 0) {
            Ok(Particle::Species(species)) => own.push(species.name),
            Ok(Particle::Photon) => {}
            Ok(Particle::CosmicRay | Particle::ThirdBody) | Err(_) => return None,
        }
    }
    own.sort_unstable();
    Some(own)
}

fn sorted(names: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.sort_unstable();
    names
}
