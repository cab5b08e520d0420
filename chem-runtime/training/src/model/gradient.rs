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
    let mut values = Vec::new();
    visit(module, gradients, |gradient| values.extend(numbers(gradient)));
    values
}

/// The same where the network is.
pub(crate) fn gradient_tensor(module: &impl Module, gradients: &Gradients) -> Tensor<1> {
    let mut pieces = Vec::new();
    visit(module, gradients, |gradient| pieces.push(gradient));
    Tensor::cat(pieces, 0)
}

fn visit(module: &impl Module, gradients: &Gradients, each: impl FnMut(Tensor<1>)) {
    struct Visit<'a, F>(&'a Gradients, F);
    impl<F: FnMut(Tensor<1>)> ModuleVisitor for Visit<'_, F> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let tensor = param.val();
            let gradient = tensor.grad(self.0).unwrap_or_else(|| tensor.inner().zeros_like());
            (self.1)(gradient.flatten(0, D - 1));
        }
    }
    module.visit(&mut Visit(gradients, each));
}
