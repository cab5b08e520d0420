//! The nodes that compute shares of each batch for the leader.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::connection::{Connection, PATIENCE};
use super::message::{Head, Message};
use super::{NodeError, Share, Task, Who};
use chem_emulator::checkpoint::Provenance;
use chem_emulator::config::Config;

/// How often it is looked whether somebody has called.
const GLANCE: Duration = Duration::from_millis(20);
/// Time that a caller has to say what it wants.
const GREETING: Duration = Duration::from_secs(10);

/// The nodes that compute shares of each batch for the leader; none, of a training on one node.
#[derive(Debug, Default)]
pub struct Followers {
    connections: Vec<Connection>,
}

impl Followers {
    /// Waits at `address` (host and port) until `nodes - 1` others have called that train the same. `tell` is told of
    /// each, and of those that train something else, which are sent away; first of the address itself, whose port may
    /// have been 0.
    ///
    /// # Errors
    /// An address that cannot be listened at; `interrupt` set while waiting.
    pub fn gather(
        address: &str,
        nodes: usize,
        provenance: &Provenance,
        interrupt: &AtomicBool,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Self, NodeError> {
        let deaf = |source| NodeError::Deaf { address: address.to_owned(), source };
        let listener = TcpListener::bind(address).map_err(deaf)?;
        listener.set_nonblocking(true).map_err(deaf)?;
        let here = listener.local_addr().map_err(deaf)?;
        let mut followers = Followers::default();
        let missing = nodes.saturating_sub(1);
        tell(&format!("waiting at {here} for {missing} more: train CONFIG --join HOST:{}", here.port()));
        while followers.connections.len() < missing {
            if interrupt.load(Ordering::Relaxed) {
                return Err(NodeError::Interrupted);
            }
            let (stream, caller) = match listener.accept() {
                Ok(call) => call,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    std::thread::sleep(GLANCE);
                    continue;
                }
                Err(source) => return Err(deaf(source)),
            };
            let node = followers.connections.len() + 1;
            match welcome(stream, [node, nodes], provenance, interrupt) {
                Ok(connection) => {
                    tell(&format!("node {node} of {nodes} is {caller}"));
                    followers.connections.push(connection);
                }
                Err(error) => tell(&format!("{caller} does not take part: {error}")),
            }
        }
        Ok(followers)
    }

    /// Number of nodes, the leader among them.
    pub fn nodes(&self) -> usize {
        self.connections.len() + 1
    }

    /// Gives all of them a task.
    pub(crate) fn begin(&mut self, task: impl FnOnce() -> Task) -> Result<(), NodeError> {
        if self.connections.is_empty() {
            return Ok(());
        }
        let Task { mut parameters, average, schedule } = task();
        let shares = parameters.len() + PER_OUTPUT;
        parameters.extend(average);
        let message = Message { head: Head::Task { schedule }, numbers: parameters };
        let bytes = message.to_bytes().map_err(|source| NodeError::Gone { who: Who::Leader, source })?;
        for connection in &mut self.connections {
            connection.most = shares;
            connection.send_bytes(&bytes)?;
        }
        Ok(())
    }

    /// What they found, in order; `outputs` squares and `parameters` derivatives each.
    pub(crate) fn finish(&mut self, outputs: usize, parameters: usize) -> Result<Vec<Share>, NodeError> {
        let shares = self.connections.iter_mut().map(|connection| {
            let Message { head, numbers } = connection.receive(None)?;
            match (head, numbers.as_slice()) {
                (Head::Share { points, squares }, [value, cpu_seconds, rest @ ..])
                    if squares == outputs && rest.len() == outputs + parameters =>
                {
                    Ok(Share {
                        value: *value,
                        squares: rest[..outputs].to_vec(),
                        gradient: rest[outputs..].to_vec(),
                        points,
                        cpu_seconds: *cpu_seconds,
                    })
                }
                (head, _) => Err(connection.unexpected(&head)),
            }
        });
        shares.collect()
    }
}

/// Numbers of a share beside the gradient: more than any network has unknowns.
const PER_OUTPUT: usize = 1 << 16;

impl Drop for Followers {
    /// Lets them go: whether it failed or not, the training ends here.
    fn drop(&mut self) {
        for connection in &mut self.connections {
            // Who is gone needs not be told.
            let _ = connection.send(&Head::End.into());
        }
    }
}

/// Takes in a caller that trains the same.
fn welcome(
    stream: TcpStream,
    [node, nodes]: [usize; 2],
    provenance: &Provenance,
    interrupt: &AtomicBool,
) -> Result<Connection, NodeError> {
    let gone = |source| NodeError::Gone { who: Who::Stranger, source };
    let mut connection = Connection::new(stream, Who::Stranger, 0).map_err(gone)?;
    connection.patience = GREETING;
    let Message { head, .. } = connection.receive(Some(interrupt))?;
    if let Some(reason) = difference(&head, provenance) {
        connection.send(&Head::Refused { reason: reason.clone() }.into())?;
        return Err(NodeError::Refused { reason });
    }
    connection.send(&Head::Welcome { node, nodes }.into())?;
    (connection.who, connection.patience) = (Who::Node(node), PATIENCE);
    Ok(connection)
}

/// Why a caller cannot take part.
fn difference(greeting: &Head, own: &Provenance) -> Option<String> {
    let Head::Hello { generator, network, config } = greeting else {
        return Some("it does not greet".to_owned());
    };
    if *generator != own.generator {
        return Some(format!("it runs {generator}, the leader {}", own.generator));
    }
    if *network != own.network {
        return Some(format!(
            "its network is {}, the leader's {}",
            network.headline(),
            own.network.headline()
        ));
    }
    let Ok(theirs) = Config::parse(config, "config") else {
        return Some("its config cannot be read".to_owned());
    };
    // When to stop is the leader's affair; the network has been compared, wherever its file is.
    let Config { stop, description, network, .. } = own.config.clone();
    let theirs = Config { stop, description, network, ..theirs };
    (theirs != own.config).then(|| "its config is another one (or its --seed)".to_owned())
}
