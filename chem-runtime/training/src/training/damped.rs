//! Iterations of Levenberg-Marquardt.

use super::*;
use crate::ansatz::Batch;
use crate::levenberg_marquardt::{Normal, Rows, search};
use crate::points;

impl Training {
    /// One iteration on a range of tau.
    pub(super) fn damped_step(
        &mut self,
        space: Space,
        damping: Damping,
        (range, whole_range): ([f64; 2], bool),
    ) -> Result<Progress, TrainError> {
        let set = &self.config.points;
        let round = self.schedule.total / set.resample_every;
        let tau = points::draw(set, range, self.config.seed, round, &self.profile);
        let batch = self.ansatz.batch(&tau, &self.device);
        let [y, slope] = self.ansatz.evaluate(&self.model, &batch);
        let temperature = vec![self.temperature; tau.len()];
        let states = States { tau: &tau, y: &y, slope: &slope, temperature: &temperature };
        let linearised = self.residual.linearise(states);
        let n = self.residual.rows();
        let before = mean_square(&linearised.residual, tau.len());
        if !before.is_finite() {
            return Err(self.not_finite(&tau, &y, &linearised));
        }
        let rows = Rows::new(
            &self.ansatz,
            &self.model,
            &self.layout,
            &batch,
            &linearised,
            self.residual.rows(),
            &self.device,
        )?;
        let by_unknown: Vec<f64> =
            (0..n).flat_map(|k| linearised.residual.iter().skip(k).step_by(n).copied()).collect();
        let normal = Normal::new(space, &rows, &by_unknown);
        let mut after = before;
        let outcome = search(damping, &normal, self.damping, before, |step| {
            after = self.loss_after(step, &tau, &batch, &temperature, &linearised.by_slope);
            after
        });
        self.damping = outcome.damping;
        match outcome.step {
            Some(step) => {
                for (parameter, step) in self.parameters.iter_mut().zip(&step) {
                    *parameter += step;
                }
                self.model = with_values(self.model.clone(), &self.parameters);
            }
            None => after = before,
        }
        self.profile = Profile {
            size: linearised.residual.chunks_exact(n).map(|r| mean_square(r, 1).sqrt()).collect(),
            tau,
        };
        Ok(Progress {
            stage: self.schedule.stage,
            iteration: self.schedule.iteration + 1,
            loss: after,
            residuals: self.residual_sizes(&linearised),
            tau_max: range[1],
            whole_range,
            ..Progress::default()
        })
    }

    /// The loss after a step, with the preconditioner as it was.
    fn loss_after(
        &self,
        step: &[f64],
        tau: &[f64],
        batch: &Batch,
        temperature: &[f64],
        preconditioner: &[f64],
    ) -> f64 {
        let trial: Vec<f64> = self.parameters.iter().zip(step).map(|(p, step)| p + step).collect();
        let model = with_values(self.model.clone(), &trial);
        let [y, slope] = self.ansatz.evaluate(&model, batch);
        let states = States { tau, y: &y, slope: &slope, temperature };
        mean_square(&self.residual.with_preconditioner(states, preconditioner), tau.len())
    }

    /// Root mean square of each unknown's residual; nought for a temperature that does not change.
    fn residual_sizes(&self, linearised: &Linearised) -> Vec<f64> {
        let (n, rows) = (self.residual.unknowns(), self.residual.rows());
        let points = linearised.residual.len() / rows;
        let mut sizes = vec![0.0; self.residual.kinetics.structure().unknown_count()];
        for row in linearised.residual.chunks_exact(rows) {
            for (size, r) in sizes.iter_mut().zip(&row[..n]) {
                *size += r * r / points as f64;
            }
        }
        sizes.iter_mut().for_each(|size| *size = size.sqrt());
        sizes
    }
}

/// Sum of squares over all unknowns, mean over the points.
fn mean_square(residual: &[f64], points: usize) -> f64 {
    residual.iter().map(|r| r * r).sum::<f64>() / points as f64
}
