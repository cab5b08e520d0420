//! Random first values of parameters.

use burn::module::Param;
use burn::prelude::*;
use burn::tensor::{DType, TensorData};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use chem_solver::network::domain::random_stream;

/// Draws the first values of parameters: the same for the same seed, on every device.
#[derive(Debug)]
pub(crate) struct Initial {
    random: ChaCha8Rng,
    device: Device,
    dtype: DType,
}

/// The stream of random numbers that first values come from; others belong to iterations.
const STREAM: u64 = u64::MAX;

impl Initial {
    pub(crate) fn new(seed: u64, device: &Device, dtype: DType) -> Self {
        Initial { random: random_stream(seed, STREAM), device: device.clone(), dtype }
    }

    /// Normally distributed numbers of mean nought.
    pub(crate) fn normal<const D: usize>(&mut self, shape: [usize; D], deviation: f64) -> Param<Tensor<D>> {
        let count = shape.iter().product();
        let values = (0..count).map(|_| deviation * normal(&mut self.random)).collect();
        self.parameter(values, shape)
    }

    /// Numbers spread evenly over `-bound..bound`.
    pub(crate) fn uniform<const D: usize>(&mut self, shape: [usize; D], bound: f64) -> Param<Tensor<D>> {
        let count = shape.iter().product();
        let values = (0..count).map(|_| bound * (2.0 * self.random.random::<f64>() - 1.0)).collect();
        self.parameter(values, shape)
    }

    /// The same number everywhere.
    pub(crate) fn constant(&mut self, length: usize, value: f64) -> Param<Tensor<1>> {
        self.parameter(vec![value; length], [length])
    }

    /// Normally distributed weights `[inputs, columns]`, and the same again beside them.
    pub(crate) fn twice(&mut self, [inputs, columns]: [usize; 2], deviation: f64) -> Param<Tensor<2>> {
        let mut values = Vec::with_capacity(2 * inputs * columns);
        for _ in 0..inputs {
            let row: Vec<f64> = (0..columns).map(|_| deviation * normal(&mut self.random)).collect();
            values.extend(row.iter().chain(&row));
        }
        self.parameter(values, [inputs, 2 * columns])
    }

    /// The numbers given.
    pub(crate) fn given(&self, values: Vec<f64>) -> Param<Tensor<1>> {
        let length = values.len();
        self.parameter(values, [length])
    }

    /// Normally distributed weights `[inputs, outputs]`, and biases such that a W + b = 0 at a random point of
    /// the cube from -1 to 1.
    pub(crate) fn spread(
        &mut self,
        shape: [usize; 2],
        deviation: f64,
    ) -> (Param<Tensor<2>>, Param<Tensor<1>>) {
        let [inputs, outputs] = shape;
        let weights: Vec<f64> = (0..inputs * outputs).map(|_| deviation * normal(&mut self.random)).collect();
        let mut biases = vec![0.0; outputs];
        for row in weights.chunks_exact(outputs) {
            for (bias, weight) in biases.iter_mut().zip(row) {
                *bias -= weight * (2.0 * self.random.random::<f64>() - 1.0);
            }
        }
        (self.parameter(weights, shape), self.parameter(biases, [outputs]))
    }

    fn parameter<const D: usize>(&self, values: Vec<f64>, shape: [usize; D]) -> Param<Tensor<D>> {
        let data = TensorData::new(values, shape);
        Param::from_tensor(Tensor::from_data(data, (&self.device, self.dtype)))
    }
}

/// A normally distributed number (Box & Muller 1958).
fn normal(random: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.random::<f64>()).cos()
}
