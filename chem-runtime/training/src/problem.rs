//! What is learnt: one initial state, or all of a domain.
//!
//! A problem draws points, and says what a network with given parameters is worth there: the loss with its gradient, and the
//! rows of the residual with their derivatives. It does not know how parameters are moved.

pub(crate) mod domain;
pub(crate) mod single;

use std::fmt::Debug;

use burn::tensor::Device;
use chem_emulator::config::Optimiser;
use chem_emulator::weights::NamedArray;
use chem_solver::structure::Structure;

use crate::error::TrainError;
use crate::loss::{Cost, Loss, Measure};
use crate::residual::ResidualOperation;
use crate::rows::{Explicit, Rows};
use crate::training::arrays::Arrays;

/// What an optimiser needs of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// The gradient of the loss, at new points in every iteration if the problem likes.
    Gradient,
    /// The gradient at several parameters, at the same points until the stage or its range of times changes.
    LineSearch,
    /// The rows of the residual with their derivatives, of all points at once.
    Rows,
}

impl Needs {
    /// Of an optimiser.
    pub(crate) fn of(optimiser: &Optimiser) -> Self {
        match optimiser {
            Optimiser::Adam(_) | Optimiser::Soap(_) => Needs::Gradient,
            Optimiser::Lbfgs(_) => Needs::LineSearch,
            Optimiser::LevenbergMarquardt(_) | Optimiser::SampleSpace(_) | Optimiser::Spring(_) => {
                Needs::Rows
            }
        }
    }
}

/// Where a training is when points are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    /// Index of the stage, from 0.
    pub(crate) stage: usize,
    /// Iterations done in the stage.
    pub(crate) iteration: u64,
    /// Iterations done in all stages.
    pub(crate) total: u64,
    /// The range of tau that is trained now.
    pub(crate) range: [f64; 2],
    pub(crate) needs: Needs,
    pub(crate) measure: Measure,
}

impl Moment {
    /// The beginning of a training.
    pub(crate) fn begin() -> Self {
        let measure = Measure { cost: Cost::Square, micro_batch: usize::MAX };
        Moment { stage: 0, iteration: 0, total: 0, range: [0.0; 2], needs: Needs::Gradient, measure }
    }
}

/// The rows of the residual at the points that were drawn, and their derivatives by the parameters.
#[derive(Debug)]
pub(crate) struct Linearised<R> {
    /// Each row times its weight.
    pub(crate) residual: Vec<f64>,
    /// Derivatives of these, the weights held fixed.
    pub(crate) rows: R,
    /// The loss without its gradient; the share of each point is the sum of its squares.
    pub(crate) loss: Loss,
    /// What was held fixed besides: the preconditioner at each point, for [`Problem::loss_held`].
    pub(crate) held: Vec<f64>,
}

impl Linearised<Explicit> {
    /// The same for whoever does not ask how the derivatives are kept.
    fn boxed(self) -> Linearised<Box<dyn Rows>> {
        let Linearised { residual, rows, loss, held } = self;
        Linearised { residual, rows: Box::new(rows), loss, held }
    }
}

/// What a network is trained on.
pub(crate) trait Problem: Debug + Send + Sync {
    /// The parameters of a network that has learnt nothing.
    fn initial_parameters(&self) -> Vec<f64>;

    /// Shapes of the arrays that the parameters consist of, in order.
    fn shapes(&self) -> Vec<Vec<usize>>;

    /// The parameters as named arrays.
    fn weights(&self, parameters: &[f64]) -> Vec<NamedArray>;

    /// The network whose equations are learnt.
    fn structure(&self) -> &Structure;

    /// Computes the residual on these devices, where the network is: no state goes to the host.
    ///
    /// # Errors
    /// Why the host computes it.
    #[cfg_attr(not(any(feature = "device", test)), expect(dead_code, reason = "the host computes all"))]
    fn compute_on(
        &mut self,
        operation: &dyn ResidualOperation,
        devices: &[Device],
    ) -> Result<(), &'static str>;

    /// Draws points, which stay until the next are drawn.
    ///
    /// # Errors
    /// A solver that was called with what fits no cell, or another rank that failed.
    fn draw(&mut self, moment: &Moment, parameters: &[f64]) -> Result<(), TrainError>;

    /// The loss at the points that were drawn, and its gradient.
    ///
    /// # Errors
    /// Numbers that are not finite, points of which nothing is known, another rank that failed.
    fn loss(&self, parameters: &[f64]) -> Result<Loss, TrainError>;

    /// The rows at the points that were drawn, with all their derivatives in memory.
    ///
    /// # Errors
    /// As [`Problem::loss`].
    fn rows(&self, parameters: &[f64], cost: Cost) -> Result<Linearised<Explicit>, TrainError>;

    /// The same, with the derivatives as factors where that is possible.
    ///
    /// # Errors
    /// As [`Problem::loss`].
    fn factored_rows(&self, parameters: &[f64], cost: Cost) -> Result<Linearised<Box<dyn Rows>>, TrainError> {
        self.rows(parameters, cost).map(Linearised::boxed)
    }

    /// The value of [`Cost::Square`] at other parameters, with `held` as [`Problem::rows`] gave it.
    fn loss_held(&self, parameters: &[f64], held: &[f64]) -> f64;

    /// Takes note of an iteration: where the residual was large, and what the parameters are now.
    fn learnt(&mut self, loss: &Loss, parameters: &[f64]);

    /// Takes note that parameters were set back.
    fn set_back(&mut self, parameters: &[f64]);

    /// Numbers that all ranks must agree on before an iteration.
    fn position(&self) -> Vec<f64>;

    /// The state, for a snapshot.
    fn arrays(&self) -> Vec<NamedArray>;

    /// Takes the state of a snapshot.
    ///
    /// # Errors
    /// What is missing or of another size.
    fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError>;
}
