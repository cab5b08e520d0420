//! Affine layers and layers of units.

use burn::module::Param;
use burn::prelude::*;

use super::activation::apply;
use super::dual::Dual;
use super::initial::Initial;
use super::trace::{Factor, Trace};
use chem_emulator::config::Activation;

/// x W + b, with W `[inputs, outputs]`, b `[outputs]`.
#[derive(Module, Debug)]
pub(crate) struct Dense {
    weight: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
}

impl Dense {
    /// Weights of standard deviation `deviation`, no bias.
    pub(crate) fn new(initial: &mut Initial, shape: [usize; 2], deviation: f64) -> Self {
        Dense { weight: initial.normal(shape, deviation), bias: initial.constant(shape[1], 0.0) }
    }

    /// The outputs for inputs `[points, inputs]`.
    pub(crate) fn forward(&self, x: &Dual, trace: &mut Trace) -> Dual {
        let linear = x.matmul(self.weight.val()).shift(self.bias.val());
        trace.pass(linear, || vec![(self.weight.id, Factor::Columns(x.clone())), (self.bias.id, Factor::One)])
    }
}

/// A layer of units: sigma(x W + b), or sigma(a (x W + b)) (eqs 5, 6 and 29 of Branca & Pallottini 2023).
#[derive(Module, Debug)]
pub(crate) struct Units {
    weight: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
    slope: Option<Param<Tensor<1>>>,
    #[module(skip)]
    activation: Activation,
}

impl Units {
    /// Weights of the deviation of Glorot & Bengio (2010), no bias.
    pub(crate) fn new(initial: &mut Initial, activation: Activation, shape: [usize; 2]) -> Self {
        let weight = initial.normal(shape, glorot(shape));
        Units {
            weight,
            bias: initial.constant(shape[1], 0.0),
            slope: slopes(initial, activation, shape[1]),
            activation,
        }
    }

    /// Weights of standard deviation `scale` / sqrt(inputs), no bias.
    pub(crate) fn scaled(
        initial: &mut Initial,
        activation: Activation,
        shape: [usize; 2],
        scale: f64,
    ) -> Self {
        let weight = initial.normal(shape, scale / (shape[0] as f64).sqrt());
        let slope = slopes(initial, activation, shape[1]);
        Units { weight, bias: initial.constant(shape[1], 0.0), slope, activation }
    }

    /// A first layer: weights of standard deviation `deviation`, and biases that put the middles of the units
    /// somewhere in the range of the inputs, -1 to 1.
    pub(crate) fn first(
        initial: &mut Initial,
        activation: Activation,
        shape: [usize; 2],
        deviation: f64,
    ) -> Self {
        let (weight, bias) = initial.spread(shape, deviation);
        Units { weight, bias, slope: slopes(initial, activation, shape[1]), activation }
    }

    /// Sines and cosines of the same arguments, `shape[1]` of each.
    pub(crate) fn waves(initial: &mut Initial, shape: [usize; 2], deviation: f64) -> Self {
        let [_, waves] = shape;
        let weight = initial.twice(shape, deviation);
        let phase = |j: usize| if j < waves { 0.0 } else { std::f64::consts::FRAC_PI_2 };
        let bias = initial.given((0..2 * waves).map(phase).collect());
        Units { weight, bias, slope: None, activation: Activation::Sine }
    }

    /// Sigmoids that are nearly closed at first, as Srivastava et al. (2015, sec. 2.2) advise.
    pub(crate) fn gate(initial: &mut Initial, width: usize) -> Self {
        let weight = initial.normal([width, width], glorot([width, width]));
        Units {
            weight,
            bias: initial.constant(width, -1.0),
            slope: None,
            activation: Activation::AdaptiveSigmoid,
        }
    }

    /// A layer with weights spread evenly over `-bound..bound`, and biases likewise.
    pub(crate) fn uniform(
        initial: &mut Initial,
        activation: Activation,
        shape: [usize; 2],
        bound: f64,
    ) -> Self {
        let weight = initial.uniform(shape, bound);
        let bias = initial.uniform([shape[1]], bound);
        Units { weight, bias, slope: slopes(initial, activation, shape[1]), activation }
    }

    /// The units for inputs `[points, inputs]`.
    pub(crate) fn forward(&self, x: &Dual, trace: &mut Trace) -> Dual {
        let linear = x.matmul(self.weight.val()).shift(self.bias.val());
        let linear = trace
            .pass(linear, || vec![(self.weight.id, Factor::Columns(x.clone())), (self.bias.id, Factor::One)]);
        bend(self.activation, self.slope.as_ref(), linear, trace)
    }
}

/// Slopes of one, for the activation that has any.
pub(crate) fn slopes(
    initial: &mut Initial,
    activation: Activation,
    units: usize,
) -> Option<Param<Tensor<1>>> {
    (activation == Activation::AdaptiveSigmoid).then(|| initial.constant(units, 1.0))
}

/// Applies the slopes, if there are any, and the activation.
pub(crate) fn bend(
    activation: Activation,
    slope: Option<&Param<Tensor<1>>>,
    linear: Dual,
    trace: &mut Trace,
) -> Dual {
    let Some(slope) = slope else { return apply(activation, linear) };
    let scaled = linear.clone().scale(slope.val().unsqueeze());
    apply(activation, trace.pass(scaled, || vec![(slope.id, Factor::Units(linear))]))
}

/// The standard deviation of Glorot & Bengio (2010).
pub(crate) fn glorot([inputs, outputs]: [usize; 2]) -> f64 {
    (2.0 / (inputs + outputs) as f64).sqrt()
}
