//! Units of time.

/// Seconds in a year of 365 days, the convention of the field's reference code.
pub const YEAR: f64 = 3.1536e7;
