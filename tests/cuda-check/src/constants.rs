//! Whether numbers kept their digits on the way into a kernel's source.

use std::collections::HashSet;

/// Constants of a program that are missing in a source in double precision, or stand there as single precision has them.
pub fn rounded(source: &str, constants: impl Iterator<Item = f64>) -> Vec<f64> {
    let written: HashSet<u64> = literals(source).map(f64::to_bits).collect();
    let is_rounded = |value: &f64| {
        let short = f64::from(*value as f32);
        let absent = !written.contains(&value.abs().to_bits());
        absent || (short != *value && written.contains(&short.abs().to_bits()))
    };
    constants.filter(is_rounded).collect()
}

/// The numbers with a point or an exponent in a source, without signs.
fn literals(source: &str) -> impl Iterator<Item = f64> + '_ {
    let mut rest = source;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.')?;
            let bytes = rest.as_bytes();
            let mut end = start;
            while let Some(&byte) = bytes.get(end) {
                let sign = matches!(byte, b'+' | b'-')
                    && bytes[start].is_ascii_digit()
                    && matches!(bytes[end - 1], b'e' | b'E');
                if !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || (end > start && sign)) {
                    break;
                }
                end += 1;
            }
            let word = &rest[start..end];
            rest = &rest[end..];
            if word.starts_with(|c: char| c.is_ascii_digit())
                && let Ok(value) = word.parse()
            {
                return Some(value);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_a_source() {
        let found: Vec<f64> = literals("x1 = l_2 * 0.1 - 1e-30 + y[3] / 2.5e+7;").collect();
        assert_eq!(found, [0.1, 1e-30, 3.0, 2.5e7]);
    }

    #[test]
    fn a_constant_of_single_precision_is_found() {
        let exact = "a = 0.10000000000000001 * 1e-30;";
        assert!(rounded(exact, [0.1, 1e-30].into_iter()).is_empty());
        assert_eq!(rounded("a = 0.10000000149011612;", [0.1].into_iter()), [0.1]);
        let both = "a = 0.10000000000000001 + 0.10000000149011612;";
        assert_eq!(rounded(both, [0.1].into_iter()), [0.1]);
        assert_eq!(rounded("a = b;", [0.5].into_iter()), [0.5]);
    }
}
