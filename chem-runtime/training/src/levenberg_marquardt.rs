//! The method of Levenberg (1944) and Marquardt (1963) on the rows of the residual.
//!
//! With G the derivative of the rows r by the parameters,
//!
//! ```text
//! step = -(G'G + mu I)^-1 G'r        as many equations as parameters
//!      = -G' (G G' + mu I)^-1 r      as many as rows: the same step, cheaper for many parameters
//! ```
//! mu falls after a step that makes the loss smaller, and grows otherwise.

mod normal;
mod rows;

use chem_emulator::config;
pub(crate) use normal::{Normal, Space};
pub(crate) use rows::Rows;

/// The damping and how it changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Damping {
    pub(crate) decrease: f64,
    pub(crate) increase: f64,
    pub(crate) tries: u32,
}

impl From<&config::LevenbergMarquardt> for Damping {
    fn from(settings: &config::LevenbergMarquardt) -> Self {
        let &config::LevenbergMarquardt { decrease, increase, tries, .. } = settings;
        Damping { decrease, increase, tries }
    }
}

impl From<&config::SampleSpace> for Damping {
    fn from(settings: &config::SampleSpace) -> Self {
        let &config::SampleSpace { decrease, increase, tries, .. } = settings;
        Damping { decrease, increase, tries }
    }
}

/// Bounds of mu.
const LEAST: f64 = 1e-15;
const LARGEST: f64 = 1e8;

/// What the tries of one iteration ended with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// The change of the parameters, if one made the loss smaller.
    pub(crate) step: Option<Vec<f64>>,
    pub(crate) damping: f64,
}

/// Looks for a damping whose step makes the loss smaller than `before`; `loss` gives it after a step.
pub(crate) fn search(
    settings: Damping,
    normal: &Normal<'_>,
    mut damping: f64,
    before: f64,
    mut loss: impl FnMut(&[f64]) -> f64,
) -> Outcome {
    for _ in 0..settings.tries {
        if let Some(step) = normal.step(damping)
            && loss(&step) < before
        {
            return Outcome { step: Some(step), damping: (damping * settings.decrease).max(LEAST) };
        }
        damping = (damping * settings.increase).min(LARGEST);
    }
    Outcome { step: None, damping }
}
