//! "Did you mean": the known name that is nearest to a misspelt one.

pub use chem_grammar::suggest::nearest;

/// `"did you mean `x`?"`, or the list of what is there.
pub fn remedy(name: &str, candidates: &[&str]) -> String {
    match nearest(name, candidates.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if candidates.is_empty() => "there are none".to_owned(),
        None => format!("known: {}", candidates.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let species = ["e-", "H-", "H", "He", "H2+", "He++"];
        assert_eq!(nearest("HE", species), Some("He"));
        assert_eq!(nearest("E", species), Some("e-"));
        assert_eq!(nearest("E", ["A", "e-"]), Some("e-"));
        assert_eq!(nearest("H2", species), Some("H2+"));
        assert_eq!(nearest("molecuar", ["atomic", "molecular"]), Some("molecular"));
        assert_eq!(nearest("widht", ["kind", "width", "depth"]), Some("width"));
        assert_eq!(nearest("CO2", ["molecular", "atomic"]), None);
    }
}
