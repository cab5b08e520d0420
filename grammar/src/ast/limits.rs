//! Limits of the temperature.

use super::Range;
use crate::source::Span;

/// `limits T = 2.73 .. 1e9 [K], floor`: the temperature at which rates are evaluated is clamped to this range.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// The range.
    pub range: Range,
    /// Where `floor` stands: the gas does not cool below the lower limit.
    pub floor: Option<Span>,
}
