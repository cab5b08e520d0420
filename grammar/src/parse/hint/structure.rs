//! Mistakes in the frame of a statement: indentation, names, `=`, lists.

use crate::parse::Rule;
use crate::parse::message::Failure;
use crate::parse::split::first_word;
use crate::words::KEYWORDS;

use super::after_allow;

/// A statement that was indented and so continues the one above.
pub(crate) fn indentation(failure: &Failure<'_>) -> Option<String> {
    let line_begin = failure.line.get(..failure.at)?;
    let (_, blanks) = line_begin.rsplit_once('\n')?;
    let found = failure.found();
    let named = failure.after().get(found.len()..).is_some_and(|r| r.trim_start().starts_with(':'));
    let begins = KEYWORDS.contains(&found) || (named && found != "else");
    (blanks.trim().is_empty() && begins && failure.could_be(&[Rule::EOI])).then(|| {
        "a statement begins in the first column; an indented line continues the one above".to_owned()
    })
}

/// Mistakes in the first line.
pub(crate) fn magic(failure: &Failure<'_>) -> Option<String> {
    let (word, _) = first_word(failure.line);
    (failure.rule == Rule::magic_statement).then(|| match failure.could_be(&[Rule::EOI]) {
        true => "documentation stands in quotation marks".to_owned(),
        false => format!("write `{word} NAME version 1`; a name consists of letters, digits and `_`"),
    })
}

/// Malformed names.
pub(crate) fn name(failure: &Failure<'_>) -> Option<String> {
    let found = failure.found();
    let first = found.chars().next()?;
    let value = failure.could_be(&[Rule::expression, Rule::number, Rule::quantity]);
    if matches!(found, "and" | "or" | "not" | "else") && failure.could_be(&[Rule::identifier]) {
        return Some(format!("`{found}` is a word of the language"));
    }
    let letter = !first.is_ascii() && first.is_alphabetic();
    if letter && (value || failure.could_be(&[Rule::identifier, Rule::species])) {
        return Some("names consist of plain letters, digits and `_`: `alpha`".to_owned());
    }
    let starts_name =
        failure.could_be(&[Rule::identifier, Rule::species, Rule::declaration, Rule::reaction_statement]);
    if first.is_ascii_digit()
        && starts_name
        && !value
        && (failure.rule != Rule::reaction_statement || !failure.before().contains(':'))
    {
        return Some("a name begins with a letter".to_owned());
    }
    let attached =
        failure.line.get(..failure.at).is_some_and(|b| b.ends_with(|c: char| c.is_ascii_alphanumeric()));
    let inside = matches!(first, '-' | '.') || letter;
    let defines = failure.could_be(&[Rule::equals]) && failure.rule == Rule::definition_statement;
    (attached && inside && defines).then(|| "a name consists of letters, digits and `_`".to_owned())
}

/// `let x: 5`, `parameter 3`: missing `=`.
pub(crate) fn definition(failure: &Failure<'_>) -> Option<String> {
    if failure.rule == Rule::function_statement && failure.could_be(&[Rule::open_paren]) {
        return Some(
            "a function is written `function f(x) = ...`; without arguments it is a `let`".to_owned(),
        );
    }
    if !failure.could_be(&[Rule::equals]) || failure.rule == Rule::table_statement {
        return None;
    }
    let words: Vec<&str> = after_allow(failure.before()).split_whitespace().collect();
    let whole = matches!(
        failure.rule,
        Rule::definition_statement
            | Rule::switch_statement
            | Rule::limits_statement
            | Rule::function_statement
    );
    match words.as_slice() {
        words if whole => Some(format!("write `{} = ...`", words.join(" "))),
        [.., word] => Some(format!("write `{word} = ...`")),
        [] => None,
    }
}

/// Mistakes in initial states and domains.
pub(crate) fn settings(failure: &Failure<'_>) -> Option<String> {
    if !matches!(failure.rule, Rule::initial_statement | Rule::domain_statement) {
        return None;
    }
    if failure.could_be(&[Rule::kw_neutral]) {
        let settings: Vec<&str> = failure.before().rsplit(',').map(str::trim_start).take(2).collect();
        if settings.get(1).is_some_and(|before| before.starts_with("nuclei")) {
            return Some("each element is stated by itself: `nuclei H = 0.7, nuclei He = 0.3`".to_owned());
        }
        return Some(
            "a share of all particles is written `fraction H = 0.5`, a density `n[H] = 1 [cm^-3]`; \
             `e- = neutral` closes the charge balance"
                .to_owned(),
        );
    }
    if failure.could_be(&[Rule::colon]) {
        return Some("the settings follow a name and a colon: `initial single: T = 1e3 [K], ...`".to_owned());
    }
    if !failure.could_be(&[Rule::comma]) {
        return None;
    }
    let found = failure.found();
    let (_, rest) = first_word(failure.after());
    let sets = rest.trim_start_matches(['+', '-']).trim_start().starts_with('=');
    if sets || matches!(found, "n_tot" | "n_H" | "T" | "t" | "n" | "fraction" | "abundance" | "nuclei") {
        return Some("settings are separated by commas".to_owned());
    }
    if matches!(found, "to" | "-" | ":") {
        return Some("a range is written `20 .. 1e6 [K]`".to_owned());
    }
    (failure.could_be(&[Rule::kw_log]) && found.starts_with(|c: char| c.is_ascii_alphabetic()))
        .then(|| "a range may be followed by `log`".to_owned())
}

/// Mistakes in tables.
pub(crate) fn table(failure: &Failure<'_>) -> Option<String> {
    if failure.rule != Rule::table_statement {
        return None;
    }
    if failure.before().ends_with("log") {
        return Some("decimal logarithms in the file are stated as `log10`".to_owned());
    }
    failure
        .could_be(&[Rule::kw_from, Rule::open_paren])
        .then(|| "a table is written `table NAME(T [K]) = [UNIT] from \"FILE.csv\"`".to_owned())
}

/// Lists without commas, ranges without dots, strings without marks.
pub(crate) fn separator(failure: &Failure<'_>) -> Option<String> {
    let found = failure.found();
    if failure.could_be(&[Rule::dots]) || failure.before().ends_with("..") {
        return Some("a range is written `20 .. 1e6 [K]`".to_owned());
    }
    if failure.could_be(&[Rule::string]) && !failure.could_be(&[Rule::docs, Rule::EOI]) {
        return Some("file names stand in double quotation marks".to_owned());
    }
    if found == ","
        && failure.could_be(&[Rule::EOI])
        && failure.after().trim_start_matches(',').trim_start().starts_with('"')
    {
        return Some("documentation follows without a comma".to_owned());
    }
    if failure.could_be(&[Rule::comma]) && found.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Some("the parts of a list are separated by commas".to_owned());
    }
    None
}
