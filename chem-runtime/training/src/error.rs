//! Why a training could not begin or go on.

use std::fmt;

use super::iterate::Progress;
use super::reduce::RankError;
use chem_solver::advance::AdvanceError;
use chem_solver::bdf::SolveError;
use chem_solver::data::input_error::InputErrors;
use chem_solver::runs::FailedCell;

/// Why a training could not begin or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// The config does not fit the network, or asks for what does not exist.
    #[error("{0}")]
    Config(#[from] InputErrors),
    /// The loss or the weights are not finite.
    #[error("{0}")]
    NotFinite(Box<NotFinite>),
    /// A snapshot is not one of this training.
    #[error("this state cannot be restored: {problem}; it belongs to another config or version of chem")]
    Snapshot {
        /// What is missing or does not fit.
        problem: String,
    },
    /// The solver that judges the training failed.
    #[error("the reference solution failed{}: {error}", with(parameters))]
    Reference {
        /// Why.
        #[source]
        error: SolveError,
        /// The parameters that the config sets; may be empty.
        parameters: String,
    },
    /// The solver of many cells was called with what fits no cell.
    #[error("the cells of a batch cannot be advanced: {0}")]
    Cells(#[from] AdvanceError),
    /// There is nothing to learn from.
    #[error("no cell of the batch could be advanced, so that there is no loss (of {points} points)")]
    NothingKnown {
        /// Points of the batch.
        points: usize,
    },
    /// Another rank of the training ended or failed.
    #[error(transparent)]
    Rank(#[from] RankError),
    /// Arithmetic of a step failed in a way that is not the fault of the numbers.
    #[error("{method} failed: {problem}")]
    Method {
        /// The optimiser or operation.
        method: &'static str,
        /// What happened.
        problem: String,
    },
}

impl TrainError {
    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        match self {
            TrainError::Config(errors) => errors.help(),
            TrainError::NothingKnown { .. } => Some(
                "check the network over this domain with `chem check` and `solve`, or let residual.tolerance be larger",
            ),
            _ => None,
        }
    }
}

/// Where a non-finite value first appeared.
#[derive(Clone, Debug, PartialEq)]
pub struct NotFinite {
    /// Index of the stage, from 0.
    pub stage: usize,
    /// Iteration within the stage, from 0.
    pub iteration: u64,
    /// What is not finite: "the residual", "the gradient", "the weights".
    pub what: &'static str,
    /// Name of the unknown (a species, or `T`) where it was met first.
    pub unknown: Option<String>,
    /// Time of that collocation point `[s]`.
    pub time: Option<f64>,
    /// State at that point: densities [cm^-3], then T `[K]`; may be empty.
    pub state: Vec<f64>,
}

impl NotFinite {
    /// What a rank knows of a number that another has met.
    pub(crate) fn elsewhere() -> Self {
        NotFinite {
            stage: 0,
            iteration: 0,
            what: "the residual on another rank",
            unknown: None,
            time: None,
            state: Vec::new(),
        }
    }

    /// The diagnosis of a loss that is not finite: the first unknown whose residual is not.
    pub(super) fn of_loss(progress: &Progress, species: &[String]) -> Self {
        let unknown = progress.residuals.iter().position(|residual| !residual.is_finite());
        let name = |k: usize| species.get(k).cloned().unwrap_or_else(|| "T".to_owned());
        NotFinite {
            stage: progress.stage,
            iteration: progress.iteration,
            what: "the loss",
            unknown: unknown.map(name),
            time: None,
            state: Vec::new(),
        }
    }
}

impl fmt::Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not finite in iteration {} of stage {}", self.what, self.iteration, self.stage + 1)?;
        if let Some(unknown) = &self.unknown {
            write!(f, ", for {unknown}")?;
        }
        if let Some(time) = self.time {
            write!(f, ", at t = {time:e} s")?;
        }
        if let Some(t_gas) = self.state.last() {
            write!(f, ", T = {t_gas:e} K")?;
        }
        Ok(())
    }
}

impl From<FailedCell> for TrainError {
    fn from(failed: FailedCell) -> Self {
        TrainError::Reference { error: failed.error, parameters: String::new() }
    }
}

fn with(parameters: &str) -> String {
    match parameters {
        "" => String::new(),
        parameters => format!(" with the config's parameters ({parameters}), which may be out of range"),
    }
}

impl From<NotFinite> for TrainError {
    fn from(error: NotFinite) -> Self {
        TrainError::NotFinite(Box::new(error))
    }
}
