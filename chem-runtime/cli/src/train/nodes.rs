//! A training on several nodes, as programs lead it or take part.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::Streams;
use crate::exit::Stop;
use chem_emulator::checkpoint::Provenance;
use chem_solver::data::input_error::InputError;
use chem_training::nodes::{Followers, Leader, NodeError};
use chem_training::{Iterate, TrainError};

/// How long a node calls a leader that does not answer yet.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for the other nodes of a training.
pub(super) fn lead(
    (address, nodes): (&str, u32),
    provenance: &Provenance,
    training: &mut dyn Iterate,
    interrupt: &AtomicBool,
    streams: &mut Streams<'_>,
) -> Result<(), Stop> {
    // What cannot be shared is said before anybody is waited for.
    training.lead(Followers::default())?;
    let tell = &mut |text: &str| drop(writeln!(streams.err, "note: {text}"));
    let followers = Followers::gather(address, nodes as usize, provenance, interrupt, tell);
    training.lead(followers.map_err(|error| stop("--listen", error.into()))?)?;
    Ok(())
}

/// Takes part until the leader has ended.
pub(super) fn follow(
    address: &str,
    provenance: &Provenance,
    training: &mut dyn Iterate,
    interrupt: &AtomicBool,
    streams: &mut Streams<'_>,
) -> Result<(), Stop> {
    let leader = Leader::join(address, provenance, PATIENCE, interrupt).map_err(|e| stop("--join", e))?;
    writeln!(streams.err, "note: node {} of {} of the training at {address}", leader.node, leader.nodes)?;
    match training.follow(leader) {
        Ok(batches) => {
            writeln!(
                streams.out,
                "the training at {address} has ended; {batches} batches were computed here"
            )?;
            Ok(())
        }
        Err(TrainError::Nodes(NodeError::Interrupted)) => {
            writeln!(streams.out, "interrupted; the training at {address} ends with its checkpoint kept")?;
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// What the user can put right is a mistake of the option.
fn stop(option: &str, error: TrainError) -> Stop {
    let remedy = match &error {
        TrainError::Nodes(NodeError::Unreachable { .. }) => {
            "start that node first: train CONFIG --nodes 2 --listen HOST:PORT"
        }
        TrainError::Nodes(NodeError::Refused { .. }) => "give all nodes the same program, config and seed",
        TrainError::Nodes(NodeError::Deaf { .. }) => {
            "give an address of this host and a free port: 0.0.0.0:7117"
        }
        _ => return error.into(),
    };
    InputError::new(option, error.to_string(), remedy).into()
}
