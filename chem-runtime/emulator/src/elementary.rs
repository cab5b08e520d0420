//! Elementary functions that the compiler can spread over SIMD lanes: no branch, no table, no call.
//!
//! One family in two precisions, for predictions and for trainings. Double precision rests on e^r - 1 for |r| <= ln 2 / 2, by its
//! Taylor series; there products are never fused with sums, so that every machine gives the same bits. The lanes of the solver have
//! an exponential and a logarithm of their own (`chem_solver::scalar`), to the last two units and with fused products.

mod single;

pub use single::sigmoid_to_3_units;

use std::f64::consts::{LN_2, LN_10, LOG2_10, LOG2_E};

/// A number with the functions that networks need.
pub(crate) trait Elementary: Copy {
    /// 1 / (1 + e^-x)
    fn sigmoid(self) -> Self;
    /// x / (1 + e^-x)
    fn silu(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// 10^x
    fn exp10(self) -> Self;
}

impl Elementary for f64 {
    #[inline(always)]
    fn sigmoid(self) -> Self {
        sigmoid(self)
    }
    #[inline(always)]
    fn silu(self) -> Self {
        self * sigmoid(self)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        tanh(self)
    }
    #[inline(always)]
    fn exp10(self) -> Self {
        exp10(self)
    }
}

/// 1.5 * 2^52: added to a number below 2^51, it leaves the nearest whole number in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// The bits of 1.0, an exponent of zero.
const ONE: u64 = 1023 << 52;

/// The upper 33 bits of ln 2: its product with a whole number below 2^20 is exact.
const LN_2_HIGH: f64 = f64::from_bits(LN_2.to_bits() & !0xf_ffff);
/// ln 2 less [`LN_2_HIGH`]; ln 2 itself is known to twice the precision of f64.
const LN_2_LOW: f64 = (LN_2 - LN_2_HIGH) + 2.319_046_813_846_299_6e-17;
/// The same of log10 2.
const LG_2: f64 = std::f64::consts::LOG10_2;
const LG_2_HIGH: f64 = f64::from_bits(LG_2.to_bits() & !0xf_ffff);
const LG_2_LOW: f64 = (LG_2 - LG_2_HIGH) + -2.803_728_127_785_170_4e-18;

/// (whole number n nearest to `x`, 2^n) for |n| < 1022.
#[inline(always)]
fn nearest_power(x: f64) -> (f64, f64) {
    let shifted = x + ROUNDER;
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(ONE));
    (shifted - ROUNDER, power)
}

/// e^r - 1 for |r| <= 0.35: the Taylor series to r^13; the rest is below 1e-17 of it.
#[inline(always)]
fn exp_minus_one(r: f64) -> f64 {
    const fn inverse_factorial(n: u32) -> f64 {
        let (mut product, mut k) = (1.0, 2);
        while k <= n {
            product *= k as f64;
            k += 1;
        }
        1.0 / product
    }
    const C: [f64; 12] = {
        let mut c = [0.0; 12];
        let mut i = 0;
        while i < 12 {
            c[i] = inverse_factorial(i as u32 + 2);
            i += 1;
        }
        c
    };
    // Estrin's scheme: short chains of dependent operations.
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (C[0] + C[1] * r) + (C[2] + C[3] * r) * r2;
    let middle = (C[4] + C[5] * r) + (C[6] + C[7] * r) * r2;
    let high = (C[8] + C[9] * r) + (C[10] + C[11] * r) * r2;
    r + r2 * (low + (middle + high * r4) * r4)
}

/// tanh x = e / (e + 2) with e = e^(2x) - 1, to 3 units in the last place; NaN stays NaN.
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    let twice = 2.0 * x.abs();
    // Beyond 40 the nearest number is 1.
    let z = if twice > 40.0 { 40.0 } else { twice };
    let (n, power) = nearest_power(z * LOG2_E);
    let r = (z - n * LN_2_HIGH) - n * LN_2_LOW;
    let e = power * exp_minus_one(r) + (power - 1.0);
    (e / (e + 2.0)).copysign(x)
}

/// 1 / (1 + e^-x); below 1e-300 or 1 far away; NaN stays NaN.
#[inline(always)]
pub fn sigmoid(x: f64) -> f64 {
    // Beyond, the nearest numbers are 1 and, so far as sums go, 0.
    let z = if x > 40.0 { 40.0 } else { x };
    let z = if z < -700.0 { -700.0 } else { z };
    let (n, power) = nearest_power(-z * LOG2_E);
    let r = (-z - n * LN_2_HIGH) - n * LN_2_LOW;
    1.0 / (1.0 + (power * exp_minus_one(r) + power))
}

/// 10^x to 3 units in the last place, for |x| <= 300; the value at the nearest end beyond; NaN stays NaN.
#[inline(always)]
pub fn exp10(x: f64) -> f64 {
    let x = if x > 300.0 { 300.0 } else { x };
    let x = if x < -300.0 { -300.0 } else { x };
    let (n, power) = nearest_power(x * LOG2_10);
    let r = ((x - n * LG_2_HIGH) - n * LG_2_LOW) * LN_10;
    power * exp_minus_one(r) + power
}

/// log10 of a positive, normal number, to 1e-14 of its size or absolutely.
#[inline(always)]
pub fn log10(x: f64) -> f64 {
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

    /// Distance in units in the last place of `exact`.
    fn ulps(value: f64, exact: f64) -> f64 {
        (value - exact).abs() / (f64::from_bits(exact.abs().to_bits() + 1) - exact.abs())
    }

    /// Numbers of all sizes between the bounds, of both signs.
    fn arguments(low: f64, high: f64) -> impl Iterator<Item = f64> {
        let count = 200_000;
        (0..count).flat_map(move |i| {
            let x = low * (high / low).powf(f64::from(i) / f64::from(count - 1));
            [x, -x]
        })
    }

    #[test]
    fn tanh_is_right_to_a_few_units_in_the_last_place() {
        // The judge, the C library's tanh, is within two units itself.
        let worst = arguments(1e-12, 30.0).map(|x| ulps(tanh(x), x.tanh())).fold(0.0, f64::max);
        assert!(worst <= 5.0, "{worst}");
    }

    #[test]
    fn exp10_is_right_to_a_few_units_in_the_last_place() {
        // 10^x of a whole number is known exactly; between, the standard library's own error grows with x.
        for n in -300..=300 {
            let exact: f64 = format!("1e{n}").parse().unwrap();
            assert!(ulps(exp10(f64::from(n)), exact) <= 2.0, "1e{n}");
        }
        let worst = arguments(1e-12, 300.0).map(|x| ulps(exp10(x), 10f64.powf(x))).fold(0.0, f64::max);
        assert!(worst <= 3.0, "{worst}");
    }

    #[test]
    fn ends_and_odd_numbers() {
        assert_eq!(tanh(f64::INFINITY), 1.0);
        assert_eq!(tanh(-1e300), -1.0);
        assert_eq!(tanh(0.0).to_bits(), 0.0f64.to_bits());
        assert_eq!(tanh(-0.0).to_bits(), (-0.0f64).to_bits());
        assert_eq!(tanh(1e-300), 1e-300);
        assert!(tanh(f64::NAN).is_nan() && exp10(f64::NAN).is_nan() && sigmoid(f64::NAN).is_nan());
        assert_eq!(exp10(0.0), 1.0);
        assert_eq!(exp10(1e9), exp10(300.0));
        assert_eq!(sigmoid(0.0), 0.5);
        assert!(sigmoid(-800.0) < 1e-300 && sigmoid(800.0) == 1.0);
    }

    #[test]
    fn logarithms_are_right() {
        for i in 0..100_000 {
            let x = 10f64.powf(-40.0 + f64::from(i) * 9e-4);
            let error = (log10(x) - x.log10()).abs();
            assert!(error <= 1e-14 * x.log10().abs().max(1.0), "{x:e}: {error:e}");
        }
    }
}
