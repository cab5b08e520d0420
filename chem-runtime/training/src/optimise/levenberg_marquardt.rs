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

use chem_emulator::config::LevenbergMarquardt as Settings;
use chem_emulator::weights::NamedArray;

pub(crate) use normal::{Normal, Space};

use super::{Optimiser, Place};
use crate::error::TrainError;
use crate::loss::{Cost, Loss, Measure};
use crate::problem::{Linearised, Problem};
use crate::training::arrays::{Arrays, vector};

/// Levenberg-Marquardt and its damping.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LevenbergMarquardt {
    space: Space,
    settings: Settings,
    /// mu
    damping: f64,
}

impl LevenbergMarquardt {
    pub(super) fn new(space: Space, settings: Settings) -> Self {
        LevenbergMarquardt { space, settings, damping: settings.damping }
    }
}

impl Optimiser for LevenbergMarquardt {
    fn measure(&self) -> Measure {
        Measure { cost: Cost::Square, micro_batch: usize::MAX }
    }

    fn step(
        &mut self,
        problem: &mut dyn Problem,
        _: Place,
        parameters: &mut Vec<f64>,
    ) -> Result<Loss, TrainError> {
        let Linearised { residual, rows, loss, held } = problem.rows(parameters, Cost::Square)?;
        if !loss.value.is_finite() {
            return Ok(loss);
        }
        let moved =
            |step: &[f64]| -> Vec<f64> { parameters.iter().zip(step).map(|(p, step)| p + step).collect() };
        let normal = Normal::new(self.space, &rows, &residual);
        let mut after = loss.value;
        let outcome = search(self.settings, &normal, self.damping, loss.value, |step| {
            after = problem.loss_held(&moved(step), &held);
            after
        });
        self.damping = outcome.damping;
        match outcome.step {
            Some(step) => *parameters = moved(&step),
            None => after = loss.value,
        }
        Ok(Loss { value: after, ..loss })
    }

    /// A longer range of times is another problem: the damping that suited the old one is too small.
    fn range_has_grown(&mut self) {
        self.damping = (self.damping.max(1e-8) * 10.0).min(1e-3);
    }

    fn arrays(&self) -> Vec<NamedArray> {
        vec![vector("damping", &[self.damping])]
    }

    fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError> {
        self.damping = arrays.of_length("damping", 1)?[0];
        Ok(())
    }
}

/// Bounds of mu.
const LEAST: f64 = 1e-15;
const LARGEST: f64 = 1e8;

/// What the tries of one iteration ended with.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    /// The change of the parameters, if one made the loss smaller.
    step: Option<Vec<f64>>,
    damping: f64,
}

/// Looks for a damping whose step makes the loss smaller than `before`; `loss` gives it after a step.
fn search(
    settings: Settings,
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
