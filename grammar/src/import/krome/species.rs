//! Species as KROME spells them: in any case, electrons as `E`.

use crate::import::capitals::formula;
use crate::import::draft::DraftSpecies;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Particle {
    /// A species of the network.
    Species(DraftSpecies),
    /// Light: not followed.
    Photon,
    /// A cosmic ray: not followed.
    CosmicRay,
    /// Any particle.
    ThirdBody,
}

/// Reads a name.
///
/// # Errors
/// In words, if it is not understood.
pub(super) fn particle(name: &str, line: u32) -> Result<Particle, String> {
    // Braces: takes part in the balance, not in the flux.
    if name.contains(['{', '}']) {
        return Err(format!("`{name}`: a reactant that does not count in the flux has no counterpart"));
    }
    let upper = name.trim().to_ascii_uppercase();
    match upper.as_str() {
        "E" | "E-" => {
            return Ok(Particle::Species(DraftSpecies {
                name: "e-".to_owned(),
                line,
                ..DraftSpecies::default()
            }));
        }
        "G" => return Ok(Particle::Photon),
        "CR" => return Ok(Particle::CosmicRay),
        "M" => return Ok(Particle::ThirdBody),
        _ => {}
    }
    let body = upper.trim_end_matches(['+', '-']);
    let charge = upper.get(body.len()..).unwrap_or("");
    if charge.contains('+') && charge.contains('-') {
        return Err(format!("`{name}`: the charge mixes signs"));
    }
    let species = |name: String, composition| {
        Ok(Particle::Species(DraftSpecies { name: format!("{name}{charge}"), composition, mass: None, line }))
    };
    let stated = |element: &str| vec![(element.to_owned(), 1)];
    if body.strip_prefix("FK").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit())) {
        return species(body.to_owned(), stated("Fake"));
    }
    if body.starts_with("GRAIN") {
        return species(body.to_owned(), stated("Grain"));
    }
    if body.starts_with("PAH") {
        return species(body.to_owned(), stated("Pah"));
    }
    match formula(body) {
        Some((name, composition)) => species(name, composition),
        None => Err(format!("`{name}` is not a species that can be read")),
    }
}

/// The name of a species in KROME's code: `idx_` and this.
pub(super) fn index_name(species: &str) -> String {
    let species = if species == "e-" { "E" } else { species };
    let letter = |c: char| match c {
        '+' => Some('j'),
        '-' => Some('k'),
        '(' | '[' => Some('_'),
        ')' | ']' => None,
        c => Some(c.to_ascii_lowercase()),
    };
    species.chars().filter_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        match particle(text, 1) {
            Ok(Particle::Species(species)) => species.name,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn spellings_of_krome() {
        for (krome, ours) in [
            ("HE++", "He++"),
            ("he+", "He+"),
            ("E", "e-"),
            ("H-", "H-"),
            ("SI+", "Si+"),
            ("CO", "CO"),
            ("HNCO", "HNCO"),
            ("TiO2", "TiO2"),
            ("CH3OH", "CH3OH"),
            ("HOC+", "HOC+"),
            ("FK1", "FK1"),
            ("GRAIN-", "GRAIN-"),
            ("[13]CO", "(13C)O"),
            ("CO_ice", "CO_ice"),
            ("O(1D)", "O(1D)"),
        ] {
            assert_eq!(name(krome), ours, "{krome}");
        }
        assert_eq!(particle("g", 1), Ok(Particle::Photon));
        for bad in ["", "Xx", "H+-", "{H}", "H0", "12"] {
            assert!(particle(bad, 1).is_err(), "{bad}");
        }
        assert_eq!(["H+", "H-", "e-", "He++"].map(index_name), ["hj", "hk", "e", "hejj"]);
    }
}
