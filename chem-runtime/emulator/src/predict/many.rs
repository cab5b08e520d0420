//! Many cells at once, on all threads: each gets its state, or the reason why it was refused.

use rayon::prelude::*;

use super::{Ansatz, Pinn};
use crate::error::EmulatorError;
use crate::out_of_domain::RefusedCell;
use chem_solver::advance::{Advance, AdvanceError, AdvanceReport, Outcome, check_rows};
use chem_solver::float_mode::with_own_mode;
use chem_solver::network::SpeciesSet;
use chem_solver::network::cell::Cell;

/// Least and largest number of cells that one thread takes at a time: each network that shares a domain should find many of
/// its own among them.
const SHARES: [usize; 2] = [1024, 65536];

impl Pinn {
    /// The state of each cell after a time `t` `[s]`. A cell that it was not trained for is refused with its index and the
    /// reason; the others are not touched by that.
    ///
    /// Thousands of cells in one call cost the least; [`Advance::advance_rows_by`] is for rows of numbers with time steps of their
    /// own.
    ///
    /// # Errors
    /// If the species are not those of the trained network, or the equations are missing that it needs.
    pub fn predict<S: SpeciesSet>(
        &self,
        cells: &[Cell<S>],
        t: f64,
    ) -> Result<Vec<Result<Cell<S>, RefusedCell>>, EmulatorError> {
        self.check_species::<S>()?;
        let unknowns = self.low.len();
        let mut rows = vec![0.0; cells.len() * unknowns];
        for (cell, row) in cells.iter().zip(rows.chunks_exact_mut(unknowns)) {
            cell.write_unknowns(row);
        }
        let report = self.many(&mut rows, &vec![t; cells.len()])?;
        let mut later: Vec<_> = rows.chunks_exact(unknowns).map(|row| Ok(Cell::from_unknowns(row))).collect();
        for refused in report.refused {
            let cell = refused.cell;
            later[cell] = Err(refused);
        }
        Ok(later)
    }

    /// Refuses cells of other species.
    pub(super) fn check_species<S: SpeciesSet>(&self) -> Result<(), EmulatorError> {
        let trained = &self.provenance.network.species;
        let is_same = trained.len() == S::COUNT
            && trained.iter().zip(S::ALL).all(|(name, species)| name == species.name());
        if is_same { Ok(()) } else { Err(EmulatorError::Species { trained: trained.join(", ") }) }
    }

    /// Advances rows of the right length, shared out among the threads.
    fn many(&self, rows: &mut [f64], dt: &[f64]) -> Result<Emulated, EmulatorError> {
        self.check_equations()?;
        let unknowns = self.low.len();
        let [least, largest] = SHARES;
        let share = dt.len().div_ceil(rayon::current_num_threads()).clamp(least, largest);
        let shares = rows.par_chunks_mut(share * unknowns).zip(dt.par_chunks(share));
        let reports: Vec<Emulated> = shares.map(|(rows, dt)| self.share(rows, dt)).collect();
        let mut all = Emulated::default();
        for (number, report) in reports.into_iter().enumerate() {
            let first = number * share;
            let refused = report.refused.into_iter();
            all.refused.extend(refused.map(|refused| RefusedCell { cell: first + refused.cell, ..refused }));
            all.by_step.extend(report.by_step.into_iter().map(|cell| first + cell));
        }
        Ok(all)
    }

    /// Advances the cells of one thread; those that are refused stay as they are.
    fn share(&self, rows: &mut [f64], dt: &[f64]) -> Emulated {
        let unknowns = self.low.len();
        let initial = rows.to_vec();
        let cells = initial.chunks_exact(unknowns).zip(dt).enumerate();
        let check = |(cell, (initial, dt)): (usize, (&[f64], &f64))| {
            let known = self.check_state(initial).and_then(|()| self.check_time(*dt));
            known.err().map(|reason| RefusedCell { cell, reason })
        };
        let refused: Vec<RefusedCell> = with_own_mode(|| cells.filter_map(check).collect());
        let (points, mut by_step) = ((initial.as_slice(), unknowns), Vec::new());
        self.in_own_mode(|| {
            match &self.ansatz {
                Ansatz::Single(single) => single.evaluate(points, dt, rows),
                Ansatz::General(general) => match general.blending() {
                    Some(blending) => by_step = general.blended(blending, (&initial, dt), rows),
                    None => general.evaluate(points, dt, rows),
                },
            }
            for (initial, row) in initial.chunks_exact(unknowns).zip(rows.chunks_exact_mut(unknowns)) {
                self.restore(initial, row);
            }
        });
        for RefusedCell { cell, .. } in &refused {
            let row = cell * unknowns..(cell + 1) * unknowns;
            rows[row.clone()].copy_from_slice(&initial[row]);
        }
        let is_refused = |cell: &usize| refused.binary_search_by_key(cell, |refused| refused.cell).is_ok();
        by_step.retain(|cell| !is_refused(cell));
        Emulated { refused, by_step }
    }
}

/// What became of many cells.
#[derive(Default)]
struct Emulated {
    /// The cells that it was not trained for, ascending, and why.
    refused: Vec<RefusedCell>,
    /// The cells that hardly move: one step of the equations advanced them, ascending.
    by_step: Vec<usize>,
}

/// A network of one initial state knows no other: its result cannot be advanced again.
impl Advance for Pinn {
    fn unknown_count(&self) -> usize {
        self.low.len()
    }

    fn advance_rows_by(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, AdvanceError> {
        check_rows(rows, dt, self.low.len())?;
        let Emulated { refused, by_step } = self.many(rows, dt)?;
        let mut report = AdvanceReport::default();
        report.cells.resize(dt.len(), Outcome::Emulated);
        by_step.into_iter().for_each(|cell| report.cells[cell] = Outcome::Solved);
        for RefusedCell { cell, reason } in refused {
            report.cells[cell] = Outcome::Refused;
            report.reasons.push((cell, reason.to_string()));
        }
        Ok(report)
    }
}
