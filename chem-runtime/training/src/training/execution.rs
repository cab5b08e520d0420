//! Where a training is computed.

use burn::tensor::Device;

use crate::reduce::Reduction;
use crate::reduce::devices::Devices;
use crate::reduce::parallel::Parallel;

/// Where a training is computed: chosen when it is made, and no part of its state.
#[derive(Clone, Debug)]
pub struct Execution {
    devices: Vec<Device>,
    reduction: Reduction,
    #[cfg(feature = "cuda")]
    by_nccl: bool,
    #[cfg(feature = "device")]
    residual_on_devices: bool,
}

impl Execution {
    /// On one device.
    #[must_use]
    pub fn on(device: &Device) -> Self {
        Execution::over(std::slice::from_ref(device))
    }

    /// On several devices, among which the parts of each batch take turns. What needs the rows of all points at once stays
    /// on the first. None is the processor.
    #[must_use]
    pub fn over(devices: &[Device]) -> Self {
        let devices = if devices.is_empty() { vec![Device::flex()] } else { devices.to_vec() };
        Execution {
            devices,
            reduction: Reduction::default(),
            #[cfg(feature = "cuda")]
            by_nccl: false,
            #[cfg(feature = "device")]
            residual_on_devices: false,
        }
    }

    /// Shared with other ranks, all of which train the same.
    #[must_use]
    pub fn among(self, reduction: &Reduction) -> Self {
        Execution { reduction: reduction.clone(), ..self }
    }

    /// Lets the devices that share a batch add up its gradient by NCCL, in the network's precision, instead of on the host
    /// in double precision.
    #[cfg(feature = "cuda")]
    #[must_use]
    pub fn adding_up_by_nccl(self) -> Self {
        Execution { by_nccl: true, ..self }
    }

    /// Computes the residual on the devices too, where it can be: no state goes to the host.
    #[cfg(feature = "device")]
    #[must_use]
    pub fn with_residual_on_devices(self) -> Self {
        Execution { residual_on_devices: true, ..self }
    }

    pub(crate) fn device(&self) -> Device {
        self.devices.first().cloned().unwrap_or_else(Device::flex)
    }

    pub(crate) fn reduction(&self) -> &Reduction {
        &self.reduction
    }

    pub(crate) fn parallel(&self) -> Parallel {
        let devices = Devices::over(&self.devices);
        #[cfg(feature = "cuda")]
        let devices = if self.by_nccl { devices.reduced_by(crate::device::nccl::sum) } else { devices };
        Parallel { devices, ranks: self.reduction.clone() }
    }

    #[cfg(feature = "device")]
    pub(crate) fn devices(&self) -> &[Device] {
        &self.devices
    }

    #[cfg(feature = "device")]
    pub(crate) fn wants_residual_on_devices(&self) -> bool {
        self.residual_on_devices
    }
}
