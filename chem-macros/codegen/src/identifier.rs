//! Rust identifiers from the names of a network.

use std::collections::{BTreeMap, BTreeSet};

/// Words that cannot name a variable.
const KEYWORDS: &[&str] = &[
    "as",
    "async",
    "await",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "abstract",
    "become",
    "macro_rules",
    "Self",
];

/// `HePlusPlus` to `he_plus_plus`, `H2Plus` to `h2_plus`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut previous_lower = false;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        if !(character.is_ascii_alphanumeric() || character == '_') {
            previous_lower = false;
            if !out.ends_with('_') {
                out.push('_');
            }
            continue;
        }
        let word_begins = character.is_ascii_uppercase()
            && (previous_lower || characters.peek().is_some_and(char::is_ascii_lowercase));
        if word_begins && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        previous_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        out.push(character.to_ascii_lowercase());
    }
    let out = out.trim_matches('_');
    if out.starts_with(|c: char| c.is_ascii_digit()) || out.is_empty() {
        format!("x{out}")
    } else {
        out.to_string()
    }
}

/// `molecular` to `Molecular`, `benchmark_const` to `BenchmarkConst`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut out = String::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        let mut characters = part.chars();
        out.extend(characters.next().map(|c| c.to_ascii_uppercase()));
        out.extend(characters);
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) || out.is_empty() { format!("X{out}") } else { out }
}

/// Names that are taken in one function or module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken<'a> {
    /// Names of the surrounding scope.
    outer: Option<&'a Taken<'a>>,
    names: BTreeSet<String>,
    /// For names that were wanted several times, the last number given.
    numbers: BTreeMap<String, usize>,
}

impl<'a> Taken<'a> {
    /// No names yet but those of the surrounding scope.
    pub(crate) fn inside(outer: &'a Taken<'a>) -> Self {
        Taken { outer: Some(outer), ..Taken::default() }
    }

    /// Takes a name, or the first of `name_2`, `name_3`, ... that is free.
    pub(crate) fn take(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_string();
        let mut number = self.numbers.get(wanted).copied().unwrap_or(1);
        if number > 1 {
            number += 1;
            name = format!("{wanted}_{number}");
        }
        while KEYWORDS.contains(&name.as_str()) || self.is_taken(&name) {
            number += 1;
            name = format!("{wanted}_{number}");
        }
        if number > 1 {
            self.numbers.insert(wanted.to_string(), number);
        }
        self.names.insert(name.clone());
        name
    }

    fn is_taken(&self, name: &str) -> bool {
        self.names.contains(name) || self.outer.is_some_and(|outer| outer.is_taken(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        assert_eq!(snake_case("HePlusPlus"), "he_plus_plus");
        assert_eq!(snake_case("H2Plus"), "h2_plus");
        assert_eq!(snake_case("CR"), "cr");
        assert_eq!(snake_case("HMinus"), "h_minus");
        assert_eq!(snake_case("OHPlus"), "oh_plus");
        assert_eq!(snake_case("2x"), "x2x");
        assert_eq!(camel_case("benchmark_const"), "BenchmarkConst");
    }

    #[test]
    fn taken_names_and_keywords_get_a_number() {
        let mut taken = Taken::default();
        assert_eq!(taken.take("x"), "x");
        assert_eq!(taken.take("x"), "x_2");
        assert_eq!(taken.take("loop"), "loop_2");
        assert_eq!(taken.take("x"), "x_3");
        let mut inner = Taken::inside(&taken);
        assert_eq!(inner.take("x"), "x_4");
        assert_eq!(inner.take("x"), "x_5");
        assert_eq!(inner.take("y"), "y");
        assert_eq!(taken.take("y"), "y");
    }
}
