//! The residual where the network is trained: an operation of burn, forward the kernel of the residual, backward that of
//! its vector-Jacobian product. Nothing is copied to the host.
//!
//! In logarithmic variables only, see [`chem_solver::log_form`]: u are log10 of densities [cm^-3] and of T `[K]`.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, AutodiffBackend, Backend, Cube, DType, Dispatch, TensorMetadata, backend_extension,
};
use burn::tensor::{Device, Tensor, TensorData};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;
use chem_grammar::system::System;
use cubecl_core::CubeElement;
use cubecl_core::prelude::{BufferArg, ElemType};

use super::operation::ResidualOperation;
use chem_kernels::{Program, ResidualBuffers, ResidualKernel, launch_product, launch_residual};

/// The residual of one network on one graphics processor. The gradient by the states is that of the kernel of the
/// vector-Jacobian product.
#[derive(Clone, Debug)]
pub struct DeviceResidual {
    residual: Program,
    product: Program,
    parameters: Tensor<1>,
    tables: Tensor<1>,
    unknowns: usize,
}

impl ResidualOperation for DeviceResidual {
    fn residual(&self, log_time: Tensor<1>, u: Tensor<2>, dudtau: Tensor<2>) -> Option<Tensor<2>> {
        self.evaluate(log_time, u, dudtau)
    }

    fn on(&self, device: &Device) -> Arc<dyn ResidualOperation> {
        let copy = |tensor: &Tensor<1>| tensor.clone().to_device(device);
        let (parameters, tables) = (copy(&self.parameters), copy(&self.tables));
        Arc::new(DeviceResidual { parameters, tables, ..self.clone() })
    }
}

impl DeviceResidual {
    /// Copies the tables and the default parameters of a network to a device, which must not be the processor: burn has no
    /// kernels there, and would panic at the first use. `precision` is F64 or F32, that of all tensors given later.
    pub fn new(system: &System, device: &Device, precision: DType) -> Self {
        let ResidualKernel { residual, product, tables, parameters } = ResidualKernel::new(system);
        let tensor = |values: Vec<f64>| {
            let shape = [values.len()];
            Tensor::from_data(TensorData::new(values, shape), (device, precision))
        };
        DeviceResidual {
            residual,
            product,
            parameters: tensor(parameters),
            tables: tensor(tables),
            unknowns: system.unknown_count(),
        }
    }

    /// R = du/dtau - g `[points, unknowns]` at tau `[points]`, u and du/dtau `[points, unknowns]`. `None` if the shapes do
    /// not fit each other or the network. Gradients by u and du/dtau are known, by tau not.
    pub fn evaluate(&self, tau: Tensor<1>, u: Tensor<2>, dudtau: Tensor<2>) -> Option<Tensor<2>> {
        let shape = [tau.dims()[0], self.unknowns];
        if u.dims() != shape || dudtau.dims() != shape {
            return None;
        }
        Some(Tensor::from_dispatch(Dispatch::residual_log(
            tau.into_dispatch(),
            u.into_dispatch(),
            dudtau.into_dispatch(),
            self.parameters.clone().into_dispatch(),
            self.tables.clone().into_dispatch(),
            [self.residual.clone(), self.product.clone()],
        )))
    }
}

/// The operation and the kernel of its gradient. `programs` are those of the residual and of the product.
#[backend_extension(Autodiff, Cube: cfg(feature = "device"))]
pub(crate) trait LogResidual: Backend {
    /// R
    fn residual_log(
        tau: FloatTensor<Self>,
        u: FloatTensor<Self>,
        dudtau: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        tables: FloatTensor<Self>,
        programs: [Program; 2],
    ) -> FloatTensor<Self>;
    /// The cotangent of u for one of R.
    fn residual_log_by_u(
        tau: FloatTensor<Self>,
        u: FloatTensor<Self>,
        cotangent: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        tables: FloatTensor<Self>,
        programs: [Program; 2],
    ) -> FloatTensor<Self>;
}

impl<B: LogResidual, C: CheckpointStrategy> LogResidual for Autodiff<B, C> {
    fn residual_log(
        tau: FloatTensor<Self>,
        u: FloatTensor<Self>,
        dudtau: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        tables: FloatTensor<Self>,
        programs: [Program; 2],
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct OfResidual;
        impl<B: LogResidual> Backward<B, 2> for OfResidual {
            type State = ([FloatTensor<B>; 4], [Program; 2]);
            fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
                let [by_u, by_slope] = ops.parents;
                let ([tau, u, parameters, tables], programs) = ops.state;
                let g = grads.consume::<B>(&ops.node);
                if let Some(node) = by_u {
                    let product = B::residual_log_by_u(tau, u, g.clone(), parameters, tables, programs);
                    grads.register::<B>(node.id, product);
                }
                if let Some(node) = by_slope {
                    grads.register::<B>(node.id, g);
                }
            }
        }
        let state = [&tau, &u, &parameters, &tables].map(|tensor| tensor.primitive().clone());
        let [t, values, p, numbers] = state.clone();
        let out = B::residual_log(t, values, dudtau.primitive().clone(), p, numbers, programs.clone());
        match OfResidual.prepare::<C>([u.node(), dudtau.node()]).compute_bound().stateful() {
            OpsKind::Tracked(op) => op.finish((state, programs), out),
            OpsKind::UnTracked(op) => op.finish(out),
        }
    }

    /// The gradient of the gradient is never asked for: the loss is differentiated once.
    fn residual_log_by_u(
        tau: FloatTensor<Self>,
        u: FloatTensor<Self>,
        cotangent: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        tables: FloatTensor<Self>,
        programs: [Program; 2],
    ) -> FloatTensor<Self> {
        let [tau, u, cotangent, parameters, tables] =
            [&tau, &u, &cotangent, &parameters, &tables].map(|tensor| tensor.primitive().clone());
        Self::from_inner(B::residual_log_by_u(tau, u, cotangent, parameters, tables, programs))
    }
}

impl LogResidual for Cube {
    fn residual_log(
        tau: CubeTensor,
        u: CubeTensor,
        dudtau: CubeTensor,
        parameters: CubeTensor,
        tables: CubeTensor,
        [program, _]: [Program; 2],
    ) -> CubeTensor {
        let out = like(&u);
        let (points, precision) = (tau.meta.num_elements(), precision(&u));
        let buffers = buffers(tau, u, dudtau, parameters, tables);
        launch_residual(&program, &out.client, points, buffers, out.clone().into_buffer_arg(), precision);
        out
    }

    fn residual_log_by_u(
        tau: CubeTensor,
        u: CubeTensor,
        cotangent: CubeTensor,
        parameters: CubeTensor,
        tables: CubeTensor,
        [_, program]: [Program; 2],
    ) -> CubeTensor {
        let (by_u, by_tau) = (like(&u), like(&tau));
        let (points, precision) = (tau.meta.num_elements(), precision(&u));
        let out = [by_u.clone().into_buffer_arg(), by_tau.into_buffer_arg()];
        let buffers = buffers(tau, u, cotangent, parameters, tables);
        launch_product(&program, &by_u.client, points, buffers, out, precision);
        by_u
    }
}

fn buffers(
    tau: CubeTensor,
    u: CubeTensor,
    direction: CubeTensor,
    parameters: CubeTensor,
    tables: CubeTensor,
) -> ResidualBuffers {
    let buffer = |tensor| -> BufferArg { into_contiguous(tensor).into_buffer_arg() };
    ResidualBuffers {
        tau: buffer(tau),
        u: buffer(u),
        direction: buffer(direction),
        parameters: buffer(parameters),
        tables: buffer(tables),
    }
}

fn precision(tensor: &CubeTensor) -> ElemType {
    if tensor.dtype == DType::F64 { f64::cube_type() } else { f32::cube_type() }
}

/// A tensor of the same shape, not yet written.
fn like(tensor: &CubeTensor) -> CubeTensor {
    empty_device_contiguous_dtype(tensor.client.clone(), tensor.device.clone(), tensor.shape(), tensor.dtype)
}
