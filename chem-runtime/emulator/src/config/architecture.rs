//! The form of a network.

use serde::{Deserialize, Serialize};

/// The form of a network. The last layer is always linear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Architecture {
    /// How the layers are connected; default `fnn`.
    pub kind: Kind,
    /// Numbers per hidden layer; default 20.
    pub width: usize,
    /// Hidden layers; default 2.
    pub depth: usize,
    /// Non-linearity of the hidden layers; default `tanh`.
    pub activation: Activation,
    /// Standard deviation of the first layer's weights; default 10: a narrow network of one input needs steep
    /// units to follow sharp fronts. For `siren` the frequency omega_0.
    pub first_scale: f64,
    /// Random Fourier features, for `fourier`; default 16.
    pub features: usize,
    /// Whether a network of a domain is also told how far each unknown would move at its initial slope: the equations
    /// are then needed for prediction too. Default false.
    pub slopes: bool,
    /// Species whose output is relative to their balance of production and loss in the other outputs, for networks of
    /// a domain: those that react fast. The equations are then needed for prediction too. Default none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quasi_steady: Vec<String>,
    /// Share of a species in n_tot, 0 to 0.01, below which a network of a domain does not tell it from an absent one: in its
    /// inputs, in the start of its outputs and in the loss. So cells may begin without the species. Default 1e-20, of which the
    /// inputs resolve 1e-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_share: Option<f64>,
    /// How many networks share a domain, in parts of equal decades: by the initial temperature, and by the initial
    /// total density. A cell costs what one of them costs. Default 1 by 1.
    #[serde(skip_serializing_if = "is_one_network")]
    pub experts: [usize; 2],
    /// Precision of the network; the chemistry is always in f64; default `f64`.
    pub precision: Precision,
}

impl Default for Architecture {
    fn default() -> Self {
        Architecture {
            kind: Kind::Fnn,
            width: 20,
            depth: 2,
            activation: Activation::Tanh,
            first_scale: 10.0,
            features: 16,
            slopes: false,
            quasi_steady: Vec::new(),
            least_share: None,
            experts: [1; 2],
            precision: Precision::F64,
        }
    }
}

impl Architecture {
    /// Number of networks that share a domain.
    pub fn expert_count(&self) -> usize {
        self.experts.iter().product()
    }
}

fn is_one_network(experts: &[usize; 2]) -> bool {
    *experts == [1; 2]
}

/// How the layers are connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Fully connected, layer after layer (eqs 5-6 of Branca & Pallottini 2023).
    #[default]
    Fnn,
    /// Deep Galerkin method (Sirignano & Spiliopoulos 2018; eqs 26-28).
    Dgm,
    /// Two encoders mixed into every layer (Wang, Teng & Perdikaris 2021).
    Modified,
    /// Gates that carry a layer's input past it (Srivastava et al. 2015).
    Highway,
    /// Layers that are added to their input (He et al. 2016).
    Resnet,
    /// Fully connected on random Fourier features (Tancik et al. 2020).
    Fourier,
    /// Fully connected with sines and their initialisation (Sitzmann et al. 2020).
    Siren,
}

/// Non-linearity of the hidden layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// tanh x
    #[default]
    Tanh,
    /// x / (1 + exp(-x))
    Silu,
    /// sin x
    Sine,
    /// 1 / (1 + exp(-a x)) with a trained (eq. 29 of Branca & Pallottini 2023).
    AdaptiveSigmoid,
}

/// Precision of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Single.
    F32,
    /// Double.
    #[default]
    F64,
}
