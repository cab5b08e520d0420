//! Many cells at once, on all threads: each gets its state, or the reason why it was refused.

use pulp::Arch;
use rayon::prelude::*;

use super::{Ansatz, Evaluation, Pinn};
use crate::emulator::{EmulatorError, EmulatorReport, check_lengths};
use crate::out_of_domain::RefusedCell;
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
    /// Thousands of cells in one call cost the least; see [`crate::Emulator::evaluate_cells`] for rows of numbers with times of
    /// their own.
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
        let mut initial = vec![0.0; cells.len() * unknowns];
        for (cell, row) in cells.iter().zip(initial.chunks_exact_mut(unknowns)) {
            cell.write_unknowns(row);
        }
        let mut out = vec![0.0; initial.len()];
        let report = self.many(&initial, &vec![t; cells.len()], &mut out)?;
        let mut later: Vec<_> = out.chunks_exact(unknowns).map(|row| Ok(Cell::from_unknowns(row))).collect();
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

    /// The states of many cells, shared out among the threads.
    pub(super) fn many(
        &self,
        initial: &[f64],
        times: &[f64],
        out: &mut [f64],
    ) -> Result<EmulatorReport, EmulatorError> {
        self.check_equations()?;
        let unknowns = self.low.len();
        check_lengths(unknowns, initial, times, out)?;
        let [least, largest] = SHARES;
        let share = times.len().div_ceil(rayon::current_num_threads()).clamp(least, largest);
        let shares = initial.par_chunks(share * unknowns).zip(times.par_chunks(share));
        let reports = shares
            .zip(out.par_chunks_mut(share * unknowns))
            .map(|((initial, times), out)| self.share(initial, times, out));
        let mut all = EmulatorReport { cells: times.len(), ..EmulatorReport::default() };
        for (number, report) in reports.collect::<Vec<_>>().into_iter().enumerate() {
            let first = number * share;
            let refused = report.refused.into_iter();
            all.refused.extend(refused.map(|refused| RefusedCell { cell: first + refused.cell, ..refused }));
            all.by_step.extend(report.by_step.into_iter().map(|cell| first + cell));
        }
        Ok(all)
    }

    /// The states of the cells of one thread; those that are refused stay as they are.
    fn share(&self, initial: &[f64], times: &[f64], out: &mut [f64]) -> EmulatorReport {
        let unknowns = self.low.len();
        let cells = initial.chunks_exact(unknowns).zip(times).enumerate();
        let check = |(cell, (initial, time)): (usize, (&[f64], &f64))| {
            let known = self.check_state(initial).and_then(|()| self.check_time(*time));
            known.err().map(|reason| RefusedCell { cell, reason })
        };
        let refused: Vec<RefusedCell> = with_own_mode(|| cells.filter_map(check).collect());
        let (mut scratch, points, mut by_step) = (self.model.scratch(), (initial, unknowns), Vec::new());
        self.in_own_mode(|| {
            match &self.ansatz {
                Ansatz::Single(_) => {
                    let (scratch, out) = (&mut scratch, &mut *out);
                    Arch::new().dispatch(Evaluation { pinn: self, scratch, points, times, out });
                }
                Ansatz::General(general) => match general.blending() {
                    Some(blending) => {
                        by_step =
                            general.blended(blending, (&self.model, &mut scratch), (initial, times), out);
                    }
                    None => general.evaluate(&self.model, &mut scratch, points, times, out),
                },
            }
            for (initial, out) in initial.chunks_exact(unknowns).zip(out.chunks_exact_mut(unknowns)) {
                self.restore(initial, out);
            }
        });
        for RefusedCell { cell, .. } in &refused {
            let row = cell * unknowns..(cell + 1) * unknowns;
            out[row.clone()].copy_from_slice(&initial[row]);
        }
        let is_refused = |cell: &usize| refused.binary_search_by_key(cell, |refused| refused.cell).is_ok();
        by_step.retain(|cell| !is_refused(cell));
        EmulatorReport { cells: times.len(), refused, by_step }
    }
}
