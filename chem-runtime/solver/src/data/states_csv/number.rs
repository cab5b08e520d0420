//! Numbers as people and Fortran write them.

/// Reads a finite number; `Err` holds what is wrong with the text.
pub(super) fn finite(text: &str) -> Result<f64, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("the field is empty".to_owned());
    }
    let value = text.parse::<f64>().or_else(|error| {
        // Fortran's double-precision exponent.
        let is_fortran = text.bytes().all(|b| b.is_ascii_digit() || b"+-.dD".contains(&b));
        if is_fortran { text.replace(['d', 'D'], "e").parse() } else { Err(error) }
    });
    match value {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(value) => Err(format!("{value} is not a finite number")),
        Err(_) => Err(format!("`{text}` is not a number")),
    }
}

#[cfg(test)]
mod tests {
    use super::finite;

    #[test]
    fn fortran_and_plain_forms() {
        assert_eq!(finite(" 9.5E+003 "), Ok(9500.0));
        assert_eq!(finite("1.5d-02"), Ok(0.015));
        assert_eq!(finite("3.1536000000000000e5"), Ok(315_360.0));
        for bad in ["", " ", "NaN", "inf", "-Infinity", "1e999", "1,5", "ten", "0x10", "d"] {
            assert!(finite(bad).is_err(), "{bad}");
        }
    }
}
