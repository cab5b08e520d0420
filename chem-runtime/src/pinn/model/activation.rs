//! Non-linearities with their tangents.

use burn::tensor::activation::sigmoid;

use super::dual::Dual;
use super::logistic::logistic;
use crate::pinn::config::Activation;

/// Applies a non-linearity: f(x) and f'(x) x'.
pub(crate) fn apply(activation: Activation, x: Dual) -> Dual {
    let Dual { value, tangent } = x;
    match activation {
        Activation::Tanh => {
            let f = value.tanh();
            let slope = (f.clone() * f.clone()).neg().add_scalar(1.0);
            Dual { value: f, tangent: slope * tangent }
        }
        Activation::Silu => {
            let s = sigmoid(value.clone());
            let f = value * s.clone();
            // (x s)' = s + x s (1 - s) = s + f (1 - s)
            let slope = s.clone() + f.clone() * s.neg().add_scalar(1.0);
            Dual { value: f, tangent: slope * tangent }
        }
        Activation::Sine => Dual { value: value.clone().sin(), tangent: value.cos() * tangent },
        Activation::AdaptiveSigmoid => {
            let (value, tangent) = logistic(value, tangent);
            Dual { value, tangent }
        }
    }
}
