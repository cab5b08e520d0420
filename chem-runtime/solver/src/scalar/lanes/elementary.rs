//! Exponential and logarithm over lanes, without branches, to within 2 units in the last place.

use super::Lane;

/// 1.5 * 2^52: added to a number below 2^51, it leaves the nearest whole number in the low bits.
pub(super) const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts; the first has so few digits that small multiples of it are exact.
const LN_2: (f64, f64) = (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10);

/// What the functions need to know of the bits of a number.
pub(super) trait Bits: Lane {
    /// 2^n from n + [`ROUNDER`], for whole n in -1022..=1023.
    fn power_of_two(rounded: Self) -> Self;
    /// self * 2^n for whole n in -1080..=1030.
    fn times_power_of_two(self, n: Self) -> Self;
    /// m and k with x = m 2^k and m between sqrt(1/2) and sqrt(2), for positive normal x.
    fn split(self) -> (Self, Self);
}

/// y * 2^n, in two steps: 2^n itself may be subnormal or too large.
#[inline(always)]
pub(super) fn times_power_of_two<V: Bits>(y: V, n: V) -> V {
    let c = V::constant;
    let half = n.mul_add(c(0.5), c(ROUNDER));
    let rest = n - (half - c(ROUNDER));
    y * V::power_of_two(half) * V::power_of_two(rest + c(ROUNDER))
}

/// e^x = 2^n e^r with |r| <= ln 2 / 2 and the Taylor series of e^r to r^13.
#[inline(always)]
pub(super) fn exp<V: Bits>(x: V) -> V {
    let c = V::constant;
    // The argument stands second: that is what comes out if it is NaN.
    let x = c(710.0).min(c(-746.0).max(x));
    let rounded = x.mul_add(c(std::f64::consts::LOG2_E), c(ROUNDER));
    let n = rounded - c(ROUNDER);
    let r = n.mul_add(c(-LN_2.0), x);
    let r = n.mul_add(c(-LN_2.1), r);
    let r2 = r * r;
    let r4 = r2 * r2;
    let pair = |high: f64, low: f64| r.mul_add(c(1.0 / high), c(1.0 / low));
    let a = pair(6.0, 2.0);
    let b = pair(120.0, 24.0);
    let d = pair(5040.0, 720.0);
    let e = pair(362_880.0, 40_320.0);
    let f = pair(39_916_800.0, 3_628_800.0);
    let g = pair(6_227_020_800.0, 479_001_600.0);
    let low = b.mul_add(r2, a);
    let middle = e.mul_add(r2, d);
    let high = g.mul_add(r2, f);
    let series = high.mul_add(r4, middle).mul_add(r4, low);
    let y = c(1.0) + r2.mul_add(series, r);
    y.times_power_of_two(n)
}

/// ln x = k ln 2 + ln m with the rational form of fdlibm's `e_log.c` (Sun Microsystems 1993).
#[inline(always)]
pub(super) fn ln<V: Bits>(x: V) -> V {
    let c = V::constant;
    let subnormal = x.less(c(f64::MIN_POSITIVE));
    let two_54 = 18_014_398_509_481_984.0;
    let scaled = V::blend(subnormal, x * c(two_54), x);
    let (m, k) = scaled.split();
    let k = V::blend(subnormal, k - c(54.0), k);
    let f = m - c(1.0);
    let s = f / (c(2.0) + f);
    let z = s * s;
    let w = z * z;
    let odd = w
        .mul_add(c(1.479_819_860_511_658_6e-1), c(1.818_357_216_161_805e-1))
        .mul_add(w, c(2.857_142_874_366_239e-1))
        .mul_add(w, c(6.666_666_666_666_735e-1));
    let even = w
        .mul_add(c(1.531_383_769_920_937_3e-1), c(2.222_219_843_214_978_4e-1))
        .mul_add(w, c(3.999_999_999_940_942e-1));
    let rest = z * odd + w * even;
    let half = c(0.5) * f * f;
    let value = k * c(LN_2.0) - ((half - (s * (half + rest) + k * c(LN_2.1))) - f);
    // Infinity and NaN are their own logarithms.
    let value = V::blend(x.less(c(f64::INFINITY)), value, x);
    let outside = V::blend(x.equal(c(0.0)), c(f64::NEG_INFINITY), c(f64::NAN));
    V::blend(c(0.0).less(x), value, outside)
}

/// Integer power by squaring.
#[inline(always)]
pub(super) fn powi<V: Lane>(base: V, exponent: i32) -> V {
    let (mut left, mut square, mut power) = (exponent.unsigned_abs(), base, None::<V>);
    while left > 0 {
        if left % 2 == 1 {
            power = Some(match power {
                Some(power) => power * square,
                None => square,
            });
        }
        left /= 2;
        if left > 0 {
            square = square * square;
        }
    }
    let power = power.unwrap_or(V::constant(1.0));
    if exponent < 0 { V::constant(1.0) / power } else { power }
}
