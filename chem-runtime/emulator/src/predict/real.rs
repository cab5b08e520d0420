//! Numbers in which layers are evaluated: single or double precision.

use std::ops::{Add, Mul, Sub};

use pulp::Simd;

use crate::elementary::Elementary;

/// A number of a layer. The compiler can spread its functions over SIMD lanes; sums of products, where it sometimes fails to, have
/// vectors of their own.
pub(super) trait Real:
    Elementary + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Send + Sync + 'static
{
    fn of(value: f64) -> Self;
    fn to_f64(self) -> f64;
    fn sine(self) -> Self;

    /// Several side by side.
    type Vector<S: Simd>: Copy;
    fn splat<S: Simd>(self, simd: S) -> Self::Vector<S>;
    /// a b + c, rounded once if it is fused, else twice.
    fn multiply_add<S: Simd, const FUSED: bool>(
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
    ($vector:ident, $splat:ident, $fused:ident, [$mul:ident, $add:ident], $slice:ident, $slice_mut:ident) => {
        type Vector<S: Simd> = S::$vector;
        #[inline(always)]
        fn splat<S: Simd>(self, simd: S) -> Self::Vector<S> {
            simd.$splat(self)
        }
        #[inline(always)]
        fn multiply_add<S: Simd, const FUSED: bool>(
            simd: S,
            a: Self::Vector<S>,
            b: Self::Vector<S>,
            c: Self::Vector<S>,
        ) -> Self::Vector<S> {
            if FUSED { simd.$fused(a, b, c) } else { simd.$add(simd.$mul(a, b), c) }
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
    vectors!(f64s, splat_f64s, mul_add_f64s, [mul_f64s, add_f64s], as_simd_f64s, as_mut_simd_f64s);
    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn sine(self) -> Self {
        self.sin()
    }
}

impl Real for f32 {
    vectors!(f32s, splat_f32s, mul_add_f32s, [mul_f32s, add_f32s], as_simd_f32s, as_mut_simd_f32s);
    #[inline(always)]
    fn of(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn sine(self) -> Self {
        self.sin()
    }
}
