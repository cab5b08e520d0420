//! Which stage, and which range of times.

use serde::{Deserialize, Serialize};

use chem_emulator::config::{Stage, Time};

/// Where a training is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Schedule {
    /// Index of the stage.
    pub(crate) stage: usize,
    /// Iterations done in it.
    pub(crate) iteration: u64,
    /// Index of the curriculum's window.
    window: u64,
    /// Iterations done in the window; after the curriculum, on the whole range.
    within: u64,
    /// Iterations done in all stages.
    pub(crate) total: u64,
}

impl Schedule {
    /// The range of tau that is trained now, and whether that is all.
    pub(crate) fn range(&self, stage: &Stage, time: &Time) -> ([f64; 2], bool) {
        let (start, end) = (time.tau_start(), time.tau_end());
        match &stage.curriculum {
            Some(curriculum) => {
                let window = start + curriculum.first + curriculum.step * self.window as f64;
                ([start, window.min(end)], window >= end)
            }
            None => ([start, end], true),
        }
    }

    /// Counts an iteration that ended with `loss`. Whether the range of times has grown.
    pub(crate) fn advance(&mut self, stage: &Stage, time: &Time, loss: f64) -> bool {
        let (_, whole) = self.range(stage, time);
        self.iteration += 1;
        self.within += 1;
        self.total += 1;
        match &stage.curriculum {
            Some(curriculum) if !whole => {
                let grows = self.within >= curriculum.iterations || loss < curriculum.loss;
                if grows {
                    self.window += 1;
                    self.within = 0;
                }
                grows
            }
            _ => {
                if self.within >= stage.iterations {
                    *self = Schedule { stage: self.stage + 1, total: self.total, ..Schedule::default() };
                }
                false
            }
        }
    }
}
