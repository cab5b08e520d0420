//! What ranks other than 0 do in a run: every iteration, and nothing else.

use std::sync::atomic::{AtomicBool, Ordering};

use super::cpu_seconds;
use crate::pinn::error::TrainError;
use crate::pinn::iterate::Iterate;
use crate::pinn::reduce::{RankError, Reduction};

/// What a rank says after an iteration: whether it was interrupted, and the CPU time of the iteration `[s]`.
pub(super) struct Turn {
    pub(super) interrupted: bool,
    pub(super) cpu_seconds: f64,
}

/// What all ranks have to say after an iteration: whether one was interrupted, and the CPU time of the others.
pub(super) fn turn(reduction: &Reduction, own: &Turn) -> Result<Turn, RankError> {
    let found = reduction.all(&[f64::from(u8::from(own.interrupted)), own.cpu_seconds])?;
    let others = found.iter().enumerate().filter(|(rank, _)| *rank != reduction.rank());
    let turn = Turn {
        interrupted: found.iter().any(|said| said.first() != Some(&0.0)),
        cpu_seconds: others.filter_map(|(_, said)| said.get(1)).sum(),
    };
    if turn.interrupted {
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
        let own = Turn { interrupted: interrupt.load(Ordering::Relaxed), cpu_seconds: cpu_seconds() - begin };
        let turn = match step {
            Ok(_) => turn(reduction, &own).map_err(TrainError::from),
            Err(error) => {
                // Rank 0 may have met the same, and says so.
                reduction.fail(&error.to_string());
                Err(error)
            }
        };
        match turn {
            Ok(turn) if turn.interrupted => return Ok(()),
            Ok(_) => {}
            Err(TrainError::Rank(RankError::Ended)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}
