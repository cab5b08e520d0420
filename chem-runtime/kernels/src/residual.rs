//! The residual in logarithmic variables and its vector-Jacobian product; see [`chem_solver::log_form`] for the equations.
#![expect(missing_docs, reason = "the macro writes functions without")]

use chem_grammar::system::System;
use cubecl_core as cubecl;
use cubecl_core::prelude::*;

use super::evaluate::evaluate;
use super::grid;
use super::program::Program;
use super::tables::TableLayout;

/// The kernels of one network, and the numbers that they read.
#[derive(Clone, Debug)]
pub struct ResidualKernel {
    /// The residual's program.
    pub residual: Program,
    /// The product's program.
    pub product: Program,
    /// All tables, see [`super::TableLayout`]; never empty.
    pub tables: Vec<f64>,
    /// Default values of the parameters; never empty.
    pub parameters: Vec<f64>,
}

/// Buffers that both kernels read; numbers are of one precision.
#[expect(missing_debug_implementations, reason = "buffers have none")]
pub struct ResidualBuffers {
    /// log10 of the time `[s]`, one per point.
    pub tau: BufferArg,
    /// log10 of densities [cm^-3] and T `[K]`, a row per point.
    pub u: BufferArg,
    /// du/dtau for the residual; the cotangent of each residual for the product. As `u`.
    pub direction: BufferArg,
    /// The values of the parameters, or one number of no meaning where there are none.
    pub parameters: BufferArg,
    /// [`ResidualKernel::tables`].
    pub tables: BufferArg,
}

impl ResidualKernel {
    /// The kernels of a network.
    pub fn new(system: &System) -> Self {
        let or_zero = |numbers: Vec<f64>| if numbers.is_empty() { vec![0.0] } else { numbers };
        ResidualKernel {
            residual: Program::right_hand_side(system),
            product: Program::product(system),
            tables: or_zero(TableLayout::numbers(&system.network.tables)),
            parameters: or_zero(system.network.parameters.iter().map(|p| p.default).collect()),
        }
    }
}

/// R = du/dtau - g of `points` points, into `residual` (as `u`). `program` is [`ResidualKernel::residual`], `precision` that
/// of all buffers.
pub fn launch_residual(
    program: &Program,
    client: &Client,
    points: usize,
    buffers: ResidualBuffers,
    residual: BufferArg,
    precision: ElemType,
) {
    let ResidualBuffers { tau, u, direction, parameters, tables } = buffers;
    let (blocks, threads) = grid(points);
    let program = program.clone();
    residual_log::launch(
        client, blocks, threads, tau, u, direction, parameters, tables, residual, program, precision,
    );
}

/// The cotangents of u (as `u`) and of tau (one per point). That of du/dtau is the cotangent itself. `program` is
/// [`ResidualKernel::product`].
pub fn launch_product(
    program: &Program,
    client: &Client,
    points: usize,
    buffers: ResidualBuffers,
    [by_u, by_tau]: [BufferArg; 2],
    precision: ElemType,
) {
    let ResidualBuffers { tau, u, direction, parameters, tables } = buffers;
    let (blocks, threads) = grid(points);
    let program = program.clone();
    residual_log_vjp::launch(
        client, blocks, threads, tau, u, direction, parameters, tables, by_u, by_tau, program, precision,
    );
}

/// e^(ln 10 x)
#[cube]
fn exp10<F: Float>(x: F) -> F {
    (F::cast_from(std::f64::consts::LN_10) * x).exp()
}

/// x of a point.
#[cube]
fn unknowns<F: Float>(u: &[F], first: usize, #[comptime] count: usize) -> Sequence<F> {
    let mut x = Sequence::<F>::new();
    #[unroll]
    for k in 0..count {
        x.push(exp10::<F>(u[first + k]));
    }
    x
}

/// R = du/dtau - g.
#[cube(launch)]
pub fn residual_log<F: Float>(
    tau: &[F],
    u: &[F],
    dudtau: &[F],
    parameters: &[F],
    tables: &[F],
    residual: &mut [F],
    #[comptime] program: Program,
    #[define(F)] _precision: ElemType,
) {
    let point = ABSOLUTE_POS;
    if point >= tau.len() {
        terminate!();
    }
    let count = comptime!(program.unknowns());
    let first = point * count;
    let t = exp10::<F>(tau[point]);
    let x = unknowns::<F>(u, first, count);
    let f = evaluate::<F>(t, &x, &Sequence::<F>::new(), parameters, tables, program);
    #[unroll]
    for k in 0..count {
        residual[first + k] = dudtau[first + k] - t / x[k] * f[k];
    }
}

/// Derivatives of sum_k cotangent_k R_k by u and by tau.
#[cube(launch)]
pub fn residual_log_vjp<F: Float>(
    tau: &[F],
    u: &[F],
    cotangent: &[F],
    parameters: &[F],
    tables: &[F],
    by_u: &mut [F],
    by_tau: &mut [F],
    #[comptime] program: Program,
    #[define(F)] _precision: ElemType,
) {
    let point = ABSOLUTE_POS;
    if point >= tau.len() {
        terminate!();
    }
    let count = comptime!(program.unknowns());
    let first = point * count;
    let t = exp10::<F>(tau[point]);
    let x = unknowns::<F>(u, first, count);
    // c_k t / x_k: what multiplies df_k in the sum.
    let mut weights = Sequence::<F>::new();
    #[unroll]
    for k in 0..count {
        weights.push(cotangent[first + k] * (t / x[k]));
    }
    // f, its derivatives by x and its derivative by t, multiplied by the weights.
    let values = evaluate::<F>(t, &x, &weights, parameters, tables, program);
    let ln10 = F::cast_from(std::f64::consts::LN_10);
    let mut sum = t * values[comptime!(2 * count)];
    #[unroll]
    for k in 0..count {
        let own = weights[k] * values[k];
        sum += own;
        by_u[first + k] = ln10 * (own - x[k] * values[comptime!(count + k)]);
    }
    by_tau[point] = -ln10 * sum;
}
