//! Mistakes in reactions.

use crate::parse::Rule;
use crate::parse::message::{Failure, token};
use crate::species::Formula;

/// A species that a comment has swallowed before the error: `CO -> #CO`.
pub(crate) fn swallowed(failure: &Failure<'_>) -> Option<String> {
    let (code, comment) = failure.before().rsplit_once('#')?;
    swallowed_by(code, comment)
}

/// The same for code and the comment after it, without its mark.
pub(crate) fn swallowed_by(code: &str, comment: &str) -> Option<String> {
    let part = |c: char| c.is_ascii_alphanumeric() || "+-()".contains(c);
    let name = comment.get(..comment.find(|c| !part(c)).unwrap_or(comment.len()))?;
    Formula::parse(name).filter(|_| !comment.contains('\n'))?;
    let code = code.trim_end();
    let awaited = ["+", "->", ",", "[", "species"].iter().any(|end| code.ends_with(end));
    awaited.then(|| format!("`#` begins a comment; such a name stands between backquotes: `` `#{name}` ``"))
}

/// Mistakes in the equation.
pub(crate) fn equation(failure: &Failure<'_>) -> Option<String> {
    if failure.rule != Rule::reaction_statement || !failure.could_be(&[Rule::plus, Rule::arrow]) {
        return None;
    }
    let (before, found) = (failure.before(), failure.found());
    let range = matches!(found, "if" | "where" | "when");
    if before.ends_with('+') && !range && found.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        let ion = before.rsplit([' ', ':', '>']).next().unwrap_or("");
        let neutral = ion.trim_end_matches('+');
        let after = failure.after();
        let charge = after.get(found.len()..).unwrap_or("");
        let signs = charge.find(|c| c != '+' && c != '-').unwrap_or(charge.len());
        let next = after.get(..found.len() + signs).unwrap_or(found);
        return Some(format!(
            "a plus between species has spaces around it: `{neutral} + {next}`; `{ion}` is an ion"
        ));
    }
    if before.contains("->") {
        return None;
    }
    if matches!(found, "=>" | "=" | "-" | "<") {
        return Some(
            "`->` stands between reactants and products; the reverse is a reaction of its own".to_owned(),
        );
    }
    if found.is_empty() || matches!(found, "k" | "flux") {
        return Some("a reaction is written `name: H + e- -> H+ + 2 e-   k = ...`".to_owned());
    }
    None
}

/// Mistakes in what follows the products.
pub(crate) fn law(failure: &Failure<'_>) -> Option<String> {
    if failure.rule != Rule::reaction_statement {
        return None;
    }
    let (before, found) = (failure.before(), failure.found());
    let ranged = before.split_whitespace().any(|w| w == "for");
    let last = before.rsplit([' ', '>']).next().unwrap_or("");
    let stated = found == "=" && matches!(last, "k" | "flux");
    if ranged && (stated || found == "in") {
        return Some("`for` is followed by a condition: `for 100 [K] <= T < 1e5 [K]   k = ...`".to_owned());
    }
    if failure.could_be(&[Rule::law, Rule::kw_law]) && before.contains("->") {
        return Some(match found {
            _ if stated => {
                "there are no products before it; a particle that only carries energy is `photon`".to_owned()
            }
            "if" | "where" | "when" => "a range of temperature is written `for T < 100 [K]`".to_owned(),
            _ => "the rate coefficient follows the products: `k = 1e-9 [cm^3 s^-1]`".to_owned(),
        });
    }
    if !failure.could_be(&[Rule::EOI]) {
        return None;
    }
    match found {
        "for" => Some(
            "the range stands before the coefficient: `... -> H+   for T < 100 [K]   k = ...`".to_owned(),
        ),
        "k" | "flux" if token(failure.after().get(found.len()..)?.trim_start()) == "=" => {
            Some("a reaction states one of `k` and `flux`".to_owned())
        }
        _ => None,
    }
}
