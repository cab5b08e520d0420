//! Derivatives of the rows of a residual by the parameters of a network: the matrix G.

mod explicit;
pub(crate) mod factored;

pub(crate) use explicit::{Explicit, gram};

use std::fmt::Debug;

use faer::Mat;

/// What Gauss-Newton in the space of the rows needs of G.
pub(crate) trait Rows: Debug {
    /// The lower half of G G'.
    fn gram(&self) -> Mat<f64>;

    /// G v for a vector of parameters.
    fn times(&self, v: &[f64]) -> Vec<f64>;

    /// Adds G' c to a vector of parameters, for a number of each row.
    fn add_transposed(&self, c: &[f64], sum: &mut [f64]);
}
