//! Names as they are typeset: `H2+` becomes H₂⁺, 1e-3 becomes 10⁻³.

/// A species name with Unicode sub- and superscripts.
pub(super) fn species(name: &str) -> String {
    let body = name.trim_end_matches(['+', '-']);
    let charge = name.get(body.len()..).unwrap_or("");
    if body.is_empty() {
        return name.to_owned();
    }
    let mut label = String::new();
    let mut after_letter = false;
    for c in body.chars() {
        match c.to_digit(10) {
            Some(digit) if after_letter => label.push(subscript(digit)),
            _ => {
                after_letter = c.is_alphabetic() || c == ')';
                label.push(c);
            }
        }
    }
    // The superscript minus of many fonts is short; it is the same sign as in exponents, which is right.
    match charge.len() {
        0 => {}
        1 | 2 => label.extend(charge.chars().map(sign)),
        count => {
            label.push_str(&superscript(count as i64));
            label.extend(charge.chars().next().map(sign));
        }
    }
    label
}

/// An equation with its species typeset.
pub(super) fn equation(text: &str) -> String {
    let words = text.split_whitespace().map(|word| match word {
        "->" => "→".to_owned(),
        "photon" => "γ".to_owned(),
        "+" => "+".to_owned(),
        word if word.bytes().all(|b| b.is_ascii_digit()) => word.to_owned(),
        word => species(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// 10 to the power of an integer.
pub(super) fn power_of_ten(exponent: i64) -> String {
    match exponent {
        0 => "1".to_owned(),
        1 => "10".to_owned(),
        _ => format!("10{}", superscript(exponent)),
    }
}

/// A number in few digits: `2.5×10³`, `0.3`, `100`.
pub(super) fn number(value: f64) -> String {
    let exponent = value.abs().log10().floor();
    if value == 0.0 || (-3.0..4.0).contains(&exponent) {
        return format!("{}", (value * 1e6).round() / 1e6);
    }
    let mantissa = (value / 10f64.powf(exponent) * 100.0).round() / 100.0;
    match mantissa {
        1.0 => power_of_ten(exponent as i64),
        _ => format!("{mantissa}×10{}", superscript(exponent as i64)),
    }
}

/// A positive number in two digits: `6.3×10⁻⁵`.
pub(super) fn rounded(value: f64) -> String {
    let log = value.log10();
    if !log.is_finite() {
        return "–".to_owned();
    }
    let exponent = log.floor();
    let mantissa = (10f64.powf(log - exponent) * 10.0).round() / 10.0;
    let (mantissa, exponent) = if mantissa >= 10.0 { (1.0, exponent + 1.0) } else { (mantissa, exponent) };
    number(mantissa * 10f64.powf(exponent))
}

pub(super) fn superscript(number: i64) -> String {
    number
        .to_string()
        .chars()
        .map(|c| match c {
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '-' => '⁻',
            digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
        })
        .collect()
}

fn subscript(digit: u32) -> char {
    char::from_u32(0x2080 + digit).unwrap_or('?')
}

fn sign(c: char) -> char {
    if c == '+' { '⁺' } else { '⁻' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn species_are_typeset() {
        for (name, label) in [
            ("e-", "e⁻"),
            ("H2+", "H₂⁺"),
            ("He++", "He⁺⁺"),
            ("C2H5OH", "C₂H₅OH"),
            ("Si++++", "Si⁴⁺"),
            ("(H2O)2", "(H₂O)₂"),
            ("C60", "C₆₀"),
            ("A", "A"),
        ] {
            assert_eq!(species(name), label);
        }
    }

    #[test]
    fn equations_and_numbers_are_typeset() {
        assert_eq!(equation("H+ + e- -> H + photon"), "H⁺ + e⁻ → H + γ");
        assert_eq!(equation("H + e- -> H+ + 2 e-"), "H + e⁻ → H⁺ + 2 e⁻");
        assert_eq!(power_of_ten(-17), "10⁻¹⁷");
        assert_eq!(number(2.5e6), "2.5×10⁶");
        assert_eq!(number(1e-9), "10⁻⁹");
        assert_eq!(number(0.3), "0.3");
        assert_eq!(number(100.0), "100");
    }
}
