//! Ends of the range of a reaction: `NONE`, `10`, `>5.5e3`, `.LE.1d4`.

use crate::import::draft::Bound;
use crate::import::number;

/// Which column an end stands in: what a bare number means there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// T >= number.
    Low,
    /// T < number.
    High,
}

/// Reads an end and says on which side it bounds. `None` if there is no limit.
///
/// # Errors
/// In words, if it is neither a limit nor a word for none.
pub(super) fn limit(text: &str, end: End) -> Result<Option<(End, Bound)>, String> {
    let text = text.trim();
    if text.is_empty() || ["NONE", "N", "N/A", "NO"].contains(&text.to_ascii_uppercase().as_str()) {
        return Ok(None);
    }
    let upper = text.to_ascii_uppercase();
    let operators = [
        (".LE.", End::High, true),
        (".GE.", End::Low, true),
        (".LT.", End::High, false),
        (".GT.", End::Low, false),
        ("<=", End::High, true),
        (">=", End::Low, true),
        ("<", End::High, false),
        (">", End::Low, false),
    ];
    let found = operators.into_iter().find(|(operator, ..)| upper.starts_with(operator));
    let (rest, end, included) = match found {
        Some((operator, end, included)) => (text.get(operator.len()..).unwrap_or(""), end, included),
        None => (text, end, end == End::Low),
    };
    let value = number::value(rest).ok_or_else(|| format!("`{text}` is not a limit"))?;
    Ok(Some((end, Bound { value, text: number::text(value), included })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_all_forms() {
        let bound = |value: f64, included| Bound { value, text: number::text(value), included };
        for (text, end, expected) in [
            ("NONE", End::Low, None),
            ("", End::High, None),
            ("10", End::Low, Some((End::Low, bound(10.0, true)))),
            ("1e8", End::High, Some((End::High, bound(1e8, false)))),
            (">5.5e3", End::Low, Some((End::Low, bound(5500.0, false)))),
            (".LE.1d4", End::High, Some((End::High, bound(1e4, true)))),
            (".GE.5d1", End::Low, Some((End::Low, bound(50.0, true)))),
            ("<9.d1", End::High, Some((End::High, bound(90.0, false)))),
            (".le.2.d3", End::High, Some((End::High, bound(2000.0, true)))),
        ] {
            assert_eq!(limit(text, end), Ok(expected), "{text}");
        }
        assert!(limit("warm", End::Low).is_err());
    }
}
