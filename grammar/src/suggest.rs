//! "Did you mean": the nearest of the names that exist.

/// The candidate nearest to a misspelt name, if one is near enough. A difference in case alone is nearest;
/// otherwise at most a third of the characters may be inserted, deleted, replaced or swapped.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = name.chars().count() / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == name {
            continue;
        }
        let distance = if candidate.eq_ignore_ascii_case(name) { 0 } else { edit_distance(name, candidate) };
        if distance <= limit && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or nothing.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// Number of insertions, deletions, replacements and swaps of neighbours that lead from one text to the other.
pub fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut previous_char = None;
    for (i, ca) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(b.len() + 1);
        next.push(i + 1);
        let mut left = i + 1;
        for (j, &cb) in b.iter().enumerate() {
            let diagonal = row.get(j).copied().unwrap_or(usize::MAX);
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX);
            let mut cost = (diagonal + usize::from(ca != cb)).min(above + 1).min(left + 1);
            let swapped = j > 0 && previous_char == Some(cb) && b.get(j - 1) == Some(&ca);
            if let (true, Some(&two_back)) = (swapped, before.get(j.wrapping_sub(1))) {
                cost = cost.min(two_back + 1);
            }
            next.push(cost);
            left = cost;
        }
        previous_char = Some(ca);
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("zeta", "zeat"), 1);
        assert_eq!(edit_distance("same", "same"), 0);
    }

    #[test]
    fn nearest_prefers_case_then_few_edits() {
        assert_eq!(nearest("te", ["Te", "Ta", "t"]), Some("Te"));
        assert_eq!(nearest("zeta_rc", ["dust", "zeta_cr"]), Some("zeta_cr"));
        assert_eq!(nearest("zeta", ["dust"]), None);
        assert_eq!(nearest("a", ["b", "c"]), None);
        assert_eq!(nearest("He", ["H+", "H2"]), None);
    }
}
