//! The rows of the residual of one initial state, and their derivatives.

use burn::tensor::Tensor;

use super::{Linearised, SingleState};
use crate::error::TrainError;
use crate::loss::{Cost, Loss};
use crate::model::{Trace, matrix, with_values};
use crate::residual::States;
use crate::rows::Explicit;

impl SingleState {
    /// Rows of one kind together: row `k * points + m` is residual k at point m. One reverse pass through as many copies of
    /// the batch as there are residuals of a point; in copy k only residual k counts.
    pub(super) fn linearise(
        &self,
        parameters: &[f64],
        tau: &[f64],
        cost: Cost,
    ) -> Result<Linearised<Explicit>, TrainError> {
        let model = with_values(self.model.clone(), parameters);
        let batch = self.ansatz.batch(tau, &self.device);
        let [y, slope] = self.ansatz.evaluate(&model, &batch);
        let temperature = vec![self.temperature; tau.len()];
        let linearised =
            self.residual.linearise(States { tau, y: &y, slope: &slope, temperature: &temperature });
        let (kinds, points, n) = (self.residual.rows(), tau.len(), self.residual.unknowns());
        let weights: Vec<f64> = linearised.residual.iter().map(|r| cost.weight(*r)).collect();
        let weighted: Vec<f64> = linearised.residual.iter().zip(&weights).map(|(r, w)| w * r).collect();
        let loss = Loss {
            value: mean_square(&weighted, points),
            squares: squares(&linearised.residual, kinds),
            by_point: linearised.residual.chunks_exact(kinds).map(|r| mean_square(r, 1)).collect(),
            gradient: Vec::new(),
        };
        if !loss.value.is_finite() {
            return Err(self.not_finite(tau, &y, &linearised.residual));
        }
        let mut trace = Trace::probing(&self.device);
        let states = self.ansatz.states(&model, &batch.repeat(kinds), &mut trace);
        let cotangent = |by: &[f64]| -> Tensor<2> {
            let rows = (0..kinds).flat_map(|k| (0..points).map(move |m| m * kinds + k));
            let values = rows.flat_map(|row| by[row * n..(row + 1) * n].iter().map(move |by| (row, by)));
            let values = values.map(|(row, by)| weights[row] * by).collect();
            matrix(values, [kinds * points, n], &self.device, self.ansatz.dtype)
        };
        let mut sum = (states.value * cotangent(&linearised.by_y)).sum();
        if let Some(tangent) = states.tangent {
            sum = sum + (tangent * cotangent(&linearised.by_slope)).sum();
        }
        let rows = Explicit::new(trace, &sum.backward(), &self.layout, kinds * points)?;
        let residual = (0..kinds).flat_map(|k| weighted.iter().skip(k).step_by(kinds).copied()).collect();
        Ok(Linearised { residual, rows, loss, held: linearised.by_slope })
    }

    /// The loss at other parameters, with the preconditioner as given.
    pub(super) fn loss_with_preconditioner(&self, parameters: &[f64], preconditioner: &[f64]) -> f64 {
        let model = with_values(self.model.clone(), parameters);
        let [y, slope] = self.ansatz.evaluate(&model, &self.ansatz.batch(&self.tau, &self.device));
        let temperature = vec![self.temperature; self.tau.len()];
        let states = States { tau: &self.tau, y: &y, slope: &slope, temperature: &temperature };
        mean_square(&self.residual.with_preconditioner(states, preconditioner), self.tau.len())
    }
}

/// Sum of squares over all rows, mean over the points.
fn mean_square(residual: &[f64], points: usize) -> f64 {
    residual.iter().map(|r| r * r).sum::<f64>() / points as f64
}

/// Mean square of each kind of rows.
fn squares(residual: &[f64], kinds: usize) -> Vec<f64> {
    let points = residual.len() / kinds;
    let mut squares = vec![0.0; kinds];
    for row in residual.chunks_exact(kinds) {
        for (square, r) in squares.iter_mut().zip(row) {
            *square += r * r / points as f64;
        }
    }
    squares
}
