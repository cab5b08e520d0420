//! Mistakes in values: numbers, units, operators, piecewise values.

use crate::parse::Rule;
use crate::parse::message::Failure;
use crate::parse::split::first_word;

/// `1d-9`, `2n[H]`, `1e5K`, `2H`: numbers that run into something else.
pub(crate) fn number(failure: &Failure<'_>) -> Option<String> {
    let after = failure.after();
    let digits = after.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (mantissa, rest) = after.split_at_checked(digits)?;
    if !mantissa.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let length = exponent_length(rest, ['d', 'D']);
    if length > 0 {
        let exponent = rest.get(1..length).unwrap_or("");
        return Some(format!("exponents are written with `e`: `{mantissa}e{exponent}`"));
    }
    let number = after.get(..mantissa.len() + exponent_length(rest, ['e', 'E'])).unwrap_or(mantissa);
    let tail = after.get(number.len()..).unwrap_or("");
    let (word, more) = first_word(tail);
    if failure.could_be(&[Rule::side, Rule::term, Rule::species]) && failure.rule == Rule::reaction_statement
    {
        return Some(match word {
            "" => "stoichiometric counts are whole numbers".to_owned(),
            _ => format!("a count and its species are separated by a space: `{number} {word}`"),
        });
    }
    match word {
        "" => None,
        _ if word.starts_with('_') => Some("a number has no suffix for its precision".to_owned()),
        _ if is_unit(word) && !more.starts_with(['(', '[']) => {
            Some(format!("a unit stands in brackets: `{number} [{}]`", with_power(tail)))
        }
        _ => Some(format!("multiplication is written out: `{number} * {}`", right_operand(tail))),
    }
}

/// Length of an exponent such as `e-9` at the beginning of a text.
fn exponent_length(text: &str, marks: [char; 2]) -> usize {
    let Some(tail) = text.strip_prefix(marks) else { return 0 };
    let unsigned = tail.strip_prefix(['+', '-']).unwrap_or(tail);
    let digits = unsigned.find(|c: char| !c.is_ascii_digit()).unwrap_or(unsigned.len());
    if digits == 0 { 0 } else { text.len() - unsigned.len() + digits }
}

/// Mistakes inside `{ }`.
pub(crate) fn piecewise(failure: &Failure<'_>) -> Option<String> {
    let (before, found) = (failure.before(), failure.found());
    let open = before.rfind('{').is_some_and(|n| before.get(n..).is_some_and(|t| !t.contains('}')));
    if !open || failure.could_be(&[Rule::EOI]) {
        return None;
    }
    if found == "=" {
        return Some("equality is written `==`".to_owned());
    }
    if before.ends_with("else") {
        return Some(format!("write `else : {found}`"));
    }
    if found == ":" && failure.could_be(&[Rule::piece, Rule::otherwise, Rule::close_brace]) {
        return Some(
            "pieces are separated by a comma, or by a line end if none begins with `-` or `(`".to_owned(),
        );
    }
    let empty = matches!(found, "}" | "else");
    empty.then(|| "a piecewise value is written `{ T < 100 [K] : a   else : b }`".to_owned())
}

/// Two values without an operator between them.
pub(crate) fn operator(failure: &Failure<'_>) -> Option<String> {
    if !failure.could_be(&[Rule::multiply, Rule::add, Rule::power]) {
        return None;
    }
    let (before, after) = (failure.before(), failure.after());
    let mut signs = after.chars();
    let (first, second) = (signs.next()?, signs.next().unwrap_or(' '));
    if first == ',' && second.is_ascii_digit() && before.ends_with(|c: char| c.is_ascii_digit()) {
        return Some("the decimal sign is a point".to_owned());
    }
    let starts = first.is_ascii_alphanumeric()
        || matches!(first, '(' | '[' | '{' | '_')
        || (first == '.' && second.is_ascii_digit());
    let ends = before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, ')' | ']' | '}' | '_'));
    if !starts || !ends {
        return None;
    }
    if first == '[' {
        return Some("a unit stands only after a number: `1e4 [K]`".to_owned());
    }
    let left = left_operand(before);
    let inner = after.strip_prefix('(').and_then(|t| t.split_once(')')).map(|(inner, _)| inner.trim());
    let unit = inner.unwrap_or(after);
    if left.starts_with(|c: char| c.is_ascii_digit()) && is_unit(first_word(unit).0) {
        return Some(format!("a unit stands in brackets: `{left} [{}]`", with_power(unit)));
    }
    if is_prose(after) {
        return Some("documentation stands in quotation marks, comments begin with `#`".to_owned());
    }
    Some(match left {
        "" => "multiplication is written out with `*`".to_owned(),
        _ => format!("multiplication is written out: `{left} * {}`", right_operand(after)),
    })
}

/// The operand at the end of a text: a number, a name, `n[H]`, `f(...)`; empty if it is something else.
fn left_operand(text: &str) -> &str {
    let close = text.chars().last().unwrap_or(' ');
    let inside = match close {
        ')' => return "(...)",
        ']' => text.rfind('[').unwrap_or(0),
        '}' => return "",
        _ => text.len(),
    };
    let part = text.get(..inside).unwrap_or("");
    let word = |t: &str| {
        t.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).map_or(0, |n| n + 1)
    };
    let mut start = word(part);
    // the mantissa of `1e-9`
    let mantissa =
        part.get(..start).and_then(|t| t.strip_suffix(['+', '-'])).filter(|t| t.ends_with(['e', 'E']));
    if let Some(mantissa) = mantissa {
        let begin = word(mantissa);
        if part.get(begin..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit())) {
            start = begin;
        }
    }
    text.get(start..).unwrap_or("")
}

/// The operand at the beginning of a text: a name or number, with the bracket that follows.
fn right_operand(text: &str) -> String {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let selected = rest.starts_with('[').then(|| rest.find(']')).flatten().and_then(|n| rest.get(..=n));
    let bracket = selected.unwrap_or(if rest.starts_with('(') { "(...)" } else { "" });
    format!("{word}{bracket}")
}

/// Whether a text reads like words rather than like an expression.
fn is_prose(text: &str) -> bool {
    let line = text.lines().next().unwrap_or("");
    line.split_whitespace().count() > 1
        && !line.contains(['+', '*', '/', '^', '(', '[', '{', '=', '<', '>', ':'])
}

/// Mistakes inside the brackets of a unit.
pub(crate) fn unit(failure: &Failure<'_>) -> Option<String> {
    failure
        .could_be(&[Rule::unit_factor, Rule::exponent, Rule::unit_name])
        .then(|| "units are written `[cm^3 s^-1]`, `[eV/K]`, `[1]`, with whole exponents".to_owned())
}

/// `cm^3` at the beginning of a text.
fn with_power(text: &str) -> &str {
    let (word, rest) = first_word(text);
    let Some(power) = rest.strip_prefix('^') else { return word };
    let unsigned = power.strip_prefix(['+', '-']).unwrap_or(power);
    let digits = unsigned.find(|c: char| !c.is_ascii_digit()).unwrap_or(unsigned.len());
    text.get(..text.len() - unsigned.len() + digits).unwrap_or(word)
}

/// Units that people write without brackets.
fn is_unit(word: &str) -> bool {
    let known =
        ["cm", "cm3", "g", "s", "K", "erg", "eV", "keV", "Hz", "m", "km", "pc", "AU", "yr", "Myr", "kyr"];
    known.contains(&word)
}
