//! Watches the loss and says when a run is over.

use serde_json::{Value, json};

use super::Report;
use super::ending::Ending;
use chem_emulator::config::Stop;
use chem_emulator::snapshot::Snapshot;
use chem_emulator::weights::{NamedArray, find};

/// A loss this much larger than the smallest one of the stage, and than 1, will not come back.
const HOPELESS: f64 = 1e10;

/// What must be remembered of the losses so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Watch {
    stop: Stop,
    /// The smallest loss on the whole range of times.
    best: f64,
    /// Iterations on the whole range since.
    since: u64,
    /// The stage that it belongs to.
    stage: usize,
}

impl Watch {
    pub(super) fn new(stop: &Stop) -> Self {
        Watch { stop: *stop, best: f64::INFINITY, since: 0, stage: 0 }
    }

    /// Why the run is over after this iteration, if it is.
    pub(super) fn ending(&mut self, report: &Report<'_>, judged: bool) -> Option<Ending> {
        let (progress, stop) = (report.progress, self.stop);
        if progress.finished {
            return Some(Ending::Finished);
        }
        if progress.stage != self.stage {
            *self = Watch { stage: progress.stage, ..Watch::new(&stop) };
        }
        if progress.whole_range {
            if progress.loss < self.best {
                (self.best, self.since) = (progress.loss, 0);
            } else {
                self.since += 1;
            }
            if stop.loss.is_some_and(|loss| progress.loss < loss) {
                return Some(Ending::Loss);
            }
            if stop.stall.is_some_and(|stall| self.since >= stall) {
                return Some(Ending::Stalled);
            }
            if progress.loss > HOPELESS * self.best.max(1.0) {
                return Some(Ending::Diverged { best: self.best, loss: progress.loss });
            }
        }
        if judged && stop.error.zip(report.error).is_some_and(|(wanted, error)| error < wanted) {
            return Some(Ending::Error);
        }
        stop.cpu_seconds.is_some_and(|most| report.cpu_seconds >= most).then_some(Ending::Budget)
    }

    /// Index of the stage.
    pub(super) fn stage(&self) -> usize {
        self.stage
    }

    /// A training's snapshot with this beside it.
    pub(super) fn add_to(&self, training: Snapshot) -> Snapshot {
        let mut arrays: Vec<NamedArray> = training
            .arrays
            .into_iter()
            .map(|array| NamedArray { name: format!("training.{}", array.name), ..array })
            .collect();
        arrays.push(NamedArray::scalar("run.best", self.best));
        let run = json!({ "since": self.since, "stage": self.stage });
        Snapshot { arrays, state: json!({ "training": training.state, "run": run }) }
    }

    /// The reverse of [`Watch::add_to`].
    pub(super) fn restore(stop: &Stop, snapshot: &Snapshot) -> Option<Self> {
        let run = snapshot.state.get("run")?;
        let stage = usize::try_from(run.get("stage")?.as_u64()?).ok()?;
        let best = *find(&snapshot.arrays, "run.best")?.values.first()?;
        Some(Watch { stop: *stop, best, since: run.get("since")?.as_u64()?, stage })
    }
}

/// The training's part of a snapshot.
pub(super) fn training_state(snapshot: &Snapshot) -> Option<Snapshot> {
    let state: &Value = snapshot.state.get("training")?;
    let named = snapshot.arrays.iter().filter_map(|a| Some((a.name.strip_prefix("training.")?, a)));
    let arrays = named.map(|(name, a)| NamedArray { name: name.to_owned(), ..a.clone() }).collect();
    Some(Snapshot { arrays, state: state.clone() })
}
