//! Language server of network files (`.net`) and rate libraries (`.rates`).
//!
//! [`server::Server`] takes messages of the protocol and answers with messages, without any input or output of its own;
//! [`connection::serve`] drives it over streams.

mod builtins;
mod completion;
pub mod connection;
mod definitions;
mod documents;
mod findings;
mod hover;
pub mod position;
mod program;
mod protocol;
mod scan;
pub mod server;
pub mod uri;
