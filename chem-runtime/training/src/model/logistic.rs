//! The logistic function s(x) = 1 / (1 + e^-x), its slope, and their derivatives, each in one pass over memory.
//!
//! burn evaluates exponentials one by one and writes every intermediate; at the widths of these networks that is a
//! third of a training step.

#[cfg(feature = "device")]
mod cube;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DType, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Tensor, TensorData};
use pulp::Arch;

use chem_emulator::elementary::{sigmoid, sigmoid_to_3_units};

/// s(x)
pub(crate) fn logistic(x: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::logistic(x.into_dispatch()))
}

/// The slope s (1 - s) x' of s = s(x) for a derivative x'.
pub(crate) fn bell(s: Tensor<2>, tangent: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::bell(s.into_dispatch(), tangent.into_dispatch()))
}

/// The functions, on each backend.
#[backend_extension(Autodiff, Flex, Cube: cfg(feature = "device"))]
pub(crate) trait Logistic: Backend {
    /// s(x)
    fn logistic(x: FloatTensor<Self>) -> FloatTensor<Self>;
    /// s (1 - s) x'
    fn bell(s: FloatTensor<Self>, tangent: FloatTensor<Self>) -> FloatTensor<Self>;
    /// (1 - 2 s) x' g
    fn bell_slope(
        s: FloatTensor<Self>,
        tangent: FloatTensor<Self>,
        g: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

impl<B: Logistic, C: CheckpointStrategy> Logistic for Autodiff<B, C> {
    fn logistic(x: FloatTensor<Self>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct OfLogistic;
        impl<B: Logistic> Backward<B, 1> for OfLogistic {
            type State = FloatTensor<B>;
            fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
                let [x] = ops.parents;
                let g = grads.consume::<B>(&ops.node);
                if let Some(x) = x {
                    grads.register::<B>(x.id, B::bell(ops.state, g));
                }
            }
        }
        let s = B::logistic(x.primitive().clone());
        match OfLogistic.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(op) => op.finish(s.clone(), s),
            OpsKind::UnTracked(op) => op.finish(s),
        }
    }

    fn bell(s: FloatTensor<Self>, tangent: FloatTensor<Self>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct OfBell;
        impl<B: Logistic> Backward<B, 2> for OfBell {
            type State = [FloatTensor<B>; 2];
            fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
                let [by_s, by_tangent] = ops.parents;
                let [s, tangent] = ops.state;
                let g = grads.consume::<B>(&ops.node);
                if let Some(node) = by_s {
                    grads.register::<B>(node.id, B::bell_slope(s.clone(), tangent, g.clone()));
                }
                if let Some(node) = by_tangent {
                    grads.register::<B>(node.id, B::bell(s, g));
                }
            }
        }
        let state = [s.primitive().clone(), tangent.primitive().clone()];
        let [values, derivatives] = state.clone();
        let out = B::bell(values, derivatives);
        match OfBell.prepare::<C>([s.node(), tangent.node()]).compute_bound().stateful() {
            OpsKind::Tracked(op) => op.finish(state, out),
            OpsKind::UnTracked(op) => op.finish(out),
        }
    }

    /// (1 - 2 s) x' g is linear in s: its derivatives are never asked for, the loss is differentiated once.
    fn bell_slope(
        s: FloatTensor<Self>,
        tangent: FloatTensor<Self>,
        g: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        primitives::bell_slope::<Self>(s, tangent, g)
    }
}

/// The same by burn's own operations.
mod primitives {
    use super::*;

    pub(super) fn logistic<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
        B::sigmoid(x)
    }

    pub(super) fn bell<B: Backend>(s: FloatTensor<B>, tangent: FloatTensor<B>) -> FloatTensor<B> {
        let product = B::float_mul(s.clone(), tangent);
        B::float_sub(product.clone(), B::float_mul(s, product))
    }

    pub(super) fn bell_slope<B: Backend>(
        s: FloatTensor<B>,
        tangent: FloatTensor<B>,
        g: FloatTensor<B>,
    ) -> FloatTensor<B> {
        let product = B::float_mul(tangent, g);
        let twice = B::float_mul(s, B::float_add(product.clone(), product.clone()));
        B::float_sub(product, twice)
    }
}

/// Applies a function to the entries of tensors of the same shape, with the vector instructions of the machine.
macro_rules! entrywise {
    ($otherwise:expr, ($($tensor:ident),+), $function:expr, $function_32:expr) => {{
        $(let $tensor = $tensor.to_contiguous();)+
        let shape = [$($tensor.shape()),+];
        let alike = shape.iter().all(|other| *other == shape[0]);
        let [shape, ..] = shape;
        if let ($(Some($tensor),)+ true) = ($($tensor.as_slice::<f64>(),)+ alike) {
            FlexTensor::from_data(TensorData::new(entrywise!(@ ($($tensor),+), $function), shape))
        } else if let ($(Some($tensor),)+ true) = ($($tensor.as_slice::<f32>(),)+ alike) {
            FlexTensor::from_data(TensorData::new(entrywise!(@ ($($tensor),+), $function_32), shape))
        } else {
            $otherwise
        }
    }};
    (@ ($a:ident), $f:expr) => {
        Arch::new().dispatch(|| $a.iter().map(|a| $f(*a)).collect::<Vec<_>>())
    };
    (@ ($a:ident, $b:ident), $f:expr) => {
        Arch::new().dispatch(|| $a.iter().zip($b).map(|(a, b)| $f(*a, *b)).collect::<Vec<_>>())
    };
    (@ ($a:ident, $b:ident, $c:ident), $f:expr) => {
        Arch::new()
            .dispatch(|| $a.iter().zip($b).zip($c).map(|((a, b), c)| $f(*a, *b, *c)).collect::<Vec<_>>())
    };
}

impl Logistic for Flex {
    fn logistic(x: FlexTensor) -> FlexTensor {
        if !matches!(x.dtype(), DType::F64 | DType::F32) {
            return primitives::logistic::<Flex>(x);
        }
        entrywise!(primitives::logistic::<Flex>(x), (x), sigmoid, sigmoid_to_3_units)
    }

    fn bell(s: FlexTensor, tangent: FlexTensor) -> FlexTensor {
        entrywise!(
            primitives::bell::<Flex>(s, tangent),
            (s, tangent),
            |s: f64, x: f64| s * (1.0 - s) * x,
            |s: f32, x: f32| s * (1.0 - s) * x
        )
    }

    fn bell_slope(s: FlexTensor, tangent: FlexTensor, g: FlexTensor) -> FlexTensor {
        entrywise!(
            primitives::bell_slope::<Flex>(s, tangent, g),
            (s, tangent, g),
            |s: f64, x: f64, g: f64| (1.0 - 2.0 * s) * x * g,
            |s: f32, x: f32, g: f32| (1.0 - 2.0 * s) * x * g
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{matrix, numbers};
    use burn::tensor::Device;
    use burn::tensor::activation::sigmoid;

    /// Value, slope and their gradients are those that burn finds by its own operations.
    #[test]
    fn values_and_gradients_are_those_of_burns_own_operations() {
        for (dtype, tolerance) in [(DType::F64, 1e-14), (DType::F32, 1e-6)] {
            let device = Device::flex().autodiff();
            let entries = |phase: f64| (0..40).map(|i| 4.0 * (f64::from(i) + phase).sin()).collect();
            let tensor = |phase| matrix(entries(phase), [8, 5], &device, dtype).require_grad();
            let results = [true, false].map(|ours| {
                let (x, tangent) = (tensor(0.3), tensor(1.7));
                let (s, slope) = if ours {
                    let s = logistic(x.clone());
                    (s.clone(), bell(s, tangent.clone()))
                } else {
                    let s = sigmoid(x.clone());
                    (s.clone(), (s.clone() - s.clone() * s) * tangent.clone())
                };
                let loss =
                    (s.clone() * s.clone() * slope.clone()).sum() + (slope.clone() * slope.clone()).sum();
                let gradients = loss.backward();
                let by = |t: &Tensor<2>| numbers(t.grad(&gradients).expect("a gradient"));
                [numbers(s.inner()), numbers(slope.inner()), by(&x), by(&tangent)]
            });
            for (ours, theirs) in results[0].iter().zip(&results[1]) {
                assert_eq!(ours.len(), 40);
                for (a, b) in ours.iter().zip(theirs) {
                    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{dtype:?}: {a:e} {b:e}");
                }
            }
        }
    }
}
