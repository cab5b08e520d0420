//! Polynomials written about a centre at which their terms do not cancel.
//!
//! A fit in log T over a few decades far from T = 1 K can have coefficients of 1e4 for a value of 10. In double precision
//! that costs digits that a fit has not; in single precision nothing is left.

use chem_grammar::expr::{ExprId, Polynomial};

/// By how much the sum of the sizes of the coefficients must fall for a centre to be worth its subtraction.
const WORTH: f64 = 10.0;
/// Centres are half-integers up to this, which single precision holds exactly.
const FARTHEST: i32 = 16;

/// `factor * sum_k c_k (base - centre)^k`
#[derive(Clone, Debug)]
pub(super) struct Centred {
    pub(super) base: ExprId,
    pub(super) factor: Option<ExprId>,
    pub(super) centre: f64,
    pub(super) coefficients: Vec<f64>,
}

impl Centred {
    /// The polynomial about the centre with the smallest coefficients, if that helps.
    pub(super) fn of(polynomial: &Polynomial) -> Option<Self> {
        let size = |coefficients: &[f64]| coefficients.iter().map(|c| c.abs()).sum::<f64>();
        let centres = (-2 * FARTHEST..=2 * FARTHEST).map(|twice| 0.5 * f64::from(twice));
        let about = |centre| (centre, polynomial.about(centre));
        let (centre, coefficients) = centres.map(about).min_by(|a, b| size(&a.1).total_cmp(&size(&b.1)))?;
        let helps = WORTH * size(&coefficients) < size(&polynomial.coefficients);
        let Polynomial { base, factor, .. } = *polynomial;
        helps.then_some(Centred { base, factor, centre, coefficients })
    }
}
