//! How parameters are moved.
//!
//! ```text
//! adam, soap                            the gradient of the loss at new points
//! lbfgs                                 the gradient at the same points, several times
//! levenberg_marquardt, sample_space     the rows of the residual, and the loss after a step
//! spring                                the rows, as factors where they have them
//! ```
//! An optimiser asks a [`Problem`] for these and knows nothing else of it.

mod adam;
mod clipping;
mod lbfgs;
mod learning_rate;
pub(crate) mod levenberg_marquardt;
mod soap;
pub(crate) mod spring;

use std::fmt::Debug;

use chem_emulator::config;
use chem_emulator::weights::NamedArray;

use crate::error::TrainError;
use crate::loss::{Loss, Measure};
use crate::problem::Problem;
use crate::reduce::Reduction;
use crate::training::arrays::Arrays;

/// The place of an iteration in its stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Iterations done.
    pub(crate) iteration: u64,
    /// Iterations of the stage on the whole range of times.
    pub(crate) iterations: u64,
}

/// A way to move parameters, with its state.
pub(crate) trait Optimiser: Debug + Send + Sync {
    /// How it wants the loss to be computed.
    fn measure(&self) -> Measure;

    /// Moves the parameters once, at the points that the problem has drawn. What it returns is the loss of this iteration;
    /// the gradient in it does not count.
    ///
    /// # Errors
    /// Of the problem; a method that failed.
    fn step(
        &mut self,
        problem: &mut dyn Problem,
        place: Place,
        parameters: &mut Vec<f64>,
    ) -> Result<Loss, TrainError>;

    /// The range of times has grown: the loss is another from now on.
    fn range_has_grown(&mut self) {}

    /// Collects what is spread over ranks; called on all of them.
    ///
    /// # Errors
    /// A rank that ended or failed.
    fn collect(&mut self) -> Result<(), TrainError> {
        Ok(())
    }

    /// The state, for a snapshot.
    fn arrays(&self) -> Vec<NamedArray>;

    /// Takes the state of a snapshot.
    ///
    /// # Errors
    /// What is missing or of another size.
    fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError>;
}

/// The optimiser of a stage at its beginning. `shapes` are those of the arrays that the parameters consist of.
pub(crate) fn begin(
    settings: &config::Optimiser,
    shapes: Vec<Vec<usize>>,
    parameters: &[f64],
    ranks: &Reduction,
) -> Box<dyn Optimiser> {
    use config::Optimiser::*;
    use levenberg_marquardt::{LevenbergMarquardt as Damped, Space};
    match settings {
        Adam(settings) => Box::new(adam::Adam::new(*settings, parameters.len())),
        Lbfgs(settings) => Box::new(lbfgs::Lbfgs::new(*settings)),
        LevenbergMarquardt(settings) => Box::new(Damped::new(Space::Parameters, *settings)),
        SampleSpace(settings) => Box::new(Damped::new(Space::Rows, *settings)),
        Soap(settings) => Box::new(soap::Soap::new(*settings, shapes, parameters, ranks)),
        Spring(settings) => Box::new(spring::Spring::new(*settings, parameters.len())),
    }
}
