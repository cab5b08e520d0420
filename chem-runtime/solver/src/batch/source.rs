//! What tables are made from.

use super::table::Source;
use crate::network::GenericNetwork;
use crate::scalar::Dual;

/// The functions of T of a network.
pub(super) struct NetworkSource<'n, N>(pub(super) &'n N);

impl<N: GenericNetwork> Source for NetworkSource<'_, N> {
    fn functions(&self) -> usize {
        self.0.temperature_functions().functions
    }

    fn switches(&self) -> usize {
        self.0.temperature_functions().switches
    }

    fn evaluate(&self, t_gas: f64, values: &mut [f64], slopes: &mut [f64]) {
        let mut duals = vec![Dual::<1>::fixed(0.0); values.len()];
        self.0.t_functions_generic(Dual::variable(t_gas, 0), &mut duals);
        for ((value, slope), dual) in values.iter_mut().zip(slopes).zip(duals) {
            (*value, *slope) = (dual.value, dual.derivatives[0]);
        }
    }

    fn compare(&self, t_gas: f64, out: &mut [bool]) {
        self.0.t_switches(t_gas, out);
    }
}
