//! Species from their names: `He++` is one helium nucleus with charge +2, `e-` is the electron.

use crate::constants;
use crate::elements::atomic_weight;

/// What the name of a species says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// Elements with their counts, merged, in order of appearance; empty for the electron.
    pub composition: Vec<(String, u32)>,
    /// Charge `[e]`.
    pub charge: i32,
}

/// What may stand before a formula: signs of isomers, of nuclear spin, and of ices.
const PREFIXES: [&str; 15] =
    ["#", "@", "c-", "l-", "t-", "o-", "p-", "m-", "c_", "l_", "t_", "o_", "p_", "m_", "s-"];

/// What may stand after a formula, before its charge: signs of ices and of nuclear spin.
const SUFFIXES: [&str; 8] = ["_ice", "(ice)", "_bulk", "_surface", "_grain", "_ortho", "_para", "_meta"];

/// The largest number of nuclei of one element that a formula may have.
const MAX_COUNT: u32 = 10_000;

impl Formula {
    /// Reads a name. `None` if it is not a formula of known elements.
    ///
    /// An isotope stands at the beginning or in brackets: `13CO`, `H(13C)O+`. Signs of isomers, of spin and of ices around
    /// the formula are passed over: `c-C3H2`, `l_C3H`, `o-H2`, `#CO`, `@CO`, `CO_ice`.
    pub fn parse(name: &str) -> Option<Formula> {
        Formula::of_elements(name).or_else(|| {
            let (body, charge) = split_charge(name)?;
            let inner = PREFIXES.iter().find_map(|prefix| body.strip_prefix(prefix)).unwrap_or(body);
            let inner = SUFFIXES.iter().find_map(|suffix| inner.strip_suffix(suffix)).unwrap_or(inner);
            let formula = (inner != body).then(|| Formula::of_elements(inner))??;
            (formula.charge == 0).then_some(Formula { charge, ..formula })
        })
    }

    fn of_elements(name: &str) -> Option<Formula> {
        let (body, charge) = split_charge(name)?;
        if body == "e" {
            return (charge == -1).then(|| Formula { composition: Vec::new(), charge });
        }
        let characters: Vec<char> = body.chars().collect();
        let mut position = 0;
        let composition = group(&characters, &mut position, 0)?;
        (position == characters.len() && !composition.is_empty()).then_some(Formula { composition, charge })
    }

    /// The elements as a composition is stated: `C H4 O`.
    pub(crate) fn elements(&self) -> String {
        let terms = self.composition.iter().map(|(element, count)| match count {
            1 => element.clone(),
            _ => format!("{element}{count}"),
        });
        terms.collect::<Vec<_>>().join(" ")
    }

    /// Mass `[g]`: the elements' standard atomic weights, less the electrons that a positive charge lacks.
    /// Synthetic elements weigh nothing.
    pub fn mass(&self) -> f64 {
        let nuclei: f64 = self
            .composition
            .iter()
            .filter_map(|(element, count)| Some(atomic_weight(element)? * f64::from(*count)))
            .sum();
        if nuclei == 0.0 && !self.composition.is_empty() {
            return 0.0;
        }
        nuclei * constants::ATOMIC_MASS_UNIT - f64::from(self.charge) * constants::ELECTRON_MASS
    }
}

/// Whether a name can stand in a statement without quotes: letters, digits, `_`, brackets in pairs, not a digit first, and
/// the charge at its end.
pub fn is_plain_name(name: &str) -> bool {
    let body = split_charge(name).map_or("", |(body, _)| body);
    let mut depth = 0u32;
    let mut previous = ' ';
    for c in body.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 && previous != '(' => depth -= 1,
            c if c.is_ascii_alphanumeric() || c == '_' => {}
            _ => return false,
        }
        previous = c;
    }
    depth == 0 && !body.is_empty() && !body.starts_with(|c: char| c.is_ascii_digit())
}

/// Splits the charge signs off the end of a name: `He++` is `He` with +2. `None` if signs are mixed.
pub fn split_charge(name: &str) -> Option<(&str, i32)> {
    let body = name.trim_end_matches(['+', '-']);
    let signs = name.get(body.len()..)?;
    let count = i32::try_from(signs.len()).ok()?;
    if signs.chars().all(|c| c == '+') {
        Some((body, count))
    } else if signs.chars().all(|c| c == '-') {
        Some((body, -count))
    } else {
        None
    }
}

/// The Rust identifier of a species: `HePlusPlus`, `HMinus`, `Electron`.
pub fn identifier(name: &str) -> String {
    if name == "e-" {
        return "Electron".to_owned();
    }
    let mut out = String::new();
    for (at, c) in name.char_indices() {
        match c {
            '+' => out.push_str("Plus"),
            '-' if name.trim_end_matches('-').len() <= at => out.push_str("Minus"),
            '#' => out.push_str("Surface"),
            '@' => out.push_str("Bulk"),
            '*' => out.push_str("Star"),
            '\'' => out.push_str("Prime"),
            c if c.is_ascii_alphanumeric() => {
                let first = out.is_empty();
                out.push(if first { c.to_ascii_uppercase() } else { c });
            }
            _ => {}
        }
    }
    if out.chars().next().is_none_or(|c| c.is_ascii_digit()) || out == "Self" {
        out.insert_str(0, "Species");
    }
    out
}

/// Reads elements and bracketed groups up to the end or a closing bracket.
fn group(text: &[char], position: &mut usize, depth: usize) -> Option<Vec<(String, u32)>> {
    let mut composition: Vec<(String, u32)> = Vec::new();
    while let Some(&c) = text.get(*position) {
        let inner = match c {
            '(' if depth < 8 => {
                *position += 1;
                let inner = group(text, position, depth + 1)?;
                if text.get(*position) != Some(&')') || inner.is_empty() {
                    return None;
                }
                *position += 1;
                inner
            }
            ')' if depth > 0 => break,
            _ => vec![(isotope(text, position, depth).or_else(|| element(text, position))?, 1)],
        };
        let count = number(text, position)?;
        for (element, inner_count) in inner {
            merge(&mut composition, element, inner_count.checked_mul(count)?)?;
        }
    }
    Some(composition)
}

/// Adds nuclei of an element to a composition. `None` if there are too many.
fn merge(composition: &mut Vec<(String, u32)>, element: String, count: u32) -> Option<()> {
    match composition.iter_mut().find(|(e, _)| *e == element) {
        Some((_, sum)) => *sum = sum.checked_add(count).filter(|&sum| sum <= MAX_COUNT)?,
        None => composition.push((element, count)),
    }
    Some(())
}

/// The longest symbol of an element that stands here: `He` before `H`.
fn element(text: &[char], position: &mut usize) -> Option<String> {
    [2, 1].into_iter().find_map(|length| {
        let symbol: String = text.get(*position..*position + length)?.iter().collect();
        atomic_weight(&symbol)?;
        *position += length;
        Some(symbol)
    })
}

/// An isotope such as `13C`, at the beginning of a formula or of a group.
fn isotope(text: &[char], position: &mut usize, depth: usize) -> Option<String> {
    let begins = *position == 0 || (depth > 0 && text.get(*position - 1) == Some(&'('));
    let digits = text.get(*position..)?.iter().take_while(|c| c.is_ascii_digit()).count();
    if !begins || !(1..=3).contains(&digits) {
        return None;
    }
    let mut end = *position + digits;
    let element = element(text, &mut end)?;
    let number: String = text.get(*position..*position + digits)?.iter().collect();
    let symbol = format!("{number}{element}");
    atomic_weight(&symbol)?;
    *position = end;
    Some(symbol)
}

/// A count, 1 if there is none.
fn number(text: &[char], position: &mut usize) -> Option<u32> {
    let start = *position;
    while text.get(*position).is_some_and(char::is_ascii_digit) {
        *position += 1;
    }
    if start == *position {
        return Some(1);
    }
    let digits: String = text.get(start..*position)?.iter().collect();
    digits.parse().ok().filter(|count| (1..=MAX_COUNT).contains(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formula(name: &str) -> (Vec<(String, u32)>, i32) {
        let formula = Formula::parse(name).unwrap_or_else(|| panic!("`{name}` is a formula"));
        (formula.composition, formula.charge)
    }

    fn counts(list: &[(&str, u32)]) -> Vec<(String, u32)> {
        list.iter().map(|(e, n)| ((*e).to_owned(), *n)).collect()
    }

    #[test]
    fn formulas() {
        assert_eq!(formula("e-"), (vec![], -1));
        assert_eq!(formula("H"), (counts(&[("H", 1)]), 0));
        assert_eq!(formula("H-"), (counts(&[("H", 1)]), -1));
        assert_eq!(formula("He++"), (counts(&[("He", 1)]), 2));
        assert_eq!(formula("H3+"), (counts(&[("H", 3)]), 1));
        assert_eq!(formula("HCO+"), (counts(&[("H", 1), ("C", 1), ("O", 1)]), 1));
        assert_eq!(formula("CH3OH"), (counts(&[("C", 1), ("H", 4), ("O", 1)]), 0));
        assert_eq!(formula("Fe(CO)5"), (counts(&[("Fe", 1), ("C", 5), ("O", 5)]), 0));
        assert_eq!(formula("CO"), (counts(&[("C", 1), ("O", 1)]), 0));
        assert_eq!(formula("Co"), (counts(&[("Co", 1)]), 0));
        assert_eq!(formula("13CO"), (counts(&[("13C", 1), ("O", 1)]), 0));
        assert_eq!(formula("H(13C)O+"), (counts(&[("H", 1), ("13C", 1), ("O", 1)]), 1));
        assert_eq!(formula("(13C)2(18O)"), (counts(&[("13C", 2), ("18O", 1)]), 0));
        for name in ["c-C3H2+", "l_C3H2+"] {
            assert_eq!(formula(name), (counts(&[("C", 3), ("H", 2)]), 1));
        }
        for name in ["#CO", "@CO", "CO_ice", "CO(ice)"] {
            assert_eq!(formula(name), (counts(&[("C", 1), ("O", 1)]), 0));
        }
        assert_eq!(formula("HDO"), (counts(&[("H", 1), ("D", 1), ("O", 1)]), 0));
    }

    #[test]
    fn names_that_are_no_formulas() {
        for name in [
            "",
            "e",
            "e+",
            "A",
            "HE",
            "GRAIN-",
            "H+-",
            "+",
            "H0",
            "C(",
            "C()",
            "h2",
            "0H",
            "2X",
            "#",
            "c-",
            "_ice",
            "H99999999999",
        ] {
            assert_eq!(Formula::parse(name), None, "`{name}`");
        }
    }

    #[test]
    fn identifiers() {
        for (name, expected) in [
            ("e-", "Electron"),
            ("H", "H"),
            ("H-", "HMinus"),
            ("H2+", "H2Plus"),
            ("He++", "HePlusPlus"),
            ("CH3OH", "CH3OH"),
            ("HCO+", "HCOPlus"),
            ("oH2", "OH2"),
            ("c-C3H2", "CC3H2"),
            ("#CO", "SurfaceCO"),
            ("@CO", "BulkCO"),
            ("13CO", "Species13CO"),
        ] {
            assert_eq!(identifier(name), expected);
        }
    }

    #[test]
    fn masses() {
        let proton = Formula::parse("H+").map(|f| f.mass()).unwrap_or_default();
        // The standard weight of hydrogen holds some deuterium: a little more than the proton.
        assert!((proton / 1.672_621_923_69e-24 - 1.0).abs() < 3e-4);
        assert_eq!(Formula::parse("e-").map(|f| f.mass()), Some(constants::ELECTRON_MASS));
        let made_up = Formula { composition: vec![("X".to_owned(), 2)], charge: 0 };
        assert_eq!(made_up.mass(), 0.0);
    }
}
