//! The kernels in single precision on a Vulkan device, which may be one that is made of software.

use chem_kernels::{ResidualBuffers, ResidualKernel, launch_product, launch_residual};
use cubecl_core::ir::FloatKind;
use cubecl_core::prelude::*;
use cubecl_server::runtime::Runtime;
use cubecl_wgpu::{WgpuDevice, WgpuRuntime};

use crate::points::Points;

/// A device, with the name of its backend.
pub struct Vulkan {
    client: Client,
}

impl Vulkan {
    /// The first device.
    pub fn new() -> Self {
        Vulkan { client: <WgpuRuntime>::client(&WgpuDevice::default()) }
    }

    /// What runs the kernels.
    pub fn name(&self) -> &str {
        self.client.name()
    }

    /// The residual of points.
    pub fn residual(&self, kernel: &ResidualKernel, points: &Points) -> Vec<f64> {
        let out = self.empty(points.u.len());
        let (count, precision) = (points.tau.len(), ElemType::Float(FloatKind::F32));
        launch_residual(
            &kernel.residual,
            &self.client,
            count,
            self.buffers(kernel, points),
            argument(&out),
            precision,
        );
        self.read(out)
    }

    /// The product by u and by tau.
    pub fn product(&self, kernel: &ResidualKernel, points: &Points) -> [Vec<f64>; 2] {
        let (by_u, by_tau) = (self.empty(points.u.len()), self.empty(points.tau.len()));
        let (count, precision) = (points.tau.len(), ElemType::Float(FloatKind::F32));
        let out = [argument(&by_u), argument(&by_tau)];
        launch_product(&kernel.product, &self.client, count, self.buffers(kernel, points), out, precision);
        [self.read(by_u), self.read(by_tau)]
    }

    /// s, its slope and the slope's slope.
    pub fn logistic(&self, x: &[f64], tangent: &[f64], g: &[f64]) -> [Vec<f64>; 3] {
        use chem_kernels::logistic;
        let [x, tangent, g] = [x, tangent, g].map(|values| self.write(values));
        let outs: [Buffer; 3] = std::array::from_fn(|_| self.empty(x.length));
        let [s, bell, slope] = &outs;
        let (client, precision) = (&self.client, ElemType::Float(FloatKind::F32));
        logistic::of_logistic(client, argument(&x), argument(s), x.length, precision);
        logistic::of_bell(client, [argument(s), argument(&tangent)], argument(bell), x.length, precision);
        let read = [argument(s), argument(&tangent), argument(&g)];
        logistic::of_bell_slope(client, read, argument(slope), x.length, precision);
        outs.map(|out| self.read(out))
    }

    fn buffers(&self, kernel: &ResidualKernel, points: &Points) -> ResidualBuffers {
        let argument = |values: &[f64]| argument(&self.write(values));
        ResidualBuffers {
            tau: argument(&points.tau),
            u: argument(&points.u),
            direction: argument(&points.direction),
            parameters: argument(&kernel.parameters),
            tables: argument(&kernel.tables),
        }
    }

    fn write(&self, values: &[f64]) -> Buffer {
        let values: Vec<f32> = values.iter().map(|v| *v as f32).collect();
        Buffer { handle: self.client.create_from_slice(f32::as_bytes(&values)), length: values.len() }
    }

    fn empty(&self, length: usize) -> Buffer {
        Buffer { handle: self.client.empty(4 * length), length }
    }

    fn read(&self, buffer: Buffer) -> Vec<f64> {
        let bytes = self.client.read_one_unchecked(buffer.handle);
        f32::from_bytes(&bytes).iter().map(|v| f64::from(*v)).collect()
    }
}

/// Memory of the device.
struct Buffer {
    handle: cubecl_server::server::Handle,
    length: usize,
}

fn argument(buffer: &Buffer) -> BufferArg {
    // SAFETY: the length is that of the memory.
    unsafe { BufferArg::from_raw_parts(buffer.handle.clone(), buffer.length) }
}
