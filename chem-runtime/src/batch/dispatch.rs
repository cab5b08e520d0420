//! The instructions of the machine.
//!
//! Generated functions are compiled once for each set of instructions, and the one to use is chosen when a batch
//! is made: programs need no compiler flags.

#![allow(unsafe_code)]
// SAFETY of this file: functions with `target_feature` are called only by kernels that `Instructions::detect` has
// found, or that were checked by `Instructions::are_there`.

use super::cells::CellStore;
use super::integrate::{Chunk, Tables, integrate};
use crate::network::GenericNetwork;
use crate::scalar::Lane;

/// A set of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// One cell at a time, on any machine.
    Scalar,
    /// Four cells side by side: AVX2 and FMA.
    Avx2,
    /// Eight cells side by side: AVX-512.
    Avx512,
}

impl Instructions {
    /// The best that the machine has.
    pub fn detect() -> Self {
        [Instructions::Avx512, Instructions::Avx2]
            .into_iter()
            .find(|instructions| instructions.are_there())
            .unwrap_or(Instructions::Scalar)
    }

    /// Whether the machine has them.
    pub fn are_there(self) -> bool {
        match self {
            Instructions::Scalar => true,
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("fma")
            }
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// How many cells are advanced side by side.
    pub fn lanes(self) -> usize {
        match self {
            Instructions::Scalar => 1,
            Instructions::Avx2 => 4,
            Instructions::Avx512 => 8,
        }
    }
}

/// The functions of a network over the lanes of one set of instructions, none inlined into another.
pub(super) trait Kernel<N: GenericNetwork>: 'static {
    type V: Lane;

    fn rhs(network: &N, t: &Self::V, y: &[Self::V], g: &[Self::V], out: &mut [Self::V]);
    fn jacobian(network: &N, t: &Self::V, y: &[Self::V], g: &[Self::V], out: &mut [Self::V]);
    fn factor(network: &N, c: &Self::V, jacobian: &[Self::V], lu: &mut [Self::V]);
    fn solve(network: &N, lu: &[Self::V], b: &mut [Self::V]);
}

struct Scalar;

impl<N: GenericNetwork> Kernel<N> for Scalar {
    type V = f64;

    #[inline(never)]
    fn rhs(network: &N, t: &f64, y: &[f64], g: &[f64], out: &mut [f64]) {
        network.rhs_at_generic(*t, y, g, out);
    }
    #[inline(never)]
    fn jacobian(network: &N, t: &f64, y: &[f64], g: &[f64], out: &mut [f64]) {
        network.jacobian_at_generic(*t, y, g, out);
    }
    #[inline(never)]
    fn factor(network: &N, c: &f64, jacobian: &[f64], lu: &mut [f64]) {
        network.factor_generic(*c, jacobian, lu);
    }
    #[inline(never)]
    fn solve(network: &N, lu: &[f64], b: &mut [f64]) {
        network.solve_generic(lu, b);
    }
}

#[cfg(target_arch = "x86_64")]
macro_rules! kernel {
    ($kernel:ident, $module:ident, $lanes:ty, $features:literal) => {
        mod $module {
            use super::*;

            #[target_feature(enable = $features)]
            #[inline(never)]
            pub(super) fn rhs<N: GenericNetwork>(
                n: &N,
                t: &$lanes,
                y: &[$lanes],
                g: &[$lanes],
                out: &mut [$lanes],
            ) {
                n.rhs_at_generic(*t, y, g, out);
            }
            #[target_feature(enable = $features)]
            #[inline(never)]
            pub(super) fn jacobian<N: GenericNetwork>(
                n: &N,
                t: &$lanes,
                y: &[$lanes],
                g: &[$lanes],
                out: &mut [$lanes],
            ) {
                n.jacobian_at_generic(*t, y, g, out);
            }
            #[target_feature(enable = $features)]
            #[inline(never)]
            pub(super) fn factor<N: GenericNetwork>(
                n: &N,
                c: &$lanes,
                jacobian: &[$lanes],
                lu: &mut [$lanes],
            ) {
                n.factor_generic(*c, jacobian, lu);
            }
            #[target_feature(enable = $features)]
            #[inline(never)]
            pub(super) fn solve<N: GenericNetwork>(n: &N, lu: &[$lanes], b: &mut [$lanes]) {
                n.solve_generic(lu, b);
            }
            #[target_feature(enable = $features)]
            #[inline(never)]
            pub(super) fn run<N: GenericNetwork, S: CellStore>(
                n: &N,
                tables: &Tables,
                chunk: &mut Chunk<'_, S>,
            ) {
                integrate::<N, $kernel, S>(n, tables, chunk);
            }
        }

        struct $kernel;

        impl<N: GenericNetwork> Kernel<N> for $kernel {
            type V = $lanes;

            #[inline(always)]
            fn rhs(n: &N, t: &$lanes, y: &[$lanes], g: &[$lanes], out: &mut [$lanes]) {
                unsafe { $module::rhs(n, t, y, g, out) }
            }
            #[inline(always)]
            fn jacobian(n: &N, t: &$lanes, y: &[$lanes], g: &[$lanes], out: &mut [$lanes]) {
                unsafe { $module::jacobian(n, t, y, g, out) }
            }
            #[inline(always)]
            fn factor(n: &N, c: &$lanes, jacobian: &[$lanes], lu: &mut [$lanes]) {
                unsafe { $module::factor(n, c, jacobian, lu) }
            }
            #[inline(always)]
            fn solve(n: &N, lu: &[$lanes], b: &mut [$lanes]) {
                unsafe { $module::solve(n, lu, b) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
kernel!(Avx2, avx2, crate::scalar::F64x4, "avx2,fma");
#[cfg(target_arch = "x86_64")]
kernel!(Avx512, avx512, crate::scalar::F64x8, "avx512f,avx512dq,avx2,fma");

/// Advances the cells of a chunk with the instructions given, which must be there.
pub(super) fn run<N: GenericNetwork, S: CellStore>(
    instructions: Instructions,
    network: &N,
    tables: &Tables,
    chunk: &mut Chunk<'_, S>,
) {
    match instructions {
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx2 if instructions.are_there() => unsafe { avx2::run(network, tables, chunk) },
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512 if instructions.are_there() => unsafe { avx512::run(network, tables, chunk) },
        _ => integrate::<N, Scalar, S>(network, tables, chunk),
    }
}
