//! Sums over the processes of one training, called ranks.
//!
//! ```text
//! all ranks   draw the same batch from the same random numbers
//! a rank      computes its pieces of it: implicit steps, parts of the loss with their gradients
//! all ranks   get all pieces and add them up in the order of the batch
//! ```
//! The sums are those of one process to the last bit, whatever the number of ranks. Each message begins with how its
//! sender fares: a rank that fails is heard of by all others where they wait next, so that all end.
//!
//! A [`Reduction`] is told at its construction how ranks reach each other ([`Exchange`]); alone, it does nothing.

pub(crate) mod devices;
pub(crate) mod gradient_sum;
#[cfg(feature = "mpi")]
pub mod mpi;
pub(crate) mod parallel;
#[cfg(test)]
pub(crate) mod stand_in;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How ranks reach each other.
pub trait Exchange: Send + Sync {
    /// The number of this rank, from 0.
    fn rank(&self) -> usize;

    /// How many there are.
    fn ranks(&self) -> usize;

    /// What every rank gives here, in the order of the ranks. All call it equally often; nobody returns before all have.
    fn gather(&self, own: &[f64]) -> Vec<Vec<f64>>;
}

/// Sums over the ranks of a training; one alone if it is not told of others.
#[derive(Clone, Default)]
pub struct Reduction(Option<Arc<Group>>);

struct Group {
    exchange: Box<dyn Exchange>,
    /// Whether some rank has ended: nobody listens any more.
    over: AtomicBool,
}

/// What came from other ranks instead of their part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RankError {
    /// A rank could not go on.
    #[error("rank {rank} failed: {message}")]
    Failed {
        /// Which.
        rank: usize,
        /// Why.
        message: String,
    },
    /// Rank 0 has ended the training.
    #[error("rank 0 has ended the training")]
    Ended,
    /// Ranks compute the same and found something else.
    // Said in one sentence: the text of an error is what other ranks hear of it.
    #[error(
        "rank {rank} is not where rank 0 is; give all hosts the same program, files and kind of processor"
    )]
    Apart {
        /// Which.
        rank: usize,
    },
}

/// How the sender of a message fares, its first number.
const GOES_ON: f64 = 0.0;
const FAILED: f64 = 1.0;
const ENDED: f64 = 2.0;

impl fmt::Debug for Reduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reduction(rank {} of {})", self.rank(), self.ranks())
    }
}

impl Reduction {
    /// That of ranks which reach each other so.
    pub fn over(exchange: impl Exchange + 'static) -> Self {
        Reduction(Some(Arc::new(Group { exchange: Box::new(exchange), over: AtomicBool::new(false) })))
    }

    /// The number of this rank, from 0. Rank 0 writes files and prints.
    pub fn rank(&self) -> usize {
        self.0.as_ref().map_or(0, |group| group.exchange.rank())
    }

    /// How many there are.
    pub fn ranks(&self) -> usize {
        self.0.as_ref().map_or(1, |group| group.exchange.ranks())
    }

    /// Whether there is one rank only.
    pub fn is_alone(&self) -> bool {
        self.ranks() == 1
    }

    /// What every rank gives here, in the order of the ranks.
    ///
    /// # Errors
    /// A rank that ended or failed instead; nothing can be exchanged any more.
    pub fn all(&self, own: &[f64]) -> Result<Vec<Vec<f64>>, RankError> {
        let Some(group) = self.0.as_ref().filter(|_| !self.is_alone()) else { return Ok(vec![own.to_vec()]) };
        if group.over.load(Ordering::Relaxed) {
            return Err(RankError::Ended);
        }
        let mut message = Vec::with_capacity(own.len() + 1);
        message.push(GOES_ON);
        message.extend_from_slice(own);
        let mut found = group.exchange.gather(&message);
        for (rank, message) in found.iter().enumerate() {
            let status = message.first().copied().unwrap_or(FAILED);
            if status != GOES_ON {
                group.over.store(true, Ordering::Relaxed);
            }
            if status == FAILED {
                return Err(RankError::Failed { rank, message: text(message.get(1..).unwrap_or_default()) });
            }
            if status == ENDED {
                return Err(RankError::Ended);
            }
        }
        for message in &mut found {
            message.remove(0);
        }
        Ok(found)
    }

    /// Ends the training of all ranks; does nothing if it has ended.
    pub fn end(&self) {
        self.say_last(&[ENDED]);
    }

    /// Ends the training of all ranks and tells them why this one cannot go on; does nothing if it has ended.
    pub fn fail(&self, why: &str) {
        let mut message = vec![FAILED];
        message.extend(numbers(why));
        self.say_last(&message);
    }

    /// Ends the training here, where all ranks know that they do.
    pub(crate) fn close(&self) {
        if let Some(group) = &self.0 {
            group.over.store(true, Ordering::Relaxed);
        }
    }

    fn say_last(&self, message: &[f64]) {
        if let Some(group) = self.0.as_ref().filter(|_| !self.is_alone())
            && !group.over.swap(true, Ordering::Relaxed)
        {
            group.exchange.gather(message);
        }
    }

    /// Tells all of a text of rank 0.
    ///
    /// # Errors
    /// As [`Reduction::all`].
    pub fn told(&self, own: &str) -> Result<String, RankError> {
        let found = self.all(&numbers(own).collect::<Vec<_>>())?;
        Ok(found.first().map_or_else(String::new, |message| text(message)))
    }

    /// Makes sure that all ranks have the same numbers.
    ///
    /// # Errors
    /// The first that has others than rank 0; as [`Reduction::all`].
    pub fn same<'a>(&self, values: impl IntoIterator<Item = &'a f64>) -> Result<(), RankError> {
        if self.is_alone() {
            return Ok(());
        }
        let mix = |digest: u64, value: &f64| {
            (digest.rotate_left(5) ^ value.to_bits()).wrapping_mul(0x517c_c1b7_2722_0a95)
        };
        let digest = values.into_iter().fold(0, mix);
        let own = [digest >> 32, digest & 0xffff_ffff].map(|half| half as f64);
        let found = self.all(&own)?;
        match found.iter().position(|other| *other != found[0]) {
            Some(rank) => {
                self.close();
                Err(RankError::Apart { rank })
            }
            None => Ok(()),
        }
    }

    /// All pieces of a batch, in order: `compute` gives those of the numbers that it is told, the other ranks give the
    /// others. `costs` says how long pieces take, in any unit. An error of this rank is told to all.
    ///
    /// # Errors
    /// Of `compute`; as [`Reduction::all`].
    pub(crate) fn share<E: From<RankError> + fmt::Display>(
        &self,
        costs: &[usize],
        compute: impl FnOnce(&[usize]) -> Result<Vec<Vec<f64>>, E>,
    ) -> Result<Vec<Vec<f64>>, E> {
        let ranks = self.ranks();
        let owners = deal(costs, ranks);
        let of_rank =
            |rank: usize| (0..costs.len()).filter(|piece| owners[*piece] == rank).collect::<Vec<_>>();
        let own = compute(&of_rank(self.rank()));
        if self.is_alone() {
            return own;
        }
        let own = own.inspect_err(|error| self.fail(&error.to_string()))?;
        // Each piece after its length.
        let mut message = Vec::with_capacity(own.iter().map(|piece| piece.len() + 1).sum());
        for piece in &own {
            message.push(piece.len() as f64);
            message.extend_from_slice(piece);
        }
        let mut pieces = vec![Vec::new(); costs.len()];
        for (rank, message) in self.all(&message)?.iter().enumerate() {
            let mut rest = message.as_slice();
            for piece in of_rank(rank) {
                let cut =
                    rest.split_first().and_then(|(length, rest)| rest.split_at_checked(*length as usize));
                let Some((values, others)) = cut else {
                    self.close();
                    return Err(RankError::Apart { rank }.into());
                };
                pieces[piece] = values.to_vec();
                rest = others;
            }
        }
        Ok(pieces)
    }
}

/// The rank of each piece: in order, to the rank that has least to do.
fn deal(costs: &[usize], ranks: usize) -> Vec<usize> {
    let mut load = vec![0; ranks];
    let give = |cost: &usize| {
        let rank = (0..ranks).min_by_key(|rank| load[*rank]).unwrap_or(0);
        load[rank] += cost;
        rank
    };
    costs.iter().map(give).collect()
}

/// A text as a message, and back.
fn numbers(text: &str) -> impl Iterator<Item = f64> {
    text.bytes().map(f64::from)
}

fn text(numbers: &[f64]) -> String {
    let bytes: Vec<u8> = numbers.iter().map(|byte| *byte as u8).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
