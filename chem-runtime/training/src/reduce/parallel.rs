//! The sum of the parts of a batch, computed by the threads and devices of this process and by other ranks.

use rayon::prelude::*;

use super::Reduction;
use super::devices::Devices;
use super::gradient_sum::{GradientSum, PartGradient};
use crate::error::{NotFinite, TrainError};
use crate::loss::Loss;

/// Parts whose gradients are in memory at once.
pub(crate) const WAVE: usize = 64;

/// Where the parts of a batch are computed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parallel {
    pub(crate) devices: Devices,
    pub(crate) ranks: Reduction,
}

/// What some points give.
pub(crate) struct Part {
    /// Without a gradient.
    pub(crate) loss: Loss,
    /// The first of the parameters that their network has.
    pub(crate) first: usize,
    /// By these parameters.
    pub(crate) gradient: PartGradient,
}

/// Sizes of what parts add up to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Rows of a point.
    pub(crate) rows: usize,
    /// Parameters of all networks.
    pub(crate) parameters: usize,
}

impl Parallel {
    /// The loss of the parts of a batch and its gradient. `part` computes the part of a number, as the first, second ... of
    /// this rank; `costs` says how long each takes, in any unit. Sums are in the order of the parts, whatever the number of
    /// threads and ranks; gradients that devices add up themselves, first on each rank.
    ///
    /// # Errors
    /// Of a part; another rank that failed.
    pub(crate) fn sum(
        &self,
        costs: &[usize],
        sizes: Sizes,
        part: impl Fn(usize, usize) -> Result<Part, TrainError> + Sync,
    ) -> Result<Loss, TrainError> {
        if !self.ranks.is_alone() {
            return self.sum_over_ranks(costs, sizes, part);
        }
        let mut sum = Sum::new(sizes, self.devices.gradient_sum(sizes.parameters));
        for from in (0..costs.len()).step_by(WAVE) {
            let wave = (from..(from + WAVE).min(costs.len())).into_par_iter();
            let found: Result<Vec<Part>, _> = wave.map(|number| part(number, number)).collect();
            found?.into_iter().enumerate().for_each(|(i, part)| sum.add(from + i, part));
        }
        Ok(sum.total())
    }

    fn sum_over_ranks(
        &self,
        costs: &[usize],
        sizes: Sizes,
        part: impl Fn(usize, usize) -> Result<Part, TrainError> + Sync,
    ) -> Result<Loss, TrainError> {
        let mut own_sum = self.devices.gradient_sum(sizes.parameters);
        let on_devices = matches!(own_sum, GradientSum::Devices { .. });
        let mut diagnosis = None;
        let found = self.ranks.share(costs, |own| -> Result<_, TrainError> {
            let parts: Vec<Result<Part, TrainError>> =
                own.par_iter().enumerate().map(|(turn, number)| part(turn, *number)).collect();
            let mut messages = Vec::with_capacity(parts.len());
            for (turn, part) in parts.into_iter().enumerate() {
                messages.push(match part {
                    Ok(Part { loss, first, gradient: PartGradient::Host(gradient) }) => {
                        to_message(&loss, first, &gradient)
                    }
                    Ok(Part { loss, first, gradient }) => {
                        own_sum.add(turn, first, gradient);
                        to_message(&loss, first, &[])
                    }
                    // No failure of this rank: an optimiser may come back from where numbers are none.
                    Err(TrainError::NotFinite(found)) => {
                        diagnosis = Some(found);
                        Vec::new()
                    }
                    Err(error) => return Err(error),
                });
            }
            Ok(messages)
        })?;
        if found.iter().any(Vec::is_empty) {
            return Err(TrainError::NotFinite(diagnosis.unwrap_or_else(|| Box::new(NotFinite::elsewhere()))));
        }
        let mut sum = Sum::new(sizes, GradientSum::Host(vec![0.0; sizes.parameters]));
        for (number, message) in found.iter().enumerate() {
            sum.add(number, from_message(message, sizes.rows));
        }
        let mut loss = sum.total();
        if on_devices {
            for gradient in self.ranks.all(&own_sum.total())? {
                loss.gradient.iter_mut().zip(&gradient).for_each(|(sum, part)| *sum += part);
            }
        }
        Ok(loss)
    }
}

/// A loss as it grows.
struct Sum<'a> {
    loss: Loss,
    gradient: GradientSum<'a>,
}

impl<'a> Sum<'a> {
    fn new(sizes: Sizes, gradient: GradientSum<'a>) -> Self {
        Sum { loss: Loss { squares: vec![0.0; sizes.rows], ..Loss::default() }, gradient }
    }

    fn add(&mut self, number: usize, part: Part) {
        let Part { loss, first, gradient } = part;
        self.loss.value += loss.value;
        self.loss.by_point.extend_from_slice(&loss.by_point);
        self.loss.squares.iter_mut().zip(&loss.squares).for_each(|(sum, square)| *sum += square);
        self.gradient.add(number, first, gradient);
    }

    fn total(self) -> Loss {
        Loss { gradient: self.gradient.total(), ..self.loss }
    }
}

/// value, first parameter, number of points, squares, shares of the points, gradient
fn to_message(loss: &Loss, first: usize, gradient: &[f64]) -> Vec<f64> {
    let head = [loss.value, first as f64, loss.by_point.len() as f64];
    [&head, loss.squares.as_slice(), &loss.by_point, gradient].concat()
}

fn from_message(message: &[f64], rows: usize) -> Part {
    let number = |i: usize| message.get(i).copied().unwrap_or(f64::NAN);
    let rest = message.get(3..).unwrap_or_default();
    let (squares, rest) = rest.split_at(rows.min(rest.len()));
    let (by_point, gradient) = rest.split_at((number(2) as usize).min(rest.len()));
    let loss = Loss {
        value: number(0),
        squares: squares.to_vec(),
        by_point: by_point.to_vec(),
        gradient: Vec::new(),
    };
    Part { loss, first: number(1) as usize, gradient: PartGradient::Host(gradient.to_vec()) }
}
