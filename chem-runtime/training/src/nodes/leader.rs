//! The leader, as its followers see it.

use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::message::{Head, Message};
use super::{NodeError, Share, Task, Who};
use crate::error::TrainError;
use chem_emulator::checkpoint::Provenance;
use chem_solver::data::input_error::InputError;

/// Time between two calls while nobody answers.
const REDIAL: Duration = Duration::from_millis(200);

/// The node that steps, for which shares of each batch are computed.
#[derive(Debug)]
pub struct Leader<'a> {
    connection: Connection,
    interrupt: &'a AtomicBool,
    /// The number of this node, from 1.
    pub node: usize,
    /// Number of nodes, the leader among them.
    pub nodes: usize,
}

impl<'a> Leader<'a> {
    /// Calls the leader at `address` (host and port), which may begin later, but not by more than `patience`.
    ///
    /// # Errors
    /// If nobody answers, or the leader trains something else; `interrupt` set while waiting.
    pub fn join(
        address: &str,
        provenance: &Provenance,
        patience: Duration,
        interrupt: &'a AtomicBool,
    ) -> Result<Self, TrainError> {
        let config = provenance
            .config
            .to_toml()
            .map_err(|error| InputError::new("the config", error.to_string(), "give a smaller seed"));
        let config = config.map_err(|error| TrainError::Config(error.into()))?;
        let begin = Instant::now();
        let stream = loop {
            match TcpStream::connect(address) {
                Ok(stream) => break stream,
                Err(_) if interrupt.load(Ordering::Relaxed) => return Err(NodeError::Interrupted.into()),
                Err(source) if begin.elapsed() > patience => {
                    let address = address.to_owned();
                    return Err(NodeError::Unreachable { address, source }.into());
                }
                Err(_) => std::thread::sleep(REDIAL),
            }
        };
        let gone = |source| NodeError::Gone { who: Who::Leader, source };
        let mut connection = Connection::new(stream, Who::Leader, 0).map_err(gone)?;
        let Provenance { generator, network, .. } = provenance.clone();
        connection.send(&Head::Hello { generator, network, config }.into())?;
        match connection.receive(Some(interrupt))?.head {
            Head::Welcome { node, nodes } if (1..nodes).contains(&node) => {
                // The leader may wait for others, or judge: it is gone when the connection is.
                connection.patience = Duration::MAX;
                Ok(Leader { connection, interrupt, node, nodes })
            }
            Head::Refused { reason } => Err(NodeError::Refused { reason }.into()),
            head => Err(connection.unexpected(&head).into()),
        }
    }

    /// The next task, of `parameters` parameters; `None` at the end.
    pub(crate) fn task(&mut self, parameters: usize) -> Result<Option<Task>, NodeError> {
        self.connection.most = 2 * parameters;
        let Message { head, mut numbers } = self.connection.receive(Some(self.interrupt))?;
        match head {
            Head::Task { schedule } if numbers.len() == parameters || numbers.len() == 2 * parameters => {
                let average = numbers.split_off(parameters);
                Ok(Some(Task { parameters: numbers, average, schedule }))
            }
            Head::End => Ok(None),
            head => Err(self.connection.unexpected(&head)),
        }
    }

    /// Answers a task.
    pub(crate) fn answer(&mut self, share: Share) -> Result<(), NodeError> {
        let head = Head::Share { points: share.points, squares: share.squares.len() };
        let mut numbers = vec![share.value, share.cpu_seconds];
        numbers.extend(share.squares);
        numbers.extend(share.gradient);
        self.connection.send(&Message { head, numbers })
    }
}
