//! How wide a text will be, without the fonts: after the widths of DejaVu Sans, the widest of those that are asked for.

/// Width of a text `[px]` in letters of a size `[px]`.
pub(super) fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let em: f64 = text.chars().map(letter).sum();
    em * size * if bold { 1.12 } else { 1.0 }
}

/// The size, at most `size`, in which a text is at most `room` wide.
pub(super) fn fitting_size(text: &str, size: f64, bold: bool, room: f64) -> f64 {
    size.min(room / text_width(text, 1.0, bold).max(1e-9))
}

/// A text of at most this width: what is too much at its end becomes an ellipsis.
pub(super) fn shortened(text: &str, size: f64, bold: bool, room: f64) -> String {
    if text_width(text, size, bold) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        let longer = format!("{short}{c}");
        if text_width(&longer, size, bold) + letter('…') * size > room {
            break;
        }
        short = longer;
    }
    format!("{}…", short.trim_end())
}

/// Width of a letter over the size of the font.
fn letter(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '|' | '\'' => 0.29,
        ' ' | '.' | ',' | '·' | ':' | ';' => 0.33,
        'f' | 't' | 'r' | '-' | '(' | ')' | '[' | ']' | '/' => 0.40,
        '⁺' | '⁻' | '₊' | '₋' => 0.53,
        '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '₀'..='₉' | '⁽' | '⁾' => 0.40,
        'm' | 'M' | 'W' | '%' | '…' | '→' => 0.96,
        'w' | '+' | '=' | '<' | '>' | '×' | '−' | '▲' | '▸' | '◂' | 'G' | 'O' | 'Q' => 0.82,
        'A'..='Z' | 'Δ' | 'Σ' => 0.69,
        _ => 0.63,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_dejavu_sans() {
        // Advances in 1/2048 em: H 1540, 2 (subscript) 821, O 1612, plus (superscript) 1082.
        let exact = (1540.0 + 821.0 + 1612.0 + 1082.0) / 2048.0;
        assert!((text_width("H₂O⁺", 1.0, false) / exact - 1.0).abs() < 0.1);
    }

    #[test]
    fn texts_are_made_to_fit() {
        assert_eq!(shortened("H + H → H₂", 10.0, false, 200.0), "H + H → H₂");
        let short = shortened("HCO⁺ + OCS → HOCS⁺ + CO", 10.0, false, 80.0);
        assert!(short.ends_with('…') && text_width(&short, 10.0, false) <= 80.0, "{short}");
        let size = fitting_size("H + H", 12.0, true, 20.0);
        assert!(size < 12.0 && (text_width("H + H", size, true) - 20.0).abs() < 1e-9);
    }
}
