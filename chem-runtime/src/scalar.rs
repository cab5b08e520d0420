//! Scalars: one generated text serves numbers, dual numbers and SIMD lanes.

mod dual;
mod float;
mod lanes;

pub use dual::Dual;
pub(crate) use lanes::{BLOCK, Block, Lane};
#[cfg(target_arch = "x86_64")]
pub(crate) use lanes::{F64x4, F64x8};

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use chem_grammar::interpolation::Grid;

/// A real number, or several side by side, or one with derivatives.
///
/// Comparisons give a mask and [`Scalar::select`] chooses, because lanes cannot branch; for single numbers
/// `select` is a branch and evaluates one side only.
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
    /// `then` where the mask holds, `otherwise` elsewhere.
    fn select(mask: Self::Mask, then: impl FnOnce() -> Self, otherwise: impl FnOnce() -> Self) -> Self;
    /// The same for several values at once.
    #[inline(always)]
    fn choose<const N: usize>(
        mask: Self::Mask,
        then: impl FnOnce() -> [Self; N],
        otherwise: impl FnOnce() -> [Self; N],
    ) -> [Self; N] {
        let (then, otherwise) = (then(), otherwise());
        std::array::from_fn(|i| Self::select(mask, || then[i], || otherwise[i]))
    }
    /// Interpolation in a table, or its derivative of the given order along each axis. For a 1-D table pass the
    /// coordinate twice and 0 as the second order.
    fn table(grid: &Grid, coordinates: [Self; 2], orders: [u8; 2]) -> Self;
}
