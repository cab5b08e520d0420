//! What ranks other than 0 do in a run: every iteration, and nothing else.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::TrainError;
use crate::iterate::Iterate;
use crate::reduce::{RankError, Reduction};
use chem_report::cpu_time::cpu_seconds;

/// What a rank says after an iteration, and what all together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turn {
    /// Whether the run ends here: rank 0 has reached an end, or a rank was interrupted.
    pub(super) ends: bool,
    /// Whether a checkpoint is written.
    pub(super) saves: bool,
    /// CPU time of the iteration on the other ranks `[s]`.
    pub(super) cpu_seconds: f64,
}

/// Agrees on what comes after an iteration, and collects the state for a checkpoint.
pub(super) fn turn(training: &mut dyn Iterate, reduction: &Reduction, own: Turn) -> Result<Turn, TrainError> {
    let number = |is: bool| f64::from(u8::from(is));
    let found = reduction.all(&[number(own.ends), number(own.saves), own.cpu_seconds])?;
    let says = |what: usize| found.iter().any(|said| said.get(what) != Some(&0.0));
    let others = found.iter().enumerate().filter(|(rank, _)| *rank != reduction.rank());
    let turn = Turn {
        ends: says(0),
        saves: says(0) || says(1),
        cpu_seconds: others.filter_map(|(_, said)| said.get(2)).sum(),
    };
    if turn.saves {
        training.collect()?;
    }
    if turn.ends {
        reduction.close();
    }
    Ok(turn)
}

/// Trains along with rank 0 until that has ended.
///
/// # Errors
/// What this rank failed of, or another; all have been told.
pub fn take_part(
    training: &mut dyn Iterate,
    reduction: &Reduction,
    interrupt: &AtomicBool,
) -> Result<(), TrainError> {
    loop {
        let begin = cpu_seconds();
        let step = training.step();
        let own = Turn {
            ends: interrupt.load(Ordering::Relaxed),
            cpu_seconds: cpu_seconds() - begin,
            ..Turn::default()
        };
        let turn = match step {
            Ok(_) => turn(training, reduction, own),
            Err(error) => {
                // Rank 0 may have met the same, and says so.
                reduction.fail(&error.to_string());
                Err(error)
            }
        };
        match turn {
            Ok(turn) if turn.ends => return Ok(()),
            Ok(_) => {}
            Err(TrainError::Rank(RankError::Ended)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::iterate::Progress;
    use crate::reduce::stand_in::on_ranks;
    use crate::run::{Ending, Folder, Run};
    use chem_emulator::checkpoint::{Checkpoint, Provenance};
    use chem_emulator::config::Config;
    use chem_emulator::snapshot::Snapshot;
    use chem_emulator::weights::NamedArray;
    use chem_solver::runs::AnyNetwork;

    /// Counts its steps; each rank has its own part of what a snapshot needs.
    struct Counting<'a> {
        steps: f64,
        parts: Vec<f64>,
        reduction: Reduction,
        /// Called before each step.
        meets: &'a (dyn Fn(usize, f64) -> Result<(), TrainError> + Sync),
    }

    impl Iterate for Counting<'_> {
        fn step(&mut self) -> Result<Progress, TrainError> {
            let rank = self.reduction.rank();
            let sum = self.reduction.share(&vec![1; self.parts.len()], |own| {
                (self.meets)(rank, self.steps)?;
                Ok::<_, TrainError>(own.iter().map(|_| vec![1.0]).collect())
            })?;
            self.steps += sum.concat().iter().sum::<f64>() / self.parts.len() as f64;
            self.parts[rank] = self.steps;
            let iteration = self.steps as u64;
            Ok(Progress { iteration, loss: 1.0, finished: iteration == 9, ..Progress::default() })
        }

        fn collect(&mut self) -> Result<(), TrainError> {
            self.parts = self.reduction.all(&[self.parts[self.reduction.rank()]])?.concat();
            Ok(())
        }

        fn snapshot(&self) -> Snapshot {
            let arrays = vec![NamedArray::new("parts", [self.parts.len()], self.parts.clone())];
            Snapshot { arrays, state: serde_json::Value::Null }
        }

        fn weights(&self) -> Vec<NamedArray> {
            vec![NamedArray::new("steps", [1], vec![self.steps])]
        }
    }

    /// How three ranks end, and what is kept.
    fn run(
        folder: &Path,
        checkpoint_every: Duration,
        meets: &(dyn Fn(usize, f64) -> Result<(), TrainError> + Sync),
        interrupted: usize,
    ) -> (Vec<String>, Checkpoint) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/benchmark_const.net");
        let network = AnyNetwork::load(path.as_ref()).unwrap().network;
        let ends = on_ranks(3, |reduction| {
            let rank = reduction.rank();
            let interrupt = AtomicBool::new(rank == interrupted);
            let mut training =
                Counting { steps: 0.0, parts: vec![0.0; 3], reduction: reduction.clone(), meets };
            if rank > 0 {
                return take_part(&mut training, &reduction, &interrupt)
                    .map_or_else(|error| error.to_string(), |()| "ended".to_owned());
            }
            let mut run = Run {
                lock: Folder(folder.to_path_buf()).lock().unwrap(),
                provenance: Provenance::new(network.structure(), Config::new("toy")),
                trained: [vec![1.0; 4], vec![1.0; 4]],
                judge: None,
                checkpoint_every,
                interrupt: &interrupt,
                reduction,
            };
            match run.start(&mut training, &mut ()) {
                Ok(ending) => {
                    assert_eq!(ending.can_go_on(), !matches!(ending, Ending::Finished));
                    ending.to_string()
                }
                Err(error) => error.to_string(),
            }
        });
        (ends, Checkpoint::load(Folder(folder.to_path_buf()).checkpoint()).unwrap())
    }

    fn parts(checkpoint: &Checkpoint) -> Vec<f64> {
        let snapshot = checkpoint.snapshot.as_ref().unwrap();
        snapshot.arrays.iter().find(|array| array.name == "training.parts").unwrap().values.clone()
    }

    fn failed() -> TrainError {
        TrainError::NothingKnown { points: 5 }
    }

    #[test]
    fn all_ranks_end_with_rank_0_and_its_checkpoint_has_their_parts() {
        let folder = tempfile::tempdir().unwrap();
        let (ends, kept) = run(folder.path(), Duration::MAX, &|_, _| Ok(()), 9);
        assert_eq!(ends, ["all stages are done", "ended", "ended"]);
        assert_eq!((parts(&kept), kept.provenance.outcome.iterations), (vec![9.0; 3], 9));
        assert_eq!(chem_report::training_log::read(&folder.path().join("log.jsonl")).unwrap().len(), 9);
    }

    #[test]
    fn an_interrupt_on_any_rank_ends_all_with_a_checkpoint() {
        for rank in 0..3 {
            let folder = tempfile::tempdir().unwrap();
            let (ends, kept) = run(folder.path(), Duration::MAX, &|_, _| Ok(()), rank);
            assert!(ends[0].starts_with("interrupted"), "{ends:?}");
            assert_eq!(ends[1..], ["ended", "ended"]);
            assert_eq!((parts(&kept), kept.provenance.outcome.iterations), (vec![1.0; 3], 1));
            assert!(kept.provenance.outcome.end.is_empty());
        }
    }

    /// The last checkpoint is kept: what came after it is spread over ranks of which one is gone.
    #[test]
    fn a_rank_that_fails_ends_all_with_the_last_checkpoint() {
        let meets = |rank, steps| if (rank, steps) == (2, 4.0) { Err(failed()) } else { Ok(()) };
        for (every, iterations) in [(Duration::ZERO, 4), (Duration::MAX, 0)] {
            let folder = tempfile::tempdir().unwrap();
            let (ends, kept) = run(folder.path(), every, &meets, 9);
            assert!(ends[0].starts_with("rank 2 failed: no cell of the batch"), "{ends:?}");
            assert!(ends[0].contains("--resume") && ends[1].contains("rank 2 failed"), "{ends:?}");
            assert_eq!(ends[2], failed().to_string());
            assert_eq!(kept.provenance.outcome.iterations, iterations);
            assert_eq!(parts(&kept), vec![iterations as f64; 3]);
        }
    }

    /// What all ranks meet is said by rank 0.
    #[test]
    fn failures_of_rank_0_and_of_all_end_all() {
        let everywhere = |_, steps| if steps == 2.0 { Err(failed()) } else { Ok(()) };
        let on_rank_0 = |rank, steps| if (rank, steps) == (0, 2.0) { Err(failed()) } else { Ok(()) };
        let folder = tempfile::tempdir().unwrap();
        let (ends, _) = run(folder.path(), Duration::ZERO, &everywhere, 9);
        assert_eq!(ends, vec![failed().to_string(); 3]);
        let folder = tempfile::tempdir().unwrap();
        let (ends, kept) = run(folder.path(), Duration::ZERO, &on_rank_0, 9);
        assert_eq!(ends[0], failed().to_string());
        assert!(ends[1..].iter().all(|end| end.contains("rank 0 failed")), "{ends:?}");
        assert_eq!(kept.provenance.outcome.iterations, 2);
    }
}
