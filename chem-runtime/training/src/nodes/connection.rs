//! One end of a TCP connection between nodes.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::message::{Head, Message, PREFIX};
use super::{NodeError, Who};

/// How often a wait looks whether it is to end.
const GLANCE: Duration = Duration::from_millis(200);
/// Silence after which a node counts as gone: much longer than an iteration.
pub(super) const PATIENCE: Duration = Duration::from_secs(600);

/// One end of a connection.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    pub(super) who: Who,
    /// Numbers that a message can have.
    pub(super) most: usize,
    pub(super) patience: Duration,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, who: Who, most: usize) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        // A message waits for its answer: none is held back to be sent with the next.
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(GLANCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Connection { stream, who, most, patience: PATIENCE })
    }

    pub(super) fn send(&mut self, message: &Message) -> Result<(), NodeError> {
        let sent = message.to_bytes().and_then(|bytes| self.stream.write_all(&bytes));
        sent.map_err(|source| NodeError::Gone { who: self.who, source })
    }

    /// The same bytes as others get.
    pub(super) fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), NodeError> {
        self.stream.write_all(bytes).map_err(|source| NodeError::Gone { who: self.who, source })
    }

    /// The next message; `interrupt` ends the wait.
    pub(super) fn receive(&mut self, interrupt: Option<&AtomicBool>) -> Result<Message, NodeError> {
        self.read(interrupt).map_err(|source| match source.kind() {
            io::ErrorKind::InvalidData => NodeError::Unexpected { who: self.who, what: source.to_string() },
            io::ErrorKind::Interrupted => NodeError::Interrupted,
            _ => NodeError::Gone { who: self.who, source },
        })
    }

    fn read(&mut self, interrupt: Option<&AtomicBool>) -> io::Result<Message> {
        let mut prefix = [0; PREFIX];
        self.fill(&mut prefix, interrupt)?;
        let lengths = Message::lengths(&prefix, self.most)?;
        let mut rest = vec![0; lengths.head + 8 * lengths.numbers];
        self.fill(&mut rest, interrupt)?;
        Message::from_bytes(lengths, &rest)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
    }

    fn fill(&mut self, buffer: &mut [u8], interrupt: Option<&AtomicBool>) -> io::Result<()> {
        let mut done = 0;
        let mut heard = Instant::now();
        while done < buffer.len() {
            match self.stream.read(&mut buffer[done..]) {
                Ok(0) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the connection ended")),
                Ok(count) => {
                    done += count;
                    heard = Instant::now();
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                        if interrupt.is_some_and(|interrupt| interrupt.load(Ordering::Relaxed)) {
                            return Err(io::ErrorKind::Interrupted.into());
                        }
                        if heard.elapsed() > self.patience {
                            let silence = format!("silent for {} s", self.patience.as_secs());
                            return Err(io::Error::new(io::ErrorKind::TimedOut, silence));
                        }
                    }
                    _ => return Err(error),
                },
            }
        }
        Ok(())
    }

    pub(super) fn unexpected(&self, head: &Head) -> NodeError {
        let what = match head {
            Head::Hello { .. } => "a greeting",
            Head::Welcome { .. } => "a welcome",
            Head::Refused { .. } => "a refusal",
            Head::Task { .. } => "a task of another size",
            Head::Share { .. } => "a share of another size",
            Head::End => "that all is done",
        };
        NodeError::Unexpected { who: self.who, what: what.to_owned() }
    }
}
