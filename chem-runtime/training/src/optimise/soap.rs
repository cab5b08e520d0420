//! SOAP with gradient clipping and rollback.

mod moments;

use chem_emulator::config::Soap as Settings;
use chem_emulator::weights::NamedArray;

use super::clipping::{Clipping, Verdict};
use super::learning_rate::LearningRate;
use super::{Optimiser, Place};
use crate::error::TrainError;
use crate::loss::{Cost, Loss, Measure};
use crate::problem::Problem;
use crate::reduce::{RankError, Reduction};
use crate::training::arrays::{Arrays, vector};
use moments::Moments;

/// SOAP and its state.
#[derive(Clone, Debug)]
pub(super) struct Soap {
    settings: Settings,
    shapes: Vec<Vec<usize>>,
    moments: Moments,
    clipping: Clipping,
    /// The parameters some hundred iterations ago, and some hundred before.
    copies: [Vec<f64>; 2],
    ranks: Reduction,
}

impl Soap {
    pub(super) fn new(
        settings: Settings,
        shapes: Vec<Vec<usize>>,
        parameters: &[f64],
        ranks: &Reduction,
    ) -> Self {
        Soap {
            settings,
            moments: Moments::new(shapes.iter().cloned()),
            shapes,
            clipping: Clipping::default(),
            copies: [parameters.to_vec(), parameters.to_vec()],
            ranks: ranks.clone(),
        }
    }

    /// A step of each array on the rank that keeps its moments.
    fn move_along(
        &mut self,
        gradient: &[f64],
        place: (u64, f64),
        parameters: &mut [f64],
    ) -> Result<(), TrainError> {
        let (moments, settings) = (&mut self.moments, &self.settings);
        let costs = moments.costs();
        if self.ranks.is_alone() {
            let all: Vec<usize> = (0..costs.len()).collect();
            moments.step_of(&all, settings, place, gradient, parameters);
            return Ok(());
        }
        let found = self.ranks.share(&costs, |own| -> Result<_, TrainError> {
            moments.step_of(own, settings, place, gradient, parameters);
            Ok(own.iter().map(|array| parameters[moments.range(*array)].to_vec()).collect())
        })?;
        for (array, values) in found.iter().enumerate() {
            parameters[moments.range(array)].copy_from_slice(values);
        }
        Ok(())
    }
}

impl Optimiser for Soap {
    fn measure(&self) -> Measure {
        Measure { cost: Cost::Huber(self.settings.huber), micro_batch: self.settings.micro_batch }
    }

    fn step(
        &mut self,
        problem: &mut dyn Problem,
        place: Place,
        parameters: &mut Vec<f64>,
    ) -> Result<Loss, TrainError> {
        let loss = problem.loss(parameters)?;
        let Settings { learning_rate: rate, warm_up, last, .. } = self.settings;
        let rate = LearningRate::Cosine { rate, warm_up, last }.at(place) * self.clipping.rate();
        match self.clipping.judge(loss.value, &loss.gradient) {
            Verdict::Skip => {}
            Verdict::Step(factor) => {
                let gradient: Vec<f64> = loss.gradient.iter().map(|g| factor * g).collect();
                self.move_along(&gradient, (place.iteration, rate), parameters)?;
                if self.clipping.copies() {
                    self.copies.swap(0, 1);
                    self.copies[0].clone_from(parameters);
                }
            }
            Verdict::Rescue => {
                parameters.clone_from(&self.copies[1]);
                problem.set_back(parameters);
                self.moments = Moments::new(self.shapes.iter().cloned());
            }
        }
        Ok(loss)
    }

    /// Gives all ranks the moments that each keeps.
    fn collect(&mut self) -> Result<(), TrainError> {
        if self.ranks.is_alone() {
            return Ok(());
        }
        let keep = |own: &[usize]| -> Result<_, TrainError> {
            Ok(own.iter().map(|array| self.moments.moments(*array)).collect())
        };
        let found = self.ranks.share(&self.moments.costs(), keep)?;
        for (array, moments) in found.iter().enumerate() {
            let set = self.moments.set_moments(array, moments);
            set.ok_or(RankError::Apart { rank: self.ranks.rank() })?;
        }
        Ok(())
    }

    fn arrays(&self) -> Vec<NamedArray> {
        let mut arrays = vec![
            vector("copies.0", &self.copies[0]),
            vector("copies.1", &self.copies[1]),
            vector("steadiness", &self.clipping.to_array()),
        ];
        arrays.extend(self.moments.arrays());
        arrays
    }

    fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError> {
        let count = self.copies[0].len();
        self.copies = [arrays.of_length("copies.0", count)?, arrays.of_length("copies.1", count)?];
        self.clipping = Clipping::from_array(&arrays.of_length("steadiness", 5)?);
        let restored = self.moments.restore(|name, length| arrays.of_length(name, length).ok());
        restored.ok_or_else(|| TrainError::Snapshot { problem: "the moments of SOAP are missing".to_owned() })
    }
}
