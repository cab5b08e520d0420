//! A batch shared among ranks.

use rayon::prelude::*;

use chem_solver::data::input_error::InputError;

use super::evaluation::{Loss, Points};
use super::*;
use crate::gradient_sum::{GradientSum, PartGradient};
use crate::reduce::RankError;

/// Cells that are advanced on one rank one after another: neighbours are alike, and the next go elsewhere.
const STRIPE: usize = 32;

impl GeneralTraining {
    /// What cannot be shared.
    pub(super) fn check_shared(&self) -> Result<(), TrainError> {
        let by_soap = |stage: &Stage| matches!(stage.optimiser, Optimiser::Soap(_));
        if self.config.stages.iter().all(by_soap) {
            return Ok(());
        }
        let message = "spring needs the rows of all points in one process, and cannot be shared among ranks";
        let remedy = "write optimiser.soap = {}, or train without mpirun";
        Err(TrainError::Config(InputError::new("stages.optimiser", message, remedy).into()))
    }

    /// Makes sure that all ranks are at the same place of the same training.
    pub(super) fn check_together(&self) -> Result<(), TrainError> {
        if self.reduction.is_alone() {
            return Ok(());
        }
        let place = [self.schedule.total as f64, self.pool.next as f64, self.pool.tau.iter().sum()];
        Ok(self.reduction.same(place.iter().chain(&self.parameters))?)
    }

    /// [`GeneralTraining::evaluate`] by all ranks.
    pub(super) fn evaluate_shared(
        &self,
        parameters: &[f64],
        points: &Points,
    ) -> Result<Vec<f64>, TrainError> {
        let parts = self.parts(&points.starts, evaluation::BLOCK);
        let costs: Vec<usize> = parts.iter().map(|part| part.range.len()).collect();
        let evaluate = |own: &[usize]| -> Result<_, TrainError> {
            let parts: Vec<_> = own.iter().map(|number| parts[*number].clone()).collect();
            Ok(self.evaluate_parts(parameters, points, parts))
        };
        Ok(self.reduction.share(&costs, evaluate)?.concat())
    }

    /// Advances rows by their times `[s]`, each on one rank; `false` for those that could not be.
    pub(super) fn advance_shared(&self, rows: &mut [f64], dt: &[f64]) -> Result<Vec<bool>, TrainError> {
        let tolerance = self.config.residual.tolerance;
        if self.reduction.is_alone() {
            return Ok(self.cells.advance_rows(rows, dt, tolerance)?);
        }
        let n = self.cells.network().structure().unknown_count();
        let stripes: Vec<(&[f64], &[f64])> = rows.chunks(STRIPE * n).zip(dt.chunks(STRIPE)).collect();
        let costs: Vec<usize> = stripes.iter().map(|(_, dt)| dt.len()).collect();
        // A stripe is its rows, then which of them are known.
        let advance = |own: &[usize]| -> Result<_, TrainError> {
            let mut rows: Vec<f64> = own.iter().flat_map(|stripe| stripes[*stripe].0).copied().collect();
            let dt: Vec<f64> = own.iter().flat_map(|stripe| stripes[*stripe].1).copied().collect();
            let known = self.cells.advance_rows(&mut rows, &dt, tolerance)?;
            let known: Vec<f64> = known.iter().map(|known| f64::from(u8::from(*known))).collect();
            let (mut rows, mut known) = (rows.as_slice(), known.as_slice());
            let stripe = |stripe: &usize| {
                let (of_rows, of_known);
                (of_rows, rows) = rows.split_at(costs[*stripe] * n);
                (of_known, known) = known.split_at(costs[*stripe]);
                [of_rows, of_known].concat()
            };
            Ok(own.iter().map(stripe).collect())
        };
        let found = self.reduction.share(&costs, advance)?;
        let mut all_known = Vec::with_capacity(dt.len());
        for (rows, (found, cells)) in rows.chunks_mut(STRIPE * n).zip(found.iter().zip(&costs)) {
            let (advanced, known) = found.split_at((cells * n).min(found.len()));
            rows.copy_from_slice(advanced);
            all_known.extend(known.iter().map(|known| *known == 1.0));
        }
        Ok(all_known)
    }

    /// A step of SOAP, each array on the rank that keeps its moments.
    pub(super) fn step_shared(
        &mut self,
        settings: &SoapSettings,
        place: (u64, f64),
        gradient: &[f64],
    ) -> Result<(), TrainError> {
        let (soap, parameters) = (&mut self.soap, &mut self.parameters);
        let costs = soap.costs();
        if self.reduction.is_alone() {
            let all: Vec<usize> = (0..costs.len()).collect();
            soap.step_of(&all, settings, place, gradient, parameters);
            return Ok(());
        }
        let found = self.reduction.share(&costs, |own| -> Result<_, TrainError> {
            soap.step_of(own, settings, place, gradient, parameters);
            Ok(own.iter().map(|array| parameters[soap.range(*array)].to_vec()).collect())
        })?;
        for (array, values) in found.iter().enumerate() {
            parameters[soap.range(array)].copy_from_slice(values);
        }
        Ok(())
    }

    /// Gives all ranks the moments that each keeps.
    pub(super) fn collect_moments(&mut self) -> Result<(), TrainError> {
        let keep = |own: &[usize]| -> Result<_, TrainError> {
            Ok(own.iter().map(|array| self.soap.moments(*array)).collect())
        };
        let found = self.reduction.share(&self.soap.costs(), keep)?;
        for (array, moments) in found.iter().enumerate() {
            let set = self.soap.set_moments(array, moments);
            set.ok_or(RankError::Apart { rank: self.reduction.rank() })?;
        }
        Ok(())
    }

    /// The loss of the parts of a batch and its gradient. `part` computes the part of a number, as the first, second ... of
    /// this rank: it is the loss without a gradient, the first of the parameters that its network has, and the gradient by
    /// these. Gradients are added up in the order of the parts; those that devices add up themselves, first on each rank.
    pub(super) fn sum_of_parts(
        &self,
        costs: &[usize],
        part: impl Fn(usize, usize) -> (Loss, usize, PartGradient) + Sync,
    ) -> Result<Loss, TrainError> {
        let outputs = self.ansatz.outputs();
        let gradient = || self.spread.gradient_sum(self.parameters.len());
        let compute = |own: &[usize]| -> Vec<_> {
            own.par_iter().enumerate().map(|(turn, number)| part(turn, *number)).collect()
        };
        if self.reduction.is_alone() {
            let all: Vec<usize> = (0..costs.len()).collect();
            return Ok(Loss::sum(compute(&all), outputs, gradient()));
        }
        let mut own_sum = gradient();
        let on_devices = matches!(own_sum, GradientSum::Devices { .. });
        let found = self.reduction.share(costs, |own| -> Result<_, TrainError> {
            let parts = compute(own).into_iter().enumerate().map(|(turn, (loss, first, gradient))| {
                let gradient = match gradient {
                    PartGradient::Host(values) => values,
                    on_device => {
                        own_sum.add(turn, first, on_device);
                        Vec::new()
                    }
                };
                to_message(&loss, first, &gradient)
            });
            Ok(parts.collect())
        })?;
        let parts = found.iter().map(|message| from_message(message, outputs));
        let mut sum =
            Loss::sum(parts.collect(), outputs, GradientSum::Host(vec![0.0; self.parameters.len()]));
        if on_devices {
            for gradient in self.reduction.all(&own_sum.total())? {
                sum.gradient.iter_mut().zip(&gradient).for_each(|(sum, part)| *sum += part);
            }
        }
        Ok(sum)
    }
}

/// value, first parameter, number of points, squares, shares of the points, gradient
fn to_message(loss: &Loss, first: usize, gradient: &[f64]) -> Vec<f64> {
    let head = [loss.value, first as f64, loss.by_point.len() as f64];
    [&head, loss.squares.as_slice(), &loss.by_point, gradient].concat()
}

fn from_message(message: &[f64], outputs: usize) -> (Loss, usize, PartGradient) {
    let number = |i: usize| message.get(i).copied().unwrap_or(f64::NAN);
    let rest = message.get(3..).unwrap_or_default();
    let (squares, rest) = rest.split_at(outputs.min(rest.len()));
    let (by_point, gradient) = rest.split_at((number(2) as usize).min(rest.len()));
    let loss = Loss {
        value: number(0),
        squares: squares.to_vec(),
        by_point: by_point.to_vec(),
        gradient: Vec::new(),
    };
    (loss, number(1) as usize, PartGradient::Host(gradient.to_vec()))
}
