//! Forward-mode dual numbers.

use std::array::from_fn;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::InterpolationTable;

use super::Scalar;

/// A number with its derivatives in `N` directions, over any scalar: `Dual<1, Dual<1>>` gives second
/// derivatives.
///
/// Comparisons look at the value only, so that a derivative at a breakpoint is that of the side which the value
/// belongs to. Where the slope of a root, power or arc function is infinite, the derivatives of an argument that does not
/// change stay 0, and `x^y ln x` is 0 where the power is.
///
/// ```
/// use chem_solver::scalar::{Dual, Scalar};
/// let [x, y] = Dual::<2>::variables([3.0, 2.0]);
/// let z = x * x * y.exp();
/// assert!((z.derivatives[0] - 6.0 * 2f64.exp()).abs() < 1e-12);
/// assert!((z.derivatives[1] - 9.0 * 2f64.exp()).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<const N: usize, V = f64> {
    /// The value.
    pub value: V,
    /// Its derivatives.
    pub derivatives: [V; N],
}

impl<const N: usize, V: Scalar> Dual<N, V> {
    /// A value whose derivative is one in `direction` and zero in the others.
    #[inline]
    pub fn variable(value: V, direction: usize) -> Self {
        let derivatives = from_fn(|i| V::constant(if i == direction { 1.0 } else { 0.0 }));
        Dual { value, derivatives }
    }

    /// `N` independent variables, one per direction.
    #[inline]
    pub fn variables(values: [V; N]) -> [Self; N] {
        from_fn(|i| Dual::variable(values[i], i))
    }

    /// A value that does not depend on any of the directions.
    #[inline]
    pub fn fixed(value: V) -> Self {
        Dual { value, derivatives: [V::constant(0.0); N] }
    }

    /// f(self), given the value of f and of its derivative.
    #[inline(always)]
    fn chain(self, value: V, slope: V) -> Self {
        Dual { value, derivatives: self.derivatives.map(|d| d * slope) }
    }

    /// The same where the slope may be infinite: what does not change has no derivative.
    #[inline(always)]
    fn steep_chain(self, value: V, slope: V) -> Self {
        Dual { value, derivatives: self.derivatives.map(|d| zero_where_zero(d, d * slope)) }
    }
}

/// `value`, but 0 where `indicator` is 0.
#[inline(always)]
fn zero_where_zero<V: Scalar>(indicator: V, value: V) -> V {
    V::blend(indicator.equal(V::constant(0.0)), V::constant(0.0), value)
}

impl<const N: usize, V: Scalar> Add for Dual<N, V> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Dual {
            value: self.value + other.value,
            derivatives: from_fn(|i| self.derivatives[i] + other.derivatives[i]),
        }
    }
}

impl<const N: usize, V: Scalar> Sub for Dual<N, V> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Dual {
            value: self.value - other.value,
            derivatives: from_fn(|i| self.derivatives[i] - other.derivatives[i]),
        }
    }
}

#[expect(clippy::suspicious_arithmetic_impl, reason = "the product and quotient rules")]
impl<const N: usize, V: Scalar> Mul for Dual<N, V> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Dual {
            value: self.value * other.value,
            derivatives: from_fn(|i| self.derivatives[i] * other.value + self.value * other.derivatives[i]),
        }
    }
}

#[expect(clippy::suspicious_arithmetic_impl, reason = "the product and quotient rules")]
impl<const N: usize, V: Scalar> Div for Dual<N, V> {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        // What is divided by an exponential that overflows has no slope left.
        let overflows = other.value.abs().equal(V::constant(f64::INFINITY));
        let derivatives = from_fn(|i| {
            let slope = (self.derivatives[i] - value * other.derivatives[i]) / other.value;
            V::blend(overflows, V::constant(0.0), slope)
        });
        Dual { value, derivatives }
    }
}

impl<const N: usize, V: Scalar> Neg for Dual<N, V> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Dual { value: -self.value, derivatives: self.derivatives.map(|d| -d) }
    }
}

impl<const N: usize, V: Scalar> Scalar for Dual<N, V> {
    type Mask = V::Mask;

    #[inline(always)]
    fn constant(value: f64) -> Self {
        Dual::fixed(V::constant(value))
    }

    #[inline]
    fn exp(self) -> Self {
        let value = self.value.exp();
        self.chain(value, value)
    }

    #[inline]
    fn ln(self) -> Self {
        self.chain(self.value.ln(), V::constant(1.0) / self.value)
    }

    #[inline]
    fn sqrt(self) -> Self {
        let value = self.value.sqrt();
        self.steep_chain(value, V::constant(0.5) / value)
    }

    #[inline]
    fn abs(self) -> Self {
        Self::blend(V::less(self.value, V::constant(0.0)), -self, self)
    }

    #[inline]
    fn sin(self) -> Self {
        self.chain(self.value.sin(), self.value.cos())
    }

    #[inline]
    fn cos(self) -> Self {
        self.chain(self.value.cos(), -self.value.sin())
    }

    #[inline]
    fn tan(self) -> Self {
        let value = self.value.tan();
        self.chain(value, V::constant(1.0) + value * value)
    }

    #[inline]
    fn asin(self) -> Self {
        let one = V::constant(1.0);
        self.steep_chain(self.value.asin(), one / (one - self.value * self.value).sqrt())
    }

    #[inline]
    fn acos(self) -> Self {
        let one = V::constant(1.0);
        self.steep_chain(self.value.acos(), -(one / (one - self.value * self.value).sqrt()))
    }

    #[inline]
    fn atan(self) -> Self {
        let one = V::constant(1.0);
        self.chain(self.value.atan(), one / (one + self.value * self.value))
    }

    #[inline]
    fn sinh(self) -> Self {
        self.chain(self.value.sinh(), self.value.cosh())
    }

    #[inline]
    fn cosh(self) -> Self {
        self.chain(self.value.cosh(), self.value.sinh())
    }

    #[inline]
    fn tanh(self) -> Self {
        let value = self.value.tanh();
        self.chain(value, V::constant(1.0) - value * value)
    }

    #[inline]
    fn powi(self, exponent: i32) -> Self {
        if exponent == 0 {
            return Self::constant(1.0);
        }
        let slope = V::constant(f64::from(exponent)) * self.value.powi(exponent - 1);
        self.chain(self.value.powi(exponent), slope)
    }

    #[inline]
    fn powf(self, exponent: Self) -> Self {
        let value = self.value.powf(exponent.value);
        let lower = self.value.powf(exponent.value - V::constant(1.0));
        let by_base = zero_where_zero(exponent.value, exponent.value * lower);
        let by_exponent = zero_where_zero(value, value * self.value.ln());
        let derivatives = from_fn(|i| {
            let [base, exponent] = [self.derivatives[i], exponent.derivatives[i]];
            zero_where_zero(base, by_base * base) + zero_where_zero(exponent, by_exponent * exponent)
        });
        Dual { value, derivatives }
    }

    #[inline]
    fn min(self, other: Self) -> Self {
        Self::blend(V::less(other.value, self.value), other, self)
    }

    #[inline]
    fn max(self, other: Self) -> Self {
        Self::blend(V::less(self.value, other.value), other, self)
    }

    #[inline(always)]
    fn less(self, other: Self) -> V::Mask {
        self.value.less(other.value)
    }

    #[inline(always)]
    fn less_equal(self, other: Self) -> V::Mask {
        self.value.less_equal(other.value)
    }

    #[inline(always)]
    fn equal(self, other: Self) -> V::Mask {
        self.value.equal(other.value)
    }

    #[inline(always)]
    fn any(mask: V::Mask) -> bool {
        V::any(mask)
    }

    #[inline(always)]
    fn all(mask: V::Mask) -> bool {
        V::all(mask)
    }

    #[inline(always)]
    fn blend(mask: V::Mask, then: Self, otherwise: Self) -> Self {
        Dual {
            value: V::blend(mask, then.value, otherwise.value),
            derivatives: from_fn(|i| V::blend(mask, then.derivatives[i], otherwise.derivatives[i])),
        }
    }

    #[inline]
    fn table(table: &InterpolationTable, coordinates: [Self; 2], orders: [u8; 2]) -> Self {
        let [x, y] = coordinates;
        let at = [x.value, y.value];
        let slope_x = V::table(table, at, [orders[0] + 1, orders[1]]);
        let slope_y = V::table(table, at, [orders[0], orders[1] + 1]);
        Dual {
            value: V::table(table, at, orders),
            derivatives: from_fn(|i| slope_x * x.derivatives[i] + slope_y * y.derivatives[i]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Named<V> = (&'static str, fn(V) -> V);

    /// Functions with arguments inside their domains, with a name for the message.
    fn functions<V: Scalar>() -> Vec<Named<V>> {
        vec![
            ("exp", V::exp),
            ("ln", V::ln),
            ("sqrt", V::sqrt),
            ("sin", V::sin),
            ("cos", V::cos),
            ("tan", V::tan),
            ("asin", V::asin),
            ("acos", V::acos),
            ("atan", V::atan),
            ("sinh", V::sinh),
            ("cosh", V::cosh),
            ("tanh", V::tanh),
            ("powi", |x| x.powi(-3)),
            ("powf", |x| x.powf(x * V::constant(1.7))),
            ("quotient", |x| (V::constant(1.0) - x) / (x * x + V::constant(0.3))),
            ("abs", |x| (x - V::constant(0.5)).abs()),
        ]
    }

    #[test]
    fn first_derivatives_agree_with_differences() {
        for ((name, f), (_, g)) in functions::<f64>().into_iter().zip(functions::<Dual<1>>()) {
            for x in [0.21, 0.43, 0.77] {
                let step = 1e-5;
                let difference = (f(x - 2.0 * step) - 8.0 * f(x - step) + 8.0 * f(x + step)
                    - f(x + 2.0 * step))
                    / (12.0 * step);
                let exact = g(Dual::variable(x, 0)).derivatives[0];
                assert!((exact - difference).abs() < 1e-8 * exact.abs().max(1.0), "{name} at {x}");
            }
        }
    }

    /// (x, y, d/dx, d/dy) of x^y; see the same table for symbolic derivatives in `grammar/tests/algebra/borders.rs`.
    #[test]
    fn powers_at_the_borders_of_base_and_exponent() {
        let infinite = f64::INFINITY;
        let table = [
            (0.0, 2.0, 0.0, 0.0),
            (0.0, 1.0, 1.0, 0.0),
            (0.0, 0.5, infinite, 0.0),
            (0.0, 0.0, 0.0, -infinite),
            (f64::from_bits(1), 3.0, 0.0, 0.0),
            (2.0, 0.0, 0.0, std::f64::consts::LN_2),
        ];
        for (x, y, by_x, by_y) in table {
            let [x, y] = Dual::<2>::variables([x, y]);
            let fixed = |dual: Dual<2>| Dual::fixed(dual.value);
            // A derivative alone: the sum of an infinite one and zero times another is not asked for.
            assert_eq!(x.powf(fixed(y)).derivatives[0], by_x, "d/dx of {}^{}", x.value, y.value);
            assert_eq!(fixed(x).powf(y).derivatives[1], by_y, "d/dy of {}^{}", x.value, y.value);
        }
    }

    #[test]
    fn quotients_by_what_overflows() {
        let x = Dual::<1>::variable(20.0, 0);
        let occupation = Dual::fixed(1.0) / (Dual::fixed(1.0) + (Dual::fixed(4e4) / x).exp());
        assert_eq!((occupation.value, occupation.derivatives), (0.0, [0.0]));
    }

    #[test]
    fn roots_of_what_does_not_change() {
        let [x, y] = Dual::<2>::variables([0.0, 4.0]);
        assert_eq!((x * y).sqrt().derivatives, [f64::INFINITY, 0.0]);
        assert_eq!((x * Dual::fixed(0.0)).sqrt().derivatives, [0.0, 0.0]);
        assert_eq!((Dual::fixed(1.0) - x * Dual::fixed(0.0)).acos().derivatives, [0.0, 0.0]);
    }

    #[test]
    fn second_derivatives_come_from_nesting() {
        let x = Dual::<1, Dual<1>>::variable(Dual::variable(0.7, 0), 0);
        let second = (x.sin() * x).derivatives[0].derivatives[0];
        let exact = 2.0 * 0.7f64.cos() - 0.7 * 0.7f64.sin();
        assert!((second - exact).abs() < 1e-14);
    }

    #[test]
    fn the_derivative_at_a_breakpoint_is_that_of_its_side() {
        let x = Dual::<1>::variable(2.0, 0);
        let two = Dual::constant(2.0);
        let below = Dual::blend(x.less_equal(two), x * x, x);
        let above = Dual::blend(x.less(two), x * x, x);
        assert_eq!((below.derivatives[0], above.derivatives[0]), (4.0, 1.0));
    }
}
