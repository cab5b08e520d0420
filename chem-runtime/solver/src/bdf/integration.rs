//! One integration: steps, their acceptance, and the choice of step and order.

use super::breakpoint::Continuous;
use super::coefficients::{ALPHA, ERROR};
use super::counters::Counters;
use super::error::{Cause, Diagnosis, SolveError, Standing};
use super::newton::{Newton, norm};
use super::options::Options;
use super::slope::{InfiniteSlope, Terms};
use super::workspace::Workspace;
use crate::network::ChemNetwork;

/// Smallest and largest change of the step at once.
const SMALLEST_FACTOR: f64 = 0.2;
const LARGEST_FACTOR: f64 = 10.0;
/// Growth of the step that is not worth a factorisation.
const WORTHWHILE_FACTOR: f64 = 1.2;
/// The error of a step is kept below the tolerance over this, so that what the steps add up to stays near the
/// tolerance.
const STRICTNESS: f64 = 4.0;
/// Error of the first step over what a step may have.
const FIRST_ERROR: f64 = 0.4;
/// Consecutive failures after which the history is given up.
const PATIENCE: u32 = 3;

/// Outcome of one attempted step.
enum Attempt {
    Accepted,
    TooInaccurate,
    NotConverged,
    /// T enters or leaves a breakpoint's layer: the solution has a kink.
    Kinked,
}

pub(super) struct Integration<'a, N: ?Sized> {
    problem: Continuous<'a, N>,
    options: &'a Options,
    w: &'a mut Workspace,
    newton: Newton,
    pub(super) counters: Counters,
    t: f64,
    h: f64,
    order: usize,
    /// Accepted steps since step or order changed.
    equal_steps: usize,
    jacobian_is_current: bool,
    factors_are_current: bool,
    failures: u32,
    /// Norm of the last estimated error.
    error: f64,
}

impl<'a, N: ChemNetwork + ?Sized> Integration<'a, N> {
    /// Prepares the integration from `y`; options and state have been checked.
    pub(super) fn start(
        network: &'a N,
        options: &'a Options,
        w: &'a mut Workspace,
        y: &[f64],
        span: f64,
    ) -> Result<Self, SolveError> {
        let mut integration = Integration {
            problem: Continuous::new(network, options.rtol),
            options,
            w,
            newton: Newton::new(options.rtol),
            counters: Counters::default(),
            t: options.start_time,
            h: 0.0,
            order: 1,
            equal_steps: 0,
            jacobian_is_current: true,
            factors_are_current: false,
            failures: 0,
            error: 0.0,
        };
        integration.w.conservation.start(y);
        integration.w.y.copy_from_slice(y);
        integration.first_step(span).map_err(|cause| SolveError { cause, diagnosis: None })?;
        let Workspace { differences, y, residual, .. } = &mut *integration.w;
        differences.start(y, residual, integration.h);
        Ok(integration)
    }

    /// Chooses the first step such that the error of order 1, from the second derivative, is tolerable. Leaves
    /// the derivative in `residual`.
    fn first_step(&mut self, span: f64) -> Result<(), Cause> {
        let (t, rtol) = (self.t, self.options.rtol);
        let w = &mut *self.w;
        self.problem.rhs(t, &w.y, &mut w.residual, &mut w.breakpoint, &mut self.counters);
        let structure = self.problem.network.structure();
        if let Some(bad) = w.residual.iter().position(|f| !f.is_finite()) {
            let unknown = structure.species.get(bad).map_or("T".to_owned(), |s| s.to_string());
            let of = Terms { network: self.problem.network, t }.not_finite(&w.y);
            return Err(Cause::NotFinite { unknown, of });
        }
        self.problem.jacobian(t, &w.y, &mut w.jacobian, &mut w.breakpoint, &mut self.counters);
        self.problem.network.time_derivative(t, &w.y, &mut w.correction);
        for (column, f) in w.residual.iter().enumerate() {
            for (row, entry) in structure.jacobian_values(column, &w.jacobian) {
                w.correction[row] += entry * f;
            }
        }
        weigh(&w.y, &w.atol, rtol, &mut w.scale);
        let curvature = norm(&w.correction, &w.scale);
        let chosen = (FIRST_ERROR / (STRICTNESS * ERROR[1] * curvature)).sqrt();
        // Without curvature the whole span will do; NaN counts as none.
        let chosen = if chosen > 0.0 { chosen.min(span) } else { span * 1e-3 };
        self.h = self.options.first_step.unwrap_or(chosen).min(span).min(self.options.largest_step);
        Ok(())
    }

    /// Integrates to the last of `times` and writes the state at each into the rows of `out`.
    pub(super) fn run(&mut self, times: &[f64], out: &mut [f64]) -> Result<(), SolveError> {
        let n = self.w.unknowns;
        let mut rows = times.iter().copied().zip(out.chunks_exact_mut(n)).peekable();
        while let Some((_, row)) = rows.next_if(|(time, _)| *time <= self.t) {
            row.copy_from_slice(self.w.differences.state());
        }
        while rows.peek().is_some() {
            self.step().map_err(|cause| self.failure(cause))?;
            while let Some((time, row)) = rows.next_if(|(time, _)| *time <= self.t) {
                self.output(time, row);
            }
            self.adapt();
        }
        Ok(())
    }

    /// Makes one accepted step.
    fn step(&mut self) -> Result<(), Cause> {
        loop {
            let c = &self.counters;
            if c.steps + c.rejected + c.newton_failures >= self.options.max_steps {
                return Err(Cause::TooManySteps(self.options.max_steps));
            }
            if self.h <= 4.0 * f64::EPSILON * self.t.abs() || self.h < f64::MIN_POSITIVE {
                return Err(self.stuck());
            }
            let factor = match self.attempt() {
                Attempt::Accepted => {
                    self.counters.steps += 1;
                    self.failures = 0;
                    return Ok(());
                }
                Attempt::TooInaccurate => {
                    self.counters.rejected += 1;
                    let factor = self.safety() * self.error.powf(-1.0 / (self.order as f64 + 1.0));
                    if factor.is_nan() { SMALLEST_FACTOR } else { factor.clamp(SMALLEST_FACTOR, 0.9) }
                }
                Attempt::NotConverged => {
                    self.counters.newton_failures += 1;
                    self.factor_to_breakpoint().unwrap_or(0.25)
                }
                Attempt::Kinked => {
                    self.counters.rejected += 1;
                    self.restart(0.5);
                    continue;
                }
            };
            self.failures += 1;
            if self.failures >= PATIENCE && self.order > 1 {
                self.restart(factor);
            } else {
                self.change_step(factor);
            }
        }
    }

    /// Why no step is small enough.
    fn stuck(&mut self) -> Cause {
        let w = &mut *self.w;
        w.y.copy_from_slice(w.differences.state());
        self.problem.jacobian(self.t, &w.y, &mut w.jacobian, &mut w.breakpoint, &mut self.counters);
        match InfiniteSlope::find(self.problem.network, self.t, &w.y, &w.jacobian) {
            Some(slope) => Cause::SlopeNotFinite(Box::new(slope)),
            None => Cause::StepTooSmall,
        }
    }

    fn safety(&self) -> f64 {
        0.9 * 9.0 / (8.0 + self.newton.iterations as f64)
    }

    /// Predicts, corrects and tests one step; changes the history only if it is accepted.
    fn attempt(&mut self) -> Attempt {
        let (t, order) = (self.t + self.h, self.order);
        let c = self.h / ALPHA[order];
        let w = &mut *self.w;
        w.differences.predict(order, ALPHA[order], &mut w.predicted, &mut w.known);
        weigh(&w.predicted, &w.atol, self.options.rtol, &mut w.scale);
        // A Jacobian costs less than the iterations that an old one takes; new factors are due anyway.
        let mut fresh = !self.factors_are_current && !self.jacobian_is_current;
        if fresh {
            self.problem.jacobian(t, &w.predicted, &mut w.jacobian, &mut w.breakpoint, &mut self.counters);
            self.jacobian_is_current = true;
        }
        let mut moved = false;
        loop {
            if !self.factors_are_current {
                self.factors_are_current = self.newton.factor(self.problem.network, c, w, &mut self.counters);
            }
            if self.factors_are_current
                && self.newton.correct(&mut self.problem, t, c, fresh, w, &mut self.counters)
            {
                break;
            }
            // One from a rejected step to a later time will do, unless a breakpoint's layer has an edge between.
            let foreign = self.problem.jacobian_is_foreign();
            let place = match (fresh, foreign) {
                (false, _) if foreign || !self.jacobian_is_current => &w.predicted,
                // The prediction and the solution lie on different sides of the edge.
                (true, true) if !moved => {
                    moved = true;
                    &w.y
                }
                _ => return Attempt::NotConverged,
            };
            self.problem.jacobian(t, place, &mut w.jacobian, &mut w.breakpoint, &mut self.counters);
            fresh = true;
            self.jacobian_is_current = true;
            self.factors_are_current = false;
        }
        weigh(&w.y, &w.atol, self.options.rtol, &mut w.scale);
        self.error = STRICTNESS * ERROR[order] * norm(&w.correction, &w.scale);
        if self.error.is_nan() || self.error > 1.0 {
            return Attempt::TooInaccurate;
        }
        if order > 1 && self.problem.is_kinked(w.differences.state(), &w.y) {
            return Attempt::Kinked;
        }
        let is_sound = if self.options.allow_negative {
            w.y.iter().all(|v| v.is_finite())
        } else {
            physical(&w.y, &w.scale) && w.conservation.restore(&mut w.y)
        };
        if !is_sound {
            return Attempt::NotConverged;
        }
        w.differences.accept(order, &w.correction);
        w.differences.state_mut().copy_from_slice(&w.y);
        self.t = t;
        self.equal_steps += 1;
        self.jacobian_is_current = false;
        Attempt::Accepted
    }

    /// If the step failed because it crosses a breakpoint of T: the factor with which it ends there.
    fn factor_to_breakpoint(&self) -> Option<f64> {
        let (from, to) = (*self.w.differences.state().last()?, *self.w.predicted.last()?);
        let breakpoint = self.problem.breakpoint_between(from, to)?;
        let factor = (breakpoint - from) / (to - from);
        (self.failures == 0 && factor > 1e-3).then(|| factor.min(0.5))
    }

    fn change_step(&mut self, factor: f64) {
        self.w.differences.rescale(self.order, factor);
        self.h *= factor;
        self.equal_steps = 0;
        self.factors_are_current = false;
    }

    /// Gives up the history: order 1 from the last accepted state.
    fn restart(&mut self, factor: f64) {
        self.h *= factor;
        self.order = 1;
        self.equal_steps = 0;
        self.factors_are_current = false;
        let w = &mut *self.w;
        w.y.copy_from_slice(w.differences.state());
        self.problem.rhs(self.t, &w.y, &mut w.residual, &mut w.breakpoint, &mut self.counters);
        w.differences.start(&w.y, &w.residual, self.h);
    }

    /// Chooses order and step after an accepted step.
    fn adapt(&mut self) {
        let order = self.order;
        if self.equal_steps < order + 1 {
            return;
        }
        let w = &*self.w;
        let lower =
            (order > 1).then(|| STRICTNESS * ERROR[order - 1] * norm(w.differences.order(order), &w.scale));
        let higher = (order < self.options.max_order)
            .then(|| STRICTNESS * ERROR[order + 1] * norm(w.differences.order(order + 2), &w.scale));
        let factor = |error: f64, order: usize| {
            if error > 0.0 { error.powf(-1.0 / (order as f64 + 1.0)) } else { LARGEST_FACTOR }
        };
        let mut best = (order, factor(self.error, order));
        for (error, order) in [(lower, order - 1), (higher, order + 1)] {
            let Some(error) = error else { continue };
            let candidate = factor(error, order);
            if candidate > best.1 {
                best = (order, candidate);
            }
        }
        let factor = (self.safety() * best.1).min(LARGEST_FACTOR).min(self.options.largest_step / self.h);
        self.equal_steps = 0;
        if best.0 != order {
            self.order = best.0;
            self.factors_are_current = false;
        }
        if !(1.0..=WORTHWHILE_FACTOR).contains(&factor) {
            self.change_step(factor.max(SMALLEST_FACTOR));
        }
    }

    /// The state at a time inside the last step.
    fn output(&mut self, time: f64, row: &mut [f64]) {
        let w = &mut *self.w;
        let s = (time - self.t) / self.h;
        w.differences.interpolate(self.order, s, &mut w.between);
        // The polynomial may fall below zero where a species decays fast; a power law does not.
        let (now, change) = (w.differences.state(), w.differences.order(1));
        for ((y, &now), &change) in w.between.iter_mut().zip(now).zip(change) {
            let before = now - change;
            if *y <= 0.0 && before > 0.0 && now > 0.0 {
                *y = now * (now / before).powf(s);
            }
        }
        if !self.options.allow_negative {
            w.conservation.restore(&mut w.between);
        }
        row.copy_from_slice(&w.between);
    }

    fn failure(&self, cause: Cause) -> SolveError {
        let w = &*self.w;
        let errors: Vec<f64> =
            w.correction.iter().zip(&w.scale).map(|(d, s)| STRICTNESS * ERROR[self.order] * d * s).collect();
        let standing = Standing {
            time: self.t,
            step: self.h,
            order: self.order,
            error: self.error,
            y: w.differences.state(),
            errors: &errors,
        };
        let mut diagnosis = Diagnosis::new(self.problem.network, &standing);
        if matches!(cause, Cause::SlopeNotFinite(_)) {
            // Errors of steps that could not be made tell nothing.
            diagnosis.worst.clear();
            diagnosis.reactions.clear();
        }
        SolveError { cause, diagnosis: Some(Box::new(diagnosis)) }
    }
}

/// Reciprocals of the tolerated errors.
#[inline(always)]
fn weigh(y: &[f64], atol: &[f64], rtol: f64, scale: &mut [f64]) {
    for ((scale, y), atol) in scale.iter_mut().zip(y).zip(atol) {
        *scale = 1.0 / (rtol * y.abs() + atol);
    }
}

/// Whether T is positive and no density is negative by more than what is tolerated.
fn physical(y: &[f64], scale: &[f64]) -> bool {
    let Some((t_gas, densities)) = y.split_last() else { return false };
    *t_gas > 0.0 && densities.iter().zip(scale).all(|(n, s)| n * s >= -4.0)
}
