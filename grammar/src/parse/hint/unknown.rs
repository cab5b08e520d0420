//! Statements that begin with no known word.

use crate::diagnostic::{Code, Diagnostic};
use crate::parse::Place;
use crate::parse::message::token;
use crate::parse::split::first_word;
use crate::suggest::did_you_mean;
use crate::words::KEYWORDS;

/// The diagnostic for a statement whose kind is not recognised; `body` is what follows `allow(...)`.
pub(crate) fn unknown_statement(place: Place, line: &str, body: &str) -> Diagnostic {
    let start = line.len() - body.len();
    let found = token(body);
    let (word, rest) = first_word(body);
    let error =
        |message: String| Diagnostic::new(Code::E001, place.bytes(start, start + found.len()), message);
    if body.is_empty() {
        return Diagnostic::new(Code::E001, place.bytes(0, line.len()), "`allow` stands alone").help(
            "it stands before the statement that it concerns: `allow(W008) h2_lw: H2 + photon -> 2 H ...`",
        )
        .help("for the whole file write `allow(W008) everywhere`");
    }
    match word {
        "allow" => {
            return error("`allow` without parentheses".to_owned())
                .help("write `allow(W008)`, or `allow(W002, W008)` for several");
        }
        "everywhere" => {
            return error("`everywhere` stands without `allow`".to_owned())
                .help("write which findings are allowed: `allow(W009) everywhere`");
        }
        "network" | "rates" => {
            return error(format!("a second `{word}` line"))
                .help("one file holds one network or one rate library");
        }
        _ => {}
    }
    if body.starts_with('"') {
        return error("a documentation string stands alone".to_owned())
            .help("documentation follows its statement; on a line of its own it is indented");
    }
    if let Some((head, _)) = body.split_once("->") {
        return nameless(&error, head);
    }
    if body.starts_with('@') {
        return error(format!("no statement begins with `{found}`"))
            .help("this looks like a line of a KROME network; its variables are written `let x = ...`");
    }
    if word.is_empty() || matches!(word, "else" | "and" | "or" | "not" | "for" | "k" | "flux") {
        return error(format!("no statement begins with `{found}`"))
            .help("a line that continues a statement is indented");
    }
    if rest.trim_start().starts_with('=') {
        return error(format!("`{word} = ...` is no statement")).help(format!(
            "definitions begin with `let`, `constant`, `parameter` or `rate`: `let {word} = ...`"
        ));
    }
    let unknown = error(format!("no statement begins with `{found}`"));
    let longer = KEYWORDS.iter().find(|k| word.len() >= 3 && k.starts_with(word));
    match longer.map(|k| format!("did you mean `{k}`?")).or_else(|| did_you_mean(word, KEYWORDS)) {
        Some(help) => unknown.help(help),
        None => {
            let words = KEYWORDS.map(|k| format!("`{k}`")).join(", ");
            unknown.help(format!("statements begin with a reaction's name and `:`, or with {words}"))
        }
    }
}

/// A reaction of which the name is missing or malformed; `head` is what stands before the arrow.
fn nameless(error: &dyn Fn(String) -> Diagnostic, head: &str) -> Diagnostic {
    let Some((name, _)) = head.split_once(':') else {
        return error("a reaction without a name".to_owned()).help(
            "write `name: H + e- -> H+ + 2 e-   k = ...`; the name stays when reactions are added or moved",
        );
    };
    let name = name.trim();
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let plain = if plain.starts_with(|c: char| c.is_ascii_digit()) { format!("r{plain}") } else { plain };
    error(format!("`{name}` is no name for a reaction"))
        .help(format!("a name consists of letters, digits and `_` and begins with a letter: `{plain}: ...`"))
}
