//! A training on several nodes, as programs lead it or take part.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::cli::Streams;
use crate::cli::exit::Stop;
use crate::pinn::checkpoint::Provenance;
use crate::pinn::nodes::{Followers, Leader, NodeError};
use crate::pinn::{Iterate, TrainError};

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
    training.lead(followers.map_err(TrainError::from)?)?;
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
    let leader = Leader::join(address, provenance, PATIENCE, interrupt)?;
    writeln!(streams.err, "note: node {} of {} of the training at {address}", leader.node, leader.nodes)?;
    match training.follow(leader) {
        Ok(batches) => {
            writeln!(streams.out, "the training at {address} has ended; {batches} batches were computed here")?;
            Ok(())
        }
        Err(TrainError::Nodes(NodeError::Interrupted)) => {
            writeln!(streams.out, "interrupted; the training at {address} ends with its checkpoint kept")?;
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
