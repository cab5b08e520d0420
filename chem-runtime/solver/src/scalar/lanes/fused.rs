//! One number at a time, by the same operations as lanes: results are theirs to the last bit.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::elementary::{self, Bits};
use super::{BLOCK, Block, LEADING_MANTISSA_BITS, Lane};
use crate::scalar::{InterpolationTable, Scalar};

const MANTISSA_BITS: u32 = f64::MANTISSA_DIGITS - 1;
const BIAS: u64 = 1023 << MANTISSA_BITS;

/// A number with fused multiplication and addition, which is slow where the machine has no such instruction.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub(crate) struct Fused(f64);

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Fused {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Fused($trait::$method(self.0, other.0))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Neg for Fused {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Fused(-self.0)
    }
}

macro_rules! forward {
    ($($name:ident)*) => {
        $(
            #[inline(always)]
            fn $name(self) -> Self {
                Fused(self.0.$name())
            }
        )*
    };
}

impl Scalar for Fused {
    type Mask = bool;

    #[inline(always)]
    fn constant(value: f64) -> Self {
        Fused(value)
    }
    #[inline(always)]
    fn exp(self) -> Self {
        elementary::exp(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        elementary::ln(self)
    }
    forward! { sqrt abs sin cos tan asin acos atan sinh cosh tanh }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        Fused(self.0.mul_add(b.0, c.0))
    }
    #[inline(always)]
    fn mul_sub(self, b: Self, c: Self) -> Self {
        Fused(self.0.mul_add(b.0, -c.0))
    }
    #[inline(always)]
    fn neg_mul_add(self, b: Self, c: Self) -> Self {
        Fused((-self.0).mul_add(b.0, c.0))
    }
    #[inline(always)]
    fn powi(self, exponent: i32) -> Self {
        elementary::powi(self, exponent)
    }
    #[inline(always)]
    fn powf(self, exponent: Self) -> Self {
        Fused(self.0.powf(exponent.0))
    }
    // If one side is NaN the second comes out, as of the instructions for lanes.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self.0 < other.0 { self } else { other }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self.0 > other.0 { self } else { other }
    }
    #[inline(always)]
    fn less(self, other: Self) -> bool {
        self.0 < other.0
    }
    #[inline(always)]
    fn less_equal(self, other: Self) -> bool {
        self.0 <= other.0
    }
    #[inline(always)]
    fn equal(self, other: Self) -> bool {
        self.0 == other.0
    }
    #[inline(always)]
    fn any(mask: bool) -> bool {
        mask
    }
    #[inline(always)]
    fn all(mask: bool) -> bool {
        mask
    }
    #[inline(always)]
    fn blend(mask: bool, then: Self, otherwise: Self) -> Self {
        if mask { then } else { otherwise }
    }
    #[inline(always)]
    fn table(table: &InterpolationTable, coordinates: [Self; 2], orders: [u8; 2]) -> Self {
        table.evaluate(coordinates, orders)
    }
}

impl Lane for Fused {
    const COUNT: usize = 1;

    #[inline(always)]
    fn bits(mask: bool) -> u32 {
        u32::from(mask)
    }
    #[inline(always)]
    fn lanes(&self) -> &[f64] {
        std::slice::from_ref(&self.0)
    }
    #[inline(always)]
    fn lanes_mut(&mut self) -> &mut [f64] {
        std::slice::from_mut(&mut self.0)
    }
    #[inline(always)]
    fn leading_bits(self) -> Self {
        Fused((self.0.to_bits() >> (MANTISSA_BITS - LEADING_MANTISSA_BITS)) as f64)
    }
    #[inline(always)]
    fn gather(values: &[f64], index: Self) -> Self {
        Fused(Lane::gather(values, index.0))
    }
    #[inline(always)]
    fn gather_whole(values: &[i32], index: Self) -> Self {
        Fused(Lane::gather_whole(values, index.0))
    }
    #[inline(always)]
    fn whole(self) -> Self {
        Fused(Lane::whole(self.0))
    }
    #[inline(always)]
    fn cubics(blocks: &[Block], first: Self, x: Self, out: &mut [Self]) {
        let Some(row) = blocks.get(first.0 as usize..) else { return };
        for (Block([c0, c1, c2, c3]), out) in row.iter().zip(out.as_chunks_mut::<BLOCK>().0) {
            for (i, out) in out.iter_mut().enumerate() {
                *out = Fused(c3[i].mul_add(x.0, c2[i]).mul_add(x.0, c1[i]).mul_add(x.0, c0[i]));
            }
        }
    }
    #[inline(always)]
    fn cubic_slopes(blocks: &[Block], first: Self, x: Self, out: &mut [Self]) {
        let Some(row) = blocks.get(first.0 as usize..) else { return };
        let (twice, thrice) = (x.0 + x.0, 3.0 * x.0 * x.0);
        for (Block([_, c1, c2, c3]), out) in row.iter().zip(out.as_chunks_mut::<BLOCK>().0) {
            for (i, out) in out.iter_mut().enumerate() {
                *out = Fused(c3[i].mul_add(thrice, c2[i].mul_add(twice, c1[i])));
            }
        }
    }
}

impl Bits for Fused {
    #[inline(always)]
    fn power_of_two(rounded: Self) -> Self {
        Fused(f64::from_bits((rounded.0.to_bits() << MANTISSA_BITS).wrapping_add(BIAS)))
    }
    #[inline(always)]
    fn times_power_of_two(self, n: Self) -> Self {
        elementary::times_power_of_two(self, n)
    }
    #[inline(always)]
    fn split(self) -> (Self, Self) {
        /// 1.0 minus sqrt(1/2) as bits.
        const TO_NEAREST_POWER: u64 = 0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd;
        let bits = self.0.to_bits();
        let exponent = bits.wrapping_add(TO_NEAREST_POWER) >> MANTISSA_BITS;
        let m = bits.wrapping_sub(exponent << MANTISSA_BITS).wrapping_add(BIAS);
        (Fused(f64::from_bits(m)), Fused(exponent as f64 - 1023.0))
    }
}
