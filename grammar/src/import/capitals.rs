//! Formulas in capitals, as codes without small letters write them: `HE`, `SIO`, `MGH`.

/// Symbols that are read as elements, those of two letters first. `CO`, `NO`, `OH` are molecules: no cobalt, nobelium or osmium.
const ELEMENTS: [&str; 31] = [
    "He", "Li", "Be", "Ne", "Na", "Mg", "Al", "Si", "Cl", "Ar", "Ca", "Ti", "Cr", "Mn", "Fe", "Ni", "Zn",
    "Cu", "Sc", "Va", "H", "D", "C", "N", "O", "F", "P", "S", "K", "B", "V",
];

/// Words in names that say nothing about what a species is made of.
const MARKS: [&str; 15] = [
    "_DUST", "_C", "_SI", "_GRAIN", "_SURFACE", "_ICE", "_TOTAL", "_ORTHO", "_PARA", "_META", "_ANTI", "L_",
    "C_", "(1D)", "(3P)",
];

/// A formula in our spelling, and what it is made of.
pub(super) fn formula(body: &str) -> Option<(String, Vec<(String, u32)>)> {
    let (mut out, mut composition): (String, Vec<(String, u32)>) = (String::new(), Vec::new());
    let mut rest = body;
    let mut isotope = String::new();
    while !rest.is_empty() {
        if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(*mark)) {
            let is_prefix = mark.ends_with('_');
            if is_prefix && !out.is_empty() {
                return None;
            }
            // Terms of atoms keep their capitals: `O(1D)`.
            out.push_str(&if mark.starts_with('(') { (*mark).to_owned() } else { mark.to_ascii_lowercase() });
            rest = rest.get(mark.len()..)?;
            // `CH2_1` to `CH2_9`
            continue;
        }
        if let Some((number, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            if !(1..=3).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            number.clone_into(&mut isotope);
            rest = after;
            continue;
        }
        if let Some(digits) =
            rest.strip_prefix('_').filter(|d| d.len() == 1 && d.bytes().all(|b| b.is_ascii_digit()))
        {
            out.push('_');
            out.push_str(digits);
            break;
        }
        let element =
            ELEMENTS.iter().find(|element| rest.starts_with(element.to_ascii_uppercase().as_str()))?;
        rest = rest.get(element.len()..)?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let count: u32 = if digits == 0 { 1 } else { rest.get(..digits)?.parse().ok().filter(|n| *n > 0)? };
        let symbol = format!("{isotope}{element}");
        let written = if isotope.is_empty() { symbol.clone() } else { format!("({symbol})") };
        isotope.clear();
        out.push_str(&written);
        out.push_str(rest.get(..digits)?);
        rest = rest.get(digits..)?;
        match composition.iter_mut().find(|(known, _)| *known == symbol) {
            Some((_, sum)) => *sum = sum.checked_add(count)?,
            None => composition.push((symbol, count)),
        }
    }
    (!composition.is_empty() && isotope.is_empty()).then_some((out, composition))
}
