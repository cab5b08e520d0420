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
