//! Distribution of errors.

use std::fmt;

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

    /// The smallest value that at least a share `q` of the errors does not exceed; infinite without any.
    pub fn quantile(&self, q: f64) -> f64 {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (q * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::INFINITY)
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
