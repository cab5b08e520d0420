//! Ranks that are processes of one MPI program, on one host or many.

use mpi::Count;
use mpi::datatype::PartitionMut;
use mpi::environment::Universe;
use mpi::topology::SimpleCommunicator;
use mpi::traits::*;

use super::Exchange;

/// The ranks of an MPI program.
#[derive(Clone, Copy, Debug)]
pub struct MpiExchange {
    rank: usize,
    ranks: usize,
}

impl MpiExchange {
    /// Of an MPI that has been initialised, and is not finalised before this is used for the last time.
    pub fn new(universe: &Universe) -> Self {
        let world = universe.world();
        MpiExchange { rank: world.rank() as usize, ranks: world.size() as usize }
    }
}

impl Exchange for MpiExchange {
    fn rank(&self) -> usize {
        self.rank
    }

    fn ranks(&self) -> usize {
        self.ranks
    }

    fn gather(&self, own: &[f64]) -> Vec<Vec<f64>> {
        gather(&SimpleCommunicator::world(), own)
    }
}

/// What every process of a group gives, in their order.
pub fn gather<T: Equivalence + Clone + Default>(
    group: &impl CommunicatorCollectives,
    own: &[T],
) -> Vec<Vec<T>> {
    let mut counts: Vec<Count> = vec![0; group.size() as usize];
    group.all_gather_into(&[own.len() as Count][..], &mut counts[..]);
    let mut end = 0;
    let begins: Vec<Count> = counts
        .iter()
        .map(|count| {
            end += count;
            end - count
        })
        .collect();
    let mut found = vec![T::default(); end as usize];
    group.all_gather_varcount_into(own, &mut PartitionMut::new(&mut found[..], &counts[..], &begins[..]));
    let mut found = found.into_iter();
    counts.iter().map(|count| found.by_ref().take(*count as usize).collect()).collect()
}
