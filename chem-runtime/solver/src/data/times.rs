//! Output times: the text form `1e-2..1e6 yr x 20`, lists, and units.
//!
//! ```text
//! times   = item { "," item }
//! item    = number [unit]                                   one time
//!         | number [unit] ".." number [unit] "x" count [ "log" | "linear" ]
//! unit    = s | yr | kyr | Myr          (1 yr = 365 d; a number without a unit takes the next one on its right)
//! ```

use std::fmt;

use crate::units::YEAR;

const UNITS: [(&str, f64); 5] =
    [("s", 1.0), ("d", 86_400.0), ("yr", YEAR), ("kyr", 1e3 * YEAR), ("Myr", 1e6 * YEAR)];

/// The most times that a text may ask for.
const MOST: usize = 10_000_000;

/// What is wrong with a text of times, and a form that would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimesError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for TimesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.remedy)
    }
}

impl std::error::Error for TimesError {}

fn error(message: impl Into<String>, remedy: impl Into<String>) -> TimesError {
    TimesError { message: message.into(), remedy: remedy.into() }
}

const FORM: &str = "write for example \"1e-2..1e6 yr x 20\", \"0..5 s x 101 linear\" or \"0, 1 kyr, 1 Myr\"";

/// Reads times `[s]`: finite, not negative, strictly increasing, at least one.
///
/// # Errors
/// If the text does not follow the form above, or the times do not increase.
///
/// ```
/// let times = chem_solver::data::times::parse("0, 1..100 yr x 3").unwrap();
/// for (time, expected) in times.iter().zip([0.0, 3.1536e7, 3.1536e8, 3.1536e9]) {
///     assert!((time - expected).abs() <= 1e-12 * expected);
/// }
/// ```
pub fn parse(text: &str) -> Result<Vec<f64>, TimesError> {
    let tokens = tokens(text)?;
    let units = units_from_the_right(&tokens);
    let mut cursor = Cursor { tokens: &tokens, units: &units, at: 0 };
    let mut times = Vec::new();
    loop {
        cursor.item(&mut times)?;
        match cursor.next() {
            None => break,
            Some(Token::Comma) => {}
            Some(token) => return Err(error(format!("{token} was not expected here"), FORM)),
        }
    }
    for pair in times.windows(2) {
        if let [earlier, later] = pair
            && earlier >= later
        {
            return Err(error(
                format!("times must increase, but {later:e} s follows {earlier:e} s"),
                "write each time once, in order",
            ));
        }
    }
    Ok(times)
}

/// `count` times from `low` to `high`, both included, evenly spaced in the logarithm. `low` must be positive.
pub fn logarithmic(low: f64, high: f64, count: usize) -> Vec<f64> {
    let (from, to) = (low.ln(), high.ln());
    spaced(low, high, count, |u| (from + u * (to - from)).exp())
}

/// `count` times from `low` to `high`, both included, evenly spaced.
pub fn linear(low: f64, high: f64, count: usize) -> Vec<f64> {
    spaced(low, high, count, |u| low + u * (high - low))
}

fn spaced(low: f64, high: f64, count: usize, at: impl Fn(f64) -> f64) -> Vec<f64> {
    let last = count.saturating_sub(1);
    (0..count)
        .map(|i| match i {
            // The ends are as written, without rounding.
            0 => low,
            _ if i == last => high,
            _ => at(i as f64 / last as f64),
        })
        .collect()
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Unit(f64),
    Range,
    Comma,
    Times,
    Log,
    Linear,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Number(value) => write!(f, "the number {value}"),
            Token::Unit(_) => f.write_str("a unit"),
            Token::Range => f.write_str("`..`"),
            Token::Comma => f.write_str("`,`"),
            Token::Times => f.write_str("`x`"),
            Token::Log => f.write_str("`log`"),
            Token::Linear => f.write_str("`linear`"),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, TimesError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("..") {
            tokens.push(Token::Range);
            2
        } else if first == ',' {
            tokens.push(Token::Comma);
            1
        } else if first.is_ascii_digit() || matches!(first, '.' | '+' | '-') {
            let length = number_length(rest);
            let digits = rest.get(..length).unwrap_or("");
            let value =
                digits.parse().map_err(|_| error(format!("`{rest}` does not begin with a number"), FORM))?;
            tokens.push(Token::Number(value));
            length
        } else {
            let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()).max(first.len_utf8());
            tokens.push(word(rest.get(..length).unwrap_or(""))?);
            length
        };
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(tokens)
}

fn word(word: &str) -> Result<Token, TimesError> {
    match word {
        "x" | "×" => Ok(Token::Times),
        "log" | "logarithmic" => Ok(Token::Log),
        "linear" | "lin" => Ok(Token::Linear),
        _ => UNITS.iter().find(|(name, _)| *name == word).map(|(_, size)| Token::Unit(*size)).ok_or_else(
            || error(format!("`{word}` is not a unit of time"), "units are s, d, yr (365 d), kyr and Myr"),
        ),
    }
}

/// Length of the number at the beginning; stops before `..` and does not take a unit's letters.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let digits = |mut i: usize| {
        while at(i).is_ascii_digit() {
            i += 1;
        }
        i
    };
    let mut end = digits(usize::from(matches!(at(0), b'+' | b'-')));
    if at(end) == b'.' && at(end + 1) != b'.' {
        end = digits(end + 1);
    }
    if matches!(at(end), b'e' | b'E') {
        let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
        if at(end + 1 + sign).is_ascii_digit() {
            end = digits(end + 1 + sign);
        }
    }
    end.max(1)
}

/// For each token the unit that a bare number there would take.
fn units_from_the_right(tokens: &[Token]) -> Vec<Option<f64>> {
    let mut unit = None;
    let mut units: Vec<Option<f64>> = tokens
        .iter()
        .rev()
        .map(|token| {
            if let Token::Unit(size) = token {
                unit = Some(*size);
            }
            unit
        })
        .collect();
    units.reverse();
    units
}

struct Cursor<'a> {
    tokens: &'a [Token],
    units: &'a [Option<f64>],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'a Token> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn item(&mut self, times: &mut Vec<f64>) -> Result<(), TimesError> {
        let low = self.time()?;
        if self.peek() != Some(&Token::Range) {
            times.push(low);
            return Ok(());
        }
        self.at += 1;
        let high = self.time()?;
        if low >= high {
            return Err(error(
                format!("the range from {low:e} s to {high:e} s is empty"),
                "write the earlier time first",
            ));
        }
        let count = self.count()?;
        let log = match self.peek() {
            Some(Token::Log) | Some(Token::Linear) => self.next() == Some(&Token::Log),
            _ => true,
        };
        if log && low == 0.0 {
            return Err(error(
                "a logarithmic range cannot begin at 0",
                "add `linear`, or begin at a positive time: \"0, 1e-2..1e6 yr x 20\"",
            ));
        }
        times.extend(if log { logarithmic(low, high, count) } else { linear(low, high, count) });
        Ok(())
    }

    /// A number with its own unit or the next one on the right `[s]`.
    fn time(&mut self) -> Result<f64, TimesError> {
        let unit = self.units.get(self.at).copied().flatten();
        let value = match self.next() {
            Some(Token::Number(value)) => *value,
            Some(token) => return Err(error(format!("a time was expected before {token}"), FORM)),
            None => return Err(error("a time was expected at the end", FORM)),
        };
        if let Some(Token::Unit(_)) = self.peek() {
            self.at += 1;
        }
        let unit =
            unit.ok_or_else(|| error(format!("the time {value} has no unit"), "add s, yr, kyr or Myr"))?;
        let time = value * unit;
        if !time.is_finite() || time < 0.0 || value.is_sign_negative() {
            return Err(error(format!("the time {value} is not zero or positive and finite"), FORM));
        }
        Ok(time)
    }

    fn count(&mut self) -> Result<usize, TimesError> {
        if self.next() != Some(&Token::Times) {
            return Err(error("a range needs a number of times", "add for example `x 20` after its unit"));
        }
        match self.next() {
            Some(Token::Number(n)) if n.fract() == 0.0 && (2.0..=MOST as f64).contains(n) => Ok(*n as usize),
            _ => Err(error("the number of times must be a whole number from 2 to 10000000", FORM)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithmic_range_holds_both_ends_exactly() {
        let times = parse("1e-2..1e6 yr x 20").unwrap();
        assert_eq!(times.len(), 20);
        assert_eq!(times[0], 1e-2 * YEAR);
        assert_eq!(times[19], 1e6 * YEAR);
        for pair in times.windows(2) {
            let ratio = 10f64.powf(8.0 / 19.0);
            assert!((pair[1] / pair[0] / ratio - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn lists_ranges_and_units_mix() {
        assert_eq!(parse("0, 1, 10 yr").unwrap(), [0.0, YEAR, 10.0 * YEAR]);
        assert_eq!(parse("1 yr, 1 kyr,1Myr").unwrap(), [YEAR, 1e3 * YEAR, 1e6 * YEAR]);
        assert_eq!(parse("0..5 s x 6 linear").unwrap(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(parse("5 s").unwrap(), [5.0]);
        assert_eq!(parse(".5..1e+2s x 2").unwrap(), [0.5, 100.0]);
        assert_eq!(parse("1 s .. 1 yr x 2 log").unwrap(), [1.0, YEAR]);
    }

    #[test]
    fn mistakes_are_named_with_a_remedy() {
        for (text, word) in [
            ("", "expected"),
            ("1e-2..1e6 x 20", "no unit"),
            ("1..2 yr", "number of times"),
            ("1..2 yr x 1", "whole number"),
            ("1..2 yr x 2.5", "whole number"),
            ("0..2 yr x 5", "begin at 0"),
            ("2..1 yr x 5", "empty"),
            ("-1 yr", "zero or positive"),
            ("1, 1 yr", "increase"),
            ("1 parsec", "not a unit"),
            ("1e400 yr", "finite"),
            ("1 yr yr", "not expected"),
            ("..", "expected"),
            ("1e-2…1e6 yr", "not a unit"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.message.contains(word), "{text}: {error}");
            assert!(!error.remedy.is_empty(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
            let _ = parse(&text);
        }

        #[test]
        fn texts_of_times_increase_or_are_refused(text in "[0-9.,e x+-]{0,12}(s|yr|Myr| )( x [0-9]{1,3})?( linear| log)?") {
            if let Ok(times) = parse(&text) {
                proptest::prop_assert!(!times.is_empty());
                proptest::prop_assert!(times.iter().all(|t| t.is_finite() && *t >= 0.0));
                proptest::prop_assert!(times.windows(2).all(|w| w[0] < w[1]), "{times:?}");
            }
        }
    }
}
