//! Scalars: one generated text serves numbers, dual numbers and SIMD lanes.

mod dual;
mod float;
mod interpolation_table;
mod lanes;

pub use dual::Dual;
pub use interpolation_table::InterpolationTable;
#[doc(hidden)]
pub use interpolation_table::cell_coefficients;
pub(crate) use lanes::{BLOCK, Block, Fused, LEADING_MANTISSA_BITS, Lane};
#[cfg(target_arch = "x86_64")]
pub(crate) use lanes::{F64x4, F64x8};

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A real number, or several side by side, or one with derivatives.
///
/// Comparisons give a mask. Generated code computes the side that all lanes need, or both and blends them; for single
/// numbers that is a branch.
pub trait Scalar:
    Copy
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + 'static
{
    /// Result of a comparison.
    type Mask: Copy;

    /// A constant.
    fn constant(value: f64) -> Self;
    /// e^x
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// Sine.
    fn sin(self) -> Self;
    /// Cosine.
    fn cos(self) -> Self;
    /// Tangent.
    fn tan(self) -> Self;
    /// Inverse sine.
    fn asin(self) -> Self;
    /// Inverse cosine.
    fn acos(self) -> Self;
    /// Inverse tangent.
    fn atan(self) -> Self;
    /// Hyperbolic sine.
    fn sinh(self) -> Self;
    /// Hyperbolic cosine.
    fn cosh(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// self * b + c, rounded once where the machine can.
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        self * b + c
    }
    /// self * b - c
    #[inline(always)]
    fn mul_sub(self, b: Self, c: Self) -> Self {
        self * b - c
    }
    /// c - self * b
    #[inline(always)]
    fn neg_mul_add(self, b: Self, c: Self) -> Self {
        c - self * b
    }
    /// Integer power.
    fn powi(self, exponent: i32) -> Self;
    /// Power with a variable exponent.
    fn powf(self, exponent: Self) -> Self;
    /// Smaller of two.
    fn min(self, other: Self) -> Self;
    /// Larger of two.
    fn max(self, other: Self) -> Self;
    /// self < other
    fn less(self, other: Self) -> Self::Mask;
    /// self <= other
    fn less_equal(self, other: Self) -> Self::Mask;
    /// self == other
    fn equal(self, other: Self) -> Self::Mask;
    /// Whether the mask holds somewhere.
    fn any(mask: Self::Mask) -> bool;
    /// Whether the mask holds everywhere.
    fn all(mask: Self::Mask) -> bool;
    /// `then` where the mask holds, `otherwise` elsewhere.
    fn blend(mask: Self::Mask, then: Self, otherwise: Self) -> Self;
    /// Interpolation in a table, or its derivative of the given order along each axis. For a 1-D table pass the
    /// coordinate twice and 0 as the second order.
    fn table(table: &InterpolationTable, coordinates: [Self; 2], orders: [u8; 2]) -> Self;
}

/// 10^x
#[inline(always)]
pub fn exp10<V: Scalar>(x: V) -> V {
    (V::constant(std::f64::consts::LN_10) * x).exp()
}

/// One value, or several, of which lanes choose together.
#[doc(hidden)]
pub trait Choice<V: Scalar>: Copy {
    /// Values that stand where nothing was computed.
    fn nothing() -> Self;
    /// `then` where the mask holds, `otherwise` elsewhere.
    fn blend(mask: V::Mask, then: Self, otherwise: Self) -> Self;
}

impl<V: Scalar> Choice<V> for V {
    #[inline(always)]
    fn nothing() -> Self {
        V::constant(0.0)
    }

    #[inline(always)]
    fn blend(mask: V::Mask, then: Self, otherwise: Self) -> Self {
        V::blend(mask, then, otherwise)
    }
}

impl<V: Scalar, const N: usize> Choice<V> for [V; N] {
    #[inline(always)]
    fn nothing() -> Self {
        [V::constant(0.0); N]
    }

    #[inline(always)]
    fn blend(mask: V::Mask, mut then: Self, otherwise: Self) -> Self {
        for (then, otherwise) in then.iter_mut().zip(otherwise) {
            *then = V::blend(mask, *then, otherwise);
        }
        then
    }
}

/// `select!(V, mask, then, otherwise)`: a branch for single numbers; for lanes, the sides that some lane needs. Not
/// closures: those would not be compiled for the instructions of the caller.
#[doc(hidden)]
#[macro_export]
macro_rules! __select {
    ($V:ty, $mask:expr, $then:expr, $otherwise:expr $(,)?) => {{
        let mask = $mask;
        let mut value = $crate::generated::Choice::<$V>::nothing();
        if <$V as $crate::generated::Scalar>::any(mask) {
            value = $then;
        }
        if !<$V as $crate::generated::Scalar>::all(mask) {
            value = $crate::generated::Choice::<$V>::blend(mask, value, $otherwise);
        }
        value
    }};
}
