//! Functions of T that PRIZMO has names for.

/// Name, and what it is in our language, of names that stand before it.
pub(super) const SHORTCUTS: [(&str, &str); 18] = [
    ("te", "T * 8.617343e-5"),
    ("lnte", "ln(te)"),
    ("invTe", "1 / te"),
    ("invsqrTe", "1 / sqrt(te)"),
    ("Tgas32", "T / 300"),
    ("Tgas14", "T / 1e4"),
    ("invTgas32", "1 / Tgas32"),
    ("log_tgas", "log10(T)"),
    ("invTgas", "1 / T"),
    ("sqrTgas32", "sqrt(Tgas32)"),
    ("sqrTgas", "sqrt(T)"),
    ("invsqrTgas32", "1 / sqrt(Tgas32)"),
    ("invsqrTgas", "1 / sqrt(T)"),
    ("Tgas32_m06", "Tgas32^(-0.6)"),
    ("Tgas32_m05", "Tgas32^(-0.5)"),
    ("Tgas32_m04", "Tgas32^(-0.4)"),
    ("Tgas32_m03", "Tgas32^(-0.3)"),
    ("invTgas14_065", "1 / Tgas14^0.65"),
];

/// Place of a name among the shortcuts; case does not count.
pub(super) fn place(name: &str) -> Option<usize> {
    SHORTCUTS.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// Those that are used, and those that these need, in an order in which they can be read.
pub(super) fn needed(used: &[usize]) -> Vec<(&'static str, &'static str)> {
    let mut wanted = used.to_vec();
    for (_, definition) in used.iter().filter_map(|&at| SHORTCUTS.get(at)) {
        let words = definition.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        wanted.extend(words.filter_map(place));
    }
    let kept = SHORTCUTS.iter().enumerate().filter(|(at, _)| wanted.contains(at));
    kept.map(|(_, shortcut)| *shortcut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shortcut_needs_stands_before_it() {
        let used: Vec<usize> = ["tgas32_M05", "lnTe"].iter().filter_map(|name| place(name)).collect();
        let names: Vec<&str> = needed(&used).iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["te", "lnte", "Tgas32", "Tgas32_m05"]);
        assert_eq!(place("tgas"), None);
    }
}
