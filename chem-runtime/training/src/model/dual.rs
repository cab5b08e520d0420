//! Batches of values that carry their derivative by tau.

use std::ops::{Add, Mul, Sub};

use burn::prelude::*;
use burn::tensor::{DType, TensorData};

/// Values `[points, columns]` and, where they are wanted, their derivatives by tau, of the same shape.
///
/// Sums and products follow the rules of differentiation, so that one pass through a network gives y and dy/dtau,
/// and one reverse pass the gradient of a function of both. What is made of values without derivatives has none.
#[derive(Clone, Debug)]
pub(crate) struct Dual {
    pub(crate) value: Tensor<2>,
    pub(crate) tangent: Option<Tensor<2>>,
}

impl Dual {
    /// Values without derivatives.
    pub(crate) fn value(value: Tensor<2>) -> Self {
        Dual { value, tangent: None }
    }

    /// Values with their derivatives by tau.
    pub(crate) fn with_tangent(value: Tensor<2>, tangent: Tensor<2>) -> Self {
        Dual { value, tangent: Some(tangent) }
    }

    /// Adds the same number to every point of a column.
    pub(crate) fn shift(self, by: Tensor<1>) -> Self {
        Dual { value: self.value + by.unsqueeze(), ..self }
    }

    /// Applies an affine function that acts on each column: `scale` `[1, columns]`.
    pub(crate) fn scale(self, scale: Tensor<2>) -> Self {
        Dual { tangent: self.tangent.map(|tangent| tangent * scale.clone()), value: self.value * scale }
    }

    /// 1 - self.
    pub(crate) fn complement(self) -> Self {
        Dual { value: self.value.neg().add_scalar(1.0), tangent: self.tangent.map(Tensor::neg) }
    }

    /// W x, for the columns x and a matrix W `[columns, outputs]`.
    pub(crate) fn matmul(&self, weight: Tensor<2>) -> Self {
        let tangent = self.tangent.clone().map(|tangent| tangent.matmul(weight.clone()));
        Dual { value: self.value.clone().matmul(weight), tangent }
    }
}

/// Joins two derivatives, if both are there.
fn both(
    a: Option<Tensor<2>>,
    b: Option<Tensor<2>>,
    join: impl FnOnce(Tensor<2>, Tensor<2>) -> Tensor<2>,
) -> Option<Tensor<2>> {
    a.zip(b).map(|(a, b)| join(a, b))
}

impl Add for Dual {
    type Output = Dual;
    fn add(self, other: Dual) -> Dual {
        Dual { value: self.value + other.value, tangent: both(self.tangent, other.tangent, Add::add) }
    }
}

impl Sub for Dual {
    type Output = Dual;
    fn sub(self, other: Dual) -> Dual {
        Dual { value: self.value - other.value, tangent: both(self.tangent, other.tangent, Sub::sub) }
    }
}

impl Mul for Dual {
    type Output = Dual;
    #[expect(clippy::suspicious_arithmetic_impl, reason = "the derivative of a product is a sum")]
    fn mul(self, other: Dual) -> Dual {
        let tangent =
            both(self.tangent, other.tangent, |a, b| self.value.clone() * b + a * other.value.clone());
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
