//! Species in capitals, as KROME spells them in its tables: `n_HE` is n(He), `n_E` the electrons.

use crate::structure::Structure;

/// The species that a name means: itself, or in capitals, where only one species of the network is spelt so.
pub(super) fn meant<'s>(structure: &'s Structure, typed: &str) -> Option<&'s str> {
    let species = || structure.species.iter().map(AsRef::as_ref);
    species().find(|name| *name == typed).or_else(|| {
        let mut candidates = species().filter(|name| capitals(name) == typed);
        candidates.next().filter(|_| candidates.next().is_none())
    })
}

fn capitals(name: &str) -> String {
    if name == "e-" { "E".to_owned() } else { name.to_ascii_uppercase() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::Text;
    use crate::synthetic_network::hydrogen;

    #[test]
    fn capitals_mean_the_one_species_that_is_spelt_so() {
        let species: Vec<Text> = ["e-", "He+", "Co", "CO", "Si"].into_iter().map(Text::from).collect();
        let structure = Structure { species: species.into(), ..hydrogen() };
        let found = ["E", "HE+", "He+", "SI", "CO", "Co", "he+", "X"].map(|typed| meant(&structure, typed));
        let expected = [Some("e-"), Some("He+"), Some("He+"), Some("Si"), Some("CO"), Some("Co"), None, None];
        assert_eq!(found, expected);
    }
}
