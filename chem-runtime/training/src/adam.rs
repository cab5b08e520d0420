//! Adam (Kingma & Ba 2015) with warm-up and decay of the learning rate.

use chem_emulator::config::Adam as Settings;

/// Moments of the gradient.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Adam {
    /// Mean of the gradient.
    pub(crate) mean: Vec<f64>,
    /// Mean of its square.
    pub(crate) square: Vec<f64>,
}

impl Adam {
    pub(crate) fn new(parameters: usize) -> Self {
        Adam { mean: vec![0.0; parameters], square: vec![0.0; parameters] }
    }

    /// Moves the parameters; `iteration` counts from 0.
    pub(crate) fn step(
        &mut self,
        settings: &Settings,
        iteration: u64,
        gradient: &[f64],
        parameters: &mut [f64],
    ) {
        let &Settings { beta_1, beta_2, epsilon, .. } = settings;
        let count = (iteration + 1) as f64;
        let [unbias_1, unbias_2] = [beta_1, beta_2].map(|beta| 1.0 - beta.powf(count));
        let rate = learning_rate(settings, iteration);
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((parameter, g), (mean, square)) in parameters.iter_mut().zip(gradient).zip(moments) {
            *mean = beta_1 * *mean + (1.0 - beta_1) * g;
            *square = beta_2 * *square + (1.0 - beta_2) * g * g;
            *parameter -= rate * (*mean / unbias_1) / ((*square / unbias_2).sqrt() + epsilon);
        }
    }
}

/// It grows evenly during the warm-up (Goyal et al. 2018), then decays by a factor per iteration.
pub(crate) fn learning_rate(settings: &Settings, iteration: u64) -> f64 {
    let after = iteration as f64 - settings.warm_up as f64;
    if after < 0.0 {
        return settings.learning_rate * (iteration + 1) as f64 / settings.warm_up as f64;
    }
    settings.learning_rate * settings.decay.powf(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learning_rate_grows_then_decays() {
        let settings = Settings { learning_rate: 0.1, warm_up: 4, decay: 0.5, ..Settings::default() };
        let rates: Vec<f64> = (0..7).map(|i| learning_rate(&settings, i)).collect();
        let expected = [0.025, 0.05, 0.075, 0.1, 0.1, 0.05, 0.025];
        assert!(rates.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15), "{rates:?}");
    }

    /// Whatever the size of the gradient, the first step has the length of the learning rate.
    #[test]
    fn the_first_step_does_not_depend_on_the_size_of_the_gradient() {
        let settings = Settings { warm_up: 0, ..Settings::default() };
        let mut parameters = [0.0, 0.0];
        Adam::new(2).step(&settings, 0, &[1e3, -1e-3], &mut parameters);
        assert!((parameters[0] + 1e-3).abs() < 1e-7 && (parameters[1] - 1e-3).abs() < 1e-7, "{parameters:?}");
    }
}
