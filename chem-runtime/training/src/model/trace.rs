//! What happened at the affine layers of a network, for gradients of every row of a batch.
//!
//! A reverse pass sums the gradient of a weight over the batch. Levenberg-Marquardt needs it for each row alone. It
//! is an outer product: for a layer a = W x + b, with x and its tangent x',
//!
//! ```text
//! d(row)/dW = x delta + x' delta'     delta = d(row)/da, delta' = d(row)/da'
//! d(row)/db = delta
//! ```
//! and delta is the gradient of a zero that is added to a. These zeros are the probes.

use burn::module::ParamId;
use burn::prelude::*;

use super::dual::Dual;

/// What a parameter is multiplied by before its layer's activation.
#[derive(Clone, Debug)]
pub(crate) enum Factor {
    /// A weight `[columns, outputs]`, by columns x.
    Columns(Dual),
    /// A bias `[outputs]`, by one.
    One,
    /// A slope `[outputs]`, by the unit of the same index.
    Units(Dual),
}

/// One place where probes were added.
#[derive(Clone, Debug)]
pub(crate) struct Probed {
    /// Zeros whose gradients are delta and delta'.
    pub(crate) probe: Dual,
    /// The parameters that act there.
    pub(crate) parameters: Vec<(ParamId, Factor)>,
}

/// Records the affine layers of a pass, if it is told to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    autodiff: Option<Device>,
    places: Vec<Probed>,
}

impl Trace {
    /// Records nothing.
    pub(crate) fn off() -> Self {
        Trace::default()
    }

    /// Adds probes on a device with gradients.
    pub(crate) fn probing(device: &Device) -> Self {
        Trace { autodiff: Some(device.clone().autodiff()), places: Vec::new() }
    }

    /// Passes `linear` on, with a probe.
    pub(crate) fn pass(&mut self, linear: Dual, parameters: impl FnOnce() -> Vec<(ParamId, Factor)>) -> Dual {
        let Some(device) = &self.autodiff else { return linear };
        let zeros =
            |like: &Tensor<2>| Tensor::<2>::zeros(like.shape(), (device, like.dtype())).require_grad();
        let probe = Dual { value: zeros(&linear.value), tangent: linear.tangent.as_ref().map(zeros) };
        self.places.push(Probed { probe: probe.clone(), parameters: parameters() });
        linear + probe
    }

    /// The places, in the order of the pass.
    pub(crate) fn into_places(self) -> Vec<Probed> {
        self.places
    }
}
