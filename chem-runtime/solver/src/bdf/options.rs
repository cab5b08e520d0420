//! Settings of an integration.

use super::coefficients::MAX_ORDER;
use super::error::{Cause, InvalidInput};

/// Settings of an integration; the defaults are those of KROME.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Relative tolerance, in [1e-13, 0.1].
    pub rtol: f64,
    /// Absolute tolerance: one for all unknowns, or one per unknown (densities [cm^-3], then T `[K]`).
    pub atol: Vec<f64>,
    /// Time of the initial state `[s]`.
    pub start: f64,
    /// First step `[s]`; chosen from the first and second derivatives if not given.
    pub first_step: Option<f64>,
    /// Largest step `[s]`.
    pub largest_step: f64,
    /// Most steps, rejected ones included.
    pub max_steps: u64,
    /// Highest order, 1 to 5.
    pub max_order: usize,
    /// Densities may become negative: for made-up networks whose rate coefficients change sign. Otherwise a step
    /// to a negative density is refused, and what rounding leaves is cleared.
    pub signed: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            rtol: 1e-4,
            atol: vec![1e-20],
            start: 0.0,
            first_step: None,
            largest_step: f64::INFINITY,
            max_steps: 1_000_000,
            max_order: MAX_ORDER,
            signed: false,
        }
    }
}

impl Options {
    /// Checks the settings and copies the absolute tolerances to one per unknown.
    pub(super) fn prepare(&self, atol: &mut [f64]) -> Result<(), Cause> {
        let fail = |problem: String| Err(Cause::InvalidInput(InvalidInput(problem)));
        if !(1e-13..=0.1).contains(&self.rtol) {
            return fail(format!("rtol is {:e}; it must lie between 1e-13 and 0.1", self.rtol));
        }
        match self.atol.as_slice() {
            [one] => atol.fill(*one),
            many if many.len() == atol.len() => atol.copy_from_slice(many),
            many => {
                let (given, wanted) = (many.len(), atol.len());
                return fail(format!("{given} absolute tolerances; give one, or {wanted}: one per unknown"));
            }
        }
        if let Some(bad) = atol.iter().find(|a| !(**a >= 1e-100 && a.is_finite())) {
            return fail(format!("atol is {bad:e}; it must be finite and at least 1e-100"));
        }
        if !(1..=MAX_ORDER).contains(&self.max_order) {
            return fail(format!("the highest order is {}; it must lie between 1 and 5", self.max_order));
        }
        if !self.start.is_finite() {
            return fail(format!("the start time is {}", self.start));
        }
        let step_is_good = |h: f64| h > 0.0;
        if !step_is_good(self.largest_step) || !self.first_step.is_none_or(step_is_good) {
            return fail("the first and the largest step must be positive".to_owned());
        }
        Ok(())
    }
}
