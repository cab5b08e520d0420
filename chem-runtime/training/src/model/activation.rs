//! Non-linearities with their tangents.

use super::dual::Dual;
use super::logistic::{bell, logistic};
use chem_emulator::config::Activation;

/// Applies a non-linearity: f(x) and, if x has a derivative, f'(x) x'.
pub(crate) fn apply(activation: Activation, x: Dual) -> Dual {
    let Dual { value, tangent } = x;
    match activation {
        Activation::Tanh => {
            let f = value.tanh();
            let tangent = tangent.map(|tangent| (f.clone() * f.clone()).neg().add_scalar(1.0) * tangent);
            Dual { value: f, tangent }
        }
        Activation::Silu => {
            let s = logistic(value.clone());
            let f = value * s.clone();
            // (x s)' = s + x s (1 - s) = s + f (1 - s)
            let slope = |tangent| (s.clone() + f.clone() * s.clone().neg().add_scalar(1.0)) * tangent;
            let tangent = tangent.map(slope);
            Dual { value: f, tangent }
        }
        Activation::Sine => {
            let tangent = tangent.map(|tangent| value.clone().cos() * tangent);
            Dual { value: value.sin(), tangent }
        }
        Activation::AdaptiveSigmoid => {
            let s = logistic(value);
            let tangent = tangent.map(|tangent| bell(s.clone(), tangent));
            Dual { value: s, tangent }
        }
    }
}
