//! Gradients by all parameters.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::prelude::*;
use burn::tensor::Gradients;

use super::dual::numbers;

/// The network with gradients switched on.
pub(crate) fn tracked<M: Module>(module: M) -> M {
    struct Track;
    impl ModuleMapper for Track {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|tensor| tensor.autodiff().require_grad())
        }
    }
    module.map(&mut Track)
}

/// The gradients of a [`tracked`] network's parameters in one vector, nought for those that do not matter.
pub(crate) fn gradient(module: &impl Module, gradients: &Gradients) -> Vec<f64> {
    struct Collect<'a> {
        gradients: &'a Gradients,
        values: Vec<f64>,
    }
    impl ModuleVisitor for Collect<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let tensor = param.val();
            match tensor.grad(self.gradients) {
                Some(gradient) => self.values.extend(numbers(gradient)),
                None => self.values.extend(vec![0.0; tensor.dims().iter().product()]),
            }
        }
    }
    let mut collect = Collect { gradients, values: Vec::new() };
    module.visit(&mut collect);
    collect.values
}
