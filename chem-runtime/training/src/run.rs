//! A training as a run: watched, logged, checkpointed, and stopped when it should.
//!
//! ```text
//! folder/config.toml               what was asked for, defaults written out
//! folder/log.jsonl                 one line of JSON per iteration
//! folder/checkpoint.safetensors    the whole state, every few seconds and at the end
//! folder/model.safetensors         the trained network alone, at the end
//! folder/.lock                     held while a run writes here
//! ```
//!
//! A run that is killed at any moment goes on from its last checkpoint, and its curve is that of a run which was
//! never killed, bit for bit on the CPU.

mod ending;
mod folder;
mod judge;
mod lock;
mod log;
mod take_part;
mod watch;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub use chem_report::cpu_time::cpu_seconds;
pub use chem_report::training_log::Record;
pub use ending::{Ending, RunError};
pub use folder::{Folder, Held};
pub use judge::Judge;
pub use lock::Lock;
pub use log::Log;
pub use take_part::take_part;

use take_part::Turn;
use watch::Watch;

use super::error::{NotFinite, TrainError};
use super::iterate::{Iterate, Progress};
use super::reduce::Reduction;
use chem_emulator::checkpoint::{Checkpoint, Provenance};
use chem_emulator::snapshot::Snapshot;

/// Told of every iteration; draws a progress bar, for example.
pub trait Observer {
    /// After each iteration.
    fn iteration(&mut self, report: &Report<'_>);
}

/// An observer that looks away.
impl Observer for () {
    fn iteration(&mut self, _: &Report<'_>) {}
}

/// What an observer is told.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What the iteration did.
    pub progress: &'a Progress,
    /// Iterations over all stages.
    pub iterations: u64,
    /// The last error against the solver, in the sense of `stop.error`.
    pub error: Option<f64>,
    /// log10 of the last 50, 75 and 90 % quantiles of the error, of logarithmic variables.
    pub quantiles: Option<[f64; 3]>,
    /// CPU time of the training alone `[s]`.
    pub cpu_seconds: f64,
}

/// A run in its folder.
pub struct Run<'a> {
    /// Where its files are; no other run can write there.
    pub lock: Lock,
    /// What its checkpoints say of it.
    pub provenance: Provenance,
    /// The initial state that is trained: densities [cm^-3], then T `[K]`; least and largest.
    pub trained: [Vec<f64>; 2],
    /// Compares the network with the solver, if it can be.
    pub judge: Option<Judge>,
    /// Wall time between checkpoints.
    pub checkpoint_every: Duration,
    /// Set to end the run after the current iteration.
    pub interrupt: &'a AtomicBool,
    /// The ranks that train along with this one, each by [`take_part`]. The training is told of them as well.
    pub reduction: Reduction,
}

/// Iterations between comparisons with the solver if the config does not say.
const JUDGE_EVERY: u64 = 10;

impl Run<'_> {
    /// Where its files are.
    pub fn folder(&self) -> &Folder {
        self.lock.folder()
    }

    /// Trains from the beginning until an end is reached. The folder then holds the last good state.
    ///
    /// # Errors
    /// A folder that holds another training ([`Lock::clear`] removes it); a method that failed, files that cannot be
    /// written.
    pub fn start(
        &mut self,
        training: &mut dyn Iterate,
        observer: &mut dyn Observer,
    ) -> Result<Ending, RunError> {
        let log = self.lock.begin(&self.provenance.config)?;
        self.go(training, Watch::new(&self.provenance.config.stop), log, observer)
    }

    /// Trains on from `checkpoint`, of whose snapshot `training` was restored with [`training_state`].
    ///
    /// # Errors
    /// As [`Run::start`].
    pub fn resume(
        &mut self,
        checkpoint: &Checkpoint,
        training: &mut dyn Iterate,
        observer: &mut dyn Observer,
    ) -> Result<Ending, RunError> {
        self.provenance.outcome = checkpoint.provenance.outcome.clone();
        self.provenance.outcome.end.clear();
        let snapshot = checkpoint.snapshot.as_ref();
        let watch = snapshot.and_then(|s| Watch::restore(&self.provenance.config.stop, s));
        let problem = || TrainError::Snapshot { problem: "the state of the run is missing".to_owned() };
        let watch = watch.ok_or_else(problem)?;
        self.lock.go_on(&self.provenance.config)?;
        let log = Log::resume(&self.folder().log(), self.provenance.outcome.iterations)?;
        self.go(training, watch, log, observer)
    }

    fn go(
        &mut self,
        training: &mut dyn Iterate,
        watch: Watch,
        log: Log,
        observer: &mut dyn Observer,
    ) -> Result<Ending, RunError> {
        let end = self.until_the_end(training, watch, log, observer);
        end.inspect_err(|error| self.reduction.fail(&error.to_string()))
    }

    fn until_the_end(
        &mut self,
        training: &mut dyn Iterate,
        mut watch: Watch,
        mut log: Log,
        observer: &mut dyn Observer,
    ) -> Result<Ending, RunError> {
        let mut good = self.checkpoint(training, &watch);
        self.save(&good, &mut log)?;
        let mut saved = Instant::now();
        loop {
            let ended = self.iterate(training, &mut watch, &mut log, observer)?;
            let interrupted = || self.interrupt.load(Ordering::Relaxed).then_some(Ending::Interrupted);
            let due = saved.elapsed() >= self.checkpoint_every;
            let mut ending = self.with_ranks(training, ended.or_else(interrupted), due);
            let keeps = !ending.as_ref().is_some_and(Ending::keeps_earlier);
            if keeps && (ending.is_some() || due) {
                let state = self.checkpoint(training, &watch);
                match self.not_finite(&state, &watch) {
                    // Weights can be spoilt by an iteration whose loss was still a number.
                    Some(diagnosis) => ending = Some(Ending::NotFinite(Box::new(diagnosis))),
                    None => good = state,
                }
                saved = Instant::now();
                self.save(&good, &mut log)?;
            }
            if let Some(ending) = ending {
                let name = if ending.can_go_on() { "" } else { ending.name() };
                good.provenance.outcome.end = name.to_owned();
                self.provenance.outcome = good.provenance.outcome.clone();
                // The network first: killed in between, the run goes on from its checkpoint. One that has learnt nothing is
                // none.
                if good.provenance.outcome.iterations > 0 {
                    good.model().save(self.folder().model())?;
                }
                self.save(&good, &mut log)?;
                return Ok(ending);
            }
        }
    }

    /// How the run ends, for all ranks, which collect the state that is to be saved.
    fn with_ranks(
        &mut self,
        training: &mut dyn Iterate,
        ending: Option<Ending>,
        saves: bool,
    ) -> Option<Ending> {
        if ending.as_ref().is_some_and(Ending::keeps_earlier) {
            self.reduction.end();
            return ending;
        }
        if self.reduction.is_alone() {
            return ending;
        }
        let own = Turn { ends: ending.is_some(), saves, cpu_seconds: 0.0 };
        match take_part::turn(training, &self.reduction, own) {
            Ok(turn) => {
                self.provenance.outcome.cpu_seconds += turn.cpu_seconds;
                ending.or(turn.ends.then_some(Ending::Interrupted))
            }
            Err(error) => Some(Ending::RankFailed(error.to_string())),
        }
    }

    /// What is wrong with the weights of a state.
    fn not_finite(&self, state: &Checkpoint, watch: &Watch) -> Option<NotFinite> {
        let spoilt = state.weights.iter().find(|array| array.values.iter().any(|v| !v.is_finite()))?;
        Some(NotFinite {
            stage: watch.stage(),
            iteration: self.provenance.outcome.iterations,
            what: "a weight",
            unknown: Some(spoilt.name.clone()),
            time: None,
            state: Vec::new(),
        })
    }

    /// One iteration and what follows from it.
    fn iterate(
        &mut self,
        training: &mut dyn Iterate,
        watch: &mut Watch,
        log: &mut Log,
        observer: &mut dyn Observer,
    ) -> Result<Option<Ending>, RunError> {
        let begin = cpu_seconds();
        let step = training.step();
        let outcome = &mut self.provenance.outcome;
        outcome.cpu_seconds += cpu_seconds() - begin;
        let progress = match step {
            // Killed after its last iteration: there was nothing left to do.
            Ok(progress) if progress.finished && progress.iteration == 0 => {
                return Ok(Some(Ending::Finished));
            }
            Ok(progress) if progress.loss.is_finite() => progress,
            Ok(progress) => {
                let diagnosis = NotFinite::of_loss(&progress, &self.provenance.network.species);
                return Ok(Some(Ending::NotFinite(Box::new(diagnosis))));
            }
            Err(TrainError::Rank(error)) => return Ok(Some(Ending::RankFailed(error.to_string()))),
            Err(TrainError::NotFinite(diagnosis)) => return Ok(Some(Ending::NotFinite(diagnosis))),
            Err(error) => return Err(error.into()),
        };
        outcome.iterations += 1;
        outcome.loss = Some(progress.loss);
        let every = self.provenance.config.stop.error_every.unwrap_or(JUDGE_EVERY);
        let judged = progress.finished || outcome.iterations.is_multiple_of(every);
        let mut quantiles = None;
        if let Some(judge) = self.judge.as_mut().filter(|_| judged) {
            let errors = judge.errors(&training.weights());
            outcome.error = errors.as_ref().map(|errors| errors.error);
            quantiles = errors.and_then(|errors| errors.quantiles);
        }
        let report = Report {
            progress: &progress,
            iterations: outcome.iterations,
            error: outcome.error,
            quantiles,
            cpu_seconds: outcome.cpu_seconds,
        };
        log.write(&report, judged)?;
        observer.iteration(&report);
        Ok(watch.ending(&report, judged))
    }

    fn checkpoint(&self, training: &dyn Iterate, watch: &Watch) -> Checkpoint {
        let [low, high] = self.trained.clone();
        Checkpoint {
            provenance: self.provenance.clone(),
            low,
            high,
            weights: training.weights(),
            snapshot: Some(watch.add_to(training.snapshot())),
        }
    }

    /// The log first: it must never be behind the checkpoint.
    fn save(&self, checkpoint: &Checkpoint, log: &mut Log) -> Result<(), RunError> {
        log.flush()?;
        Ok(checkpoint.save(self.folder().checkpoint())?)
    }
}

/// The part of a checkpoint's snapshot that belongs to the training itself.
pub fn training_state(snapshot: &Snapshot) -> Option<Snapshot> {
    watch::training_state(snapshot)
}
