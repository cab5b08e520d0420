//! "Did you mean": the nearest of the names that exist.

use strsim::osa_distance;

/// The candidate nearest to a misspelt name, if one is near enough. At most a third of the characters may be inserted,
/// deleted, replaced or swapped with their neighbours; one that only lacks a character is near too (a single letter: only the
/// last), and of names as far away the one that begins alike comes first. Case does not count.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    candidates
        .into_iter()
        .filter(|&candidate| candidate != name)
        .filter_map(|candidate| {
            let known = candidate.to_lowercase();
            let begun = !wanted.is_empty() && known.starts_with(&wanted);
            let distance = osa_distance(&wanted, &known);
            let lacks_one = known.chars().count() == length + 1 && (begun || length > 1);
            (distance <= (length / 3).max(usize::from(lacks_one)))
                .then_some((2 * distance + usize::from(!begun), candidate))
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or nothing.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_few_edits() {
        assert_eq!(nearest("", ["abc"]), None);
        assert_eq!(nearest("kitten", ["sitting"]), None);
        assert_eq!(nearest("kitten", ["sittin"]), Some("sittin"));
        assert_eq!(nearest("zeat", ["zeta"]), Some("zeta"));
        assert_eq!(nearest("same", ["same"]), None);
        assert_eq!(nearest("E", ["A", "e-"]), Some("e-"));
        assert_eq!(nearest("nB", ["nA", "n_B"]), Some("n_B"));
        assert_eq!(nearest("B", ["HB"]), None);
        assert_eq!(nearest("H2", ["H", "H3", "H2+"]), Some("H2+"));
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
