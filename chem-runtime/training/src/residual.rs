//! The residual that is made small.
//!
//! ```text
//! r = P (dy/dtau - g(tau, y))          eq. 23 of Branca & Pallottini 2023 for P = 1 and logarithmic variables
//! P = 1;  1 / (1 + |dg_k/dy_k|);  (I - dg/dy)^-1
//! ```
//! P is a weight: it follows the state, but is held fixed where r is differentiated.

mod conservation;
#[cfg(feature = "device")]
pub(crate) mod device_cost;
mod kinetics;
#[cfg(feature = "device")]
pub(crate) mod on_device;
mod operation;
mod tensor_loss;

pub(crate) use conservation::Law;
pub(crate) use kinetics::Kinetics;
#[cfg(test)]
pub(crate) use operation::stand_in::StandIn;
pub(crate) use operation::{Operations, ResidualOperation};
pub(crate) use tensor_loss::loss_of_tensor;

use kinetics::Scratch;
use rayon::prelude::*;

use chem_emulator::config::Preconditioner;
use chem_solver::linear::dense_lu::DenseLu;

/// Growth of the factors of I - dg/dy beyond which they are made anew with pivots.
const LARGEST_GROWTH: f64 = 1e8;
/// Points that one thread takes at once.
const CHUNK: usize = 32;

/// The residual of one network.
#[derive(Clone, Debug)]
pub(crate) struct Residual {
    pub(crate) kinetics: Kinetics,
    pub(crate) preconditioner: Preconditioner,
    /// Conservation laws that are rows beside the equations.
    pub(crate) laws: Vec<Law>,
}

/// A batch of states on their way in time. Rows of `y`, `slope` have one entry per trained unknown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct States<'a> {
    pub(crate) tau: &'a [f64],
    pub(crate) y: &'a [f64],
    /// dy/dtau as the network has it.
    pub(crate) slope: &'a [f64],
    /// Temperature of each point `[K]`, where it does not change.
    pub(crate) temperature: &'a [f64],
}

/// The residual of a batch and its derivatives; n unknowns, and as many rows with those of the laws after them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Linearised {
    /// r `[points, rows]`
    pub(crate) residual: Vec<f64>,
    /// dr/dy = -P dg/dy `[points, rows, n]`
    pub(crate) by_y: Vec<f64>,
    /// dr/d(dy/dtau) = P `[points, rows, n]`
    pub(crate) by_slope: Vec<f64>,
}

impl Residual {
    /// Number of trained unknowns.
    pub(crate) fn unknowns(&self) -> usize {
        self.kinetics.outputs()
    }

    /// Number of rows per point: one per trained unknown, then one per law.
    pub(crate) fn rows(&self) -> usize {
        self.unknowns() + self.laws.len()
    }

    /// The residual of each point, with its derivatives.
    pub(crate) fn linearise(&self, states: States<'_>) -> Linearised {
        let (n, rows) = (self.unknowns(), self.rows());
        let points = states.tau.len();
        let mut out = Linearised {
            residual: vec![0.0; points * rows],
            by_y: vec![0.0; points * rows * n],
            by_slope: vec![0.0; points * rows * n],
        };
        let chunks = out.residual.par_chunks_mut(rows).zip(out.by_y.par_chunks_mut(rows * n));
        chunks.zip(out.by_slope.par_chunks_mut(rows * n)).enumerate().with_min_len(CHUNK).for_each_init(
            || self.workspace(),
            |workspace, (point, ((residual, by_y), by_slope))| {
                self.defect(states, point, workspace);
                self.kinetics.jacobian(states.tau[point], &mut workspace.scratch);
                self.precondition(workspace, by_y, by_slope);
                multiply(by_slope, &workspace.defect, residual);
                let Scratch { x, .. } = &workspace.scratch;
                let laws = self.laws.iter().zip(by_y[n * n..].chunks_exact_mut(n));
                for ((law, by_y), residual) in laws.zip(&mut residual[n..]) {
                    law.derivative(x, self.kinetics.variables(), by_y);
                    *residual = law.residual(x, self.kinetics.variables());
                }
            },
        );
        out
    }

    /// The residual of each point with P as given, `[points, rows, n]`.
    pub(crate) fn with_preconditioner(&self, states: States<'_>, by_slope: &[f64]) -> Vec<f64> {
        let (n, rows) = (self.unknowns(), self.rows());
        let mut residual = vec![0.0; states.tau.len() * rows];
        let chunks = residual.par_chunks_mut(rows).zip(by_slope.par_chunks(rows * n));
        chunks.enumerate().with_min_len(CHUNK).for_each_init(
            || self.workspace(),
            |workspace, (point, (residual, by_slope))| {
                self.defect(states, point, workspace);
                multiply(by_slope, &workspace.defect, residual);
                for (law, residual) in self.laws.iter().zip(&mut residual[n..]) {
                    *residual = law.residual(&workspace.scratch.x, self.kinetics.variables());
                }
            },
        );
        residual
    }

    fn workspace(&self) -> Workspace {
        let n = self.kinetics.structure().unknown_count();
        Workspace {
            scratch: self.kinetics.scratch(),
            dense: DenseLu::default(),
            defect: vec![0.0; self.unknowns()],
            column: vec![0.0; n],
        }
    }

    /// Writes dy/dtau - g of one point.
    fn defect(&self, states: States<'_>, point: usize, workspace: &mut Workspace) {
        let Workspace { scratch, defect, .. } = workspace;
        let row = point * defect.len()..(point + 1) * defect.len();
        let temperature = states.temperature.get(point).copied().unwrap_or(0.0);
        self.kinetics.slope(states.tau[point], &states.y[row.clone()], temperature, scratch);
        for ((defect, slope), g) in defect.iter_mut().zip(&states.slope[row]).zip(&scratch.g) {
            *defect = slope - g;
        }
    }

    /// Writes -P dg/dy and P of one point, n rows of n entries.
    fn precondition(&self, workspace: &mut Workspace, by_y: &mut [f64], by_slope: &mut [f64]) {
        let n = self.unknowns();
        let structure = self.kinetics.structure();
        let jacobian = &workspace.scratch.jacobian;
        let trained = |&(row, column, _): &(usize, usize, usize)| row < n && column < n;
        match self.preconditioner {
            Preconditioner::None => (0..n).for_each(|k| by_slope[k * n + k] = 1.0),
            Preconditioner::Diagonal => {
                for (row, _, entry) in
                    structure.jacobian_entries().filter(|(row, column, _)| row == column && *row < n)
                {
                    by_slope[row * n + row] = 1.0 / (1.0 + jacobian[entry].abs());
                }
            }
            Preconditioner::Full => return self.invert(workspace, by_y, by_slope),
        }
        for (row, column, entry) in structure.jacobian_entries().filter(trained) {
            by_y[row * n + column] = -by_slope[row * n + row] * jacobian[entry];
        }
    }

    /// P = (I - dg/dy)^-1 and -P dg/dy = I - P, column by column, with the generated factors.
    fn invert(&self, workspace: &mut Workspace, by_y: &mut [f64], by_slope: &mut [f64]) {
        let n = self.unknowns();
        let network = self.kinetics.network();
        let Workspace { scratch: Scratch { jacobian, lu, .. }, dense, column: b, .. } = workspace;
        let growth = network.factor(1.0, jacobian, lu);
        let pivoted = growth.is_nan() || growth >= LARGEST_GROWTH;
        if pivoted && !dense.factor(network.structure(), 1.0, jacobian) {
            // Singular: the loss becomes NaN, and the step is refused.
            by_slope[..n * n].fill(f64::NAN);
            return;
        }
        for column in 0..n {
            b.fill(0.0);
            b[column] = 1.0;
            if pivoted {
                dense.solve(b)
            } else {
                network.solve(lu, b)
            }
            for (row, p) in b.iter().enumerate().take(n) {
                let identity = if row == column { 1.0 } else { 0.0 };
                by_slope[row * n + column] = *p;
                by_y[row * n + column] = identity - p;
            }
        }
    }
}

/// Memory of one thread.
#[derive(Debug)]
struct Workspace {
    scratch: Scratch,
    dense: DenseLu,
    defect: Vec<f64>,
    column: Vec<f64>,
}

/// `out` = `matrix` `x`, row by row.
fn multiply(matrix: &[f64], x: &[f64], out: &mut [f64]) {
    for (out, row) in out.iter_mut().zip(matrix.chunks_exact(x.len())) {
        *out = row.iter().zip(x).map(|(p, x)| p * x).sum();
    }
}
