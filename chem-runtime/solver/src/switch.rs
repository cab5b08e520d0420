//! Positions of switches.

/// Whether a value is one that a switch can have.
pub(crate) fn is_position(value: f64) -> bool {
    value == 0.0 || value == 1.0
}

/// The value of `on` or `off`.
pub fn position_of(text: &str) -> Option<f64> {
    match text {
        "on" => Some(1.0),
        "off" => Some(0.0),
        _ => None,
    }
}
