//! What is trained and how: the contents of a `config.toml`.
//!
//! Every key but `network` has a default; with all of them a single cell of gas is trained by the
//! Levenberg-Marquardt method. Unknown keys are errors.
//!
//! ```
//! let config = chem_emulator::Config::parse("network = 'atomic'\n[model]\nwidth = 24", "c.toml").unwrap();
//! assert_eq!((config.model.width, config.model.depth, config.seed), (24, 2, 0));
//! ```

mod architecture;
mod checks;
mod choices;
mod differences;
mod loss;
mod paths;
mod points;
mod reading;
mod residual;
mod stage;
mod stop;
mod time;
mod unused;
mod wording;

pub use architecture::{Activation, Architecture, Kind, Precision};
pub use choices::{Closure, InitialCondition, InitialConditions, Preconditioner, Variables};
pub use loss::{Loss, Weighting};
pub use points::{Points, Sampler};
pub use residual::{Residual, ResidualKind};
pub use stage::{Adam, Curriculum, Lbfgs, LevenbergMarquardt, Optimiser, Soap, Spring, Stage};
pub use stop::Stop;
pub use time::{Axis, Seconds, Time};
pub use unused::Unused;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A training from beginning to end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of a network that comes with chem, or path of a network file; in a file it is relative to that file's folder.
    pub network: String,
    /// What one line of text may say of this training.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Seed of all random numbers; default 0.
    #[serde(default)]
    pub seed: u64,
    /// Unknowns of the network as they are trained; default `log`.
    #[serde(default)]
    pub variables: Variables,
    /// How the initial state enters; default `hard`.
    #[serde(default)]
    pub initial_condition: InitialCondition,
    /// Whether the conservation laws are trained or hold exactly; default `residual`.
    #[serde(default)]
    pub closure: Closure,
    /// From where the cells start; default `state = "single"`.
    #[serde(default)]
    pub initial: InitialConditions,
    /// Values of the network's parameters, in cgs units; others keep those of the network file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, f64>,
    /// The times that are trained.
    #[serde(default)]
    pub time: Time,
    /// The network's form.
    #[serde(default)]
    pub model: Architecture,
    /// The residual that a training minimises.
    #[serde(default)]
    pub residual: Residual,
    /// Where it is made small.
    #[serde(default)]
    pub points: Points,
    /// How its parts are weighed.
    #[serde(default)]
    pub loss: Loss,
    /// By which methods, one after another; default: Levenberg-Marquardt with the curriculum.
    #[serde(default = "stage::recipe")]
    pub stages: Vec<Stage>,
    /// When to stop before the stages end.
    #[serde(default)]
    pub stop: Stop,
}

impl Config {
    /// The defaults for a network.
    pub fn new(network: impl Into<String>) -> Self {
        Config {
            network: network.into(),
            description: String::new(),
            seed: 0,
            variables: Variables::default(),
            initial_condition: InitialCondition::default(),
            closure: Closure::default(),
            initial: InitialConditions::default(),
            parameters: BTreeMap::new(),
            time: Time::default(),
            model: Architecture::default(),
            residual: Residual::default(),
            points: Points::default(),
            loss: Loss::default(),
            stages: stage::recipe(),
            stop: Stop::default(),
        }
    }

    /// The most iterations that all stages can take, each window of a curriculum its most.
    pub fn most_iterations(&self) -> u64 {
        let span = self.time.tau_end() - self.time.tau_start();
        let windows = |c: &Curriculum| ((span - c.first) / c.step).ceil().max(0.0) as u64;
        let curriculum = |stage: &Stage| stage.curriculum.as_ref().map_or(0, |c| windows(c) * c.iterations);
        self.stages.iter().map(|stage| stage.iterations + curriculum(stage)).sum()
    }
}
