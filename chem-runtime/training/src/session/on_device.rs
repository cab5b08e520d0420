//! Whether the residual of a training is computed on its device, and with which kernels.

use burn::tensor::Device;
use chem_grammar::network::Network;
use chem_grammar::system::System;

use super::Session;
use crate::DeviceResidual;
use crate::model::dtype;
use crate::problem::Needs;
use crate::training::compatibility::needing;
use crate::training::{Execution, Training};
use chem_emulator::config::ResidualKind;

impl Session {
    /// A training whose residual is computed as wished, where it can be.
    pub(super) fn on_devices(&self, mut training: Training, execution: &Execution) -> Training {
        if let Some(device) = execution.devices().first().filter(|_| execution.wants_residual_on_devices()) {
            let residual = self.device_residual(device);
            let kept = residual.and_then(|kept| Ok(training.compute_on(&kept, execution.devices())?));
            training.why_on_host = kept.err();
        }
        training
    }

    /// The residual as an operation of a device.
    ///
    /// # Errors
    /// Why it is computed on the host instead.
    pub fn device_residual(&self, device: &Device) -> Result<DeviceResidual, String> {
        if device.clone().inner() == Device::flex() {
            return Err("the device is the processor".to_owned());
        }
        let config = &self.config;
        if config.residual.kind != ResidualKind::Derivative {
            return Err(format!("the {} takes implicit steps of the solver", config.residual.kind.name()));
        }
        if let Some(optimiser) = needing(config, Needs::Rows) {
            return Err(format!("{} needs its rows there", optimiser.name()));
        }
        Ok(DeviceResidual::new(&self.system()?, device, dtype(config.model.precision)))
    }

    /// The network file with the parameters of this training.
    fn system(&self) -> Result<System, String> {
        let structure = self.network.structure();
        let name = &structure.name;
        let path =
            self.file.as_deref().ok_or_else(|| format!("the file of the network `{name}` is not known"))?;
        let network = Network::load(path).map_err(|report| report.render())?;
        if network.hash != structure.hash {
            return Err(format!("{} is not what the network `{name}` was compiled from", path.display()));
        }
        let mut system = System::new(network);
        let values = self.network.parameter_values();
        system
            .network
            .parameters
            .iter_mut()
            .zip(values)
            .for_each(|(parameter, value)| parameter.default = value);
        Ok(system)
    }
}
