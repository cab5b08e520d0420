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
    SampleSpace(LevenbergMarquardt),
    /// Adam in the eigenbasis of the gradients' second moments, for many parameters and points.
    Soap(Soap),
    /// Gauss-Newton in the space of the residuals with momentum, for new points in every iteration.
    Spring(Spring),
}

impl Optimiser {
    /// Name as in the config.
    pub fn name(&self) -> &'static str {
        match self {
            Optimiser::Adam(_) => "adam",
            Optimiser::Lbfgs(_) => "lbfgs",
            Optimiser::LevenbergMarquardt(_) => "levenberg_marquardt",
            Optimiser::SampleSpace(_) => "sample_space",
            Optimiser::Soap(_) => "soap",
            Optimiser::Spring(_) => "spring",
        }
    }
}

/// Settings of Adam.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adam {
    /// Learning rate after warm-up; default 1e-3.
    pub learning_rate: f64,
    /// Iterations of a linear warm-up from zero (Goyal et al. 2018); default 100.
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
    /// Points whose graph is held in memory at once; default 128.
    pub micro_batch: usize,
}

impl Default for Lbfgs {
    fn default() -> Self {
        Lbfgs { history: 20, learning_rate: 1.0, micro_batch: 128 }
    }
}

/// Settings of Levenberg-Marquardt: (G'G + mu I) step = -G'r; in sample space step = -G' (G G' + mu I)^-1 r.
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

/// Settings of SOAP (Vyas et al. 2024, arXiv:2409.11321).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Soap {
    /// Learning rate after warm-up; default 3e-3.
    pub learning_rate: f64,
    /// Iterations of a linear warm-up from zero; default 200.
    pub warm_up: u64,
    /// Share of the learning rate that is left at the end of the stage, to which it falls as half a cosine; default
    /// 0.01.
    pub last: f64,
    /// Share of itself, times the learning rate, that every weight loses per iteration; default 0.02. Without it weights
    /// grow until the training is thrown off.
    pub weight_decay: f64,
    /// Decay of the mean of the gradient; default 0.95.
    pub beta_1: f64,
    /// Decay of the mean of its square, in the eigenbasis; default 0.99.
    pub beta_2: f64,
    /// Decay of the second moments whose eigenbasis it is; default 0.95.
    pub beta_basis: f64,
    /// Iterations between changes of the basis; default 10.
    pub refresh_every: u64,
    /// Residual in decades beyond which it counts by its size instead of its square; default 0.1.
    pub huber: f64,
    /// Points of one graph; threads take one graph each; default 512.
    pub micro_batch: usize,
}

impl Default for Soap {
    fn default() -> Self {
        Soap {
            learning_rate: 3e-3,
            warm_up: 200,
            last: 0.01,
            weight_decay: 0.02,
            beta_1: 0.95,
            beta_2: 0.99,
            beta_basis: 0.95,
            refresh_every: 10,
            huber: 0.1,
            micro_batch: 512,
        }
    }
}

/// Settings of Gauss-Newton in sample space with momentum (SPRING; Goldshlager, Abrahamsen & Lin 2024,
/// arXiv:2401.10190).
///
/// ```text
/// c   = (G G' + lambda mean(diag G G') I)^-1 (-(r + m G phi))
/// phi = m phi + G' c
/// step = min(rate, longest / |phi|) phi
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spring {
    /// The rate until the decay begins; default 0.5.
    pub rate: f64,
    /// Share of the stage after which the rate falls evenly to `last` of itself; default 0.6.
    pub decay_from: f64,
    /// Share of the rate that is left at the end of the stage; default 0.1.
    pub last: f64,
    /// lambda; default 1e-3.
    pub damping: f64,
    /// m; default 0.9.
    pub momentum: f64,
    /// The longest step; default 0.3.
    pub longest: f64,
    /// Residual in decades beyond which rows count by its size instead of its square; default 0.3.
    pub huber: f64,
}

impl Default for Spring {
    fn default() -> Self {
        Spring {
            rate: 0.5,
            decay_from: 0.6,
            last: 0.1,
            damping: 1e-3,
            momentum: 0.9,
            longest: 0.3,
            huber: 0.3,
        }
    }
}
