//! Remedies for usual mistakes.

mod reaction;
mod structure;
mod unknown;
mod value;

use super::message::Failure;
use super::split::first_word;

pub(crate) use reaction::swallowed_by;
pub(crate) use unknown::unknown_statement;

/// The statement without an `allow(...)` before it.
pub(crate) fn after_allow(line: &str) -> &str {
    let mut body = line;
    while let ("allow", rest) = first_word(body) {
        let Some((_, more)) = skip_blank(rest).strip_prefix('(').and_then(|r| r.split_once(')')) else {
            break;
        };
        body = skip_blank(more);
    }
    body
}

/// Passes over blanks and comments.
pub(crate) fn skip_blank(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, next)| next.trim_start());
    }
    rest
}

/// A help line for a syntax error, if the mistake is a usual one.
pub(crate) fn hint(failure: &Failure<'_>) -> Option<String> {
    let rules = [
        reaction::swallowed,
        structure::indentation,
        structure::magic,
        foreign_sign,
        structure::name,
        value::number,
        reaction::equation,
        reaction::law,
        structure::definition,
        structure::settings,
        structure::table,
        value::piecewise,
        value::operator,
        value::unit,
        structure::separator,
    ];
    rules.iter().find_map(|rule| rule(failure))
}

/// Signs and words of other languages.
fn foreign_sign(failure: &Failure<'_>) -> Option<String> {
    const PIECEWISE: &str = "a value that depends on a condition is written `{ T < 100 [K] : a   else : b }`";
    let replacements = [
        ("!=", ""),
        ("!", "comments begin with `#`"),
        ("'", "strings stand in double quotation marks"),
        ("\u{201c}", "strings stand in plain double quotation marks"),
        ("\u{2212}", "write minus as `-`"),
        ("\u{2013}", "write minus as `-`"),
        ("\u{d7}", "write multiplication as `*`"),
        ("\u{b7}", "write multiplication as `*`"),
        ("\u{2192}", "write the arrow as `->`"),
        ("\u{a0}", "this is a no-break space; write a plain one"),
        ("&&", "conditions are joined by `and`"),
        ("||", "conditions are joined by `or`"),
        (".and.", "conditions are joined by `and`"),
        (".or.", "conditions are joined by `or`"),
        (".not.", "a condition is negated by `not`"),
        (".lt.", "write `<`"),
        (".le.", "write `<=`"),
        (".gt.", "write `>`"),
        (".ge.", "write `>=`"),
        (".eq.", "write `==`"),
        (".ne.", "write `!=`"),
        ("?", PIECEWISE),
    ];
    let (before, after) = (failure.before(), failure.after());
    if before.ends_with('/') && after.starts_with('/') {
        return Some("comments begin with `#`".to_owned());
    }
    if before.ends_with("if")
        && !before.trim_end_matches("if").ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    {
        return Some(PIECEWISE.to_owned());
    }
    let lower = after.to_ascii_lowercase();
    let (_, help) = replacements.iter().find(|(sign, _)| lower.starts_with(sign))?;
    (!help.is_empty()).then(|| (*help).to_owned())
}
