//! Optimisers, one after another.

use serde::{Deserialize, Serialize};

/// One optimiser for a number of iterations.
///
/// ```toml
/// [[stages]]
/// iterations = 120
/// curriculum = { step = 0.25 }
/// optimiser.levenberg_marquardt = { damping = 1e-2 }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Iterations on the whole range of times.
    pub iterations: u64,
    /// Before them: a range of times that grows from the start; default none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curriculum: Option<Curriculum>,
    /// The method.
    pub optimiser: Optimiser,
}

/// The stages of a config that has none: causal curriculum, then 120 iterations on all times.
pub(super) fn recipe() -> Vec<Stage> {
    vec![Stage {
        iterations: 120,
        curriculum: Some(Curriculum::default()),
        optimiser: Optimiser::LevenbergMarquardt(LevenbergMarquardt::default()),
    }]
}

/// A range of times that begins at the start and grows when the loss on it is small, or the window's iterations
/// are used up. Later times are not trained before earlier ones are right.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Curriculum {
    /// Length of the first window in tau; default 0.5.
    pub first: f64,
    /// Growth per window in tau; default 0.25.
    pub step: f64,
    /// Most iterations per window; default 12.
    pub iterations: u64,
    /// Loss below which the window grows; default 1e-3.
    pub loss: f64,
}

impl Default for Curriculum {
    fn default() -> Self {
        Curriculum { first: 0.5, step: 0.25, iterations: 12, loss: 1e-3 }
    }
}

/// A method with its settings; `{}` for the defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Optimiser {
    /// Adam (Kingma & Ba 2015), with warm-up and decay of the learning rate.
    Adam(Adam),
    /// L-BFGS with a strong Wolfe line search.
    Lbfgs(Lbfgs),
    /// Levenberg-Marquardt in the space of the parameters, for up to some thousands of them.
    LevenbergMarquardt(LevenbergMarquardt),
    /// Levenberg-Marquardt in the space of the residuals, for many parameters and few points.
    SampleSpace(SampleSpace),
}

impl Optimiser {
    /// Name as in the config.
    pub fn name(&self) -> &'static str {
        match self {
            Optimiser::Adam(_) => "adam",
            Optimiser::Lbfgs(_) => "lbfgs",
            Optimiser::LevenbergMarquardt(_) => "levenberg_marquardt",
            Optimiser::SampleSpace(_) => "sample_space",
        }
    }
}

/// Settings of Adam.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adam {
    /// Learning rate after warm-up; default 1e-3.
    pub learning_rate: f64,
    /// Iterations in which it grows from nought (Goyal et al. 2018); default 100.
    pub warm_up: u64,
    /// Factor per iteration after warm-up; default 1.
    pub decay: f64,
    /// Decay of the mean of the gradient; default 0.9.
    pub beta_1: f64,
    /// Decay of the mean of its square; default 0.999.
    pub beta_2: f64,
    /// Added to the root of the mean square; default 1e-8.
    pub epsilon: f64,
    /// Points of one graph; threads take one graph each, and the gradients of all are summed; default 128.
    pub micro_batch: usize,
}

impl Default for Adam {
    fn default() -> Self {
        Adam {
            learning_rate: 1e-3,
            warm_up: 100,
            decay: 1.0,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-8,
            micro_batch: 128,
        }
    }
}

/// Settings of L-BFGS.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lbfgs {
    /// Pairs of steps and gradients that are kept; default 20.
    pub history: usize,
    /// First step; default 1.
    pub learning_rate: f64,
    /// Points whose graph is held in memory at once; default 1024.
    pub micro_batch: usize,
}

impl Default for Lbfgs {
    fn default() -> Self {
        Lbfgs { history: 20, learning_rate: 1.0, micro_batch: 128 }
    }
}

/// Settings of Levenberg-Marquardt: (G'G + mu I) step = -G'r.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LevenbergMarquardt {
    /// mu at the beginning; default 1e-2.
    pub damping: f64,
    /// Factor of mu after a step that made the loss smaller; default 0.25.
    pub decrease: f64,
    /// Factor of mu after a step that did not; default 5.
    pub increase: f64,
    /// Steps that are tried per iteration; default 10.
    pub tries: u32,
}

impl Default for LevenbergMarquardt {
    fn default() -> Self {
        LevenbergMarquardt { damping: 1e-2, decrease: 0.25, increase: 5.0, tries: 10 }
    }
}

/// Settings of Levenberg-Marquardt in sample space: step = -G' (G G' + mu I)^-1 r.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SampleSpace {
    /// mu at the beginning; default 1e-2.
    pub damping: f64,
    /// Factor of mu after a step that made the loss smaller; default 0.25.
    pub decrease: f64,
    /// Factor of mu after a step that did not; default 5.
    pub increase: f64,
    /// Steps that are tried per iteration; default 10.
    pub tries: u32,
}

impl Default for SampleSpace {
    fn default() -> Self {
        SampleSpace { damping: 1e-2, decrease: 0.25, increase: 5.0, tries: 10 }
    }
}
