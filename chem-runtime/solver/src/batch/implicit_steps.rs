//! A linearly implicit step of each cell over its whole time step, or a few equal ones, with an estimate of the error: whether a
//! cell moves at all, for a fraction of what integrating it costs.
//!
//! ROS2 with gamma = 1 - 1 / sqrt 2, of order 2 and L-stable (Verwer et al. 1999, SIAM J. Sci. Comput. 20, 1456):
//!
//! ```text
//! (I - gamma h J) k1 = h f(t, y0) + gamma h^2 df/dt
//! (I - gamma h J) k2 = h f(t + h, y0 + k1) - 2 k1 - gamma h^2 df/dt
//! y1 = y0 + 3/2 k1 + 1/2 k2            error = (k1 + k2) / 2: the difference to y0 + k1, of order 1
//! ```
//! One Jacobian, one factorisation. A cell at rest stays at rest to rounding, however long the step. Of a cell that
//! moves far the step is wrong by any number of decades, and says so. Estimates of several steps add up.

use super::Batch;
use super::dispatch::{self, Instructions, Kernel, Task};
use super::environment::{CellEnvironment, LaneEnvironment};
use super::functions_of_t::FunctionsOfT;
use super::table::Table;
use crate::float_mode::with_own_mode;
use crate::network::{ChemNetwork, Environment, EnvironmentError, GenericNetwork};
use crate::scalar::{Lane, Scalar};

const GAMMA: f64 = 1.0 - std::f64::consts::FRAC_1_SQRT_2;
/// Share of the total density below which a species does not count in the error.
const LEAST_SHARE: f64 = 1e-7;
/// Factor by which T may move until the second stage, up or down: rate coefficients hold no farther.
const T_RANGE: f64 = 4.0;
/// What is left at least of a density or of T: the step is linear, and what decays may end below zero.
const LEAST_LEFT: f64 = 0.05;
/// Growth of the factors from which elimination on the diagonal is not trusted.
const LARGEST_GROWTH: f64 = 1e10;

/// Rows to be advanced by a step, and room for what becomes of them.
struct Steps<'a> {
    measure: StepMeasure,
    parts: usize,
    environment: CellEnvironment<'a>,
    rows: &'a [f64],
    dt: &'a [f64],
    ends: &'a mut [f64],
    errors: &'a mut [f64],
}

/// How far a cell moves in a step, or how wrong the step may be: the largest over T and the species of the change in
/// decades, each relative to its larger value, or to 1e-7 of the total density if that is more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepMeasure {
    /// The step's estimate of its own error.
    #[default]
    Error,
    /// The change itself.
    Movement,
}

impl<N: GenericNetwork> Batch<N> {
    /// Advances each row of `rows` (densities [cm^-3] in declared order, then T `[K]`) by one linearly implicit step of
    /// order 2 over its own time step `[s]` into `ends`; `sizes` get the measure of each `[decades]`. A row of which no step
    /// can be made stays as it is, with an infinite measure. Rows, time steps, ends and measures that all arrays have are
    /// looked at; the calling thread does the work.
    ///
    /// Lanes and neighbours do not matter; functions of T come from the table.
    pub fn one_step(
        &self,
        measure: StepMeasure,
        rows: &[f64],
        dt: &[f64],
        ends: &mut [f64],
        sizes: &mut [f64],
    ) {
        self.implicit_steps((measure, 1), rows, dt, ends, sizes);
    }

    /// As many equal steps of that kind, one after the other, over the time step of each row; `sizes` get the sums of their
    /// measures. No more cells are looked at than with one step, and no steps (0) are one.
    pub fn implicit_steps(
        &self,
        (measure, parts): (StepMeasure, usize),
        rows: &[f64],
        dt: &[f64],
        ends: &mut [f64],
        sizes: &mut [f64],
    ) {
        let environment = self.own_surroundings();
        let environment = environment.from(0);
        self.step_of(Steps { measure, parts, environment, rows, dt, ends, errors: sizes });
    }

    /// [`Batch::one_step`], each row in its own environment.
    ///
    /// # Errors
    /// If the environment does not fit as many rows as all arrays have; nothing is then written.
    pub fn one_step_with(
        &self,
        environment: &Environment<'_>,
        measure: StepMeasure,
        (rows, dt): (&[f64], &[f64]),
        (ends, sizes): (&mut [f64], &mut [f64]),
    ) -> Result<(), EnvironmentError> {
        let n = self.unknown_count();
        let cells = (rows.len().min(ends.len()) / n).min(dt.len()).min(sizes.len());
        let environment = self.surroundings(environment, cells)?;
        let share = if environment.of_single_cells() { 1 } else { cells.max(1) };
        let given = rows.chunks(n * share).zip(dt.chunks(share));
        let found = ends.chunks_mut(n * share).zip(sizes.chunks_mut(share));
        for (number, ((rows, dt), (ends, errors))) in given.zip(found).enumerate() {
            let environment = environment.from(number * share);
            self.step_of(Steps { measure, parts: 1, environment, rows, dt, ends, errors });
        }
        Ok(())
    }

    fn step_of(&self, mut steps: Steps<'_>) {
        let best = if N::HAS_LANES { Instructions::detect() } else { Instructions::Scalar };
        let instructions = best.for_cells(steps.dt.len());
        with_own_mode(|| match steps.environment.of_network(&*self.network) {
            Some(network) => dispatch::run(instructions, &network, &self.table, steps),
            None => dispatch::run(instructions, &*self.network, &self.table, steps),
        });
    }
}

/// [`Batch::implicit_steps`] of a network that is not compiled: one row after the other.
pub(crate) fn implicit_steps_of(
    network: &dyn ChemNetwork,
    (measure, parts): (StepMeasure, usize),
    (rows, dt): (&[f64], &[f64]),
    (ends, sizes): (&mut [f64], &mut [f64]),
) {
    let n = network.structure().unknown_count();
    with_own_mode(|| {
        let mut step = Step::<f64>::new(network, measure);
        let given = rows.chunks_exact(n).zip(dt);
        for ((row, dt), (end, size)) in given.zip(ends.chunks_exact_mut(n).zip(sizes)) {
            step.take(row, std::slice::from_ref(dt));
            step.make(parts, &mut OneByOne(network));
            step.give(row, end, std::slice::from_mut(size));
        }
    });
}

impl<N: GenericNetwork> Task<N> for Steps<'_> {
    #[inline(always)]
    fn run<V: Lane>(mut self, network: &N, kernel: &Kernel<N, V>, table: &Table) {
        let n = network.structure().unknown_count();
        let mut step = Step::<V>::new(network, self.measure);
        let (at_t, environment) = (FunctionsOfT::new(network), LaneEnvironment::new(network));
        let mut functions = InLanes { network, kernel, table, at_t, environment };
        let given = self.rows.chunks(n * V::COUNT).zip(self.dt.chunks(V::COUNT));
        let found = self.ends.chunks_mut(n * V::COUNT).zip(self.errors.chunks_mut(V::COUNT));
        for (number, ((rows, dt), (ends, errors))) in given.zip(found).enumerate() {
            step.take(rows, dt);
            functions.environment.take(network, &mut self.environment, number * V::COUNT, dt.len());
            step.make(self.parts, &mut functions);
            step.give(rows, ends, errors);
        }
    }
}

/// The functions of a network that a step needs.
trait Functions<V> {
    /// f and the Jacobian.
    fn jacobian(&mut self, t: &V, y: &[V], out: [&mut [V]; 2]);
    fn rhs(&mut self, t: &V, y: &[V], out: &mut [V]);
    fn time_derivative(&mut self, t: &V, y: &[V], out: &mut [V]);
    /// Factors of I - c J; infinite or NaN if they cannot be trusted.
    fn factor(&mut self, c: &V, jacobian: &[V], lu: &mut [V]) -> V;
    fn solve(&mut self, lu: &[V], b: &mut [V]);
}

struct InLanes<'a, N, V> {
    network: &'a N,
    kernel: &'a Kernel<N, V>,
    table: &'a Table,
    at_t: FunctionsOfT<V>,
    environment: LaneEnvironment<V>,
}

impl<N: GenericNetwork, V: Lane> Functions<V> for InLanes<'_, N, V> {
    #[inline(always)]
    fn jacobian(&mut self, t: &V, y: &[V], out: [&mut [V]; 2]) {
        let Some(t_gas) = y.last() else { return };
        self.at_t.set_with_slopes(self.network, self.kernel, self.table, t_gas);
        let given = self.at_t.given(self.environment.values());
        self.kernel.jacobian(self.network, t, y, &given, out);
    }
    #[inline(always)]
    fn rhs(&mut self, t: &V, y: &[V], out: &mut [V]) {
        let Some(t_gas) = y.last() else { return };
        self.at_t.set(self.network, self.kernel, self.table, t_gas);
        self.kernel.rhs(self.network, t, y, &self.at_t.given(self.environment.values()), out);
    }
    #[inline(always)]
    fn time_derivative(&mut self, t: &V, y: &[V], out: &mut [V]) {
        self.network.time_derivative_at_generic(*t, y, self.environment.values(), out);
    }
    #[inline(always)]
    fn factor(&mut self, c: &V, jacobian: &[V], lu: &mut [V]) -> V {
        self.kernel.factor(self.network, c, jacobian, lu);
        // A pivot that vanishes leaves infinities in the solutions.
        V::constant(0.0)
    }
    #[inline(always)]
    fn solve(&mut self, lu: &[V], b: &mut [V]) {
        self.kernel.solve(self.network, lu, b);
    }
}

struct OneByOne<'a>(&'a dyn ChemNetwork);

impl Functions<f64> for OneByOne<'_> {
    fn jacobian(&mut self, t: &f64, y: &[f64], [f, jacobian]: [&mut [f64]; 2]) {
        self.0.rhs(*t, y, f);
        self.0.jacobian(*t, y, jacobian);
    }
    fn rhs(&mut self, t: &f64, y: &[f64], out: &mut [f64]) {
        self.0.rhs(*t, y, out);
    }
    fn time_derivative(&mut self, t: &f64, y: &[f64], out: &mut [f64]) {
        self.0.time_derivative(*t, y, out);
    }
    fn factor(&mut self, c: &f64, jacobian: &[f64], lu: &mut [f64]) -> f64 {
        // Neither holds for NaN.
        if self.0.factor(*c, jacobian, lu) < LARGEST_GROWTH { 0.0 } else { f64::INFINITY }
    }
    fn solve(&mut self, lu: &[f64], b: &mut [f64]) {
        self.0.solve(lu, b);
    }
}

/// Memory of a step, of as many cells as there are lanes.
struct Step<V> {
    measure: StepMeasure,
    h: V,
    y0: Vec<V>,
    /// The state of the second stage, then the end.
    y1: Vec<V>,
    f: Vec<V>,
    by_time: Vec<V>,
    k1: Vec<V>,
    k2: Vec<V>,
    jacobian: Vec<V>,
    lu: Vec<V>,
    /// The estimate, in decades.
    error: V,
}

impl<V: Lane> Step<V> {
    fn new<N: ChemNetwork + ?Sized>(network: &N, measure: StepMeasure) -> Self {
        let structure = network.structure();
        let zero = V::constant(0.0);
        let zeros = vec![zero; structure.unknown_count()];
        Step {
            measure,
            h: zero,
            y0: zeros.clone(),
            y1: zeros.clone(),
            f: zeros.clone(),
            by_time: zeros.clone(),
            k1: zeros.clone(),
            k2: zeros,
            jacobian: vec![zero; structure.jacobian_count()],
            lu: vec![zero; structure.lu_count()],
            error: zero,
        }
    }

    /// Takes the first rows, one for each lane; the last once more where there are fewer.
    #[inline(always)]
    fn take(&mut self, rows: &[f64], dt: &[f64]) {
        let n = self.y0.len();
        let last = dt.len().saturating_sub(1);
        for lane in 0..V::COUNT {
            let cell = lane.min(last);
            let (Some(row), Some(dt)) = (rows.get(cell * n..), dt.get(cell)) else { return };
            for (y, value) in self.y0.iter_mut().zip(row) {
                y.lanes_mut()[lane] = *value;
            }
            self.h.lanes_mut()[lane] = *dt;
        }
    }

    /// The steps of all parts; the end is in `y1`.
    #[inline(always)]
    fn make(&mut self, parts: usize, functions: &mut impl Functions<V>) {
        let parts = parts.max(1);
        self.h = self.h * V::constant(1.0 / parts as f64);
        self.error = V::constant(0.0);
        for part in 0..parts {
            if part > 0 {
                std::mem::swap(&mut self.y0, &mut self.y1);
            }
            let begin = self.h * V::constant(part as f64);
            self.make_part(begin, functions);
        }
    }

    #[inline(always)]
    fn make_part(&mut self, begin: V, functions: &mut impl Functions<V>) {
        let c = V::constant;
        let Step { h, y0, y1, f, by_time, k1, k2, jacobian, lu, .. } = self;
        let h = *h;
        functions.jacobian(&begin, y0, [f, jacobian]);
        functions.time_derivative(&begin, y0, by_time);
        let scaled = h * c(GAMMA);
        let taint = functions.factor(&scaled, jacobian, lu);
        for ((k1, f), by_time) in k1.iter_mut().zip(&*f).zip(&*by_time) {
            *k1 = h * (scaled * *by_time + *f);
        }
        functions.solve(lu, k1);
        for ((y1, y0), k1) in y1.iter_mut().zip(&*y0).zip(&*k1) {
            *y1 = *y0 + *k1;
        }
        if let (Some(y1), Some(y0)) = (y1.last_mut(), y0.last()) {
            *y1 = Scalar::max(Scalar::min(*y1, *y0 * c(T_RANGE)), *y0 * c(1.0 / T_RANGE));
        }
        functions.rhs(&(begin + h), y1, f);
        for ((k2, f), (k1, by_time)) in k2.iter_mut().zip(&*f).zip(k1.iter().zip(&*by_time)) {
            *k2 = h * (*f - scaled * *by_time) - *k1 * c(2.0);
        }
        functions.solve(lu, k2);
        self.finish(taint);
    }

    /// The end and the estimate from both stages, added to those before; anything that is no number makes it infinite.
    #[inline(always)]
    fn finish(&mut self, taint: V) {
        let c = V::constant;
        let species = self.y0.len().saturating_sub(1);
        let mut total = c(0.0);
        for y0 in &self.y0[..species] {
            total = total + *y0;
        }
        let least = total * c(LEAST_SHARE);
        let (mut largest, mut sum) = (c(0.0), taint);
        let stages = self.k1.iter().zip(&self.k2);
        for (k, ((y1, y0), (k1, k2))) in self.y1.iter_mut().zip(&self.y0).zip(stages).enumerate() {
            let end = *y0 + (*k1 * c(1.5) + *k2 * c(0.5));
            let wrong = match self.measure {
                StepMeasure::Error => ((*k1 + *k2) * c(0.5)).abs(),
                StepMeasure::Movement => (end - *y0).abs(),
            };
            let size = Scalar::max(*y0, end);
            let share = wrong / if k < species { size + least } else { size };
            // Sums keep NaN, maxima of lanes do not.
            sum = sum + share + end * c(0.0);
            largest = Scalar::max(largest, share);
            *y1 = Scalar::max(end, *y0 * c(LEAST_LEFT));
        }
        let is_number = sum.less_equal(c(f64::MAX));
        let error = V::blend(is_number, largest * c(std::f64::consts::LOG10_E), c(f64::INFINITY));
        self.error = self.error + error;
    }

    /// Writes the ends and the estimates of as many rows as there is room for; rows of which no step could be made as they were.
    #[inline(always)]
    fn give(&self, rows: &[f64], ends: &mut [f64], errors: &mut [f64]) {
        let n = self.y0.len();
        let given = rows.chunks_exact(n).zip(ends.chunks_exact_mut(n));
        for (lane, ((row, end), error)) in given.zip(errors).enumerate() {
            let is_made = self.h.lanes()[lane] >= 0.0 && self.error.lanes()[lane] < f64::INFINITY;
            *error = if is_made { self.error.lanes()[lane] } else { f64::INFINITY };
            if !is_made {
                end.copy_from_slice(row);
                continue;
            }
            for (end, y) in end.iter_mut().zip(&self.y1) {
                *end = y.lanes()[lane];
            }
        }
    }
}
