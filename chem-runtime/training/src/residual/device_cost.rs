//! What the residual costs on a graphics processor.

use std::time::Instant;

use burn::tensor::{DType, Device, Tensor, TensorData};
use chem_grammar::system::System;

use super::on_device::DeviceResidual;
use crate::device::Place;
use chem_solver::data::input_error::InputError;

/// Rounds, of which the first compiles.
const ROUNDS: usize = 20;

/// Seconds per point of the residual alone, and of the residual with the gradient of the sum of its squares: the fastest of
/// some rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeviceCost {
    /// The residual alone.
    pub residual: f64,
    /// With the gradient.
    pub gradient: f64,
}

impl DeviceCost {
    /// Measures `points` points, all at the first initial state of the network and times from 1e5 to 1e13 s.
    ///
    /// # Errors
    /// If the device is not there, is the processor, or fails; a network without an initial state.
    pub fn measure(
        system: &System,
        place: Place,
        points: usize,
        precision: DType,
    ) -> Result<Self, InputError> {
        let wrong =
            |message: String| InputError::new("--device", message, "name a graphics processor: cuda:0");
        if place == Place::Cpu {
            return Err(wrong("the kernels are for graphics processors".to_owned()));
        }
        let device = place.device()?;
        let kernel = DeviceResidual::new(system, &device, precision);
        let initial = system.network.initials.first();
        let initial = initial.ok_or_else(|| wrong("the network declares no initial state".to_owned()))?;
        let state = initial.densities.iter().chain([&initial.temperature]);
        let u: Vec<f64> = state.map(|x| x.max(1e-10).log10()).collect();
        let n = u.len();
        let tensor = |values: Vec<f64>, device: &Device| {
            let shape = [points, values.len() / points.max(1)];
            Tensor::<2>::from_data(TensorData::new(values, shape), (device, precision))
        };
        let tracked = device.clone().autodiff();
        let tau = (0..points).map(|i| 5.0 + 8.0 * i as f64 / points as f64).collect();
        let tau: Tensor<1> = tensor(tau, &tracked).squeeze_dim(1);
        let u = tensor(u.repeat(points), &tracked).require_grad();
        let slope = tensor(vec![0.0; points * n], &tracked);
        let mut cost = DeviceCost { residual: f64::INFINITY, gradient: f64::INFINITY };
        for _ in 0..ROUNDS {
            for (with_gradient, best) in [(false, &mut cost.residual), (true, &mut cost.gradient)] {
                let start = Instant::now();
                let r = kernel.evaluate(tau.clone(), u.clone(), slope.clone());
                let r = r.ok_or_else(|| wrong("the shapes do not fit".to_owned()))?;
                if with_gradient {
                    drop((r.clone() * r).sum().backward());
                }
                device.sync().map_err(|error| wrong(format!("it fails: {error:?}")))?;
                *best = best.min(start.elapsed().as_secs_f64() / points as f64);
            }
        }
        Ok(cost)
    }
}
