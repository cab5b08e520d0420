//! An emulator that knows where it is not to be trusted, and hands over to the solver there.
//!
//! ```text
//! cells that the emulator refuses                           solver
//! cells that it solves: they hardly move                    as it does
//! R = log10 y(t) - log10 Phi(y(t / 10^h))                   Phi: implicit steps of the generated equations
//! |R| > tolerance, for T or a species that counts           solver
//! otherwise                                                 Phi(y(t / 10^h)), the better of the two
//! ```
//! R is the discrete-time residual of the training, taken at run time.

use chem_solver::advance::{Advance, AdvanceError, AdvanceReport, Outcome, check_rows};
use chem_solver::equations::Equations;

/// Species below this share of the total density do not count in the residual.
const LEAST_SHARE: f64 = 1e-10;

/// An emulator with a solver behind it.
///
/// ```ignore
/// let solver = Batch::new(&network);
/// let pinn = Pinn::load("networks/trained/general_atomic/model.safetensors")?.with_equations(solver.clone())?;
/// let guarded = Guarded::new(pinn, solver).tolerance(0.05);
/// let report = guarded.advance_rows_by(&mut rows, &dt)?;
/// ```
#[derive(Clone, Debug)]
#[must_use = "an emulator does nothing before it is asked to advance cells"]
pub struct Guarded<E, S> {
    emulator: E,
    solver: S,
    step: f64,
    tolerance: f64,
    rtol: f64,
}

impl<E: Advance, S: Equations> Guarded<E, S> {
    /// A last step of 0.3 decades of time, a tolerance of 0.05 decades, and a solver at rtol 1e-3.
    pub fn new(emulator: E, solver: S) -> Self {
        Guarded { emulator, solver, step: 0.3, tolerance: 0.05, rtol: 1e-3 }
    }

    /// The solver behind the emulator.
    pub fn solver(&self) -> &S {
        &self.solver
    }

    /// Length of the last step, by which the residual is taken, in decades of time; default 0.3.
    pub fn step(mut self, decades: f64) -> Self {
        self.step = decades;
        self
    }

    /// Largest residual that is accepted, in decades of density or temperature.
    pub fn tolerance(mut self, decades: f64) -> Self {
        self.tolerance = decades;
        self
    }

    /// Relative tolerance of the solver.
    pub fn rtol(mut self, rtol: f64) -> Self {
        self.rtol = rtol;
        self
    }

    /// Takes the cells that the emulator has moved to their `ends` one step further than it moves them to just before, and writes the
    /// better of the two. Gives the cells whose residual is too large, and why.
    fn correct(
        &self,
        rows: &[f64],
        dt: &[f64],
        ends: &mut [f64],
        moved: &[usize],
    ) -> Result<Reasons, AdvanceError> {
        let n = self.unknown_count();
        let shorter = 10f64.powf(-self.step);
        let before: Vec<f64> = moved.iter().map(|i| dt[*i] * shorter).collect();
        let mut stepped = gather(rows, n, moved);
        self.emulator.advance_rows_by(&mut stepped, &before)?;
        let rest: Vec<f64> = moved.iter().zip(&before).map(|(i, before)| dt[*i] - before).collect();
        let ok = self.solver.solver(self.rtol).advance_rows_by(&mut stepped, &rest)?.advanced();
        let mut large = Reasons::new();
        for ((i, stepped), ok) in moved.iter().zip(stepped.chunks_exact(n)).zip(ok) {
            let end = &mut ends[i * n..(i + 1) * n];
            let residual = if ok { residual(end, stepped) } else { f64::INFINITY };
            if residual <= self.tolerance {
                end.copy_from_slice(stepped);
            } else {
                large.push((*i, format!("the residual is {residual:.2} decades")));
            }
        }
        Ok(large)
    }
}

/// Cells and why.
type Reasons = Vec<(usize, String)>;

/// The states are those of the emulator, taken one step further by the equations; [`Outcome::Solved`] are cells that hardly move,
/// or that are handed over.
impl<E: Advance, S: Equations> Advance for Guarded<E, S> {
    fn unknown_count(&self) -> usize {
        self.solver.network().structure().unknown_count()
    }

    fn advance_rows_by(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, AdvanceError> {
        let n = self.unknown_count();
        check_rows(rows, dt, n)?;
        let mut ends = rows.to_vec();
        let mut report = self.emulator.advance_rows_by(&mut ends, dt)?;
        let is_moved = |i: &usize| report.cells[*i] == Outcome::Emulated;
        let moved: Vec<usize> = (0..dt.len()).filter(is_moved).collect();
        let mut left = self.correct(rows, dt, &mut ends, &moved)?;
        left.append(&mut report.reasons);
        left.sort_by_key(|(cell, _)| *cell);
        let cells: Vec<usize> = left.iter().map(|(cell, _)| *cell).collect();
        let mut solved = gather(rows, n, &cells);
        let times: Vec<f64> = cells.iter().map(|i| dt[*i]).collect();
        let by_solver = self.solver.solver(self.rtol).advance_rows_by(&mut solved, &times)?;
        for ((i, solved), outcome) in cells.iter().zip(solved.chunks_exact(n)).zip(&by_solver.cells) {
            // What the solver does not advance it does not change.
            ends[i * n..(i + 1) * n].copy_from_slice(solved);
            report.cells[*i] = *outcome;
        }
        report.reasons = by_solver.reasons.into_iter().map(|(i, reason)| (cells[i], reason)).collect();
        report.handed_over = left;
        rows.copy_from_slice(&ends);
        Ok(report)
    }
}

/// Largest difference in decades over T and the species that count.
fn residual(direct: &[f64], stepped: &[f64]) -> f64 {
    let species = stepped.len().saturating_sub(1);
    let total: f64 = stepped[..species].iter().sum();
    let counted = |(k, (a, b)): (usize, (&f64, &f64))| {
        let counts = k == species || a.max(*b) > LEAST_SHARE * total;
        // NaN is not accepted.
        counts.then(|| (a / b).log10().abs()).map(|r| if r.is_nan() { f64::INFINITY } else { r })
    };
    direct.iter().zip(stepped).enumerate().filter_map(counted).fold(0.0, f64::max)
}

fn gather(rows: &[f64], n: usize, members: &[usize]) -> Vec<f64> {
    members.iter().flat_map(|i| rows[i * n..(i + 1) * n].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::bdf::Bdf;
    use chem_solver::runs::AnyNetwork;

    /// Right but for a factor; knows temperatures up to 400 K.
    struct Made<'a> {
        solver: Bdf<'a, dyn chem_solver::network::ChemNetwork>,
        factor: f64,
    }

    impl Advance for Made<'_> {
        fn unknown_count(&self) -> usize {
            4
        }
        fn advance_rows_by(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, AdvanceError> {
            let mut report = AdvanceReport::default();
            for (row, dt) in rows.chunks_exact_mut(4).zip(dt) {
                if !(row[3] <= 400.0 && *dt <= 5.0 && !row[0].is_nan()) {
                    report.push(Outcome::Refused, || format!("t = {dt}"));
                    continue;
                }
                self.solver.advance_rows_by(row, &[*dt])?;
                row[0] *= 1.0 + (self.factor - 1.0) * dt / 5.0;
                report.push(Outcome::Emulated, String::new);
            }
            Ok(report)
        }
    }

    #[test]
    fn right_emulators_are_used_and_wrong_ones_are_not() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/benchmark_const.net");
        let network = AnyNetwork::load(path.as_ref()).unwrap();
        let solver = Bdf::new(&*network.network).rtol(1e-8);
        let start = network.initials[0].unknowns.clone();
        let mut exact = vec![0.0; 4];
        solver.integrate(&mut solver.workspace(), &start, &[3.0], &mut exact).unwrap();
        let mut hot = start.clone();
        hot[3] = 1e4;
        for (factor, expected) in [(1.001, Outcome::Emulated), (3.0, Outcome::Solved)] {
            let emulator = Made { solver: Bdf::new(&*network.network).rtol(1e-8), factor };
            let guarded = Guarded::new(emulator, Bdf::new(&*network.network)).rtol(1e-8);
            let mut rows = [start.clone(), hot.clone(), start.clone(), start.clone()].concat();
            rows[8] = f64::NAN;
            let report = guarded.advance_rows_by(&mut rows, &[3.0, 3.0, 3.0, 9.0]).unwrap();
            let solved = Outcome::Solved;
            assert_eq!(report.cells, [expected, solved, Outcome::Refused, solved], "{report}");
            let cells: Vec<usize> = report.handed_over.iter().map(|(cell, _)| *cell).collect();
            let is_used = expected == Outcome::Emulated;
            assert_eq!(cells, if is_used { &[1, 2, 3][..] } else { &[0, 1, 2, 3] });
            assert_eq!(report.reasons[0].0, 2);
            let first = if is_used { "cell 1: t = 3" } else { "cell 0: the residual is 0.1" };
            assert!(
                report.to_string().contains(&format!("handed over to the solver; the first is {first}")),
                "{report}"
            );
            for (found, exact) in rows[..3].iter().zip(&exact) {
                assert!((found / exact - 1.0).abs() < 2e-3, "{found} {exact}");
            }
            assert!(rows[8].is_nan() && rows[9..12] == start[1..]);
        }
    }

    /// A tolerance that no solver has is not the fault of the cells.
    #[test]
    fn wrong_calls_are_errors_and_change_nothing() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/benchmark_const.net");
        let network = AnyNetwork::load(path.as_ref()).unwrap();
        let emulator = Made { solver: Bdf::new(&*network.network).rtol(1e-8), factor: 1.0 };
        let guarded = Guarded::new(emulator, Bdf::new(&*network.network));
        let start = [1.0, 1.0, 1.0, 300.0, 1.0, 1.0, 1.0, 1e4];
        let mut rows = start;
        let error = guarded.advance_rows_by(&mut rows, &[3.0]).unwrap_err();
        assert!(matches!(error, AdvanceError::Rows { .. }), "{error}");
        let error = guarded.rtol(0.5).advance_rows_by(&mut rows, &[3.0, 3.0]).unwrap_err();
        assert!(matches!(error, AdvanceError::Setting(_)), "{error}");
        assert_eq!(rows, start);
    }
}
