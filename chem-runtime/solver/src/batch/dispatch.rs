//! The instructions of the machine.
//!
//! Generated functions are compiled once for each set of instructions, and the one to use is chosen when a batch
//! is made: programs need no compiler flags.

#![expect(unsafe_code, reason = "functions with target_feature")]

use std::hint::black_box;

use super::table::Table;
use crate::network::{GenericNetwork, Given};
use crate::scalar::Lane;

/// A step of all lanes costs about as much as so many of one.
const MOST_IDLE: usize = 3;

/// A set of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// One cell at a time, on any machine.
    Scalar,
    /// One cell at a time: AVX2 and FMA.
    Fma,
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
            Instructions::Fma | Instructions::Avx2 => {
                is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
            }
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

    /// Those for so few cells: most lanes would be idle.
    pub(super) fn for_cells(self, count: usize) -> Self {
        let lanes = self.lanes();
        if lanes > 1 && count * MOST_IDLE <= lanes { Instructions::Fma } else { self }
    }

    /// How many cells are advanced side by side.
    pub fn lanes(self) -> usize {
        match self {
            Instructions::Scalar | Instructions::Fma => 1,
            Instructions::Avx2 => 4,
            Instructions::Avx512 => 8,
        }
    }
}

/// The functions of a network over the lanes of one set of instructions.
///
/// Pointers, made opaque to the compiler: it would inline all of them into one function that is too large for the
/// instruction cache (`inline(never)` is lost on functions with `target_feature`).
pub(super) struct Kernel<N, V> {
    rhs: unsafe fn(&N, &V, &[V], &Given<'_, V>, &mut [V]),
    jacobian: JacobianFunction<N, V>,
    factor: unsafe fn(&N, &V, &[V], &mut [V]),
    solve: unsafe fn(&N, &[V], &mut [V]),
    look_up: unsafe fn(&Table, &V, &mut [V]) -> u32,
    look_up_slopes: unsafe fn(&Table, &V, [&mut [V]; 2]) -> u32,
}

/// Of time, unknowns and what is given: dy/dt and the Jacobian.
type JacobianFunction<N, V> = unsafe fn(&N, &V, &[V], &Given<'_, V>, [&mut [V]; 2]);

impl<N, V> Kernel<N, V> {
    /// dy/dt of `y` with the functions of T and of the parameters in `g`.
    #[inline(always)]
    pub(super) fn rhs(&self, network: &N, t: &V, y: &[V], g: &Given<'_, V>, out: &mut [V]) {
        // SAFETY: see `kernel!`.
        unsafe { (self.rhs)(network, t, y, g, out) }
    }

    /// dy/dt and the Jacobian at `y` with the functions of T, their slopes and the functions of the parameters in `g`.
    #[inline(always)]
    pub(super) fn jacobian(&self, network: &N, t: &V, y: &[V], g: &Given<'_, V>, out: [&mut [V]; 2]) {
        // SAFETY: see `kernel!`.
        unsafe { (self.jacobian)(network, t, y, g, out) }
    }

    /// The factors of I - c J.
    #[inline(always)]
    pub(super) fn factor(&self, network: &N, c: &V, jacobian: &[V], lu: &mut [V]) {
        // SAFETY: see `kernel!`.
        unsafe { (self.factor)(network, c, jacobian, lu) }
    }

    /// Solves with the factors, in place.
    #[inline(always)]
    pub(super) fn solve(&self, network: &N, lu: &[V], b: &mut [V]) {
        // SAFETY: see `kernel!`.
        unsafe { (self.solve)(network, lu, b) }
    }

    /// The functions of T; returns the lanes for which there is no row.
    #[inline(always)]
    pub(super) fn look_up(&self, table: &Table, t_gas: &V, out: &mut [V]) -> u32 {
        // SAFETY: see `kernel!`.
        unsafe { (self.look_up)(table, t_gas, out) }
    }

    /// The functions of T and their derivatives; returns the lanes for which there is no row.
    #[inline(always)]
    pub(super) fn look_up_slopes(&self, table: &Table, t_gas: &V, out: [&mut [V]; 2]) -> u32 {
        // SAFETY: see `kernel!`.
        unsafe { (self.look_up_slopes)(table, t_gas, out) }
    }
}

/// Work with the functions of a network over lanes.
pub(super) trait Task<N> {
    /// Does it.
    fn run<V: Lane>(self, network: &N, kernel: &Kernel<N, V>, table: &Table);
}

// The functions of a kernel need its instructions: `run` alone, which has been called with them, makes it.
macro_rules! kernel {
    ($module:ident, $lanes:ty $(, #[$features:meta])?) => {
        mod $module {
            use super::*;

            $(#[$features])?
            fn rhs<N: GenericNetwork>(n: &N, t: &$lanes, y: &[$lanes], g: &Given<'_, $lanes>, out: &mut [$lanes]) {
                n.rhs_at_generic(*t, y, *g, out);
            }
            $(#[$features])?
            fn jacobian<N: GenericNetwork>(n: &N, t: &$lanes, y: &[$lanes], g: &Given<'_, $lanes>, out: [&mut [$lanes]; 2]) {
                n.jacobian_at_generic(*t, y, *g, out);
            }
            $(#[$features])?
            fn factor<N: GenericNetwork>(n: &N, c: &$lanes, jacobian: &[$lanes], lu: &mut [$lanes]) {
                n.factor_generic(*c, jacobian, lu);
            }
            $(#[$features])?
            fn solve<N: GenericNetwork>(n: &N, lu: &[$lanes], b: &mut [$lanes]) {
                n.solve_generic(lu, b);
            }
            $(#[$features])?
            fn look_up(table: &Table, t_gas: &$lanes, out: &mut [$lanes]) -> u32 {
                table.look_up(*t_gas, out, None)
            }
            $(#[$features])?
            fn look_up_slopes(table: &Table, t_gas: &$lanes, [out, slopes]: [&mut [$lanes]; 2]) -> u32 {
                table.look_up(*t_gas, out, Some(slopes))
            }
            $(#[$features])?
            pub(super) fn run<N: GenericNetwork>(n: &N, table: &Table, task: impl Task<N>) {
                let kernel = Kernel::<N, $lanes> { rhs, jacobian, factor, solve, look_up, look_up_slopes };
                task.run(n, &black_box(kernel), table);
            }
        }
    };
}

kernel!(scalar, f64);
#[cfg(target_arch = "x86_64")]
kernel!(fma, crate::scalar::Fused, #[target_feature(enable = "avx2,fma")]);
#[cfg(target_arch = "x86_64")]
kernel!(avx2, crate::scalar::F64x4, #[target_feature(enable = "avx2,fma")]);
#[cfg(target_arch = "x86_64")]
kernel!(avx512, crate::scalar::F64x8, #[target_feature(enable = "avx512f,avx512dq,avx2,fma")]);

/// Does a task with the instructions given, or with scalar ones if the machine or the network does not have them.
pub(super) fn run<N: GenericNetwork>(
    instructions: Instructions,
    network: &N,
    table: &Table,
    task: impl Task<N>,
) {
    // A constant, so that lanes of networks without are not compiled.
    if N::HAS_LANES {
        match instructions {
            #[cfg(target_arch = "x86_64")]
            Instructions::Fma if instructions.are_there() => {
                // SAFETY: the instructions are there.
                return unsafe { fma::run(network, table, task) };
            }
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 if instructions.are_there() => {
                // SAFETY: the instructions are there.
                return unsafe { avx2::run(network, table, task) };
            }
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 if instructions.are_there() => {
                // SAFETY: the instructions are there.
                return unsafe { avx512::run(network, table, task) };
            }
            _ => {}
        }
    }
    scalar::run(network, table, task);
}
