//! The damped normal equations.

use faer::prelude::*;
use faer::{Mat, MatRef, Side};

use crate::rows::{Explicit, Rows, gram};

/// The space in which they are solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    /// G'G: as many equations as parameters.
    Parameters,
    /// G G': as many equations as rows.
    Rows,
}

/// The normal equations of one linearisation.
#[derive(Debug)]
pub(crate) struct Normal<'a> {
    space: Space,
    rows: &'a Explicit,
    /// Lower half of G'G or G G'.
    gram: Mat<f64>,
    /// G'r or r.
    right: Mat<f64>,
}

impl<'a> Normal<'a> {
    /// `residual` has an entry per row.
    pub(crate) fn new(space: Space, rows: &'a Explicit, residual: &[f64]) -> Self {
        let g = rows.matrix();
        let r = MatRef::from_column_major_slice(residual, rows.rows, 1);
        let (gram, right) = match space {
            Space::Parameters => (gram(g.transpose(), g), g.transpose() * r),
            Space::Rows => (rows.gram(), r.to_owned()),
        };
        Normal { space, rows, gram, right }
    }

    /// The step for a damping; `None` if the equations are singular to rounding.
    pub(crate) fn step(&self, damping: f64) -> Option<Vec<f64>> {
        let mut damped = self.gram.clone();
        for i in 0..damped.nrows() {
            damped[(i, i)] += damping;
        }
        let solution = damped.llt(Side::Lower).ok()?.solve(&self.right);
        let step = match self.space {
            Space::Parameters => solution,
            Space::Rows => self.rows.matrix().transpose() * solution,
        };
        let step: Vec<f64> = (0..step.nrows()).map(|i| -step[(i, 0)]).collect();
        step.iter().all(|x| x.is_finite()).then_some(step)
    }
}
