//! Several numbers side by side in one SIMD register.
//!
//! The types of one instruction set are crate-private: values of them are made only behind the check, at run
//! time, that the machine has the instructions (`batch::dispatch`). Everything here is inlined into functions
//! that are compiled for them.

mod elementary;
mod fused;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use fused::Fused;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{F64x4, F64x8};

use super::Scalar;

/// Functions whose coefficients lie side by side in a table.
pub(crate) const BLOCK: usize = 8;

/// How many bits of the mantissa [`Lane::leading_bits`] keeps.
pub(crate) const LEADING_MANTISSA_BITS: u32 = 11;

/// Coefficients `c0..c3` of `BLOCK` cubic polynomials.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(crate) struct Block(pub(crate) [[f64; BLOCK]; 4]);

/// A number, or several side by side.
pub(crate) trait Lane: Scalar {
    /// How many.
    const COUNT: usize;

    /// The mask as bits, lane 0 lowest.
    fn bits(mask: Self::Mask) -> u32;
    /// The lanes.
    fn lanes(&self) -> &[f64];
    /// The lanes.
    fn lanes_mut(&mut self) -> &mut [f64];
    /// Sign, exponent and [`LEADING_MANTISSA_BITS`] of the mantissa as a whole number: ascending for positive numbers;
    /// that of a negative number or of NaN is larger than that of any positive one.
    fn leading_bits(self) -> Self;
    /// The values at the whole numbers `index`, or at the end that is nearest; 0 if there are none.
    fn gather(values: &[f64], index: Self) -> Self;
    /// The same for small whole numbers.
    fn gather_whole(values: &[i32], index: Self) -> Self;
    /// The whole part of a number from 0 to 2^31.
    fn whole(self) -> Self;
    /// c0 + c1 x + c2 x^2 + c3 x^3 of all polynomials in a lane's own row: `out.len() / BLOCK` blocks from number
    /// `first` of that lane on.
    fn cubics(blocks: &[Block], first: Self, x: Self, out: &mut [Self]);
    /// Their derivatives by x.
    fn cubic_slopes(blocks: &[Block], first: Self, x: Self, out: &mut [Self]);
}

impl Lane for f64 {
    const COUNT: usize = 1;

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
    fn leading_bits(self) -> f64 {
        (self.to_bits() >> (f64::MANTISSA_DIGITS - 1 - LEADING_MANTISSA_BITS)) as f64
    }

    #[inline(always)]
    fn gather(values: &[f64], index: f64) -> f64 {
        let last = values.len().saturating_sub(1);
        values.get((index as usize).min(last)).copied().unwrap_or(0.0)
    }

    #[inline(always)]
    fn gather_whole(values: &[i32], index: f64) -> f64 {
        let last = values.len().saturating_sub(1);
        values.get((index as usize).min(last)).copied().map_or(0.0, f64::from)
    }

    #[inline(always)]
    fn whole(self) -> f64 {
        f64::from(self as i32)
    }

    #[inline(always)]
    fn cubics(blocks: &[Block], first: f64, x: f64, out: &mut [f64]) {
        let Some(row) = blocks.get(first as usize..) else { return };
        for (Block([c0, c1, c2, c3]), out) in row.iter().zip(out.chunks_exact_mut(BLOCK)) {
            for (i, out) in out.iter_mut().enumerate() {
                *out = ((c3[i] * x + c2[i]) * x + c1[i]) * x + c0[i];
            }
        }
    }

    #[inline(always)]
    fn cubic_slopes(blocks: &[Block], first: f64, x: f64, out: &mut [f64]) {
        let Some(row) = blocks.get(first as usize..) else { return };
        let (twice, thrice) = (2.0 * x, 3.0 * x * x);
        for (Block([_, c1, c2, c3]), out) in row.iter().zip(out.chunks_exact_mut(BLOCK)) {
            for (i, out) in out.iter_mut().enumerate() {
                *out = c3[i] * thrice + (c2[i] * twice + c1[i]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
