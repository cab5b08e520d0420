//! Words that the language keeps for itself.

use crate::constants::CONSTANTS;

/// Words that begin a statement.
pub const KEYWORDS: [&str; 20] = [
    "use",
    "species",
    "parameter",
    "switch",
    "constant",
    "let",
    "rate",
    "function",
    "table",
    "heating",
    "cooling",
    "adiabatic_index",
    "conserve",
    "limits",
    "seam_tolerance",
    "initial",
    "domain",
    "radiation",
    "cross_section",
    "allow",
];

/// Names with a meaning of their own.
pub const QUANTITIES: [&str; 3] = ["T", "t", "n_tot"];
/// Names that are followed by brackets.
pub const INDEXED: [&str; 4] = ["n", "nuclei", "k", "flux"];
/// Built-in functions.
pub const FUNCTIONS: [&str; 22] = [
    "exp",
    "exp10",
    "ln",
    "log10",
    "sqrt",
    "abs",
    "min",
    "max",
    "clamp",
    "pow",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "poly",
    "photo_rate",
    "photo_heat",
];

/// Whether a value cannot have this name, because the language or one of its constants does.
pub(crate) fn is_reserved(name: &str) -> bool {
    let lists = [&KEYWORDS[..], &QUANTITIES[..], &INDEXED[..], &FUNCTIONS[..]];
    let others = ["and", "or", "not", "else", "E", "n_H"];
    lists.iter().any(|list| list.contains(&name))
        || others.contains(&name)
        || CONSTANTS.iter().any(|constant| constant.name == name)
}
