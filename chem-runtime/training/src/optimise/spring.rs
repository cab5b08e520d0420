//! Gauss-Newton in sample space with momentum (SPRING; Goldshlager, Abrahamsen & Lin 2024, arXiv:2401.10190).
//!
//! ```text
//! c   = (G G' + lambda mean(diag G G') I)^-1 (-(r + m G phi))
//! phi = m phi + G' c
//! ```

use chem_emulator::config::Spring as Settings;
use chem_emulator::weights::NamedArray;
use faer::prelude::*;
use faer::{Mat, Side};

use super::learning_rate::LearningRate;
use super::{Optimiser, Place};
use crate::error::TrainError;
use crate::loss::{Cost, Loss, Measure};
use crate::problem::{Linearised, Problem};
use crate::training::arrays::{Arrays, vector};

/// SPRING and its momentum.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spring {
    settings: Settings,
    pub(crate) momentum: Vec<f64>,
}

impl Spring {
    pub(crate) fn new(settings: Settings, parameters: usize) -> Self {
        Spring { settings, momentum: vec![0.0; parameters] }
    }
}

impl Optimiser for Spring {
    fn measure(&self) -> Measure {
        Measure { cost: Cost::Huber(self.settings.huber), micro_batch: usize::MAX }
    }

    fn step(
        &mut self,
        problem: &mut dyn Problem,
        place: Place,
        parameters: &mut Vec<f64>,
    ) -> Result<Loss, TrainError> {
        let settings = self.settings;
        let Linearised { residual, rows, loss, .. } =
            problem.factored_rows(parameters, self.measure().cost)?;
        if !loss.value.is_finite() {
            return Ok(loss);
        }
        let mut gram = rows.gram();
        let order = gram.nrows();
        let mean = (0..order).map(|i| gram[(i, i)]).sum::<f64>() / order as f64;
        let along = rows.times(&self.momentum);
        let right = Mat::from_fn(residual.len(), 1, |i, _| -(residual[i] + settings.momentum * along[i]));
        let damping = settings.damping * mean + 1e-12;
        (0..order).for_each(|i| gram[(i, i)] += damping);
        let Ok(factors) = gram.llt(Side::Lower) else {
            // Singular to rounding: this batch teaches nothing, and the momentum is not to be trusted.
            self.momentum.fill(0.0);
            return Ok(loss);
        };
        let c = factors.solve(&right);
        self.momentum.iter_mut().for_each(|m| *m *= settings.momentum);
        rows.add_transposed(c.col_as_slice(0), &mut self.momentum);
        let length = self.momentum.iter().map(|m| m * m).sum::<f64>().sqrt();
        if !length.is_finite() {
            self.momentum.fill(0.0);
            return Ok(loss);
        }
        let Settings { rate, decay_from: from, last, longest, .. } = settings;
        let rate = LearningRate::Linear { rate, from, last }.at(place).min(longest / length);
        for (parameter, momentum) in parameters.iter_mut().zip(&self.momentum) {
            *parameter += rate * momentum;
        }
        Ok(loss)
    }

    fn arrays(&self) -> Vec<NamedArray> {
        vec![vector("spring.momentum", &self.momentum)]
    }

    fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError> {
        self.momentum = arrays.of_length("spring.momentum", self.momentum.len())?;
        Ok(())
    }
}
