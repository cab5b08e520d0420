//! Names: identifiers, and species as other programs spell them.

use crate::species::{Formula, is_plain_name};

/// An identifier of our language that resembles a text; `fallback` begins it where the text cannot.
pub(crate) fn identifier(text: &str, fallback: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
    }
    let out = out.trim_end_matches('_');
    if out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.to_owned()
    } else {
        format!("{fallback}_{out}").trim_end_matches('_').to_owned()
    }
}

/// A species as it stands in a statement: quoted if its name needs it.
pub(crate) fn written(species: &str) -> String {
    if is_plain_name(species) { species.to_owned() } else { format!("`{species}`") }
}

/// Whether the name of a species says what it is made of.
pub(crate) fn says(species: &str, composition: &[(String, u32)]) -> bool {
    let Some(formula) = Formula::parse(species) else { return false };
    let count = |list: &[(String, u32)], element: &str| {
        list.iter().filter(|(e, _)| e == element).map(|(_, n)| *n).sum::<u32>()
    };
    formula
        .composition
        .iter()
        .chain(composition)
        .all(|(e, _)| count(&formula.composition, e) == count(composition, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_quotes() {
        assert_eq!(identifier("react_COthin", "network"), "react_cothin");
        assert_eq!(identifier("2023 network.v2", "network"), "network_2023_network_v2");
        assert_eq!(identifier("", "r"), "r");
        assert_eq!(written("HCO+"), "HCO+");
        assert_eq!(written("c-C3H2"), "`c-C3H2`");
        assert_eq!(written("#CO"), "`#CO`");
        assert!(says("CH3OH", &[("H".into(), 4), ("C".into(), 1), ("O".into(), 1)]));
        assert!(!says("CH3OH", &[("H".into(), 3)]));
    }
}
