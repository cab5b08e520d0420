//! What the lanes work on: cells, times, steps and their control.
//!
//! A lane that has reached its end, or is given up, takes the next cell of the chunk at once. Every operation acts
//! on each lane alone, so that the result of a cell does not depend on its neighbours.

use super::cells::CellStore;
use super::dense_output::StepOfLane;
use super::environment::CellEnvironment;
use super::integrate::Chunk;
use super::report::{CellReport, Status};
use crate::bdf::Conservation;
use crate::float_mode::is_from_zero_to;
use crate::network::GenericNetwork;
use crate::scalar::{Lane, Scalar};
use crate::structure::Structure;

/// First step over the time in which the state changes by what is tolerated, times the tolerance.
const FIRST_STEP: f64 = 0.1;
const SAFETY: f64 = 0.9;
const SMALLEST_FACTOR: f64 = 0.2;
const LARGEST_FACTOR: f64 = 8.0;
/// A step that would leave less than this share of itself is stretched to the end.
const SLACK: f64 = 0.01;
/// Products of larger densities [cm^-3] are not numbers any more.
const LARGEST_DENSITY: f64 = 1e100;
/// Steps shorter than this share of the time are not resolved any more.
const RESOLUTION: f64 = 1e-15;

/// What a lane works on.
#[derive(Clone, Copy)]
struct Work {
    /// `usize::MAX`: nothing.
    cell: usize,
    steps: u32,
    rejected: u32,
    /// Its first step is not chosen yet.
    is_fresh: bool,
    /// The output time that is next.
    output: usize,
    /// A state at an output time is not finite.
    is_lost: bool,
}

const IDLE: Work =
    Work { cell: usize::MAX, steps: 0, rejected: 0, is_fresh: false, output: 0, is_lost: false };

/// State of all lanes.
pub(super) struct Lanes<V> {
    work: [Work; 8],
    next: usize,
    pub(super) active: usize,
    pub(super) y: Vec<V>,
    /// Functions of the parameters.
    pub(super) environment: Vec<V>,
    /// Whether those that all cells have in common are finite.
    is_finite: bool,
    pub(super) t: V,
    end: V,
    pub(super) h: V,
    /// Absolute tolerance of densities [cm^-3].
    pub(super) atol: V,
    /// Largest factor by which a step may grow.
    growth: V,
    row: Vec<f64>,
    start: Vec<f64>,
    conservation: Conservation,
    /// Whether nothing comes of nothing: all species have masses, which are conserved.
    keeps_vacuum: bool,
}

/// What becomes of a step.
pub(super) struct Verdict<V: Scalar> {
    pub(super) accepted: V::Mask,
    /// Size of the next step over that of this one.
    factor: V,
}

impl<V: Lane> Lanes<V> {
    pub(super) fn new(n: usize, structure: &Structure) -> Self {
        let one = V::constant(1.0);
        Lanes {
            work: [IDLE; 8],
            next: 0,
            active: 0,
            y: vec![one; n],
            environment: Vec::new(),
            is_finite: true,
            t: V::constant(0.0),
            end: one,
            h: one,
            growth: one,
            atol: one,
            row: vec![0.0; n],
            start: vec![0.0; n],
            conservation: Conservation::new(structure),
            keeps_vacuum: structure.masses.iter().all(|mass| *mass > 0.0),
        }
    }

    /// Gives every lane a cell.
    pub(super) fn fill<S: CellStore>(&mut self, network: &impl GenericNetwork, chunk: &mut Chunk<'_, S>) {
        let functions = chunk.environment.functions(network, 0);
        self.environment.extend(functions.iter().copied().map(V::constant));
        self.is_finite = functions.iter().all(|function| function.is_finite());
        for lane in 0..V::COUNT {
            self.take_next(lane, network, chunk);
        }
    }

    /// Gives a lane the next cell that can be integrated, or none if there is none left.
    fn take_next<S: CellStore>(
        &mut self,
        lane: usize,
        network: &impl GenericNetwork,
        chunk: &mut Chunk<'_, S>,
    ) {
        while self.next < chunk.cells.len() {
            let cell = self.next;
            self.next += 1;
            let dt = chunk.times.of(cell);
            chunk.cells.read(cell, &mut self.row);
            let mut status = check(&self.row, dt);
            if status == Status::Done && dt != 0.0 && !self.enter(lane, cell, network, &mut chunk.environment)
            {
                status = Status::Failed;
            }
            chunk.reports[cell] = CellReport { status, ..CellReport::default() };
            let total: f64 = self.row.iter().take(self.row.len() - 1).sum();
            let is_empty = total == 0.0 && self.keeps_vacuum;
            if status != Status::Done || dt == 0.0 || is_empty {
                if let Some(outputs) = &mut chunk.outputs {
                    fill_rows(outputs.rows(cell, 0, self.row.len()), &self.row, status);
                }
                continue;
            }
            self.work[lane] = Work { cell, is_fresh: true, ..IDLE };
            self.active += 1;
            for (y, value) in self.y.iter_mut().zip(&self.row) {
                y.lanes_mut()[lane] = *value;
            }
            self.t.lanes_mut()[lane] = 0.0;
            self.end.lanes_mut()[lane] = dt;
            self.growth.lanes_mut()[lane] = LARGEST_FACTOR;
            let least = chunk.settings.least_abundance() * total;
            self.atol.lanes_mut()[lane] = chunk.settings.atol.max(least);
            return;
        }
        // Idle lanes hold arbitrary values that are never read.
        self.work[lane] = IDLE;
    }

    /// Takes the functions of a cell's parameters; whether all are finite. The BDF, which evaluates expressions as they are, can
    /// be able to advance a cell where a factor is not.
    #[inline(always)]
    fn enter(
        &mut self,
        lane: usize,
        cell: usize,
        network: &impl GenericNetwork,
        environment: &mut CellEnvironment<'_>,
    ) -> bool {
        if environment.is_common() {
            return self.is_finite;
        }
        let mut finite = true;
        for (value, function) in self.environment.iter_mut().zip(environment.functions(network, cell)) {
            value.lanes_mut()[lane] = *function;
            finite &= function.is_finite();
        }
        finite
    }

    /// The first step of new cells, from their right-hand sides.
    #[inline(always)]
    pub(super) fn choose_first_steps(&mut self, f: &[V], rtol: f64, atol: f64) {
        let c = V::constant;
        if self.work.iter().any(|work| work.is_fresh) {
            let f_count = f.len();
            let mut sum = c(0.0);
            for (i, (f, y)) in f.iter().zip(&self.y).enumerate() {
                let atol = if i + 1 < f_count { self.atol } else { c(atol) };
                let weighted = *f / c(rtol).mul_add(y.abs(), atol);
                sum = weighted.mul_add(weighted, sum);
            }
            for lane in (0..V::COUNT).filter(|lane| self.work[*lane].is_fresh) {
                let rate = (sum.lanes()[lane] / f.len() as f64).sqrt() * rtol.max(1e-6);
                self.h.lanes_mut()[lane] = FIRST_STEP / (rate + 1e-300);
            }
            self.work.iter_mut().for_each(|work| work.is_fresh = false);
            self.h = Scalar::min(self.h, self.end);
        }
    }

    /// Whether steps are taken, and the sizes of the next. `error` is the mean square of the errors over what is
    /// tolerated.
    #[inline(always)]
    pub(super) fn judge(&self, t_gas: V, error: V, order: f64) -> Verdict<V> {
        let c = V::constant;
        // An error that is no number, or a temperature below zero, shrinks the step most.
        let sound = V::blend(c(0.0).less(t_gas), error, c(f64::NAN));
        let factor = c(SAFETY) * (Scalar::max(sound, c(1e-20)).ln() * c(-0.5 / order)).exp();
        let factor = V::blend(sound.less(c(1e300)), factor, c(SMALLEST_FACTOR));
        let factor = Scalar::min(Scalar::max(factor, c(SMALLEST_FACTOR)), self.growth);
        Verdict { accepted: sound.less(c(1.0)), factor }
    }

    /// Takes the new state where the step is accepted, and chooses the next steps.
    #[inline(always)]
    pub(super) fn advance(&mut self, new: &[V], Verdict { accepted, factor }: &Verdict<V>) {
        let c = V::constant;
        let zero = c(0.0);
        for (y, new) in self.y.iter_mut().zip(new) {
            *y = V::blend(*accepted, Scalar::max(*new, zero), *y);
        }
        self.t = V::blend(*accepted, self.t + self.h, self.t);
        self.growth = V::blend(*accepted, c(LARGEST_FACTOR), c(1.0));
        let left = self.end - self.t;
        let h = self.h * *factor;
        self.h = V::blend(left.less(h * c(1.0 + SLACK)), left, h);
        let accepted = V::bits(*accepted);
        for (lane, work) in self.work.iter_mut().enumerate().take(V::COUNT) {
            work.steps += 1;
            work.rejected += u32::from(accepted >> lane & 1 == 0);
        }
    }

    /// Writes the states at the output times within the steps that are accepted.
    #[inline(never)]
    pub(super) fn write_outputs<S: CellStore>(
        &mut self,
        chunk: &mut Chunk<'_, S>,
        accepted: u32,
        after: &[V],
        u: &[V],
    ) {
        let Chunk { cells, outputs: Some(outputs), settings, .. } = chunk else { return };
        let times = outputs.times;
        let n = self.row.len();
        for (lane, work) in self.work.iter_mut().enumerate().take(V::COUNT) {
            if accepted >> lane & 1 == 0 || work.cell == usize::MAX {
                continue;
            }
            let (t, h) = (self.t.lanes()[lane], self.h.lanes()[lane]);
            // The last is the end, which is written when the cell is handed back.
            let left = times.len().saturating_sub(1 + work.output);
            let passed = times[work.output..].iter().take(left).take_while(|time| **time <= t + h).count();
            if passed == 0 {
                continue;
            }
            let step = StepOfLane { lane, before: &self.y, after, u, tableau: settings.tableau };
            cells.read(work.cell, &mut self.start);
            self.conservation.start(&self.start);
            let rows = outputs.rows(work.cell, work.output, n).chunks_exact_mut(n);
            for (row, time) in rows.zip(&times[work.output..work.output + passed]) {
                step.write((time - t) / h, row);
                let is_state = row.iter().all(|y| y.is_finite()) && row[n - 1] > 0.0;
                work.is_lost |= !(is_state && self.conservation.restore(row));
            }
            work.output += passed;
        }
    }

    /// Hands back cells that have reached their end or are given up.
    #[inline(always)]
    pub(super) fn finish<S: CellStore>(
        &mut self,
        network: &impl GenericNetwork,
        chunk: &mut Chunk<'_, S>,
        max_steps: u32,
    ) {
        let finest = V::constant(RESOLUTION) * self.end;
        let ended = V::bits(self.h.less_equal(finest));
        // NaN is not larger either.
        let unresolved = !V::bits(finest.less(self.h));
        for lane in 0..V::COUNT {
            let work = self.work[lane];
            if work.cell == usize::MAX {
                continue;
            }
            let is_at_end = ended >> lane & 1 == 1
                && self.end.lanes()[lane] - self.t.lanes()[lane] <= finest.lanes()[lane];
            let is_given_up = !is_at_end && (unresolved >> lane & 1 == 1 || work.steps >= max_steps);
            if is_at_end || is_given_up {
                self.hand_back(lane, is_at_end, chunk);
                self.active -= 1;
                self.take_next(lane, network, chunk);
            }
        }
    }

    fn hand_back<S: CellStore>(&mut self, lane: usize, is_at_end: bool, chunk: &mut Chunk<'_, S>) {
        let Work { cell, steps, rejected, output, is_lost, .. } = self.work[lane];
        let mut status = Status::Failed;
        if is_at_end && !is_lost {
            for (value, y) in self.row.iter_mut().zip(&self.y) {
                *value = y.lanes()[lane];
            }
            chunk.cells.read(cell, &mut self.start);
            self.conservation.start(&self.start);
            if self.row.iter().all(|value| value.is_finite()) && self.conservation.restore(&mut self.row) {
                chunk.cells.write(cell, &self.row);
                status = Status::Done;
            }
        }
        if let Some(outputs) = &mut chunk.outputs {
            let first = if status == Status::Done { output } else { 0 };
            fill_rows(outputs.rows(cell, first, self.row.len()), &self.row, status);
        }
        chunk.reports[cell] = CellReport { status, steps, rejected };
    }
}

/// Whether a cell can be integrated.
fn check(y: &[f64], dt: f64) -> Status {
    let Some((t_gas, densities)) = y.split_last() else { return Status::InvalidDensity };
    if !densities.iter().all(|n| is_from_zero_to(*n, LARGEST_DENSITY)) {
        Status::InvalidDensity
    } else if !is_from_zero_to(*t_gas, f64::MAX) || t_gas.to_bits() << 1 == 0 {
        Status::InvalidTemperature
    } else if !is_from_zero_to(dt, f64::MAX) {
        Status::InvalidTime
    } else {
        Status::Done
    }
}

/// Writes one state at several output times; what is no number stands for the states of cells that were not advanced.
fn fill_rows(rows: &mut [f64], state: &[f64], status: Status) {
    if status != Status::Done {
        return rows.fill(f64::NAN);
    }
    for row in rows.chunks_exact_mut(state.len()) {
        row.copy_from_slice(state);
    }
}
