//! Single precision.

use super::Elementary;

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

impl Elementary for f32 {
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
    fn exp10(self) -> Self {
        exp2(std::f32::consts::LOG2_10 * self)
    }
}

/// 1 / (1 + e^-x) to 3 units in the last place; NaN stays NaN. Trainings in single precision use it, which differentiate it; that of
/// the trait `Elementary`, for predictions, costs less and has the rounding of x log2 e in its result.
#[inline(always)]
pub fn sigmoid_to_3_units(x: f32) -> f32 {
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = -x.clamp(-87.0, 87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUNDER;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(ONE));
    let n = shifted - ROUNDER;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let r2 = r * r;
    let tail = (0.5 + r * (1.0 / 6.0)) + r2 * ((1.0 / 24.0 + r * (1.0 / 120.0)) + r2 * (1.0 / 720.0));
    1.0 / (1.0 + power * (1.0 + (r + r2 * tail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_precision_is_right_to_some_units_in_the_last_place() {
        for i in -30_000..30_000 {
            let x = i as f32 * 1e-3;
            let (sigmoid, exact) = (x.sigmoid(), (1.0 / (1.0 + (-f64::from(x)).exp())) as f32);
            assert!((sigmoid - exact).abs() <= 3e-6 * exact, "{x}: {sigmoid} {exact}");
            let (power, exact) = (x.exp10(), 10f64.powf(f64::from(x)));
            // The rounding of the argument is most of it.
            assert!((f64::from(power) - exact).abs() <= 5e-6 * exact, "{x}: {power} {exact}");
            assert!((Elementary::tanh(x) - f32::tanh(x)).abs() <= 3e-7, "{x}");
        }
        assert!(f32::sigmoid(-1e9) < 1e-37 && f32::sigmoid(1e9) == 1.0);
    }

    #[test]
    fn far_from_zero_the_sigmoid_is_zero_and_one() {
        for x in [-1e30f32, -88.0, -20.0, 0.0, 20.0, 88.0, 1e30] {
            let exact = (1.0 / (1.0 + f64::from(-x).exp())) as f32;
            assert!((sigmoid_to_3_units(x) - exact).abs() <= 4e-7 * exact + 1e-37, "{x}");
        }
        assert!(sigmoid_to_3_units(f32::NAN).is_nan());
    }
}
