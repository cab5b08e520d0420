//! One training on several nodes: processes, on one host or on many.
//!
//! ```text
//! leader    weights, their average, where the training is   ->  every follower
//! all       draw points of their own and compute the loss there, with its gradient
//! follower  loss and gradient                               ->  the leader, which steps
//! ```
//!
//! The leader has the optimiser, the log and the checkpoints; a follower keeps nothing but its initial states, so that
//! nodes of different processors cannot drift apart. The loss of a batch is the mean of those of the nodes by their
//! numbers of points, added up in the order of the nodes: the curve does not depend on which is faster.
//!
//! Messages go over TCP, as numbers in double precision and unencrypted: use it in a network that you trust.

mod connection;
mod followers;
mod leader;
mod message;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;

pub use followers::Followers;
pub use leader::Leader;

use super::training::Schedule;

/// What every node computes the loss of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Task {
    pub(crate) parameters: Vec<f64>,
    /// Empty if it is not needed.
    pub(crate) average: Vec<f64>,
    pub(crate) schedule: Schedule,
}

/// The loss of one node's points.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Share {
    pub(crate) value: f64,
    /// Sum of the squares of each output's residual.
    pub(crate) squares: Vec<f64>,
    pub(crate) gradient: Vec<f64>,
    /// Number of points.
    pub(crate) points: usize,
    /// CPU time that it took `[s]`.
    pub(crate) cpu_seconds: f64,
}

/// Points of node `node` of `nodes` in a batch of `count`; they add up to `count`.
pub(crate) fn points_of(node: usize, nodes: usize, count: usize) -> usize {
    count / nodes + usize::from(node < count % nodes)
}

/// What came between nodes.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// No leader was found.
    #[error("there is no training at {address}: {source}")]
    Unreachable {
        /// Host and port.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// An address that cannot be listened at.
    #[error("cannot wait for other nodes at {address}: {source}")]
    Deaf {
        /// Host and port.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// The leader trains something else.
    #[error("the leader refuses this node: {reason}")]
    Refused {
        /// What differs.
        reason: String,
    },
    /// A connection broke.
    #[error("{who} is gone: {source}")]
    Gone {
        /// Which node.
        who: Who,
        /// How that was noticed.
        source: io::Error,
    },
    /// What arrived is no message, or not the expected one.
    #[error("{who} said what was not expected: {what}")]
    Unexpected {
        /// Which node.
        who: Who,
        /// What is wrong with it.
        what: String,
    },
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The node that steps, 0.
    Leader,
    /// One of the others, from 1.
    Node(usize),
    /// One that has not yet said who it is.
    Stranger,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Who::Leader => f.write_str("the leader"),
            Who::Node(node) => write!(f, "node {node}"),
            Who::Stranger => f.write_str("whoever called"),
        }
    }
}
