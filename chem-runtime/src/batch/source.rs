//! What tables are made from.

use super::table::Source;
use crate::network::GenericNetwork;
use crate::scalar::Dual;

macro_rules! source {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $functions:ident, $switches:ident) => {
        $(#[$doc])*
        pub(super) struct $name<'n, N>(pub(super) &'n N);

        impl<N: GenericNetwork> Source for $name<'_, N> {
            fn functions(&self) -> usize {
                self.0.temperature_functions()[$kind].functions
            }

            fn switches(&self) -> usize {
                self.0.temperature_functions()[$kind].switches
            }

            fn evaluate(&self, t_gas: f64, values: &mut [f64], slopes: &mut [f64]) {
                let mut duals = vec![Dual::<1>::fixed(0.0); values.len()];
                self.0.$functions(Dual::variable(t_gas, 0), &mut duals);
                for ((value, slope), dual) in values.iter_mut().zip(slopes).zip(duals) {
                    (*value, *slope) = (dual.value, dual.derivatives[0]);
                }
            }

            fn compare(&self, t_gas: f64, out: &mut [bool]) {
                self.0.$switches(t_gas, out);
            }
        }
    };
}

source! {
    /// The functions of T in the right-hand side.
    RhsSource, 0, rhs_t_functions_generic, rhs_switches
}

source! {
    /// The functions of T in the Jacobian.
    JacobianSource, 1, jacobian_t_functions_generic, jacobian_switches
}
