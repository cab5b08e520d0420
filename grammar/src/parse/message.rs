//! What a syntax error says.

use pest::error::{Error, ErrorVariant, InputLocation};

use crate::diagnostic::{Code, Diagnostic};

use super::split::{Statement, Stray, closing};
use super::{Place, Rule, hint};

/// A syntax error of one statement, as far as the text shows it.
pub(crate) struct Failure<'t> {
    /// Where the statement lies.
    pub(crate) place: Place,
    /// The statement.
    pub(crate) line: &'t str,
    /// The rule of the statement.
    pub(crate) rule: Rule,
    /// Byte of the statement at which the parser could not go on.
    pub(crate) at: usize,
    /// The rules that could have gone on.
    pub(crate) expected: &'t [Rule],
}

impl<'t> Failure<'t> {
    /// The text from the error on.
    pub(crate) fn after(&self) -> &'t str {
        self.line.get(self.at..).unwrap_or("")
    }

    /// The text before the error, without blanks at its end.
    pub(crate) fn before(&self) -> &'t str {
        self.line.get(..self.at).unwrap_or("").trim_end()
    }

    /// The word, number, string or sign at the error; empty at the end.
    pub(crate) fn found(&self) -> &'t str {
        token(self.after())
    }

    /// Whether one of these could have gone on.
    pub(crate) fn could_be(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|r| rules.contains(r))
    }
}

/// The diagnostic for a statement that pest refused.
pub(crate) fn syntax_error(
    place: Place,
    line: &str,
    statement: &Statement,
    rule: Rule,
    error: &Error<Rule>,
) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => &[],
    };
    let failure = Failure { place, line, rule, at, expected };
    if let Some(diagnostic) = lexical(&failure, statement) {
        return diagnostic;
    }
    let found = failure.found();
    let expectation = expectation(expected);
    let seen = if found.is_empty() { "the end of the statement".to_owned() } else { format!("`{found}`") };
    let message = match expectation.is_empty() {
        true => format!("{seen} is not understood here"),
        false => format!("expected {expectation}, found {seen}"),
    };
    let mut diagnostic = Diagnostic::new(Code::E001, place.bytes(at, at + found.len()), message);
    diagnostic.help.extend(hint::hint(&failure));
    diagnostic
}

/// Errors of strings and brackets, which explain whatever follows them.
fn lexical(failure: &Failure<'_>, statement: &Statement) -> Option<Diagnostic> {
    let Failure { place, at, line, .. } = *failure;
    let local = |byte: usize| byte.saturating_sub(place.offset);
    if let Some(open) = statement.open_string.map(local).filter(|&open| open <= at) {
        let end = line.get(open..).and_then(|t| t.find('\n')).map_or(line.len(), |n| open + n);
        return Some(Diagnostic::new(Code::E001, place.bytes(open, end), "this string has no end").help(
            "a string ends on its line with `\"`; a long text is several strings, one below the other",
        ));
    }
    if let Some(Stray { at: byte, sign, open }) = statement.stray.filter(|stray| local(stray.at) <= at + 1) {
        let here = place.bytes(local(byte), local(byte) + 1);
        return Some(match open {
            None => Diagnostic::new(Code::E001, here, format!("`{sign}` closes nothing")),
            Some((start, open)) => {
                let message = format!("expected `{}`, found `{sign}`", closing(open));
                Diagnostic::new(Code::E001, here, message)
                    .other(place.bytes(local(start), local(start) + 1), "to close this")
            }
        });
    }
    let &(byte, open) = statement.unclosed.last()?;
    (at >= line.len()).then(|| {
        let start = local(byte);
        Diagnostic::new(Code::E001, place.bytes(start, start + 1), format!("`{open}` is not closed"))
            .label(format!("the statement ends without `{}`", closing(open)))
    })
}

/// The first token of a text.
pub(crate) fn token(text: &str) -> &str {
    let Some(first) = text.chars().next() else { return "" };
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let length = if first.is_ascii_digit() {
        number_length(text)
    } else if word(first) {
        text.find(|c: char| !word(c)).unwrap_or(text.len())
    } else if first == '"' {
        text.get(1..).and_then(|t| t.find(['"', '\n'])).map_or(text.len(), |n| n + 2)
    } else {
        ["->", "..", "<=", ">=", "==", "!=", "**", "&&", "||", "//", "=>"]
            .iter()
            .find(|s| text.starts_with(**s))
            .map_or(first.len_utf8(), |s| s.len())
    };
    text.get(..length).unwrap_or(text).trim_end_matches(|c: char| c.is_ascii_whitespace())
}

/// Length of a number with all that is attached to it: `1e-9`, `1d-9`, `2H`, `1.0_8`.
fn number_length(text: &str) -> usize {
    let mut exponent = false;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        let sign = matches!(c, '+' | '-') && exponent && matches!(previous, 'e' | 'E' | 'd' | 'D');
        let point = c == '.' && !text.get(at..).is_some_and(|t| t.starts_with(".."));
        if !(c.is_alphanumeric() || c == '_' || point || sign) {
            return at;
        }
        exponent = previous.is_ascii_digit() || previous == '.';
        previous = c;
    }
    text.len()
}

/// "a, b or c", in the words of the field.
fn expectation(rules: &[Rule]) -> String {
    let mut words: Vec<&str> = Vec::new();
    let has = |rule: Rule| rules.contains(&rule);
    let value = has(Rule::number) && has(Rule::open_brace);
    let operator = has(Rule::multiply);
    let end = has(Rule::EOI);
    let told = |rule: &Rule| match rule {
        Rule::number | Rule::identifier | Rule::open_paren | Rule::open_brace if value => false,
        Rule::open_paren | Rule::open_bracket | Rule::unit if operator => false,
        Rule::less
        | Rule::less_equal
        | Rule::greater
        | Rule::greater_equal
        | Rule::equal
        | Rule::not_equal => !operator,
        Rule::string | Rule::docs if end => false,
        _ => true,
    };
    let mut ranked: Vec<(u8, &str)> = rules.iter().filter(|r| told(r)).filter_map(|r| phrase(*r)).collect();
    if value {
        ranked.push((0, "a value"));
    }
    ranked.sort_unstable();
    for (_, word) in ranked {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    match words.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The rules of radiation in words.
fn radiation_phrase(rule: Rule) -> Option<(u8, &'static str)> {
    use Rule as R;
    Some(match rule {
        R::radiation_setting | R::edges | R::bands | R::spectrum | R::given => (
            0,
            "`edges = 6, 13.6, inf [eV]`, `bands = 1000`, `spectrum = E^-1` or `given = photons [cm^-3] per cell`",
        ),
        R::kw_photon => (0, "`E`"),
        R::kw_sigma => (0, "`sigma = ...`"),
        R::edge | R::infinite => (0, "an energy such as `13.6 [eV]`, or `inf`"),
        _ => return None,
    })
}

/// A rule in words, with a rank by which the most telling come first.
fn phrase(rule: Rule) -> Option<(u8, &'static str)> {
    use Rule as R;
    Some(match rule {
        R::identifier | R::name | R::reaction_statement => (0, "a name"),
        R::kw_neutral => (0, "`neutral`"),
        R::kw_rest => (1, "`rest`"),
        R::species | R::declaration | R::term => (0, "a species"),
        R::side => (0, "species"),
        R::element | R::element_name => (0, "an element"),
        R::number => (0, "a number"),
        R::integer => (0, "a whole number"),
        R::count => return None,
        R::expression
        | R::quantity
        | R::piecewise
        | R::parenthesised
        | R::call
        | R::indexed
        | R::arguments => (0, "a value"),
        R::negate | R::not => return None,
        R::axis => (0, "an axis such as `log10 T [K]`"),
        R::initial_setting | R::domain_setting | R::target | R::state => {
            (0, "a setting such as `T = 1e3 [K]`, `n_tot = 1 [cm^-3]`, `fraction H = 0.5`, `e- = neutral`")
        }
        R::range | R::domain_value => (0, "a range such as `20 .. 1e6 [K]`"),
        R::limited => (0, "`T`"),
        R::interpolation => (0, "`linear` or `cubic`"),
        R::outside_choice => (0, "`clamp`, `extrapolate` or `zero`"),
        R::unit_factor | R::unit_name | R::unit_one => (0, "a unit such as `cm^3`"),
        R::exponent => (0, "a whole exponent"),
        R::code => (0, "a code such as `W008`"),
        R::piece => (0, "`condition : value`"),
        R::otherwise | R::kw_else => (1, "`else : value`"),
        R::arrow => (0, "`->`"),
        R::plus => (1, "` + `"),
        R::equals | R::table_value => (0, "`=`"),
        R::colon => (0, "`:`"),
        R::law | R::kw_law => (2, "`k = ...`"),
        R::validity | R::kw_for => (1, "`for` and a condition"),
        R::dots => (0, "`..`"),
        R::kw_version => (0, "`version`"),
        R::kw_from => (0, "`from \"file.csv\"`"),
        R::interpolate | R::kw_interpolate => (2, "`interpolate`"),
        R::outside | R::kw_outside => (2, "`outside`"),
        R::kw_log => (3, "`log`"),
        R::mass | R::kw_mass => (2, "`mass = `"),
        R::kw_energy => (0, "`energy`"),
        R::kw_floor => (2, "`floor`"),
        R::position => (0, "`on` or `off`"),
        R::kw_cell => (2, "`cell`"),
        R::kw_log10 => return None,
        R::power | R::multiply | R::divide | R::add | R::subtract => (1, "an operator"),
        R::less | R::less_equal | R::greater | R::greater_equal | R::equal | R::not_equal => {
            (2, "a comparison")
        }
        R::and | R::or => return None,
        R::comma => (1, "`,`"),
        R::semicolon => (1, "`;`"),
        R::open_paren | R::composition => (3, "`(`"),
        R::close_paren => (3, "`)`"),
        R::open_bracket | R::unit => (3, "`[`"),
        R::close_bracket => (3, "`]`"),
        R::open_brace => (3, "`{`"),
        R::close_brace => (3, "`}`"),
        R::string => (4, "a string in quotation marks"),
        R::docs => (4, "a documentation string"),
        R::EOI => (5, "the end of the statement"),
        rule => return radiation_phrase(rule),
    })
}
