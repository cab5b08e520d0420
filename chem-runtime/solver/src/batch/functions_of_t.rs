//! The functions of T at the temperatures of all lanes: from the table, or as they are where it has no row.

use super::dispatch::Kernel;
use super::table::Table;
use crate::network::{GenericNetwork, Given};
use crate::scalar::{Dual, Lane};

/// Values and derivatives by T.
pub(super) struct FunctionsOfT<V> {
    values: Vec<V>,
    slopes: Vec<V>,
    duals: Vec<Dual<1>>,
}

impl<V: Lane> FunctionsOfT<V> {
    /// Memory for the functions of a network.
    pub(super) fn new(network: &impl GenericNetwork) -> Self {
        let functions = network.temperature_functions().functions;
        let values = vec![V::constant(0.0); Table::padded_functions(functions)];
        FunctionsOfT { slopes: values.clone(), values, duals: vec![Dual::fixed(0.0); functions] }
    }

    /// The values and derivatives that were set last, with functions of the parameters.
    #[inline(always)]
    pub(super) fn given<'a>(&'a self, environment: &'a [V]) -> Given<'a, V> {
        Given { environment, functions: &self.values, slopes: &self.slopes }
    }

    /// Sets the values alone.
    #[inline(always)]
    pub(super) fn set<N: GenericNetwork>(
        &mut self,
        network: &N,
        kernel: &Kernel<N, V>,
        table: &Table,
        t_gas: &V,
    ) {
        if !self.values.is_empty() {
            let missing = kernel.look_up(table, t_gas, &mut self.values);
            if missing != 0 {
                self.evaluate(network, missing, t_gas);
            }
        }
    }

    /// Sets values and derivatives.
    #[inline(always)]
    pub(super) fn set_with_slopes<N: GenericNetwork>(
        &mut self,
        network: &N,
        kernel: &Kernel<N, V>,
        table: &Table,
        t_gas: &V,
    ) {
        if !self.values.is_empty() {
            let missing = kernel.look_up_slopes(table, t_gas, [&mut self.values, &mut self.slopes]);
            if missing != 0 {
                self.evaluate(network, missing, t_gas);
            }
        }
    }

    /// Sets both in the lanes that a table had no row for.
    #[cold]
    #[inline(never)]
    fn evaluate<N: GenericNetwork>(&mut self, network: &N, missing: u32, t_gas: &V) {
        for lane in (0..V::COUNT).filter(|lane| missing >> lane & 1 == 1) {
            network.t_functions_generic(Dual::variable(t_gas.lanes()[lane], 0), &mut self.duals);
            for ((value, slope), dual) in self.values.iter_mut().zip(&mut self.slopes).zip(&self.duals) {
                value.lanes_mut()[lane] = dual.value;
                slope.lanes_mut()[lane] = dual.derivatives[0];
            }
        }
    }
}
