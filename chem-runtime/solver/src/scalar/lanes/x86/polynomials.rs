//! Polynomials of a table: vectorised over functions, lane by lane.

use std::arch::x86_64::*;

use super::super::{BLOCK, Block, Lane};
use super::{F64x4, F64x8, instructions};
use crate::scalar::Scalar;

/// Half a block of polynomials of one lane, or their derivatives.
///
/// No closure, here and below: it would not be compiled for the instructions of the caller.
#[inline(always)]
fn half_4<const SLOPES: bool>(row: &[Block], block: usize, half: usize, x: F64x4) -> __m256d {
    // SAFETY: the caller has compared the lengths of all rows.
    let Block([c0, c1, c2, c3]) = unsafe { row.get_unchecked(block) };
    instructions! {
        let (c0, c1) = (_mm256_load_pd(c0.as_ptr().add(4 * half)), _mm256_load_pd(c1.as_ptr().add(4 * half)));
        let (c2, c3) = (_mm256_load_pd(c2.as_ptr().add(4 * half)), _mm256_load_pd(c3.as_ptr().add(4 * half)));
        if SLOPES {
            let (twice, thrice) = (x + x, F64x4::constant(3.0) * x * x);
            return _mm256_fmadd_pd(c3, thrice.0, _mm256_fmadd_pd(c2, twice.0, c1));
        }
        _mm256_fmadd_pd(_mm256_fmadd_pd(_mm256_fmadd_pd(c3, x.0, c2), x.0, c1), x.0, c0)
    }
}

/// Polynomials vectorised over functions, lane by lane; then the lanes are brought side by side.
#[inline(always)]
pub(super) fn cubics_4<const SLOPES: bool>(blocks: &[Block], first: F64x4, x: F64x4, out: &mut [F64x4]) {
    let count = out.len() / BLOCK;
    let &[f0, f1, f2, f3] = first.lanes() else { return };
    let row = |first: f64| blocks.get(first as usize..).filter(|row| row.len() >= count);
    let (Some(r0), Some(r1), Some(r2), Some(r3)) = (row(f0), row(f1), row(f2), row(f3)) else { return };
    let lanes = x.lanes();
    let (x0, x1) = (F64x4::constant(lanes[0]), F64x4::constant(lanes[1]));
    let (x2, x3) = (F64x4::constant(lanes[2]), F64x4::constant(lanes[3]));
    for (block, out) in out.chunks_exact_mut(BLOCK).enumerate().take(count) {
        for (half, out) in out.chunks_exact_mut(4).enumerate() {
            let (a, b) = (half_4::<SLOPES>(r0, block, half, x0), half_4::<SLOPES>(r1, block, half, x1));
            let (c, d) = (half_4::<SLOPES>(r2, block, half, x2), half_4::<SLOPES>(r3, block, half, x3));
            instructions! {
                let (ab, cd) = (_mm256_unpacklo_pd(a, b), _mm256_unpacklo_pd(c, d));
                let (ab_high, cd_high) = (_mm256_unpackhi_pd(a, b), _mm256_unpackhi_pd(c, d));
                out[0] = F64x4(_mm256_permute2f128_pd::<0x20>(ab, cd));
                out[1] = F64x4(_mm256_permute2f128_pd::<0x20>(ab_high, cd_high));
                out[2] = F64x4(_mm256_permute2f128_pd::<0x31>(ab, cd));
                out[3] = F64x4(_mm256_permute2f128_pd::<0x31>(ab_high, cd_high));
            }
        }
    }
}

/// A block of polynomials of one lane, or their derivatives.
#[inline(always)]
fn block_8<const SLOPES: bool>(row: &[Block], block: usize, x: f64) -> __m512d {
    // SAFETY: the caller has compared the lengths of all rows.
    let Block([c0, c1, c2, c3]) = unsafe { row.get_unchecked(block) };
    instructions! {
        let (c1, c2, c3) =
            (_mm512_load_pd(c1.as_ptr()), _mm512_load_pd(c2.as_ptr()), _mm512_load_pd(c3.as_ptr()));
        if SLOPES {
            let (twice, thrice) = (_mm512_set1_pd(2.0 * x), _mm512_set1_pd(3.0 * x * x));
            return _mm512_fmadd_pd(c3, thrice, _mm512_fmadd_pd(c2, twice, c1));
        }
        let x = _mm512_set1_pd(x);
        _mm512_fmadd_pd(_mm512_fmadd_pd(_mm512_fmadd_pd(c3, x, c2), x, c1), x, _mm512_load_pd(c0.as_ptr()))
    }
}

/// The same for eight lanes.
#[inline(always)]
pub(super) fn cubics_8<const SLOPES: bool>(blocks: &[Block], first: F64x8, x: F64x8, out: &mut [F64x8]) {
    let count = out.len() / BLOCK;
    let &[f0, f1, f2, f3, f4, f5, f6, f7] = first.lanes() else { return };
    let row = |first: f64| blocks.get(first as usize..).filter(|row| row.len() >= count);
    let (Some(r0), Some(r1), Some(r2), Some(r3)) = (row(f0), row(f1), row(f2), row(f3)) else { return };
    let (Some(r4), Some(r5), Some(r6), Some(r7)) = (row(f4), row(f5), row(f6), row(f7)) else { return };
    let &[x0, x1, x2, x3, x4, x5, x6, x7] = x.lanes() else { return };
    for (block, out) in out.chunks_exact_mut(BLOCK).enumerate().take(count) {
        let (a, b) = (block_8::<SLOPES>(r0, block, x0), block_8::<SLOPES>(r1, block, x1));
        let (c, d) = (block_8::<SLOPES>(r2, block, x2), block_8::<SLOPES>(r3, block, x3));
        let (e, f) = (block_8::<SLOPES>(r4, block, x4), block_8::<SLOPES>(r5, block, x5));
        let (g, h) = (block_8::<SLOPES>(r6, block, x6), block_8::<SLOPES>(r7, block, x7));
        instructions! {
            let even = [
                _mm512_unpacklo_pd(a, b),
                _mm512_unpacklo_pd(c, d),
                _mm512_unpacklo_pd(e, f),
                _mm512_unpacklo_pd(g, h),
            ];
            let odd = [
                _mm512_unpackhi_pd(a, b),
                _mm512_unpackhi_pd(c, d),
                _mm512_unpackhi_pd(e, f),
                _mm512_unpackhi_pd(g, h),
            ];
            for (first, [ab, cd, ef, gh]) in [even, odd].into_iter().enumerate() {
                // Functions 0 and 4, or 2 and 6, of lanes 0 to 3 and 4 to 7.
                let (low, low_2) =
                    (_mm512_shuffle_f64x2::<0x88>(ab, cd), _mm512_shuffle_f64x2::<0x88>(ef, gh));
                let (high, high_2) =
                    (_mm512_shuffle_f64x2::<0xdd>(ab, cd), _mm512_shuffle_f64x2::<0xdd>(ef, gh));
                out[first] = F64x8(_mm512_shuffle_f64x2::<0x88>(low, low_2));
                out[first + 4] = F64x8(_mm512_shuffle_f64x2::<0xdd>(low, low_2));
                out[first + 2] = F64x8(_mm512_shuffle_f64x2::<0x88>(high, high_2));
                out[first + 6] = F64x8(_mm512_shuffle_f64x2::<0xdd>(high, high_2));
            }
        }
    }
}
