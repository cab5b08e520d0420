//! Steps of cells side by side, each with a size of its own.

use super::cells::CellStore;
use super::dense_output::Outputs;
use super::dispatch::{Kernel, Task};
use super::environment::CellEnvironment;
use super::functions_of_t::FunctionsOfT;
use super::lanes::Lanes;
use super::method::{MOST_STAGES, Stage, Tableau};
use super::report::CellReport;
use super::table::Table;
use crate::network::GenericNetwork;
use crate::scalar::{Lane, Scalar};

/// The least abundance if none is given, at this relative tolerance and above; in proportion to it below.
const LEAST_ABUNDANCE: f64 = 1e-12;
const USUAL_RTOL: f64 = 1e-3;

/// Settings of an integration.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) tableau: &'static Tableau,
    pub(super) rtol: f64,
    pub(super) atol: f64,
    /// Share of the total density below which species need not be exact, if it is given.
    pub(super) least_abundance: Option<f64>,
    pub(super) max_steps: u32,
    /// Time at which steps begin `[s]`.
    pub(super) start_time: f64,
}

impl Settings {
    /// Share of the total density below which species need not be exact. A fixed one would leave errors of rare species
    /// that no `rtol` makes smaller.
    pub(super) fn least_abundance(&self) -> f64 {
        self.least_abundance.unwrap_or_else(|| LEAST_ABUNDANCE * (self.rtol / USUAL_RTOL).min(1.0))
    }
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
    pub(super) environment: CellEnvironment<'a>,
    pub(super) times: Times<'a>,
    pub(super) outputs: Option<Outputs<'a>>,
    pub(super) reports: &'a mut [CellReport],
    pub(super) settings: &'a Settings,
}

/// The integration of a chunk as a task of a kernel.
pub(super) struct Integration<'a, 'c, S>(pub(super) &'a mut Chunk<'c, S>);

impl<N: GenericNetwork, S: CellStore> Task<N> for Integration<'_, '_, S> {
    #[inline(always)]
    fn run<V: Lane>(self, network: &N, kernel: &Kernel<N, V>, table: &Table) {
        integrate(network, kernel, table, self.0);
    }
}

/// Advances all cells of a chunk.
#[inline(always)]
fn integrate<N: GenericNetwork, V: Lane, S: CellStore>(
    network: &N,
    kernel: &Kernel<N, V>,
    table: &Table,
    chunk: &mut Chunk<'_, S>,
) {
    let c = V::constant;
    let zero = c(0.0);
    let structure = network.structure();
    let n = unknowns::<N>(structure.unknown_count());
    let Settings { tableau, rtol, atol, max_steps, start_time, .. } = *chunk.settings;
    let stages = tableau.a.len();
    let mut at_t = FunctionsOfT::new(network);
    let mut jacobian = vec![zero; structure.jacobian_count()];
    let mut lu = vec![zero; structure.lu_count()];
    let mut f = vec![zero; n];
    let mut by_time = vec![zero; n];
    let mut argument = vec![zero; n];
    let mut u = vec![zero; n * MOST_STAGES];
    let all_coefficients: Vec<Stage> = tableau.stages().collect();
    let mut lanes = Lanes::<V>::new(n, structure);
    lanes.fill(network, chunk);
    while lanes.active > 0 {
        at_t.set_with_slopes(network, kernel, table, &lanes.y[n - 1]);
        let t = lanes.t + c(start_time);
        let given = at_t.given(&lanes.environment);
        kernel.jacobian(network, &t, &lanes.y, &given, [&mut f, &mut jacobian]);
        lanes.choose_first_steps(&f, rtol, atol);
        let h = lanes.h;
        network.time_derivative_at_generic(t, &lanes.y, &lanes.environment, &mut by_time);
        let scaled = h * c(tableau.gamma);
        kernel.factor(network, &scaled, &jacobian, &mut lu);
        let (y, environment) = (&lanes.y[..], &lanes.environment[..]);
        let mut step = Step { t, h, scaled, y, environment, by_time: &by_time, lu: &lu, u: &mut u };
        let mut scratch = Scratch { at_t: &mut at_t, f: &mut f, argument: &mut argument };
        for (stage, coefficients) in all_coefficients.iter().enumerate() {
            // Sums of known length stay in registers.
            match stage {
                0 => step.stage::<N, 0>(network, kernel, table, coefficients, &mut scratch),
                1 => step.stage::<N, 1>(network, kernel, table, coefficients, &mut scratch),
                2 => step.stage::<N, 2>(network, kernel, table, coefficients, &mut scratch),
                3 => step.stage::<N, 3>(network, kernel, table, coefficients, &mut scratch),
                4 => step.stage::<N, 4>(network, kernel, table, coefficients, &mut scratch),
                5 => step.stage::<N, 5>(network, kernel, table, coefficients, &mut scratch),
                6 => step.stage::<N, 6>(network, kernel, table, coefficients, &mut scratch),
                _ => step.stage::<N, 7>(network, kernel, table, coefficients, &mut scratch),
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
        let verdict = lanes.judge(argument[n - 1], sum * c(1.0 / n as f64), tableau.order);
        if chunk.outputs.is_some() {
            lanes.write_outputs(chunk, V::bits(verdict.accepted), &argument, &u);
        }
        lanes.advance(&argument, &verdict);
        lanes.finish(network, chunk, max_steps);
    }
}

/// The number of unknowns, which the compiler knows where the network says it.
#[inline(always)]
fn unknowns<N: GenericNetwork>(count: usize) -> usize {
    if N::UNKNOWNS > 0 { N::UNKNOWNS } else { count }
}

/// A step that is being made.
struct Step<'a, V> {
    t: V,
    h: V,
    /// gamma h
    scaled: V,
    y: &'a [V],
    /// Functions of the parameters.
    environment: &'a [V],
    by_time: &'a [V],
    lu: &'a [V],
    /// The stages, one after the other.
    u: &'a mut [V],
}

/// Memory of a stage.
struct Scratch<'a, V> {
    at_t: &'a mut FunctionsOfT<V>,
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
        let n = unknowns::<N>(self.y.len());
        let Scratch { at_t, f, argument } = scratch;
        let (y, by_time) = (&self.y[..n], &self.by_time[..n]);
        let (f, argument) = (&mut f[..n], &mut argument[..n]);
        let (done, rest) = self.u.split_at_mut(S * n);
        let Some(u) = rest.get_mut(..n) else { return };
        if coefficients.is_elsewhere {
            add_up::<V, S>(&coefficients.a, done, argument, |i| y[i]);
            at_t.set(network, kernel, table, &argument[n - 1]);
            let time = c(coefficients.alpha).mul_add(self.h, self.t);
            kernel.rhs(network, &time, argument, &at_t.given(self.environment), f);
        }
        let by_time_factor = self.h * self.h * c(coefficients.by_time);
        let scaled = self.scaled;
        add_up::<V, S>(&coefficients.c, done, u, |i| scaled.mul_add(f[i], by_time_factor * by_time[i]));
        kernel.solve(network, self.lu, u);
    }
}

/// out = first + sum_j a_j U_j over `S` stages
#[inline(always)]
fn add_up<V: Lane, const S: usize>(
    a: &[f64; MOST_STAGES],
    u: &[V],
    out: &mut [V],
    first: impl Fn(usize) -> V,
) {
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
        let mut sum = first(i);
        for (a, row) in a.iter().zip(rows) {
            sum = V::constant(*a).mul_add(row[i], sum);
        }
        *out = sum;
    }
}
