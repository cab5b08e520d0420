//! A rate coefficient as a formula: powers raised, products with a dot.

use super::html::escape;

/// The expression as HTML.
pub(super) fn formula(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while let Some(&c) = characters.get(at) {
        let rest = characters.get(at..).unwrap_or_default();
        let length = match c {
            c if c.is_ascii_digit() => number(rest),
            c if c.is_alphanumeric() || c == '_' => word(rest),
            '^' => 1 + exponent(rest.get(1..).unwrap_or_default()),
            _ => 1,
        };
        let token: String = rest.iter().take(length).collect();
        out.push_str(&match c {
            '^' => format!("<sup>{}</sup>", formula(token.get(1..).unwrap_or_default())),
            '*' => "·".to_owned(),
            '-' => "−".to_owned(),
            c if c.is_ascii_digit() => power_of_ten(&token),
            c if c.is_alphabetic() => format!("<i>{}</i>", escape(&token)),
            _ => escape(&token),
        });
        at += length.max(1);
    }
    out
}

fn power_of_ten(token: &str) -> String {
    match token.split_once(['e', 'E']) {
        Some((digits, power)) => {
            let power = power.trim_start_matches('+').replace('-', "−");
            format!("{digits}×10<sup>{}</sup>", escape(&power))
        }
        None => escape(token),
    }
}

fn word(text: &[char]) -> usize {
    text.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count()
}

fn number(text: &[char]) -> usize {
    let digits = text.iter().take_while(|c| c.is_ascii_digit() || **c == '.').count();
    let rest = text.get(digits..).unwrap_or_default();
    let sign = usize::from(matches!(rest.get(1), Some('-' | '+')));
    let power = rest.iter().skip(1 + sign).take_while(|c| c.is_ascii_digit()).count();
    if matches!(rest.first(), Some('e' | 'E')) && power > 0 { digits + 1 + sign + power } else { digits }
}

/// A sign and a number or name, or a bracket with what is in it.
fn exponent(text: &[char]) -> usize {
    let sign = usize::from(matches!(text.first(), Some('-' | '+')));
    let rest = text.get(sign..).unwrap_or_default();
    let length = match rest.first() {
        Some('(') => {
            let mut depth = 0;
            let inside = rest.iter().take_while(|c| {
                depth += i32::from(**c == '(') - i32::from(**c == ')');
                depth > 0
            });
            (inside.count() + 1).min(rest.len())
        }
        Some(c) if c.is_ascii_digit() => number(rest),
        _ => word(rest),
    };
    sign + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_raised() {
        assert_eq!(formula("3e-12 * (T/300)^-0.6"), "3×10<sup>−12</sup> · (<i>T</i>/300)<sup>−0.6</sup>");
        assert_eq!(formula("x^(1 + (y)) < 2"), "<i>x</i><sup>(1 + (<i>y</i>))</sup> &lt; 2");
    }
}
