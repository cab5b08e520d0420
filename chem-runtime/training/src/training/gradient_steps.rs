//! Iterations of the methods that know the gradient of the loss: Adam and L-BFGS.

use super::loss::weighted;
use super::*;
use crate::points;
use chem_emulator::config::{Adam as AdamSettings, Lbfgs as LbfgsSettings, Loss, Weighting};

impl Training {
    /// One iteration of Adam.
    pub(super) fn adam_step(
        &mut self,
        settings: &AdamSettings,
        (range, whole_range): ([f64; 2], bool),
    ) -> Result<Progress, TrainError> {
        let set = &self.config.points;
        let round = self.schedule.total / set.resample_every;
        let tau = points::draw(set, range, self.config.seed, round, &self.profile);
        let loss = self.config.loss;
        if loss.weights == Weighting::Annealed && self.schedule.total.is_multiple_of(loss.refresh_every) {
            self.anneal(&tau, settings.micro_batch, &loss)?;
        }
        let found = self.evaluate(&self.parameters, &tau, &self.weights, settings.micro_batch)?;
        self.adam.step(settings, self.schedule.iteration, &found.gradient, &mut self.parameters);
        self.model = with_values(self.model.clone(), &self.parameters);
        Ok(self.progress(&found.terms, range[1], whole_range))
    }

    /// One iteration of L-BFGS, on points that stay the same for the whole stage.
    pub(super) fn lbfgs_step(
        &mut self,
        settings: &LbfgsSettings,
        (range, whole_range): ([f64; 2], bool),
    ) -> Result<Progress, TrainError> {
        let stage_round = u64::MAX - 1 - self.schedule.stage as u64;
        let tau =
            points::draw(&self.config.points, range, self.config.seed, stage_round, &Profile::default());
        let from = self.point(self.parameters.clone(), &tau, &self.weights, settings.micro_batch)?;
        let mut lbfgs = std::mem::take(&mut self.lbfgs);
        let to = lbfgs.step(settings.history, settings.learning_rate, &from, |parameters| {
            match self.point(parameters.clone(), &tau, &self.weights, settings.micro_batch) {
                // Too far: the line search comes back.
                Err(TrainError::NotFinite(_)) => Ok(crate::lbfgs::Point {
                    gradient: vec![0.0; parameters.len()],
                    parameters,
                    loss: f64::INFINITY,
                }),
                other => other,
            }
        });
        self.lbfgs = lbfgs;
        if let Some(to) = to? {
            self.parameters = to.parameters;
            self.model = with_values(self.model.clone(), &self.parameters);
        }
        let found = self.evaluate(&self.parameters, &tau, &self.weights, settings.micro_batch)?;
        Ok(self.progress(&found.terms, range[1], whole_range))
    }

    /// Learning-rate annealing (Wang, Teng & Perdikaris 2021, algorithm 1): a term whose gradient is small
    /// beside the largest entry of that of the residual gets a larger weight.
    fn anneal(&mut self, tau: &[f64], micro_batch: usize, settings: &Loss) -> Result<(), TrainError> {
        let (count, rows) = (self.term_count(), self.residual.rows());
        let only = |chosen: std::ops::Range<usize>| -> Vec<f64> {
            (0..count).map(|i| if chosen.contains(&i) { 1.0 } else { 0.0 }).collect()
        };
        let gradient = |weights: Vec<f64>| -> Result<Vec<f64>, TrainError> {
            Ok(self.evaluate(&self.parameters, tau, &weights, micro_batch)?.gradient)
        };
        let largest = gradient(only(0..rows))?.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
        let mut weights = self.weights.clone();
        for (term, weight) in weights.iter_mut().enumerate() {
            let part = gradient(only(term..term + 1))?;
            let mean = part.iter().map(|g| g.abs()).sum::<f64>() / part.len() as f64;
            // NaN, if no term has a gradient, changes nothing.
            let wanted = largest / mean;
            if !wanted.is_nan() {
                let wanted = wanted.min(settings.largest_weight);
                *weight = settings.alpha * *weight + (1.0 - settings.alpha) * wanted;
            }
        }
        self.weights = weights;
        Ok(())
    }

    fn progress(&self, terms: &[f64], tau_max: f64, whole_range: bool) -> Progress {
        let n = self.residual.unknowns();
        let mut residuals: Vec<f64> = terms.iter().take(n).map(|term| term.sqrt()).collect();
        residuals.resize(self.residual.kinetics.structure().unknown_count(), 0.0);
        Progress {
            stage: self.schedule.stage,
            iteration: self.schedule.iteration + 1,
            loss: weighted(terms, &self.weights),
            residuals,
            tau_max,
            whole_range,
            ..Progress::default()
        }
    }
}
