//! Cells side by side, each with its own step.
//!
//! A lane that has reached its end, or is given up, takes the next cell of the chunk at once. Every operation acts
//! on each lane alone, so that the result of a cell does not depend on its neighbours.

use super::cells::CellStore;
use super::dispatch::Kernel;
use super::method::{MOST_STAGES, Stage, Tableau};
use super::report::{CellReport, Status};
use super::table::Table;
use crate::bdf::Conservation;
use crate::network::GenericNetwork;
use crate::scalar::{Dual, Lane, Scalar};

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

/// Settings of an integration.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) tableau: &'static Tableau,
    pub(super) rtol: f64,
    pub(super) atol: f64,
    /// Share of the total density below which species need not be exact.
    pub(super) least_abundance: f64,
    pub(super) max_steps: u32,
}

/// Time steps: one for all cells, or one for each.
#[derive(Clone, Copy, Debug)]
pub(super) enum Times<'a> {
    One(f64),
    Each(&'a [f64]),
}

impl Times<'_> {
    pub(super) fn of(&self, cell: usize) -> f64 {
        match self {
            Times::One(dt) => *dt,
            Times::Each(times) => times.get(cell).copied().unwrap_or(f64::NAN),
        }
    }
}

/// Cells that one thread advances.
pub(super) struct Chunk<'a, S> {
    pub(super) cells: S,
    pub(super) times: Times<'a>,
    pub(super) reports: &'a mut [CellReport],
    pub(super) settings: &'a Settings,
}

/// What a lane works on.
#[derive(Clone, Copy)]
struct Work {
    /// `usize::MAX`: nothing.
    cell: usize,
    steps: u32,
    rejected: u32,
    /// Its first step is not chosen yet.
    is_fresh: bool,
}

const IDLE: Work = Work { cell: usize::MAX, steps: 0, rejected: 0, is_fresh: false };

/// State of all lanes.
struct Lanes<V> {
    work: [Work; 8],
    next: usize,
    active: usize,
    y: Vec<V>,
    t: V,
    end: V,
    h: V,
    /// Absolute tolerance of densities [cm^-3].
    atol: V,
    /// Largest factor by which a step may grow.
    growth: V,
    row: Vec<f64>,
    start: Vec<f64>,
    conservation: Conservation,
}

/// Advances all cells of a chunk.
#[inline(always)]
pub(super) fn integrate<N: GenericNetwork, V: Lane, S: CellStore>(
    network: &N,
    kernel: &Kernel<N, V>,
    table: &Table,
    chunk: &mut Chunk<'_, S>,
) {
    let c = V::constant;
    let zero = c(0.0);
    let structure = network.structure();
    let n = structure.unknown_count();
    let Settings { tableau, rtol, atol, max_steps, .. } = *chunk.settings;
    let stages = tableau.a.len();
    let functions = network.temperature_functions().functions;
    let mut g = vec![zero; Table::padded_functions(functions)];
    let mut slopes = g.clone();
    let mut duals = vec![Dual::fixed(0.0); functions];
    let mut jacobian = vec![zero; structure.jacobian_count()];
    let mut lu = vec![zero; structure.lu_count()];
    let mut f = vec![zero; n];
    let mut by_time = vec![zero; n];
    let mut argument = vec![zero; n];
    let mut u = vec![zero; n * MOST_STAGES];
    let mut lanes = Lanes::<V>::new(n, Conservation::new(structure));
    lanes.fill(chunk);
    while lanes.active > 0 {
        let t_gas = lanes.y[n - 1];
        if functions > 0 {
            let missing = kernel.look_up_slopes(table, &t_gas, [&mut g, &mut slopes]);
            if missing != 0 {
                evaluate(network, missing, t_gas, [&mut g, &mut slopes], &mut duals);
            }
        }
        kernel.jacobian(network, &lanes.t, &lanes.y, [&g, &slopes], &mut jacobian);
        kernel.rhs(network, &lanes.t, &lanes.y, &g, &mut f);
        lanes.choose_first_steps(&f, rtol, atol);
        let (t, h) = (lanes.t, lanes.h);
        network.time_derivative_generic(t, &lanes.y, &mut by_time);
        let scaled = h * c(tableau.gamma);
        kernel.factor(network, &scaled, &jacobian, &mut lu);
        let mut step = Step { t, h, scaled, y: &lanes.y, by_time: &by_time, lu: &lu, u: &mut u };
        let mut scratch =
            Scratch { g: [&mut g, &mut slopes], duals: &mut duals, f: &mut f, argument: &mut argument };
        for (stage, coefficients) in tableau.stages().enumerate() {
            // Sums of known length stay in registers.
            match stage {
                0 => step.stage::<N, 0>(network, kernel, table, &coefficients, &mut scratch),
                1 => step.stage::<N, 1>(network, kernel, table, &coefficients, &mut scratch),
                2 => step.stage::<N, 2>(network, kernel, table, &coefficients, &mut scratch),
                3 => step.stage::<N, 3>(network, kernel, table, &coefficients, &mut scratch),
                4 => step.stage::<N, 4>(network, kernel, table, &coefficients, &mut scratch),
                5 => step.stage::<N, 5>(network, kernel, table, &coefficients, &mut scratch),
                6 => step.stage::<N, 6>(network, kernel, table, &coefficients, &mut scratch),
                _ => step.stage::<N, 7>(network, kernel, table, &coefficients, &mut scratch),
            }
        }
        let error = &u[(stages - 1) * n..stages * n];
        let mut sum = zero;
        for (i, ((new, e), y)) in argument.iter_mut().zip(error).zip(&lanes.y).enumerate() {
            *new = *new + *e;
            let atol = if i + 1 < n { lanes.atol } else { c(atol) };
            let scale = c(rtol).mul_add(Scalar::max(y.abs(), new.abs()), atol);
            let weighted = *e / scale;
            sum = weighted.mul_add(weighted, sum);
        }
        lanes.advance(&argument, sum * c(1.0 / n as f64), tableau.order);
        lanes.finish(chunk, max_steps);
    }
}

/// The functions of T and their derivatives as they are, for the lanes that a table had no row for.
#[cold]
#[inline(never)]
fn evaluate<N: GenericNetwork, V: Lane>(
    network: &N,
    missing: u32,
    t_gas: V,
    [g, slopes]: [&mut [V]; 2],
    duals: &mut [Dual<1>],
) {
    for lane in (0..V::COUNT).filter(|lane| missing >> lane & 1 == 1) {
        network.t_functions_generic(Dual::variable(t_gas.lanes()[lane], 0), duals);
        for ((g, slope), dual) in g.iter_mut().zip(slopes.iter_mut()).zip(duals.iter()) {
            g.lanes_mut()[lane] = dual.value;
            slope.lanes_mut()[lane] = dual.derivatives[0];
        }
    }
}

/// A step that is being made.
struct Step<'a, V> {
    t: V,
    h: V,
    /// gamma h
    scaled: V,
    y: &'a [V],
    by_time: &'a [V],
    lu: &'a [V],
    /// The stages, one after the other.
    u: &'a mut [V],
}

/// Memory of a stage.
struct Scratch<'a, V> {
    /// Functions of T and their derivatives.
    g: [&'a mut [V]; 2],
    duals: &'a mut [Dual<1>],
    f: &'a mut [V],
    argument: &'a mut [V],
}

impl<V: Lane> Step<'_, V> {
    /// Stage number `S`: U = (I - gamma h J)^-1 gamma (h f + sum_j c_j U_j + gamma_i h^2 df/dt).
    #[inline(always)]
    fn stage<N: GenericNetwork, const S: usize>(
        &mut self,
        network: &N,
        kernel: &Kernel<N, V>,
        table: &Table,
        coefficients: &Stage,
        scratch: &mut Scratch<'_, V>,
    ) {
        let c = V::constant;
        let n = self.y.len();
        let Scratch { g: [g, slopes], duals, f, argument } = scratch;
        let (done, rest) = self.u.split_at_mut(S * n);
        let Some(u) = rest.get_mut(..n) else { return };
        if coefficients.is_elsewhere {
            add_up::<V, S>(&coefficients.a, self.y, done, argument);
            let t_gas = argument[n - 1];
            if !g.is_empty() {
                let missing = kernel.look_up(table, &t_gas, g);
                if missing != 0 {
                    evaluate(network, missing, t_gas, [g, slopes], duals);
                }
            }
            let time = c(coefficients.alpha).mul_add(self.h, self.t);
            kernel.rhs(network, &time, argument, g, f);
        }
        let by_time_factor = self.h * self.h * c(coefficients.by_time);
        for ((u, f), by_time) in u.iter_mut().zip(f.iter()).zip(self.by_time) {
            *u = self.scaled.mul_add(*f, by_time_factor * *by_time);
        }
        add_to::<V, S>(&coefficients.c, done, u);
        kernel.solve(network, self.lu, u);
    }
}

/// out = y + sum_j a_j U_j over `S` stages
#[inline(always)]
fn add_up<V: Lane, const S: usize>(a: &[f64; MOST_STAGES], y: &[V], u: &[V], out: &mut [V]) {
    out.copy_from_slice(y);
    add_to::<V, S>(a, u, out);
}

/// out += sum_j a_j U_j over `S` stages
#[inline(always)]
fn add_to<V: Lane, const S: usize>(a: &[f64; MOST_STAGES], u: &[V], out: &mut [V]) {
    let n = out.len();
    if u.len() < S * n {
        return;
    }
    let mut rows: [&[V]; S] = [&[]; S];
    let mut rest = u;
    for row in &mut rows {
        let (first, others) = rest.split_at(n);
        (*row, rest) = (first, others);
    }
    for (i, out) in out.iter_mut().enumerate() {
        let mut sum = *out;
        for (a, row) in a.iter().zip(rows) {
            sum = V::constant(*a).mul_add(row[i], sum);
        }
        *out = sum;
    }
}

impl<V: Lane> Lanes<V> {
    fn new(n: usize, conservation: Conservation) -> Self {
        let one = V::constant(1.0);
        Lanes {
            work: [IDLE; 8],
            next: 0,
            active: 0,
            y: vec![one; n],
            t: V::constant(0.0),
            end: one,
            h: one,
            growth: one,
            atol: one,
            row: vec![0.0; n],
            start: vec![0.0; n],
            conservation,
        }
    }

    /// Gives every lane a cell.
    fn fill<S: CellStore>(&mut self, chunk: &mut Chunk<'_, S>) {
        for lane in 0..V::COUNT {
            self.take_next(lane, chunk);
        }
    }

    /// Gives a lane the next cell that can be integrated, or none if there is none left.
    fn take_next<S: CellStore>(&mut self, lane: usize, chunk: &mut Chunk<'_, S>) {
        while self.next < chunk.cells.len() {
            let cell = self.next;
            self.next += 1;
            let dt = chunk.times.of(cell);
            chunk.cells.read(cell, &mut self.row);
            let status = check(&self.row, dt);
            chunk.reports[cell] = CellReport { status, ..CellReport::default() };
            if status != Status::Done || dt == 0.0 {
                continue;
            }
            self.work[lane] = Work { cell, steps: 0, rejected: 0, is_fresh: true };
            self.active += 1;
            for (y, value) in self.y.iter_mut().zip(&self.row) {
                y.lanes_mut()[lane] = *value;
            }
            self.t.lanes_mut()[lane] = 0.0;
            self.end.lanes_mut()[lane] = dt;
            self.growth.lanes_mut()[lane] = LARGEST_FACTOR;
            let total: f64 = self.row.iter().take(self.row.len() - 1).sum();
            let Settings { atol, least_abundance, .. } = *chunk.settings;
            self.atol.lanes_mut()[lane] = atol.max(least_abundance * total);
            return;
        }
        // What is left in the lane may become anything: nobody looks at it.
        self.work[lane] = IDLE;
    }

    /// The first step of new cells, from their right-hand sides.
    #[inline(always)]
    fn choose_first_steps(&mut self, f: &[V], rtol: f64, atol: f64) {
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

    /// Takes the new state where the error allows it, and chooses the next steps. `error` is the mean square of
    /// the errors over what is tolerated.
    #[inline(always)]
    fn advance(&mut self, new: &[V], error: V, order: f64) {
        let c = V::constant;
        let zero = c(0.0);
        let n = self.y.len();
        // An error that is no number, or a temperature below zero, shrinks the step most.
        let sound = V::blend(zero.less(new[n - 1]), error, c(f64::NAN));
        let factor = c(SAFETY) * (Scalar::max(sound, c(1e-20)).ln() * c(-0.5 / order)).exp();
        let factor = V::blend(sound.less(c(1e300)), factor, c(SMALLEST_FACTOR));
        let factor = Scalar::min(Scalar::max(factor, c(SMALLEST_FACTOR)), self.growth);
        let accepted = sound.less(c(1.0));
        for (y, new) in self.y.iter_mut().zip(new) {
            *y = V::blend(accepted, Scalar::max(*new, zero), *y);
        }
        self.t = V::blend(accepted, self.t + self.h, self.t);
        self.growth = V::blend(accepted, c(LARGEST_FACTOR), c(1.0));
        let left = self.end - self.t;
        let h = self.h * factor;
        self.h = V::blend(left.less(h * c(1.0 + SLACK)), left, h);
        let accepted = V::bits(accepted);
        for (lane, work) in self.work.iter_mut().enumerate().take(V::COUNT) {
            work.steps += 1;
            work.rejected += u32::from(accepted >> lane & 1 == 0);
        }
    }

    /// Hands back cells that have reached their end or are given up.
    #[inline(always)]
    fn finish<S: CellStore>(&mut self, chunk: &mut Chunk<'_, S>, max_steps: u32) {
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
                self.take_next(lane, chunk);
            }
        }
    }

    fn hand_back<S: CellStore>(&mut self, lane: usize, is_at_end: bool, chunk: &mut Chunk<'_, S>) {
        let Work { cell, steps, rejected, .. } = self.work[lane];
        let mut status = Status::Failed;
        if is_at_end {
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
        chunk.reports[cell] = CellReport { status, steps, rejected };
    }
}

/// Whether a cell can be integrated.
fn check(y: &[f64], dt: f64) -> Status {
    let Some((t_gas, densities)) = y.split_last() else { return Status::InvalidDensity };
    if !densities.iter().all(|n| *n >= 0.0 && *n <= LARGEST_DENSITY) {
        Status::InvalidDensity
    } else if !(*t_gas > 0.0 && t_gas.is_finite()) {
        Status::InvalidTemperature
    } else if !(dt >= 0.0 && dt.is_finite()) {
        Status::InvalidTime
    } else {
        Status::Done
    }
}
