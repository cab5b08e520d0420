//! Plain numbers.

use super::InterpolationTable;

use super::Scalar;

/// Forwards a function of one argument to the method of the same name of `f64`.
macro_rules! forward {
    ($($name:ident)*) => {
        $(
            #[inline(always)]
            fn $name(self) -> f64 {
                f64::$name(self)
            }
        )*
    };
}

impl Scalar for f64 {
    type Mask = bool;

    #[inline(always)]
    fn constant(value: f64) -> f64 {
        value
    }

    forward! { exp ln sqrt abs sin cos tan asin acos atan sinh cosh tanh }

    #[inline(always)]
    fn powi(self, exponent: i32) -> f64 {
        f64::powi(self, exponent)
    }

    #[inline(always)]
    fn powf(self, exponent: f64) -> f64 {
        f64::powf(self, exponent)
    }

    #[inline(always)]
    fn min(self, other: f64) -> f64 {
        f64::min(self, other)
    }

    #[inline(always)]
    fn max(self, other: f64) -> f64 {
        f64::max(self, other)
    }

    #[inline(always)]
    fn less(self, other: f64) -> bool {
        self < other
    }

    #[inline(always)]
    fn less_equal(self, other: f64) -> bool {
        self <= other
    }

    #[inline(always)]
    fn equal(self, other: f64) -> bool {
        self == other
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
    fn blend(mask: bool, then: f64, otherwise: f64) -> f64 {
        if mask { then } else { otherwise }
    }

    #[inline]
    fn table(table: &InterpolationTable, coordinates: [f64; 2], orders: [u8; 2]) -> f64 {
        // Rounds as the interpreter does.
        table.grid.value(coordinates, orders)
    }
}
