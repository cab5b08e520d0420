//! Layers on a block of points.

use crate::checkpoint::Problem;
use crate::config::Activation;
use crate::elementary::{sigmoid, tanh};
use crate::weights::{NamedArray, find};

/// Points that are evaluated together: what a few SIMD registers hold.
pub(super) const LANES: usize = 16;

/// One number for each point of a block.
pub(super) type Lanes = [f64; LANES];

/// A dense layer: out_j = b_j + sum_i in_i w_ij.
#[derive(Clone, Debug)]
pub(super) struct Dense {
    inputs: usize,
    /// `outputs` rows of `inputs` weights.
    rows: Vec<f64>,
    bias: Vec<f64>,
}

impl Dense {
    /// Takes `NAME.weight` and `NAME.bias` of a layer with so many inputs.
    pub(super) fn take(arrays: &[NamedArray], name: &str, inputs: usize) -> Result<Self, Problem> {
        let bias = vector(arrays, &format!("{name}.bias"), None)?;
        let weight = matrix(arrays, &format!("{name}.weight"), [inputs, bias.len()])?;
        Ok(Dense::new(inputs, &weight, bias))
    }

    /// A layer with the weights `[inputs, outputs]`, last axis fastest.
    pub(super) fn new(inputs: usize, weight: &[f64], bias: Vec<f64>) -> Self {
        let outputs = bias.len();
        let column = |j: usize| weight.iter().skip(j).step_by(outputs).copied();
        Dense { inputs, rows: (0..outputs).flat_map(column).collect(), bias }
    }

    pub(super) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Applies the layer; `inputs` and `outputs` have its lengths.
    #[inline(always)]
    pub(super) fn apply(&self, inputs: &[Lanes], outputs: &mut [Lanes]) {
        for ((row, bias), out) in self.rows.chunks_exact(self.inputs).zip(&self.bias).zip(outputs) {
            let mut sum = [*bias; LANES];
            for (weight, input) in row.iter().zip(inputs) {
                for (sum, x) in sum.iter_mut().zip(input) {
                    *sum += weight * x;
                }
            }
            *out = sum;
        }
    }
}

/// The non-linearity of a layer, with its trained slopes if it has any.
#[derive(Clone, Debug)]
pub(super) enum Nonlinear {
    Tanh,
    Silu,
    Sine,
    AdaptiveSigmoid(Vec<f64>),
}

impl Nonlinear {
    /// That of the layer `name` with so many units.
    pub(super) fn take(
        activation: Activation,
        arrays: &[NamedArray],
        name: &str,
        units: usize,
    ) -> Result<Self, Problem> {
        Ok(match activation {
            Activation::Tanh => Nonlinear::Tanh,
            Activation::Silu => Nonlinear::Silu,
            Activation::Sine => Nonlinear::Sine,
            Activation::AdaptiveSigmoid => {
                Nonlinear::AdaptiveSigmoid(vector(arrays, &format!("{name}.slope"), Some(units))?)
            }
        })
    }

    /// Sigmoids whose slopes are one.
    pub(super) fn sigmoid(units: usize) -> Self {
        Nonlinear::AdaptiveSigmoid(vec![1.0; units])
    }

    #[inline(always)]
    pub(super) fn apply(&self, units: &mut [Lanes]) {
        match self {
            Nonlinear::Tanh => each(units, tanh),
            Nonlinear::Silu => each(units, |x| x * sigmoid(x)),
            Nonlinear::Sine => each(units, f64::sin),
            Nonlinear::AdaptiveSigmoid(slopes) => {
                for (unit, slope) in units.iter_mut().zip(slopes) {
                    for x in unit {
                        *x = sigmoid(slope * *x);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn each(units: &mut [Lanes], function: impl Fn(f64) -> f64) {
    for unit in units {
        for x in unit {
            *x = function(*x);
        }
    }
}

/// A vector of the length given, if one is.
pub(super) fn vector(arrays: &[NamedArray], name: &str, length: Option<usize>) -> Result<Vec<f64>, Problem> {
    let array = present(arrays, name)?;
    match array.shape.as_slice() {
        [found] if length.is_none_or(|length| length == *found) && *found > 0 => Ok(array.values.clone()),
        shape => Err(Problem::Inconsistent(format!("{name} has the shape {shape:?}"))),
    }
}

/// A matrix of the shape given, last axis fastest.
pub(super) fn matrix(arrays: &[NamedArray], name: &str, shape: [usize; 2]) -> Result<Vec<f64>, Problem> {
    let array = present(arrays, name)?;
    if array.shape == shape {
        return Ok(array.values.clone());
    }
    Err(Problem::Inconsistent(format!("{name} has the shape {:?} instead of {shape:?}", array.shape)))
}

fn present<'a>(arrays: &'a [NamedArray], name: &str) -> Result<&'a NamedArray, Problem> {
    let array =
        find(arrays, name).ok_or_else(|| Problem::Inconsistent(format!("there is no array {name}")))?;
    if array.is_consistent() && array.values.iter().all(|value| value.is_finite()) {
        return Ok(array);
    }
    Err(Problem::Inconsistent(format!("{name} holds numbers that are none")))
}
