//! The functions on graphics processors, each as one kernel.

use burn::backend::{Cube, DType, TensorMetadata};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;
use cubecl_core::CubeElement;
use cubecl_core::prelude::ElemType;

use super::{Logistic, primitives};
use chem_kernels::logistic::{of_bell, of_bell_slope, of_logistic};

impl Logistic for Cube {
    fn logistic(x: CubeTensor) -> CubeTensor {
        let Some((precision, [x])) = alike([&x]) else { return primitives::logistic::<Cube>(x) };
        let out = like(&x);
        let count = out.meta.num_elements();
        of_logistic(&out.client, x.into_buffer_arg(), out.clone().into_buffer_arg(), count, precision);
        out
    }

    fn bell(s: CubeTensor, tangent: CubeTensor) -> CubeTensor {
        let Some((precision, read)) = alike([&s, &tangent]) else {
            return primitives::bell::<Cube>(s, tangent);
        };
        let out = like(&read[0]);
        let count = out.meta.num_elements();
        let read = read.map(CubeTensor::into_buffer_arg);
        of_bell(&out.client, read, out.clone().into_buffer_arg(), count, precision);
        out
    }

    fn bell_slope(s: CubeTensor, tangent: CubeTensor, g: CubeTensor) -> CubeTensor {
        let Some((precision, read)) = alike([&s, &tangent, &g]) else {
            return primitives::bell_slope::<Cube>(s, tangent, g);
        };
        let out = like(&read[0]);
        let count = out.meta.num_elements();
        let read = read.map(CubeTensor::into_buffer_arg);
        of_bell_slope(&out.client, read, out.clone().into_buffer_arg(), count, precision);
        out
    }
}

/// Tensors row by row in memory, and their precision; `None` if the kernels are not for them.
fn alike<const N: usize>(tensors: [&CubeTensor; N]) -> Option<(ElemType, [CubeTensor; N])> {
    let first = tensors.first()?;
    let precision = match first.dtype {
        DType::F64 => f64::cube_type(),
        DType::F32 => f32::cube_type(),
        _ => return None,
    };
    let fits = |other: &&CubeTensor| other.dtype == first.dtype && other.shape() == first.shape();
    tensors.iter().all(fits).then(|| (precision, tensors.map(|tensor| into_contiguous(tensor.clone()))))
}

/// A tensor of the same shape, not yet written.
fn like(tensor: &CubeTensor) -> CubeTensor {
    empty_device_contiguous_dtype(tensor.client.clone(), tensor.device.clone(), tensor.shape(), tensor.dtype)
}
