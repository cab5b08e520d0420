//! Memory of an integration, reused from cell to cell.

use super::breakpoint::BreakpointBuffers;
use super::conservation::Conservation;
use super::differences::Differences;
use crate::linear::dense_lu::DenseLu;
use crate::structure::Structure;

/// Everything that an integration writes to. Made once per thread; nothing is allocated after that.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    pub(super) unknowns: usize,
    entries: usize,
    factors: usize,
    pub(super) differences: Differences,
    /// State at the end of the step, as extrapolated.
    pub(super) predicted: Vec<f64>,
    /// The part of the formula that is known before the step.
    pub(super) known: Vec<f64>,
    /// Iterate.
    pub(super) y: Vec<f64>,
    /// Iterate minus prediction.
    pub(super) correction: Vec<f64>,
    pub(super) residual: Vec<f64>,
    /// Reciprocal of the tolerated error.
    pub(super) scale: Vec<f64>,
    pub(super) atol: Vec<f64>,
    pub(super) jacobian: Vec<f64>,
    pub(super) lu: Vec<f64>,
    pub(super) dense: DenseLu,
    pub(super) breakpoint: BreakpointBuffers,
    pub(super) conservation: Conservation,
    /// State between steps, for output.
    pub(super) between: Vec<f64>,
}

impl Workspace {
    /// Memory for networks of one structure.
    pub fn new(structure: &Structure) -> Self {
        let (n, entries) = (structure.unknown_count(), structure.jacobian_count());
        let zeros = || vec![0.0; n];
        Workspace {
            unknowns: n,
            entries,
            factors: structure.lu_count(),
            differences: Differences::new(n),
            predicted: zeros(),
            known: zeros(),
            y: zeros(),
            correction: zeros(),
            residual: zeros(),
            scale: zeros(),
            atol: zeros(),
            jacobian: vec![0.0; entries],
            lu: vec![0.0; structure.lu_count()],
            dense: DenseLu::new(structure),
            breakpoint: BreakpointBuffers::new(n, entries),
            conservation: Conservation::new(structure),
            between: zeros(),
        }
    }

    /// Makes the workspace fit, which allocates only if it was made for another network.
    pub(super) fn fit(&mut self, structure: &Structure) {
        let fits = self.unknowns == structure.unknown_count()
            && self.entries == structure.jacobian_count()
            && self.factors == structure.lu_count()
            && self.conservation.is_of(structure);
        if !fits {
            *self = Workspace::new(structure);
        }
    }

    /// Drift of each conservation law during the last integration, over the sum of its terms.
    pub fn drift(&self) -> &[f64] {
        &self.conservation.drift
    }
}
