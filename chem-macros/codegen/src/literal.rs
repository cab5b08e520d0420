//! Rust literals.

/// A number, with the fewest digits that read back as the same number.
pub(crate) fn number(value: f64) -> String {
    if value.is_nan() {
        "f64::NAN".to_string()
    } else if value == f64::INFINITY {
        "f64::INFINITY".to_string()
    } else if value == f64::NEG_INFINITY {
        "f64::NEG_INFINITY".to_string()
    } else if value == 0.0 || (1e-3..1e6).contains(&value.abs()) {
        format!("{value:?}")
    } else {
        format!("{value:e}")
    }
}

/// A string in quotes.
pub(crate) fn string(text: &str) -> String {
    format!("{text:?}")
}

/// A string of several lines, raw, so that it reads as it will be printed.
pub(crate) fn raw_string(text: &str) -> String {
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// `a, b, c`
pub(crate) fn list<T>(items: impl IntoIterator<Item = T>, text: impl Fn(T) -> String) -> String {
    items.into_iter().map(text).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_are_floats() {
        assert_eq!(number(1.4e-18), "1.4e-18");
        assert_eq!(number(118348.0), "118348.0");
        assert_eq!(number(-1.0), "-1.0");
        assert_eq!(number(1e300), "1e300");
        assert_eq!(number(1e9), "1e9");
        assert_eq!(number(2.012250284791e-4), "2.012250284791e-4");
    }

    #[test]
    fn raw_strings_may_hold_quotes_and_hashes() {
        assert_eq!(raw_string("a \"b\"# c"), "r##\"a \"b\"# c\"##");
    }
}
