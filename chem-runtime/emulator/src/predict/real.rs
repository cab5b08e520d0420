//! Numbers in which layers are evaluated: single or double precision.

use std::ops::{Add, Mul, Sub};

use pulp::Simd;

use super::elementary;

/// A number of a layer, with the functions that its activations need. The compiler can spread these over SIMD lanes;
/// sums of products, where it sometimes fails to, have vectors of their own.
pub(super) trait Real:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Send + Sync + 'static
{
    fn of(value: f64) -> Self;
    fn to_f64(self) -> f64;
    /// 1 / (1 + e^-x)
    fn sigmoid(self) -> Self;
    /// x / (1 + e^-x)
    fn silu(self) -> Self;
    fn tanh(self) -> Self;
    fn sine(self) -> Self;
    /// 10^x
    fn exp10(self) -> Self;

    /// Several side by side.
    type Vector<S: Simd>: Copy;
    fn splat<S: Simd>(self, simd: S) -> Self::Vector<S>;
    /// a b + c
    fn fused_vectors<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;
    /// All numbers, whose count is a multiple of a vector's.
    fn vectors<S: Simd>(numbers: &[Self]) -> &[Self::Vector<S>];
    fn vectors_mut<S: Simd>(numbers: &mut [Self]) -> &mut [Self::Vector<S>];
}

/// The vectors of a number.
macro_rules! vectors {
    ($vector:ident, $splat:ident, $fused:ident, $slice:ident, $slice_mut:ident) => {
        type Vector<S: Simd> = S::$vector;
        #[inline(always)]
        fn splat<S: Simd>(self, simd: S) -> Self::Vector<S> {
            simd.$splat(self)
        }
        #[inline(always)]
        fn fused_vectors<S: Simd>(
            simd: S,
            a: Self::Vector<S>,
            b: Self::Vector<S>,
            c: Self::Vector<S>,
        ) -> Self::Vector<S> {
            simd.$fused(a, b, c)
        }
        #[inline(always)]
        fn vectors<S: Simd>(numbers: &[Self]) -> &[Self::Vector<S>] {
            S::$slice(numbers).0
        }
        #[inline(always)]
        fn vectors_mut<S: Simd>(numbers: &mut [Self]) -> &mut [Self::Vector<S>] {
            S::$slice_mut(numbers).0
        }
    };
}

impl Real for f64 {
    vectors!(f64s, splat_f64s, mul_add_e_f64s, as_simd_f64s, as_mut_simd_f64s);
    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        elementary::sigmoid(self)
    }
    #[inline(always)]
    fn silu(self) -> Self {
        self * elementary::sigmoid(self)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        elementary::tanh(self)
    }
    #[inline(always)]
    fn sine(self) -> Self {
        self.sin()
    }
    #[inline(always)]
    fn exp10(self) -> Self {
        elementary::exp10(self)
    }
}

/// 1.5 * 2^23: added to a number below 2^22, it leaves the nearest whole number in the low bits.
const ROUNDER: f32 = 12_582_912.0;
/// The bits of 1.0, an exponent of zero.
const ONE: u32 = 127 << 23;

/// 2^x for |x| <= 126, to 4 units in the last place; the value at the nearest end beyond.
#[inline(always)]
fn exp2(x: f32) -> f32 {
    let x = if x > 126.0 { 126.0 } else { x };
    let x = if x < -126.0 { -126.0 } else { x };
    let shifted = x + ROUNDER;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(ONE));
    let r = x - (shifted - ROUNDER);
    // The Taylor series of 2^r for |r| <= 1/2: the rest is below 2e-7.
    const C: [f32; 6] = {
        let l = std::f32::consts::LN_2;
        let (l2, l3) = (l * l, l * l * l);
        [l3 * l3 / 720.0, l3 * l2 / 120.0, l2 * l2 / 24.0, l3 / 6.0, l2 / 2.0, l]
    };
    let mut sum = C[0];
    for c in [C[1], C[2], C[3], C[4], C[5], 1.0] {
        sum = r.mul_add(sum, c);
    }
    power * sum
}

impl Real for f32 {
    vectors!(f32s, splat_f32s, mul_add_e_f32s, as_simd_f32s, as_mut_simd_f32s);
    #[inline(always)]
    fn of(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        1.0 / (1.0 + exp2(-std::f32::consts::LOG2_E * self))
    }
    #[inline(always)]
    fn silu(self) -> Self {
        self / (1.0 + exp2(-std::f32::consts::LOG2_E * self))
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        2.0 * (2.0 * self).sigmoid() - 1.0
    }
    #[inline(always)]
    fn sine(self) -> Self {
        self.sin()
    }
    #[inline(always)]
    fn exp10(self) -> Self {
        exp2(std::f32::consts::LOG2_10 * self)
    }
}

/// log10 of a positive, normal number, to 1e-14 of its size or absolutely.
#[inline(always)]
pub(super) fn log10(x: f64) -> f64 {
    // x = m 2^e with m from 0.71 to 1.42
    let bits = x.to_bits().wrapping_sub(0x3fe6_a09e_667f_3bcd);
    let e = ((bits as i64) >> 52) as i32;
    let m = f64::from_bits(x.to_bits().wrapping_sub(((e as i64) << 52) as u64));
    let s = (m - 1.0) / (m + 1.0);
    let s2 = s * s;
    // ln m = 2 (s + s^3/3 + s^5/5 + ...), |s| <= 0.172
    let mut sum = 1.0 / 19.0;
    for c in [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        sum = s2 * sum + 1.0 / c;
    }
    f64::from(e) * std::f64::consts::LOG10_2 + std::f64::consts::LOG10_E * 2.0 * s * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_right() {
        for i in 0..100_000 {
            let x = 10f64.powf(-40.0 + f64::from(i) * 9e-4);
            let error = (log10(x) - x.log10()).abs();
            assert!(error <= 1e-14 * x.log10().abs().max(1.0), "{x:e}: {error:e}");
        }
    }

    #[test]
    fn single_precision_is_right_to_some_units_in_the_last_place() {
        for i in -30_000..30_000 {
            let x = i as f32 * 1e-3;
            let (sigmoid, exact) = (x.sigmoid(), (1.0 / (1.0 + (-f64::from(x)).exp())) as f32);
            assert!((sigmoid - exact).abs() <= 3e-6 * exact, "{x}: {sigmoid} {exact}");
            let (power, exact) = (x.exp10(), 10f64.powf(f64::from(x)));
            // The rounding of the argument is most of it.
            assert!((f64::from(power) - exact).abs() <= 5e-6 * exact, "{x}: {power} {exact}");
            assert!((Real::tanh(x) - f32::tanh(x)).abs() <= 3e-7, "{x}");
        }
        assert!(f32::sigmoid(-1e9) < 1e-37 && f32::sigmoid(1e9) == 1.0);
    }
}
