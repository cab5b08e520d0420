//! Lanes of x86-64: four with AVX2 and FMA, eight with AVX-512.

#![expect(unsafe_code, reason = "instructions of one machine")]

mod polynomials;

use polynomials::{cubics_4, cubics_8};

use std::arch::x86_64::*;
use std::convert::identity;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::elementary::{self, Bits};
use super::{Block, Lane};
use crate::scalar::{InterpolationTable, Scalar};

/// Adds 1023 to an exponent.
const BIAS: i64 = 1023 << 52;
/// Added to the bits of a positive number, leaves the exponent of its neighbour among the powers of two: 1.0 minus
/// sqrt(1/2) as bits.
const TO_NEAREST_POWER: i64 = 0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd;
/// Bits of 2^52: or-ed with a whole number below, the number is the mantissa.
const WHOLE: i64 = 0x4330_0000_0000_0000;
const TWO_52: f64 = 4_503_599_627_370_496.0;

/// Instructions of the lanes' machines.
macro_rules! instructions {
    ($($code:tt)*) => {{
        // SAFETY: the types of this file are private to the crate, and values of them are made only in functions that
        // `batch::dispatch` calls after it has found the instructions on the machine. Where memory is read, the caller has
        // compared the indices with its length.
        #[allow(unused_unsafe, reason = "the bits of a mask take no instruction of their own with AVX-512")]
        unsafe { $($code)* }
    }};
}
use instructions;

macro_rules! operator {
    ($lanes:ident, $trait:ident, $method:ident, $intrinsic:ident) => {
        impl $trait for $lanes {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(instructions!($intrinsic(self.0, other.0)))
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
                Self(instructions!($negate(self.0)))
            }
        }

        impl Scalar for $lanes {
            type Mask = $mask;

            #[inline(always)]
            fn constant(value: f64) -> Self {
                Self(instructions!($splat(value)))
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
                Self(instructions!($sqrt(self.0)))
            }
            #[inline(always)]
            fn abs(self) -> Self {
                Self(instructions!($magnitude(self.0)))
            }
            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                Self(instructions!($fma(self.0, b.0, c.0)))
            }
            #[inline(always)]
            fn mul_sub(self, b: Self, c: Self) -> Self {
                Self(instructions!($fms(self.0, b.0, c.0)))
            }
            #[inline(always)]
            fn neg_mul_add(self, b: Self, c: Self) -> Self {
                Self(instructions!($fnma(self.0, b.0, c.0)))
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
                Self(instructions!($min(self.0, other.0)))
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                Self(instructions!($max(self.0, other.0)))
            }
            #[inline(always)]
            fn less(self, other: Self) -> $mask {
                instructions!($compare::<_CMP_LT_OQ>(self.0, other.0))
            }
            #[inline(always)]
            fn less_equal(self, other: Self) -> $mask {
                instructions!($compare::<_CMP_LE_OQ>(self.0, other.0))
            }
            #[inline(always)]
            fn equal(self, other: Self) -> $mask {
                instructions!($compare::<_CMP_EQ_OQ>(self.0, other.0))
            }
            #[inline(always)]
            fn any(mask: $mask) -> bool {
                instructions!($mask_bits(mask) != 0)
            }
            #[inline(always)]
            fn all(mask: $mask) -> bool {
                instructions!($mask_bits(mask) as u32 == (1 << $count) - 1)
            }
            #[inline(always)]
            fn blend(mask: $mask, then: Self, otherwise: Self) -> Self {
                Self(instructions!($blend(mask, then.0, otherwise.0)))
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
                instructions!($mask_bits(mask) as u32)
            }
            #[inline(always)]
            fn lanes(&self) -> &[f64] {
                // SAFETY: a register has the layout of an array of f64.
                unsafe { &*std::ptr::from_ref(self).cast::<[f64; $count]>() }
            }
            #[inline(always)]
            fn lanes_mut(&mut self) -> &mut [f64] {
                // SAFETY: a register has the layout of an array of f64.
                unsafe { &mut *std::ptr::from_mut(self).cast::<[f64; $count]>() }
            }
            #[inline(always)]
            fn leading_bits(self) -> Self {
                instructions!(Self($to_f($or_i($shr::<41>($to_i(self.0)), $splat_i(WHOLE)))) - Self::constant(TWO_52))
            }
            #[inline(always)]
            fn gather(values: &[f64], index: Self) -> Self {
                let Some(last) = values.len().checked_sub(1) else { return Self::constant(0.0) };
                // In this order NaN becomes 0.
                let index = index.max(Self::constant(0.0)).min(Self::constant(last as f64));
                Self(instructions!($gather(values.as_ptr(), index.0)))
            }
            #[inline(always)]
            fn gather_whole(values: &[i32], index: Self) -> Self {
                let Some(last) = values.len().checked_sub(1) else { return Self::constant(0.0) };
                let index = index.max(Self::constant(0.0)).min(Self::constant(last as f64));
                Self(instructions!($gather_whole(values.as_ptr(), index.0)))
            }
            #[inline(always)]
            fn whole(self) -> Self {
                Self(instructions!($whole(self.0)))
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
                instructions! {
                    let exponent = $shl::<52>($to_i(rounded.0));
                    Self($to_f($add_i(exponent, $splat_i(BIAS))))
                }
            }
            #[inline(always)]
            fn split(self) -> (Self, Self) {
                instructions! {
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
    instructions!(_mm256_blendv_pd(otherwise, then, mask))
}

#[inline(always)]
unsafe fn negate_4(x: __m256d) -> __m256d {
    instructions!(_mm256_xor_pd(x, _mm256_set1_pd(-0.0)))
}

#[inline(always)]
unsafe fn magnitude_4(x: __m256d) -> __m256d {
    instructions!(_mm256_andnot_pd(_mm256_set1_pd(-0.0), x))
}

#[inline(always)]
unsafe fn blend_8(mask: __mmask8, then: __m512d, otherwise: __m512d) -> __m512d {
    instructions!(_mm512_mask_blend_pd(mask, otherwise, then))
}

#[inline(always)]
unsafe fn negate_8(x: __m512d) -> __m512d {
    instructions!(_mm512_xor_pd(x, _mm512_set1_pd(-0.0)))
}

/// y * 2^n
#[inline(always)]
fn scale_8(y: F64x8, n: F64x8) -> F64x8 {
    F64x8(instructions!(_mm512_scalef_pd(y.0, n.0)))
}

/// The indices must lie within the values, here and below.
#[inline(always)]
unsafe fn gather_4(values: *const f64, index: __m256d) -> __m256d {
    instructions!(_mm256_i32gather_pd::<8>(values, _mm256_cvttpd_epi32(index)))
}

#[inline(always)]
unsafe fn gather_whole_4(values: *const i32, index: __m256d) -> __m256d {
    instructions!(_mm256_cvtepi32_pd(_mm_i32gather_epi32::<4>(values, _mm256_cvttpd_epi32(index))))
}

#[inline(always)]
unsafe fn gather_8(values: *const f64, index: __m512d) -> __m512d {
    instructions!(_mm512_i32gather_pd::<8>(_mm512_cvttpd_epi32(index), values))
}

#[inline(always)]
unsafe fn gather_whole_8(values: *const i32, index: __m512d) -> __m512d {
    instructions!(_mm512_cvtepi32_pd(_mm256_i32gather_epi32::<4>(values, _mm512_cvttpd_epi32(index))))
}

#[inline(always)]
unsafe fn whole_4(x: __m256d) -> __m256d {
    instructions!(_mm256_floor_pd(x))
}

#[inline(always)]
unsafe fn whole_8(x: __m512d) -> __m512d {
    instructions!(_mm512_cvtepi32_pd(_mm512_cvttpd_epi32(x)))
}
