//! Elementary functions that the compiler can spread over SIMD lanes: no branch, no table, no call.
//!
//! All rest on e^r - 1 for |r| <= ln 2 / 2, by its Taylor series. Products are never fused with sums, so that
//! every machine gives the same bits.

use std::f64::consts::{LN_2, LN_10, LOG2_10, LOG2_E};

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
pub(super) fn tanh(x: f64) -> f64 {
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
pub(super) fn exp10(x: f64) -> f64 {
    let x = if x > 300.0 { 300.0 } else { x };
    let x = if x < -300.0 { -300.0 } else { x };
    let (n, power) = nearest_power(x * LOG2_10);
    let r = ((x - n * LG_2_HIGH) - n * LG_2_LOW) * LN_10;
    power * exp_minus_one(r) + power
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
}
