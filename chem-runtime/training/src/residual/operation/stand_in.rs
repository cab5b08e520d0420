//! A device, played by the host.

use std::fmt;
use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::ResidualOperation;
use crate::model::numbers;

use chem_solver::log_form;
use chem_solver::network::ChemNetwork;
use chem_solver::scalar::exp10;

/// What a kernel of a device computes, in burn's own operations: R and its derivatives at the states given, from the
/// network's functions, and linear about them.
#[derive(Clone)]
pub(crate) struct StandIn(pub(crate) Arc<dyn ChemNetwork>);

impl fmt::Debug for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StandIn")
    }
}

impl ResidualOperation for StandIn {
    fn residual(&self, log_time: Tensor<1>, u: Tensor<2>, dudtau: Tensor<2>) -> Option<Tensor<2>> {
        let structure = self.0.structure();
        let [points, n] = u.dims();
        let states = numbers(u.clone());
        let (mut slope, mut entry_values) = (vec![0.0; n], vec![0.0; structure.jacobian_count()]);
        let (mut g, mut by_u) = (Vec::new(), vec![0.0; points * n * n]);
        for ((u, tau), by_u) in
            states.chunks_exact(n).zip(numbers(log_time)).zip(by_u.chunks_exact_mut(n * n))
        {
            let t = exp10(tau);
            let x: Vec<f64> = u.iter().map(|u| exp10(*u)).collect();
            let s = t * std::f64::consts::LN_10;
            self.0.rhs(t, &x, &mut slope);
            self.0.jacobian(t, &x, &mut entry_values);
            slope.iter_mut().zip(&x).for_each(|(slope, x)| *slope = log_form::slope(s, *x, *slope));
            for (row, column, entry) in structure.jacobian_entries() {
                let own = (row == column).then(|| slope[row]);
                let derivative = log_form::derivative(s, [x[row], x[column]], entry_values[entry], own);
                by_u[row * n + column] -= derivative;
            }
            g.extend(&slope);
        }
        let device = u.device();
        let fixed = |values: Vec<f64>| -> Tensor<2> {
            Tensor::from_data(TensorData::new(values, [points, n]), (&device, DType::F64))
        };
        let slopes: Tensor<3> =
            Tensor::from_data(TensorData::new(by_u, [points, n, n]), (&device, DType::F64));
        let moved: Tensor<3> = (u - fixed(states)).unsqueeze_dim(1);
        Some(dudtau - fixed(g) + (slopes * moved).sum_dim(2).squeeze_dim(2))
    }

    fn on(&self, _: &Device) -> Arc<dyn ResidualOperation> {
        Arc::new(self.clone())
    }
}
