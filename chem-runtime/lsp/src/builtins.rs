//! Names that the language has by itself, with what they mean.

use chem_grammar::constants;
use chem_grammar::diagnostic::Code;
use chem_grammar::unit;

/// Words that begin a statement.
pub(crate) const STATEMENTS: [(&str, &str); 22] = [
    ("network", "`network NAME version N` begins a network file"),
    ("rates", "`rates NAME version N` begins a rate library"),
    ("use", "`use \"file.rates\"`: names of a rate library hold here too"),
    ("species", "`species e-, H, H2 (H2)`: the species in the order of all outputs"),
    (
        "parameter",
        "`parameter NAME = VALUE [UNIT]`, also `per cell`: a number that may be changed at run time",
    ),
    ("switch", "`switch NAME = on`: a parameter that is 1 or 0"),
    ("constant", "`constant NAME = VALUE [UNIT]`: a number with a name; may replace a built-in constant"),
    ("let", "`let NAME = EXPRESSION`: an expression with a name"),
    ("rate", "`rate NAME = EXPRESSION`: a rate coefficient with a name"),
    ("function", "`function NAME(x, y) = EXPRESSION`"),
    (
        "table",
        "`table NAME(log10 T [K]) = log10 [UNIT] from \"file.csv\"`: values of a file, used like a function",
    ),
    (
        "radiation",
        "`radiation NAME: edges = ..., spectrum = ..., given = photons [cm^-3]`: radiation in bands",
    ),
    ("cross_section", "`cross_section NAME: E = LOW .. HIGH [eV], sigma = EXPRESSION`"),
    ("heating", "`heating NAME = EXPRESSION` [erg cm^-3 s^-1]"),
    ("cooling", "`cooling NAME = EXPRESSION` [erg cm^-3 s^-1]"),
    ("adiabatic_index", "`adiabatic_index = EXPRESSION`; 5/3 if not stated"),
    ("conserve", "`conserve energy`: dT/dt from the thermal energy of the gas"),
    ("limits", "`limits T = LOW .. HIGH [K], floor`: rates are evaluated at T clamped to this range"),
    ("seam_tolerance", "`seam_tolerance = 0.05`: how far rates may jump where they change their formula"),
    ("initial", "`initial NAME: T = ..., n_tot = ..., fraction H = ...`: an initial state"),
    ("domain", "`domain NAME: T = LOW .. HIGH [K] log, ...`: a box of initial states"),
    ("allow", "`allow(W002)` before a statement, or `allow(W002) everywhere`, silences a warning or note"),
];

/// Quantities of the state.
pub(crate) const STATE: [(&str, &str); 10] = [
    ("T", "temperature [K]"),
    ("t", "time [s]"),
    ("n_tot", "number density of all particles [cm^-3]"),
    ("n_H", "number density of the hydrogen nuclei [cm^-3]"),
    ("n", "`n[X]`: number density of a species [cm^-3]"),
    ("nuclei", "`nuclei[X]`: number density of the nuclei of an element [cm^-3]"),
    (
        "k",
        "`k[NAME]`: rate coefficient of a reaction; `k = ...` states it: the flux is k times the reactants' densities",
    ),
    ("flux", "`flux[NAME]`: events of a reaction per volume and time [cm^-3 s^-1]; `flux = ...` states it"),
    ("photon", "a photon; no effect but in the equation of the reaction"),
    ("cr", "a cosmic-ray particle; no effect but in the equation of the reaction"),
];

/// Functions.
pub(crate) const FUNCTIONS: [(&str, &str); 22] = [
    ("exp", "exp(x)"),
    ("exp10", "exp10(x): 10^x"),
    ("ln", "ln(x): natural logarithm"),
    ("log10", "log10(x): decimal logarithm"),
    ("sqrt", "sqrt(x)"),
    ("abs", "abs(x)"),
    ("sin", "sin(x), x in radians"),
    ("cos", "cos(x), x in radians"),
    ("tan", "tan(x), x in radians"),
    ("asin", "asin(x)"),
    ("acos", "acos(x)"),
    ("atan", "atan(x)"),
    ("sinh", "sinh(x)"),
    ("cosh", "cosh(x)"),
    ("tanh", "tanh(x)"),
    ("min", "min(a, b, ...)"),
    ("max", "max(a, b, ...)"),
    ("clamp", "clamp(x, lower, upper)"),
    ("pow", "pow(base, exponent)"),
    ("poly", "poly(x; c0, c1, c2, ...): c0 + c1 x + c2 x^2 + ..."),
    ("photo_rate", "photo_rate(FIELD, SECTION): events per absorber [s^-1] in a radiation field"),
    ("photo_heat", "photo_heat(FIELD, SECTION): what they leave beyond the threshold [erg s^-1]"),
];

/// What a word of the language means, as Markdown; `in_unit` for words between the brackets of a unit.
pub(crate) fn explain(word: &str, in_unit: bool) -> Option<String> {
    let units = || {
        let unit = unit::find(word)?;
        Some(format!("unit `{word}` = {:e} {}", unit.factor.built_in(), unit.dimension))
    };
    if in_unit {
        return units();
    }
    let tables = STATEMENTS.iter().chain(&STATE).chain(&FUNCTIONS);
    let named = tables.clone().find(|(name, _)| *name == word).map(|(_, meaning)| (*meaning).to_owned());
    let constant = || {
        let one = constants::find(word)?;
        Some(format!("`{word}` = {:e} {}: {}", one.value, one.dimension, one.meaning))
    };
    let code = || {
        let code = Code::parse(word)?;
        let head = format!("**{word}** ({}): {}", code.severity().as_str(), code.explanation());
        Some(format!("{head}\n\n```text\n{}\n```", code.page().trim_end()))
    };
    named.or_else(constant).or_else(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_language_is_explained() {
        let words = chem_grammar::words::KEYWORDS.iter().chain(&chem_grammar::words::FUNCTIONS);
        let words = words.chain(&chem_grammar::words::QUANTITIES).chain(&chem_grammar::words::INDEXED);
        let missing: Vec<_> = words.filter(|word| explain(word, false).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
