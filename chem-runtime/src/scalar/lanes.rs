//! Several numbers side by side in one SIMD register.
//!
//! The types of one instruction set are crate-private: values of them are made only behind the check, at run
//! time, that the machine has the instructions (`batch::dispatch`). Everything here is inlined into functions
//! that are compiled for them.

mod elementary;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{F64x4, F64x8};

use super::Scalar;

/// Functions whose coefficients lie side by side in a table.
pub(crate) const BLOCK: usize = 8;

/// Coefficients `c0..c3` of `BLOCK` cubic polynomials.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(crate) struct Block(pub(crate) [[f64; BLOCK]; 4]);

/// A number, or several side by side.
pub(crate) trait Lane: Scalar {
    /// How many.
    const COUNT: usize;

    /// self * b + c, rounded once where the machine can.
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// The mask as bits, lane 0 lowest.
    fn bits(mask: Self::Mask) -> u32;
    /// The lanes.
    fn lanes(&self) -> &[f64];
    /// The lanes.
    fn lanes_mut(&mut self) -> &mut [f64];
    /// c0 + c1 x + c2 x^2 + c3 x^3 of all polynomials in a lane's own row of blocks: `rows` has one entry per lane,
    /// `out` `BLOCK` entries per block.
    fn cubics(rows: &[&[Block]], x: Self, out: &mut [Self]);
}

impl Lane for f64 {
    const COUNT: usize = 1;

    #[inline(always)]
    fn mul_add(self, b: f64, c: f64) -> f64 {
        // Without the instruction, the fused form is a slow library call.
        self * b + c
    }

    #[inline(always)]
    fn bits(mask: bool) -> u32 {
        u32::from(mask)
    }

    #[inline(always)]
    fn lanes(&self) -> &[f64] {
        std::slice::from_ref(self)
    }

    #[inline(always)]
    fn lanes_mut(&mut self) -> &mut [f64] {
        std::slice::from_mut(self)
    }

    #[inline(always)]
    fn cubics(rows: &[&[Block]], x: f64, out: &mut [f64]) {
        let Some(row) = rows.first() else { return };
        for (Block([c0, c1, c2, c3]), out) in row.iter().zip(out.chunks_exact_mut(BLOCK)) {
            for (i, out) in out.iter_mut().enumerate() {
                *out = ((c3[i] * x + c2[i]) * x + c1[i]) * x + c0[i];
            }
        }
    }
}

#[cfg(test)]
mod tests;
