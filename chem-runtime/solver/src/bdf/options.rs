//! Settings of an integration.

use super::coefficients::MAX_ORDER;
use super::error::{Cause, InvalidInput};

/// Settings of an integration; the defaults are those of KROME. [`Bdf`](super::Bdf) has a method of the same name for each.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Options {
    pub(super) rtol: f64,
    /// One for all unknowns, or one per unknown.
    pub(super) atol: Vec<f64>,
    pub(super) start_time: f64,
    pub(super) first_step: Option<f64>,
    pub(super) largest_step: f64,
    pub(super) max_steps: u64,
    pub(super) max_order: usize,
    pub(super) allow_negative: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            rtol: 1e-4,
            atol: vec![1e-20],
            start_time: 0.0,
            first_step: None,
            largest_step: f64::INFINITY,
            max_steps: 1_000_000,
            max_order: MAX_ORDER,
            allow_negative: false,
        }
    }
}

impl Options {
    /// Relative tolerance, in [1e-13, 0.1]; default 1e-4.
    pub fn rtol(mut self, rtol: f64) -> Self {
        self.rtol = rtol;
        self
    }

    /// Absolute tolerance of all unknowns ([cm^-3] and `[K]`); default 1e-20.
    pub fn atol(mut self, atol: f64) -> Self {
        self.atol = vec![atol];
        self
    }

    /// Absolute tolerance of each unknown: densities [cm^-3] in declared order, then T `[K]`.
    pub fn atol_per_unknown(mut self, atol: impl Into<Vec<f64>>) -> Self {
        self.atol = atol.into();
        self
    }

    /// The relative tolerance and the absolute ones: one for all unknowns, or one for each.
    pub fn tolerances(&self) -> (f64, &[f64]) {
        (self.rtol, &self.atol)
    }

    /// Time of the initial state `[s]`; default 0.
    pub fn start_time(mut self, time: f64) -> Self {
        self.start_time = time;
        self
    }

    /// First step `[s]`; chosen from the first and second derivatives by default.
    pub fn first_step(mut self, step: f64) -> Self {
        self.first_step = Some(step);
        self
    }

    /// Largest step `[s]`; by default there is none.
    pub fn largest_step(mut self, step: f64) -> Self {
        self.largest_step = step;
        self
    }

    /// Most steps before the integration is given up, rejected ones included; default 1,000,000.
    pub fn max_steps(mut self, steps: u64) -> Self {
        self.max_steps = steps;
        self
    }

    /// Highest order, 1 to 5; default 5.
    pub fn max_order(mut self, order: usize) -> Self {
        self.max_order = order;
        self
    }

    /// Lets densities become negative: for synthetic networks whose rate coefficients change sign. Otherwise, and by
    /// default, a step to a negative density is refused, and what rounding leaves is cleared.
    pub fn allow_negative(mut self, allow: bool) -> Self {
        self.allow_negative = allow;
        self
    }
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
        if !self.start_time.is_finite() {
            return fail(format!("the start time is {}", self.start_time));
        }
        let step_is_good = |h: f64| h > 0.0;
        if !step_is_good(self.largest_step) || !self.first_step.is_none_or(step_is_good) {
            return fail("the first and the largest step must be positive".to_owned());
        }
        Ok(())
    }
}
