//! Distribution of errors.

use std::fmt;

use chem_report::validate::quantile::{ascending, quantile};

/// Median, 99 % quantile and maximum of errors, with a name for the largest.
#[derive(Clone, Debug, Default)]
pub struct Errors {
    values: Vec<f64>,
    worst: Option<(f64, String)>,
}

impl Errors {
    /// Adds one error. NaN counts as infinite, so that it cannot hide.
    pub fn add(&mut self, error: f64, name: impl FnOnce() -> String) {
        let error = if error.is_nan() { f64::INFINITY } else { error.abs() };
        if self.worst.as_ref().is_none_or(|(worst, _)| error > *worst) {
            self.worst = Some((error, name()));
        }
        self.values.push(error);
    }

    /// Adds all errors of another list.
    pub fn extend(&mut self, other: &Errors) {
        self.values.extend(&other.values);
        if let Some((error, name)) = &other.worst
            && self.worst.as_ref().is_none_or(|(worst, _)| error > worst)
        {
            self.worst = Some((*error, name.clone()));
        }
    }

    /// Number of errors.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// Quantile `q` of the errors, as the validation defines it; infinite without any, so that nothing passes for good.
    pub fn quantile(&self, q: f64) -> f64 {
        if self.values.is_empty() {
            f64::INFINITY
        } else {
            quantile(&ascending(self.values.iter().copied()), q)
        }
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Name of the largest error.
    pub fn worst(&self) -> &str {
        self.worst.as_ref().map_or("", |(_, name)| name)
    }

    /// The largest error.
    pub fn maximum(&self) -> f64 {
        self.worst.as_ref().map_or(f64::INFINITY, |(worst, _)| *worst)
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} values, median {:.1e}, 99 % {:.1e}, maximum {:.1e} ({})",
            self.count(),
            self.median(),
            self.quantile(0.99),
            self.maximum(),
            self.worst()
        )
    }
}
