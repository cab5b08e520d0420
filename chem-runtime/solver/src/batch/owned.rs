//! A batch solver that borrows nothing.

use std::sync::Arc;

use super::Batch;
use super::table::Table;
use crate::network::GenericNetwork;

/// A network with the tables of its functions of T.
#[derive(Debug)]
pub struct OwnedBatch<N> {
    network: N,
    table: Arc<Table>,
}

impl<N: GenericNetwork> OwnedBatch<N> {
    /// Builds the tables for the values that the network's parameters have now.
    pub fn new(network: N) -> Self {
        let table = Batch::new(&network).table;
        OwnedBatch { network, table }
    }

    /// The network.
    pub fn network(&self) -> &N {
        &self.network
    }

    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Number of unknowns of a cell: species, then T.
    pub fn unknown_count(&self) -> usize {
        self.network.structure().unknown_count()
    }

    /// The solver, with default settings.
    pub fn batch(&self) -> Batch<'_, N> {
        Batch::with_table(&self.network, Arc::clone(&self.table))
    }
}
