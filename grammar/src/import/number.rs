//! Numbers of Fortran and C in our spelling.

/// Reads `1d-9`, `1.D0`, `.5`, `2.`, `1e-9`, `3_8`: the value. `None` if it is not a number.
pub(crate) fn value(text: &str) -> Option<f64> {
    let text = text.trim();
    let text = text.split_once('_').map_or(text, |(number, _)| number);
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-')) {
        return None;
    }
    text.replace(['d', 'D'], "e").parse().ok().filter(|value: &f64| value.is_finite())
}

/// A number as our language writes it, as short as its value allows.
pub(crate) fn text(value: f64) -> String {
    let plain = format!("{value}");
    let scientific = format!("{value:e}");
    if plain.len() <= scientific.len() + 1 { plain } else { scientific }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_fortran() {
        for (written, number) in [
            ("1d-9", 1e-9),
            ("1.D0", 1.0),
            (".5", 0.5),
            ("2.", 2.0),
            ("3.92D-13", 3.92e-13),
            ("0.0_8", 0.0),
            ("-1", -1.0),
        ] {
            assert_eq!(value(written), Some(number), "{written}");
        }
        for written in ["", "x", "1x", "inf", "NaN", "1d999"] {
            assert_eq!(value(written), None, "{written}");
        }
        assert_eq!([text(1e-9), text(300.0), text(0.5), text(-1.25e20)], ["1e-9", "300", "0.5", "-1.25e20"]);
    }
}
