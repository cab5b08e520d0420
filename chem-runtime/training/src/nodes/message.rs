//! What nodes say to each other, as bytes.
//!
//! ```text
//! "chem"  length of the head  length of the numbers  head (JSON)  numbers (f64)         all little-endian
//! ```

use std::io;

use serde::{Deserialize, Serialize};

use crate::training::Schedule;
use chem_emulator::checkpoint::NetworkIdentity;

const MAGIC: [u8; 4] = *b"chem";
/// Bytes before the head.
pub(super) const PREFIX: usize = 20;
/// Bytes of a head beyond which it is none.
const LONGEST_HEAD: u64 = 1 << 20;

/// What is said, but for the numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Head {
    /// A follower: who am I, what do I train?
    Hello { generator: String, network: NetworkIdentity, config: String },
    /// The leader: you are this node of so many.
    Welcome { node: usize, nodes: usize },
    /// The leader: no.
    Refused { reason: String },
    /// The leader: parameters, then their average, if there are as many numbers again.
    Task { schedule: Schedule },
    /// A follower: value, CPU seconds, squares, gradient.
    Share { points: usize, squares: usize },
    /// The leader: that was all.
    End,
}

/// What is said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    pub(super) head: Head,
    pub(super) numbers: Vec<f64>,
}

/// How many bytes follow the first ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lengths {
    pub(super) head: usize,
    pub(super) numbers: usize,
}

impl From<Head> for Message {
    fn from(head: Head) -> Self {
        Message { head, numbers: Vec::new() }
    }
}

impl Message {
    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let head = serde_json::to_vec(&self.head)?;
        let mut bytes = Vec::with_capacity(PREFIX + head.len() + 8 * self.numbers.len());
        bytes.extend(MAGIC);
        bytes.extend((head.len() as u64).to_le_bytes());
        bytes.extend((self.numbers.len() as u64).to_le_bytes());
        bytes.extend(head);
        bytes.extend(self.numbers.iter().flat_map(|number| number.to_le_bytes()));
        Ok(bytes)
    }

    /// The lengths of what follows, of which no more than `most` numbers are expected.
    pub(super) fn lengths(prefix: &[u8; PREFIX], most: usize) -> io::Result<Lengths> {
        let word = |from: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&prefix[from..from + 8]);
            u64::from_le_bytes(word)
        };
        let wrong = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, what));
        let (head, numbers) = (word(4), word(12));
        if prefix[..4] != MAGIC || head > LONGEST_HEAD {
            return wrong("that is no message of chem");
        }
        if numbers > most as u64 {
            return wrong("more numbers than the network has");
        }
        Ok(Lengths { head: head as usize, numbers: numbers as usize })
    }

    /// The message of what followed.
    pub(super) fn from_bytes(lengths: Lengths, bytes: &[u8]) -> io::Result<Self> {
        let (head, numbers) = bytes.split_at(lengths.head.min(bytes.len()));
        let (words, _) = numbers.as_chunks::<8>();
        let numbers = words.iter().map(|word| f64::from_le_bytes(*word)).collect();
        Ok(Message { head: serde_json::from_slice(head)?, numbers })
    }
}
