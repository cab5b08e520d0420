//! "Did you mean": the known name that is nearest to a misspelt one.

/// The candidate that differs from `name` by the fewest edits, if that is few enough to be a slip. Case counts
/// less than letters.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = 2 * (wanted.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            let known = candidate.to_lowercase();
            (2 * edits(&wanted, &known) + usize::from(!known.starts_with(&wanted)), candidate)
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

/// Fewest insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut value =
                (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                value = value.min(at(&before, j - 1) + 1);
            }
            row.push(value);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("same", "same"), 0);
        assert_eq!(edits("widht", "width"), 1);
        assert_eq!(edits("ca", "abc"), 3);
    }

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
