//! The CUDA source of the kernels, made without CUDA.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use chem_kernels::logistic;
use chem_kernels::{Program, residual_log, residual_log_vjp};
use cubecl_common::profile::TimingMethod;
use cubecl_core::cmma::MatrixLayout;
use cubecl_core::frontend::BufferCompilationArg;
use cubecl_core::ir::{FloatKind, HardwareProperties, MemoryDeviceProperties, MmaProperties};
use cubecl_core::prelude::*;
use cubecl_cpp::shared::{CompilationOptions, CppCompiler, register_supported_types};
use cubecl_cpp::target::Cuda;
use cubecl_server::compiler::Compiler;

use crate::constants::rounded;
use crate::networks::{NETWORKS, kernel};

/// What a kernel is made for.
struct Target {
    device: Arc<DeviceProperties>,
    properties: Arc<TargetProperties>,
}

/// Writes the sources, `NAME.f64.cu` and `NAME.f32.cu`.
pub fn emit(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let target = Target::new();
    for (suffix, kind) in [("f64", FloatKind::F64), ("f32", FloatKind::F32)] {
        let precision = ElemType::Float(kind);
        let write = |name: &str, source: String| -> Result<(), Box<dyn Error>> {
            if source.contains("__expf") || source.contains("__logf") {
                return Err(format!("{name}: approximate functions in the source").into());
            }
            Ok(fs::write(folder.join(format!("{name}.{suffix}.cu")), source)?)
        };
        for name in NETWORKS {
            let kernel = kernel(name)?;
            let sources = [
                ("residual", &kernel.residual, target.residual(kernel.residual.clone(), precision)?),
                ("product", &kernel.product, target.product(kernel.product.clone(), precision)?),
            ];
            for (what, program, source) in sources {
                if kind == FloatKind::F64 {
                    let lost = rounded(&source, program.constants());
                    if !lost.is_empty() {
                        return Err(format!("{name}, {what}: constants that are not exact: {lost:?}").into());
                    }
                }
                println!(
                    "{name} {what} {suffix}: {} operations, {} constants, {} bytes of CUDA",
                    program.operation_count(),
                    program.constants().count(),
                    source.len()
                );
                write(&format!("{name}_{what}"), source)?;
            }
        }
        for (name, source) in target.logistic(precision)? {
            write(name, source)?;
        }
    }
    Ok(())
}

impl Target {
    /// A graphics processor of NVIDIA, as cubecl describes them.
    fn new() -> Self {
        let hardware = HardwareProperties {
            load_width: 128,
            vector_register_count: None,
            plane_size_min: 32,
            plane_size_max: 32,
            max_bindings: 1024,
            max_shared_memory_size: 48 << 10,
            max_cube_count: (i32::MAX as u32, 65_535, 65_535),
            max_units_per_cube: 1024,
            max_cube_dim: (1024, 1024, 64),
            num_streaming_multiprocessors: Some(100),
            num_cpu_cores: None,
            last_level_cache_size: None,
            num_tensor_cores: None,
            min_tensor_cores_dim: None,
            max_vector_size: 4,
            cube_mma_reserved_shared_memory: 0,
        };
        let mut device = DeviceProperties::new(
            Default::default(),
            MemoryDeviceProperties::new(1 << 30, 512),
            hardware,
            TimingMethod::System,
            Default::default(),
        );
        register_supported_types(&mut device);
        let mma = MmaProperties {
            register_size_bits: 32,
            const_plane_size: 32,
            register_layout_a: MatrixLayout::RowMajor,
            register_layout_b: MatrixLayout::ColMajor,
            register_layout_acc: MatrixLayout::RowMajor,
            register_duplication_a: 1,
            register_duplication_b: 1,
            register_duplication_acc: 1,
            contiguous_elements: Default::default(),
        };
        Target { device: Arc::new(device), properties: Arc::new(TargetProperties { mma }) }
    }

    fn residual(&self, program: Program, precision: ElemType) -> Result<String, Box<dyn Error>> {
        let [a, b, c, d, e, f] = buffers();
        let (settings, device, target) = self.arguments();
        source(residual_log::ResidualLog::new(settings, device, target, a, b, c, d, e, f, program, precision))
    }

    fn product(&self, program: Program, precision: ElemType) -> Result<String, Box<dyn Error>> {
        let [a, b, c, d, e, f, g] = buffers();
        let (settings, device, target) = self.arguments();
        source(residual_log_vjp::ResidualLogVjp::new(
            settings, device, target, a, b, c, d, e, f, g, program, precision,
        ))
    }

    fn logistic(&self, precision: ElemType) -> Result<[(&'static str, String); 3], Box<dyn Error>> {
        let new = || self.arguments();
        let ((s, d, t), [a, b]) = (new(), buffers());
        let logistic = source(logistic::logistic::Logistic::new(s, d, t, a, b, precision))?;
        let ((s, d, t), [a, b, c]) = (new(), buffers());
        let bell = source(logistic::bell::Bell::new(s, d, t, a, b, c, precision))?;
        let ((s, d, t), [a, b, c, e]) = (new(), buffers());
        let slope = source(logistic::bell_slope::BellSlope::new(s, d, t, a, b, c, e, precision))?;
        Ok([("logistic", logistic), ("bell", bell), ("bell_slope", slope)])
    }

    fn arguments(&self) -> (KernelSettings, Arc<DeviceProperties>, Arc<TargetProperties>) {
        let settings =
            KernelSettings::new(CubeDim::new_1d(128).into(), ExecutionMode::Checked, AddressType::U32);
        (settings, self.device.clone(), self.properties.clone())
    }
}

fn buffers<const N: usize>() -> [BufferCompilationArg; N] {
    std::array::from_fn(|_| BufferCompilationArg { inplace: None })
}

fn source(kernel: impl CubeKernel) -> Result<String, Box<dyn Error>> {
    let compiled = CppCompiler::<Cuda>::default().compile(kernel.define(), &CompilationOptions::default());
    Ok(compiled.map_err(|error| format!("{error:?}"))?.source)
}
