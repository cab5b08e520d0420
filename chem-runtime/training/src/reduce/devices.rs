//! One batch on several devices: the parts of a batch take turns among them, each with a graph of its own.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::model::Model;

/// Adds up one vector of each device, given in the order of the devices; the sum on the first.
pub(crate) type AllReduce = fn(Vec<Tensor<1>>) -> Tensor<1>;

/// The devices; empty where there is one, on which everything is anyway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Devices {
    pub(super) all: Vec<Device>,
    /// How the devices add up their gradients; the host does it if not set.
    pub(super) all_reduce: Option<AllReduce>,
}

impl Devices {
    pub(crate) fn over(devices: &[Device]) -> Self {
        if devices.len() < 2 {
            return Devices::default();
        }
        let devices = devices.iter().map(|device| device.clone().inner()).collect();
        Devices { all: devices, all_reduce: None }
    }

    /// Lets the devices add up their gradients themselves, if they are several.
    #[cfg(any(feature = "cuda", test))]
    pub(crate) fn reduced_by(self, all_reduce: AllReduce) -> Self {
        Devices { all_reduce: (self.all.len() > 1).then_some(all_reduce), ..self }
    }

    /// A network on the device whose turn it is.
    pub(crate) fn place(&self, model: Model, part: usize) -> Model {
        match self.all.get(part.checked_rem(self.all.len()).unwrap_or_default()) {
            Some(device) => model.to_device(device),
            None => model,
        }
    }
}
