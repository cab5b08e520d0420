//! The residual of eq. 23 (Branca & Pallottini 2023) where the network is trained, as tensors, so that states stay on their
//! device.
//!
//! ```text
//! R = du/dlog10(t) - (t / x) f              what a kernel knows, see chem_solver::log_form
//! r = dy/dtau - s f / (x ln 10) = c R       with u = y, du/dlog10(t) = (dy/dtau) / c, c = s / (t ln 10), s = dt/dtau
//! ```

#[cfg(test)]
pub(crate) mod stand_in;

use std::fmt;
use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::Residual;
use chem_emulator::config::{Preconditioner, Time, Variables};

/// R as an operation of burn.
pub(crate) trait ResidualOperation: fmt::Debug + Send + Sync {
    /// R `[points, unknowns]` at log10 of the times `[s]` `[points]`, u and du/dlog10(t) `[points, unknowns]`, with its
    /// gradients by the last two. `None` if the shapes do not fit.
    fn residual(&self, log_time: Tensor<1>, u: Tensor<2>, dudtau: Tensor<2>) -> Option<Tensor<2>>;

    /// The same on another device.
    fn on(&self, device: &Device) -> Arc<dyn ResidualOperation>;
}

/// The operation on each device of a training; none where the residual is computed on the host.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operations(Vec<(Device, Arc<dyn ResidualOperation>)>);

/// Part of the time scale below which t is taken for that part: c is finite at t = 0, and s f / x keeps its digits.
const LEAST_TIME: f64 = 1e-9;

impl Operations {
    /// One for each device, for a residual that they can compute.
    ///
    /// # Errors
    /// Why they cannot.
    pub(crate) fn new(
        operation: &dyn ResidualOperation,
        devices: &[Device],
        residual: &Residual,
    ) -> Result<Self, &'static str> {
        let on = |device: &Device| (device.clone().inner(), operation.on(&device.clone().inner()));
        why_on_the_host(residual).map_or_else(|| Ok(Operations(devices.iter().map(on).collect())), Err)
    }

    /// r `[points, unknowns]` of states on a device, tracked through `y` and `slope` = dy/dtau. `None` where the host
    /// computes it.
    pub(crate) fn residual(
        &self,
        (time, dtype): (&Time, DType),
        tau: &[f64],
        [y, slope]: [&Tensor<2>; 2],
    ) -> Option<Tensor<2>> {
        let device = y.device().inner();
        let (_, operation) = self.0.iter().find(|(other, _)| *other == device)?;
        let mut log_times = Vec::with_capacity(tau.len());
        let mut factors = Vec::with_capacity(tau.len());
        for tau in tau {
            let s = time.scale(*tau) / std::f64::consts::LN_10;
            let t = time.seconds(*tau).max(LEAST_TIME * s);
            log_times.push(t.log10());
            factors.push(s / t);
        }
        let inverse: Vec<f64> = factors.iter().map(|c| 1.0 / c).collect();
        // Tensors of a tracked graph meet only their like.
        let device = y.device();
        let count = tau.len();
        let column = |values| -> Tensor<2> {
            Tensor::from_data(TensorData::new(values, [count, 1]), (&device, dtype))
        };
        let log_times = column(log_times).squeeze_dim(1);
        let r = operation.residual(log_times, y.clone(), slope.clone() * column(inverse))?;
        Some(r * column(factors))
    }
}

/// Why a residual cannot be computed where the network is.
fn why_on_the_host(residual: &Residual) -> Option<&'static str> {
    let kinetics = &residual.kinetics;
    if kinetics.variables() != Variables::Log {
        return Some("the kernels are for logarithmic variables (`variables = \"log\"`)");
    }
    if residual.preconditioner != Preconditioner::None {
        return Some("it is preconditioned (`residual.preconditioner = \"none\"` is the paper's)");
    }
    if !residual.laws.is_empty() {
        return Some("conservation laws are among its rows (`closure = \"none\"` is the paper's)");
    }
    if kinetics.outputs() != kinetics.structure().unknown_count() {
        return Some("the network does not change the temperature");
    }
    None
}
