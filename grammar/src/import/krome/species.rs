//! Species as KROME spells them: in any case, electrons as `E`.

use crate::import::draft::DraftSpecies;

/// Symbols that are read as elements, those of two letters first. `CO`, `NO`, `OH` are molecules: no cobalt, nobelium or osmium.
const ELEMENTS: [&str; 31] = [
    "He", "Li", "Be", "Ne", "Na", "Mg", "Al", "Si", "Cl", "Ar", "Ca", "Ti", "Cr", "Mn", "Fe", "Ni", "Zn", "Cu", "Sc", "Va", "H",
    "D", "C", "N", "O", "F", "P", "S", "K", "B", "V",
];

/// Words in names that say nothing about what a species is made of.
const MARKS: [&str; 15] = [
    "_DUST", "_C", "_SI", "_GRAIN", "_SURFACE", "_ICE", "_TOTAL", "_ORTHO", "_PARA", "_META", "_ANTI", "L_", "C_", "(1D)", "(3P)",
];

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
            return Ok(Particle::Species(DraftSpecies { name: "e-".to_owned(), line, ..DraftSpecies::default() }));
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

/// A formula in our spelling, and what it is made of.
fn formula(body: &str) -> Option<(String, Vec<(String, u32)>)> {
    let (mut out, mut composition): (String, Vec<(String, u32)>) = (String::new(), Vec::new());
    let mut rest = body;
    let mut isotope = String::new();
    while !rest.is_empty() {
        if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(*mark)) {
            let is_prefix = mark.ends_with('_');
            if is_prefix && !out.is_empty() {
                return None;
            }
            out.push_str(&mark.to_ascii_lowercase());
            rest = rest.get(mark.len()..)?;
            // `CH2_1` to `CH2_9`
            continue;
        }
        if let Some((number, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            if !(1..=3).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            number.clone_into(&mut isotope);
            rest = after;
            continue;
        }
        if let Some(digits) = rest.strip_prefix('_').filter(|d| d.len() == 1 && d.bytes().all(|b| b.is_ascii_digit())) {
            out.push('_');
            out.push_str(digits);
            break;
        }
        let element = ELEMENTS.iter().find(|element| rest.starts_with(element.to_ascii_uppercase().as_str()))?;
        rest = rest.get(element.len()..)?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let count: u32 = if digits == 0 { 1 } else { rest.get(..digits)?.parse().ok().filter(|n| *n > 0)? };
        let symbol = format!("{isotope}{element}");
        let written = if isotope.is_empty() { symbol.clone() } else { format!("({symbol})") };
        isotope.clear();
        out.push_str(&written);
        out.push_str(rest.get(..digits)?);
        rest = rest.get(digits..)?;
        match composition.iter_mut().find(|(known, _)| *known == symbol) {
            Some((_, sum)) => *sum = sum.checked_add(count)?,
            None => composition.push((symbol, count)),
        }
    }
    (!composition.is_empty() && isotope.is_empty()).then_some((out, composition))
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
            ("O(1D)", "O(1d)"),
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
