//! Batches of values that carry their derivative by tau.

use std::ops::{Add, Mul, Sub};

use burn::prelude::*;
use burn::tensor::{DType, TensorData};

/// Values `[points, columns]` and their derivatives by tau, of the same shape.
///
/// Sums and products follow the rules of differentiation, so that one pass through a network gives y and dy/dtau,
/// and one reverse pass the gradient of a function of both.
#[derive(Clone, Debug)]
pub(crate) struct Dual {
    pub(crate) value: Tensor<2>,
    pub(crate) tangent: Tensor<2>,
}

impl Dual {
    /// Applies an affine function that acts on each column: `scale` `[1, columns]`.
    pub(crate) fn scale(self, scale: Tensor<2>) -> Self {
        Dual { value: self.value * scale.clone(), tangent: self.tangent * scale }
    }

    /// 1 - self.
    pub(crate) fn complement(self) -> Self {
        Dual { value: self.value.neg().add_scalar(1.0), tangent: self.tangent.neg() }
    }

    /// W x, for the columns x and a matrix W `[columns, outputs]`.
    pub(crate) fn matmul(&self, weight: Tensor<2>) -> Self {
        Dual {
            value: self.value.clone().matmul(weight.clone()),
            tangent: self.tangent.clone().matmul(weight),
        }
    }
}

impl Add for Dual {
    type Output = Dual;
    fn add(self, other: Dual) -> Dual {
        Dual { value: self.value + other.value, tangent: self.tangent + other.tangent }
    }
}

impl Sub for Dual {
    type Output = Dual;
    fn sub(self, other: Dual) -> Dual {
        Dual { value: self.value - other.value, tangent: self.tangent - other.tangent }
    }
}

impl Mul for Dual {
    type Output = Dual;
    fn mul(self, other: Dual) -> Dual {
        let tangent = self.value.clone() * other.tangent + self.tangent * other.value.clone();
        Dual { value: self.value * other.value, tangent }
    }
}

/// A matrix of the shape given, row after row.
pub(crate) fn matrix(values: Vec<f64>, shape: [usize; 2], device: &Device, dtype: DType) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, shape), (device, dtype))
}

/// The numbers of a tensor, row after row. Empty if the device fails to give them.
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().try_into_vec::<f64>().unwrap_or_default()
}
