//! Lanes of x86-64: four with AVX2 and FMA, eight with AVX-512.

#![allow(unsafe_code, unused_unsafe)]
// SAFETY of this file: its types are private to the crate, and values of them are made only in functions that
// `batch::dispatch` calls after it has found the instructions on the machine. The registers have the layout of
// arrays of f64.

use std::arch::x86_64::*;
use std::convert::identity;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::elementary::{self, Bits};
use super::{BLOCK, Block, Lane};
use crate::scalar::{InterpolationTable, Scalar};

/// Adds 1023 to an exponent.
const BIAS: i64 = 1023 << 52;
/// Added to the bits of a positive number, leaves the exponent of its neighbour among the powers of two: 1.0 minus
/// sqrt(1/2) as bits.
const TO_NEAREST_POWER: i64 = 0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd;
/// Bits of 2^52: or-ed with a whole number below, the number is the mantissa.
const WHOLE: i64 = 0x4330_0000_0000_0000;
const TWO_52: f64 = 4_503_599_627_370_496.0;

macro_rules! operator {
    ($lanes:ident, $trait:ident, $method:ident, $intrinsic:ident) => {
        impl $trait for $lanes {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(unsafe { $intrinsic(self.0, other.0) })
            }
        }
    };
}

/// Functions that are rare in rates: lane by lane through the standard library.
macro_rules! by_lane {
    ($($name:ident)*) => {
        $(
            #[inline(always)]
            fn $name(mut self) -> Self {
                for x in self.lanes_mut() {
                    *x = x.$name();
                }
                self
            }
        )*
    };
}

macro_rules! lanes {
    (
        $(#[$doc:meta])* $lanes:ident, $register:ident, $count:literal, mask $mask:ident,
        $add:ident $sub:ident $mul:ident $div:ident $fma:ident $fms:ident $fnma:ident $min:ident $max:ident $sqrt:ident $splat:ident,
        bits $splat_i:ident $add_i:ident $sub_i:ident $shl:ident $shr:ident $or_i:ident $to_i:ident $to_f:ident,
        compare $compare:ident, blend $blend:ident, mask_bits $mask_bits:ident, negate $negate:ident, magnitude $magnitude:ident,
        gather $gather:ident $gather_whole:ident, whole $whole:ident, cubics $cubics:ident, scale $scale:path
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        #[repr(transparent)]
        pub(crate) struct $lanes($register);

        operator!($lanes, Add, add, $add);
        operator!($lanes, Sub, sub, $sub);
        operator!($lanes, Mul, mul, $mul);
        operator!($lanes, Div, div, $div);

        impl Neg for $lanes {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                Self(unsafe { $negate(self.0) })
            }
        }

        impl Scalar for $lanes {
            type Mask = $mask;

            #[inline(always)]
            fn constant(value: f64) -> Self {
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            fn exp(self) -> Self {
                elementary::exp(self)
            }
            #[inline(always)]
            fn ln(self) -> Self {
                elementary::ln(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                Self(unsafe { $sqrt(self.0) })
            }
            #[inline(always)]
            fn abs(self) -> Self {
                Self(unsafe { $magnitude(self.0) })
            }
            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                Self(unsafe { $fma(self.0, b.0, c.0) })
            }
            #[inline(always)]
            fn mul_sub(self, b: Self, c: Self) -> Self {
                Self(unsafe { $fms(self.0, b.0, c.0) })
            }
            #[inline(always)]
            fn neg_mul_add(self, b: Self, c: Self) -> Self {
                Self(unsafe { $fnma(self.0, b.0, c.0) })
            }
            by_lane! { sin cos tan asin acos atan sinh cosh tanh }
            #[inline(always)]
            fn powi(self, exponent: i32) -> Self {
                elementary::powi(self, exponent)
            }
            #[inline(always)]
            fn powf(mut self, exponent: Self) -> Self {
                for (x, exponent) in self.lanes_mut().iter_mut().zip(exponent.lanes()) {
                    *x = x.powf(*exponent);
                }
                self
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                Self(unsafe { $min(self.0, other.0) })
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                Self(unsafe { $max(self.0, other.0) })
            }
            #[inline(always)]
            fn less(self, other: Self) -> $mask {
                unsafe { $compare::<_CMP_LT_OQ>(self.0, other.0) }
            }
            #[inline(always)]
            fn less_equal(self, other: Self) -> $mask {
                unsafe { $compare::<_CMP_LE_OQ>(self.0, other.0) }
            }
            #[inline(always)]
            fn equal(self, other: Self) -> $mask {
                unsafe { $compare::<_CMP_EQ_OQ>(self.0, other.0) }
            }
            #[inline(always)]
            fn any(mask: $mask) -> bool {
                unsafe { $mask_bits(mask) != 0 }
            }
            #[inline(always)]
            fn all(mask: $mask) -> bool {
                unsafe { $mask_bits(mask) as u32 == (1 << $count) - 1 }
            }
            #[inline(always)]
            fn blend(mask: $mask, then: Self, otherwise: Self) -> Self {
                Self(unsafe { $blend(mask, then.0, otherwise.0) })
            }
            #[inline(always)]
            fn table(table: &InterpolationTable, coordinates: [Self; 2], orders: [u8; 2]) -> Self {
                table.evaluate(coordinates, orders)
            }
        }

        impl Lane for $lanes {
            const COUNT: usize = $count;

            #[inline(always)]
            fn bits(mask: $mask) -> u32 {
                unsafe { $mask_bits(mask) as u32 }
            }
            #[inline(always)]
            fn lanes(&self) -> &[f64] {
                unsafe { &*std::ptr::from_ref(self).cast::<[f64; $count]>() }
            }
            #[inline(always)]
            fn lanes_mut(&mut self) -> &mut [f64] {
                unsafe { &mut *std::ptr::from_mut(self).cast::<[f64; $count]>() }
            }
            #[inline(always)]
            fn leading_bits(self) -> Self {
                unsafe { Self($to_f($or_i($shr::<41>($to_i(self.0)), $splat_i(WHOLE)))) - Self::constant(TWO_52) }
            }
            #[inline(always)]
            fn gather(values: &[f64], index: Self) -> Self {
                let Some(last) = values.len().checked_sub(1) else { return Self::constant(0.0) };
                // In this order NaN becomes 0.
                let index = index.max(Self::constant(0.0)).min(Self::constant(last as f64));
                Self(unsafe { $gather(values.as_ptr(), index.0) })
            }
            #[inline(always)]
            fn gather_whole(values: &[i32], index: Self) -> Self {
                let Some(last) = values.len().checked_sub(1) else { return Self::constant(0.0) };
                let index = index.max(Self::constant(0.0)).min(Self::constant(last as f64));
                Self(unsafe { $gather_whole(values.as_ptr(), index.0) })
            }
            #[inline(always)]
            fn whole(self) -> Self {
                Self(unsafe { $whole(self.0) })
            }
            #[inline(always)]
            fn cubics(blocks: &[Block], first: Self, x: Self, out: &mut [Self]) {
                $cubics::<false>(blocks, first, x, out);
            }
            #[inline(always)]
            fn cubic_slopes(blocks: &[Block], first: Self, x: Self, out: &mut [Self]) {
                $cubics::<true>(blocks, first, x, out);
            }
        }

        impl Bits for $lanes {
            #[inline(always)]
            fn times_power_of_two(self, n: Self) -> Self {
                $scale(self, n)
            }
            #[inline(always)]
            fn power_of_two(rounded: Self) -> Self {
                unsafe {
                    let exponent = $shl::<52>($to_i(rounded.0));
                    Self($to_f($add_i(exponent, $splat_i(BIAS))))
                }
            }
            #[inline(always)]
            fn split(self) -> (Self, Self) {
                unsafe {
                    let bits = $to_i(self.0);
                    let exponent = $shr::<52>($add_i(bits, $splat_i(TO_NEAREST_POWER)));
                    let m = $add_i($sub_i(bits, $shl::<52>(exponent)), $splat_i(BIAS));
                    let k = Self($to_f($or_i(exponent, $splat_i(WHOLE)))) - Self::constant(TWO_52 + 1023.0);
                    (Self($to_f(m)), k)
                }
            }
        }
    };
}

lanes! {
    /// Four numbers, with AVX2 and FMA.
    F64x4, __m256d, 4, mask __m256d,
    _mm256_add_pd _mm256_sub_pd _mm256_mul_pd _mm256_div_pd _mm256_fmadd_pd _mm256_fmsub_pd _mm256_fnmadd_pd
        _mm256_min_pd _mm256_max_pd
        _mm256_sqrt_pd _mm256_set1_pd,
    bits _mm256_set1_epi64x _mm256_add_epi64 _mm256_sub_epi64 _mm256_slli_epi64 _mm256_srli_epi64 _mm256_or_si256
        _mm256_castpd_si256 _mm256_castsi256_pd,
    compare _mm256_cmp_pd,
    blend blend_4,
    mask_bits _mm256_movemask_pd,
    negate negate_4,
    magnitude magnitude_4,
    gather gather_4 gather_whole_4, whole whole_4, cubics cubics_4, scale elementary::times_power_of_two
}

lanes! {
    /// Eight numbers, with AVX-512.
    F64x8, __m512d, 8, mask __mmask8,
    _mm512_add_pd _mm512_sub_pd _mm512_mul_pd _mm512_div_pd _mm512_fmadd_pd _mm512_fmsub_pd _mm512_fnmadd_pd
        _mm512_min_pd _mm512_max_pd
        _mm512_sqrt_pd _mm512_set1_pd,
    bits _mm512_set1_epi64 _mm512_add_epi64 _mm512_sub_epi64 _mm512_slli_epi64 _mm512_srli_epi64 _mm512_or_si512
        _mm512_castpd_si512 _mm512_castsi512_pd,
    compare _mm512_cmp_pd_mask,
    blend blend_8,
    mask_bits identity,
    negate negate_8,
    magnitude _mm512_abs_pd,
    gather gather_8 gather_whole_8, whole whole_8, cubics cubics_8, scale scale_8
}

#[inline(always)]
unsafe fn blend_4(mask: __m256d, then: __m256d, otherwise: __m256d) -> __m256d {
    unsafe { _mm256_blendv_pd(otherwise, then, mask) }
}

#[inline(always)]
unsafe fn negate_4(x: __m256d) -> __m256d {
    unsafe { _mm256_xor_pd(x, _mm256_set1_pd(-0.0)) }
}

#[inline(always)]
unsafe fn magnitude_4(x: __m256d) -> __m256d {
    unsafe { _mm256_andnot_pd(_mm256_set1_pd(-0.0), x) }
}

#[inline(always)]
unsafe fn blend_8(mask: __mmask8, then: __m512d, otherwise: __m512d) -> __m512d {
    unsafe { _mm512_mask_blend_pd(mask, otherwise, then) }
}

#[inline(always)]
unsafe fn negate_8(x: __m512d) -> __m512d {
    unsafe { _mm512_xor_pd(x, _mm512_set1_pd(-0.0)) }
}

/// y * 2^n
#[inline(always)]
fn scale_8(y: F64x8, n: F64x8) -> F64x8 {
    F64x8(unsafe { _mm512_scalef_pd(y.0, n.0) })
}

/// The indices must lie within the values, here and below.
#[inline(always)]
unsafe fn gather_4(values: *const f64, index: __m256d) -> __m256d {
    unsafe { _mm256_i32gather_pd::<8>(values, _mm256_cvttpd_epi32(index)) }
}

#[inline(always)]
unsafe fn gather_whole_4(values: *const i32, index: __m256d) -> __m256d {
    unsafe { _mm256_cvtepi32_pd(_mm_i32gather_epi32::<4>(values, _mm256_cvttpd_epi32(index))) }
}

#[inline(always)]
unsafe fn gather_8(values: *const f64, index: __m512d) -> __m512d {
    unsafe { _mm512_i32gather_pd::<8>(_mm512_cvttpd_epi32(index), values) }
}

#[inline(always)]
unsafe fn gather_whole_8(values: *const i32, index: __m512d) -> __m512d {
    unsafe { _mm512_cvtepi32_pd(_mm256_i32gather_epi32::<4>(values, _mm512_cvttpd_epi32(index))) }
}

#[inline(always)]
unsafe fn whole_4(x: __m256d) -> __m256d {
    unsafe { _mm256_floor_pd(x) }
}

#[inline(always)]
unsafe fn whole_8(x: __m512d) -> __m512d {
    unsafe { _mm512_cvtepi32_pd(_mm512_cvttpd_epi32(x)) }
}

/// Half a block of polynomials of one lane, or their derivatives.
///
/// No closure, here and below: it would not be compiled for the instructions of the caller.
#[inline(always)]
fn half_4<const SLOPES: bool>(row: &[Block], block: usize, half: usize, x: F64x4) -> __m256d {
    // SAFETY: the caller has compared the lengths of all rows.
    let Block([c0, c1, c2, c3]) = unsafe { row.get_unchecked(block) };
    unsafe {
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
fn cubics_4<const SLOPES: bool>(blocks: &[Block], first: F64x4, x: F64x4, out: &mut [F64x4]) {
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
            unsafe {
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
    unsafe {
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
fn cubics_8<const SLOPES: bool>(blocks: &[Block], first: F64x8, x: F64x8, out: &mut [F64x8]) {
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
        unsafe {
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
