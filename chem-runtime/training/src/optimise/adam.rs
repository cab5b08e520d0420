//! Adam (Kingma & Ba 2015) with warm-up and decay of the learning rate.

use chem_emulator::config::Adam as Settings;
use chem_emulator::weights::NamedArray;

use super::learning_rate::LearningRate;
use super::{Optimiser, Place};
use crate::error::TrainError;
use crate::loss::{Cost, Loss, Measure};
use crate::problem::Problem;
use crate::training::arrays::{Arrays, vector};

/// Adam and its moments.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Adam {
    settings: Settings,
    /// Mean of the gradient.
    mean: Vec<f64>,
    /// Mean of its square.
    square: Vec<f64>,
}

impl Adam {
    pub(super) fn new(settings: Settings, parameters: usize) -> Self {
        Adam { settings, mean: vec![0.0; parameters], square: vec![0.0; parameters] }
    }

    fn move_along(&mut self, gradient: &[f64], place: Place, parameters: &mut [f64]) {
        let Settings { learning_rate: rate, warm_up, decay: factor, beta_1, beta_2, epsilon, .. } =
            self.settings;
        let count = (place.iteration + 1) as f64;
        let [unbias_1, unbias_2] = [beta_1, beta_2].map(|beta| 1.0 - beta.powf(count));
        let rate = LearningRate::Decay { rate, warm_up, factor }.at(place);
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((parameter, g), (mean, square)) in parameters.iter_mut().zip(gradient).zip(moments) {
            *mean = beta_1 * *mean + (1.0 - beta_1) * g;
            *square = beta_2 * *square + (1.0 - beta_2) * g * g;
            *parameter -= rate * (*mean / unbias_1) / ((*square / unbias_2).sqrt() + epsilon);
        }
    }
}

impl Optimiser for Adam {
    fn measure(&self) -> Measure {
        Measure { cost: Cost::Square, micro_batch: self.settings.micro_batch }
    }

    fn step(
        &mut self,
        problem: &mut dyn Problem,
        place: Place,
        parameters: &mut Vec<f64>,
    ) -> Result<Loss, TrainError> {
        let loss = problem.loss(parameters)?;
        self.move_along(&loss.gradient, place, parameters);
        Ok(loss)
    }

    fn arrays(&self) -> Vec<NamedArray> {
        vec![vector("adam.mean", &self.mean), vector("adam.square", &self.square)]
    }

    fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError> {
        self.mean = arrays.of_length("adam.mean", self.mean.len())?;
        self.square = arrays.of_length("adam.square", self.square.len())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the size of the gradient, the first step has the length of the learning rate.
    #[test]
    fn the_first_step_does_not_depend_on_the_size_of_the_gradient() {
        let settings = Settings { warm_up: 0, ..Settings::default() };
        let mut parameters = [0.0, 0.0];
        let place = Place { iteration: 0, iterations: 1 };
        Adam::new(settings, 2).move_along(&[1e3, -1e-3], place, &mut parameters);
        assert!((parameters[0] + 1e-3).abs() < 1e-7 && (parameters[1] - 1e-3).abs() < 1e-7, "{parameters:?}");
    }
}
