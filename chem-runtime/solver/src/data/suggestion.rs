//! "Did you mean": the known name that is nearest to a misspelt one.

use chem_grammar::suggest::edit_distance;

/// The candidate that differs from `name` by the fewest edits, if that is few enough to be a slip. Case counts
/// less than letters.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = 2 * (wanted.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            let known = candidate.to_lowercase();
            (2 * edit_distance(&wanted, &known) + usize::from(!known.starts_with(&wanted)), candidate)
        })
        .filter(|(distance, _)| *distance <= limit + 1)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

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
