//! One batch on several devices: the parts of a batch take turns among them, each with a graph of its own. Their gradients
//! are added up on the host, where the parameters are, in the order of the parts.

use burn::module::Module;
use burn::tensor::Device;

use super::model::Model;

/// The devices; empty where there is one, on which everything is anyway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spread(Vec<Device>);

impl Spread {
    pub(crate) fn over(devices: &[Device]) -> Self {
        if devices.len() < 2 {
            return Spread::default();
        }
        Spread(devices.iter().map(|device| device.clone().inner()).collect())
    }

    /// A network on the device whose turn it is.
    pub(crate) fn place(&self, model: Model, part: usize) -> Model {
        match self.0.get(part.checked_rem(self.0.len()).unwrap_or_default()) {
            Some(device) => model.to_device(device),
            None => model,
        }
    }
}
