//! One trait for all that advances a cell in time: solver and emulator.

use crate::bdf::{Bdf, SolveError, Workspace};
use crate::network::cell::Cell;
use crate::network::{SpeciesSet, TypedNetwork};

/// Advances a cell in time.
pub trait Advance<S: SpeciesSet>: Sync {
    /// Memory of one thread, used again from call to call.
    type Workspace;
    /// Why a cell could not be advanced.
    type Error: std::error::Error;

    /// Memory for [`Advance::advance_with`].
    fn new_workspace(&self) -> Self::Workspace;

    /// Advances `cell` by `dt` `[s]`.
    ///
    /// # Errors
    /// As the method says; `cell` is then unchanged.
    fn advance_with(
        &self,
        workspace: &mut Self::Workspace,
        cell: &mut Cell<S>,
        dt: f64,
    ) -> Result<(), Self::Error>;

    /// [`Advance::advance_with`] with memory of its own.
    ///
    /// # Errors
    /// As the method says; `cell` is then unchanged.
    fn advance(&self, cell: &mut Cell<S>, dt: f64) -> Result<(), Self::Error> {
        self.advance_with(&mut self.new_workspace(), cell, dt)
    }
}

/// Memory of [`Bdf`] as an [`Advance`].
#[derive(Clone, Debug)]
pub struct AdvanceWorkspace {
    integration: Workspace,
    before: Vec<f64>,
    after: Vec<f64>,
}

impl<N: TypedNetwork> Advance<N::Species> for Bdf<'_, N> {
    type Workspace = AdvanceWorkspace;
    type Error = SolveError;

    fn new_workspace(&self) -> AdvanceWorkspace {
        let n = self.network().structure().unknown_count();
        AdvanceWorkspace { integration: self.workspace(), before: vec![0.0; n], after: vec![0.0; n] }
    }

    fn advance_with(
        &self,
        workspace: &mut AdvanceWorkspace,
        cell: &mut Cell<N::Species>,
        dt: f64,
    ) -> Result<(), SolveError> {
        let AdvanceWorkspace { integration, before, after } = workspace;
        cell.write_unknowns(before);
        self.integrate(integration, before, &[self.start_time() + dt], after)?;
        *cell = Cell::from_unknowns(after);
        Ok(())
    }
}
