//! The logistic function s(x) = 1 / (1 + e^-x), its slope, and their derivatives, entry by entry.
#![expect(missing_docs, reason = "the macro writes functions without")]

use cubecl_core as cubecl;
use cubecl_core::prelude::*;

use super::grid;

/// s(x) of `count` entries.
pub fn of_logistic(client: &Client, x: BufferArg, out: BufferArg, count: usize, precision: ElemType) {
    let (blocks, threads) = grid(count);
    logistic::launch(client, blocks, threads, x, out, precision);
}

/// s (1 - s) x' of `count` entries of s and x'.
pub fn of_bell(
    client: &Client,
    [s, tangent]: [BufferArg; 2],
    out: BufferArg,
    count: usize,
    precision: ElemType,
) {
    let (blocks, threads) = grid(count);
    bell::launch(client, blocks, threads, s, tangent, out, precision);
}

/// (1 - 2 s) x' g of `count` entries of s, x' and g.
pub fn of_bell_slope(
    client: &Client,
    [s, tangent, g]: [BufferArg; 3],
    out: BufferArg,
    count: usize,
    precision: ElemType,
) {
    let (blocks, threads) = grid(count);
    bell_slope::launch(client, blocks, threads, s, tangent, g, out, precision);
}

/// s(x)
#[cube(launch)]
pub fn logistic<F: Float>(x: &[F], out: &mut [F], #[define(F)] _precision: ElemType) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let one = F::cast_from(1f64);
    out[ABSOLUTE_POS] = one / (one + (-x[ABSOLUTE_POS]).exp());
}

/// s (1 - s) x'
#[cube(launch)]
pub fn bell<F: Float>(s: &[F], tangent: &[F], out: &mut [F], #[define(F)] _precision: ElemType) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let s = s[ABSOLUTE_POS];
    out[ABSOLUTE_POS] = s * (F::cast_from(1f64) - s) * tangent[ABSOLUTE_POS];
}

/// (1 - 2 s) x' g
#[cube(launch)]
pub fn bell_slope<F: Float>(
    s: &[F],
    tangent: &[F],
    g: &[F],
    out: &mut [F],
    #[define(F)] _precision: ElemType,
) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let bell_slope = F::cast_from(1f64) - F::cast_from(2f64) * s[ABSOLUTE_POS];
    out[ABSOLUTE_POS] = bell_slope * tangent[ABSOLUTE_POS] * g[ABSOLUTE_POS];
}
