//! Cells of a block on their way: by a time step, or to a steady state.
#![expect(unsafe_code, reason = "arrays of the host")]

use chem_solver::batch::{BatchReport, CellReport, CellStore, Status};
use chem_solver::network::{ChemNetwork, GenericNetwork};

use super::Solver;
use crate::array::{AXES, View, aligned};
use crate::block::{Block, place};
use crate::catalogue::{CHARGED, NOT_STEADY};
use crate::error::HostError;
use crate::memory::{per_cell, room_for};
use crate::store::Store;
use crate::surroundings::Surroundings;

/// Share of the longest time after which a state that is steady does not move any more.
const EARLY: f64 = 0.1;
/// Share of the density of all particles below which a species need not be steady.
const LEAST_ABUNDANCE: f64 = 1e-12;

/// The arrays of a call, looked at.
pub(super) struct Call<'a, N> {
    pub(super) store: Store<'a, N>,
    pub(super) cells: [usize; AXES],
    start: f64,
    dt: View,
    is_one_dt: bool,
    pub(super) added_to: Option<View>,
    surroundings: Surroundings,
    pub(super) status: *mut i32,
    pub(super) steps: *mut u32,
}

/// Time steps of all cells.
enum Times {
    One(f64),
    Each(Vec<f64>),
}

impl<N> Call<'_, N> {
    /// Time step of a cell `[s]`.
    pub(super) fn dt_of(&self, cell: usize) -> f64 {
        self.dt.get(place(cell, self.cells), 0)
    }

    /// Tells the host what became of a cell, and how many steps the solver took.
    pub(super) fn tell(&self, cell: usize, status: i32, steps: u32) {
        if !self.status.is_null() {
            // SAFETY: the host promises an entry for each cell; aligned.
            unsafe { *self.status.add(cell) = status };
        }
        if !self.steps.is_null() {
            // SAFETY: the host promises an entry for each cell; aligned.
            unsafe { *self.steps.add(cell) = steps };
        }
    }
}

impl<N: GenericNetwork + Clone + Default> Solver<N> {
    /// Advances the cells of a block; returns how many were not.
    pub(crate) fn advance(&self, block: &mut Block) -> Result<i64, HostError> {
        block.total_added = 0.0;
        let Some(call) = self.look(block)? else { return Ok(0) };
        let structure = self.network().structure();
        let count = call.store.count;
        let mut added = match block.floor > 0.0 || block.tolerated > 0.0 || call.added_to.is_some() {
            true => per_cell(count, |cell, row| call.store.read_cell(cell, row), structure.unknown_count())?,
            false => Vec::new(),
        };
        let times = match call.is_one_dt {
            true => Times::One(call.dt_of(0)),
            false => Times::Each(per_cell(count, |cell, _| call.dt_of(cell), 0)?),
        };
        let report = self.integrate(&call, &times)?;
        let mut row = vec![0.0; structure.unknown_count()];
        let mut failed = 0;
        for (cell, report) in report.cells.iter().enumerate() {
            failed += i64::from(!report.status.is_ok());
            hand_back(&call, (cell, report), None, &mut row);
            if let Some(added) = added.get_mut(cell) {
                let is_written = report.status.is_ok() && report.steps > 0;
                *added = if is_written { *added } else { 0.0 };
                if let Some(view) = call.added_to {
                    view.set(place(cell, call.cells), 0, *added);
                }
            }
        }
        block.total_added = added.iter().sum();
        Ok(failed)
    }

    /// Advances the cells by the longest time; returns how many were not, or still moved by more than `tolerance`, relative,
    /// in its last nine tenths.
    pub(crate) fn to_equilibrium(&self, block: &mut Block, tolerance: f64) -> Result<i64, HostError> {
        block.total_added = 0.0;
        if !(tolerance > 0.0 && tolerance <= 1.0) {
            return Err(HostError::Value(format!("tolerance is {tolerance}; it must lie between 0 and 1")));
        }
        let Some(call) = self.look(block)? else { return Ok(0) };
        let count = call.store.count;
        let n = self.network().structure().unknown_count();
        let mut states = room_for(count.checked_mul(n), count)?;
        let early = per_cell(count, |cell, _| EARLY * call.dt_of(cell), 0)?;
        let mut late = per_cell(count, |cell, _| (1.0 - EARLY) * call.dt_of(cell), 0)?;
        let first = self.integrate(&call, &Times::Each(early))?;
        let mut row = vec![0.0; n];
        for (cell, (report, late)) in first.cells.iter().zip(&mut late).enumerate() {
            if !report.status.is_ok() {
                *late = 0.0;
            }
            call.store.read(cell, &mut row);
            states.extend_from_slice(&row);
        }
        let second = self.integrate(&call, &Times::Each(late))?;
        let mut failed = 0;
        for (cell, (before, after)) in first.cells.iter().zip(&second.cells).enumerate() {
            let status = if before.status.is_ok() { after.status } else { before.status };
            let report = CellReport { status, steps: before.steps.saturating_add(after.steps), ..*after };
            call.store.read(cell, &mut row);
            let moves = status.is_ok() && is_moved(&states[cell * n..(cell + 1) * n], &row, tolerance);
            failed += i64::from(moves || !status.is_ok());
            hand_back(&call, (cell, &report), moves.then_some(NOT_STEADY), &mut row);
        }
        Ok(failed)
    }

    /// Looks at everything of a block; nothing if it has no cells.
    pub(super) fn look(&self, block: &Block) -> Result<Option<Call<'_, N>>, HostError> {
        let structure = self.network().structure();
        block.check_identity(structure)?;
        let count = block.count()?;
        if count == 0 {
            return Ok(None);
        }
        let gas = block.look(structure, true)?;
        let dt = View::new("the array of time steps", &block.dt, block.cells, (1, 0), false)?;
        let added_to = match block.added.data.is_null() {
            true => None,
            false => Some(View::new("the array `added`", &block.added, block.cells, (1, 0), true)?),
        };
        aligned("the array `status`", block.status)?;
        aligned("the array `steps`", block.steps)?;
        Ok(Some(Call {
            store: Store { network: self.network(), gas, first: 0, count },
            cells: block.cells,
            start: block.start,
            dt,
            is_one_dt: block.dt.is_one_for_all(),
            added_to,
            surroundings: Surroundings::of(block, structure.parameters.len(), count)?,
            status: block.status,
            steps: block.steps,
        }))
    }

    fn integrate(&self, call: &Call<'_, N>, times: &Times) -> Result<BatchReport, HostError> {
        let batch = self.batch.clone().start_time(call.start);
        let store = call.store.clone();
        let environment = call.surroundings.environment();
        Ok(match times {
            Times::One(dt) => self.threads.install(|| batch.advance_with(store, &environment, *dt))?,
            Times::Each(each) => {
                self.threads.install(|| batch.advance_each_with(store, &environment, each))?
            }
        }?)
    }
}

/// Tells the host what became of a cell: what the report says, or another status.
fn hand_back<N: ChemNetwork>(
    call: &Call<'_, N>,
    (cell, report): (usize, &CellReport),
    other: Option<i32>,
    row: &mut [f64],
) {
    let charged = report.status == Status::InvalidDensity && call.store.was_charged(cell, row);
    let status = other.unwrap_or(if charged { CHARGED } else { report.status as i32 });
    call.tell(cell, status, report.steps);
}

/// Whether a state has moved, relative to what is there; rare species need not stand still.
fn is_moved(before: &[f64], after: &[f64], tolerance: f64) -> bool {
    let n_tot: f64 = after.iter().rev().skip(1).sum();
    let least = LEAST_ABUNDANCE * n_tot;
    before
        .iter()
        .zip(after)
        .any(|(before, after)| (after - before).abs() > tolerance * after.max(*before) + least)
}
