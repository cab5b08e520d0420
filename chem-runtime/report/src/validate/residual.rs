//! How well an emulator obeys the network's equations: eq. 23 of Branca & Pallottini 2023.
//!
//! ```text
//! R_k = d log10 y_k / d log10 t - (t / y_k) f_k(t, y)        logarithmic axis of time, see chem_solver::log_form
//! R_k = dy_k/dt - f_k(t, y)                                  linear axis
//! ```
//! The derivatives are fourth-order differences of the emulator, so that anything can be judged, not only what
//! knows its own derivatives.

use std::f64::consts::LN_10;

use super::error::ValidateError;
use super::errors::Evaluate;
use chem_solver::data::times;
use chem_solver::log_form;
use chem_solver::network::ChemNetwork;

/// Step of the differences: decades of time, or share of the span. Their error is below 1e-9 for what
/// networks learn.
const STEP: f64 = 1e-3;
/// Points between the first and the last time.
const POINTS: usize = 600;

/// |R_k| of each unknown that evolves, at points spread evenly over the axis from `first` to `last` `[s]`.
///
/// # Errors
/// As the emulator says.
pub fn residuals(
    emulator: Evaluate<'_>,
    network: &dyn ChemNetwork,
    (id, initial): (&str, &[f64]),
    (first, last): (f64, f64),
    logarithmic: bool,
) -> Result<Vec<Vec<f64>>, ValidateError> {
    let (h, points) = if logarithmic {
        // The last difference must not reach beyond the last time.
        (STEP, times::logarithmic(first, last * 10f64.powf(-2.0 * STEP), POINTS))
    } else {
        let h = STEP * (last - first);
        (h, times::linear(first + 2.0 * h, last - 2.0 * h, POINTS))
    };
    let shifted = |t: f64, shift: f64| if logarithmic { t * 10f64.powf(shift * h) } else { t + shift * h };
    let stencil: Vec<f64> =
        points.iter().flat_map(|t| [-2.0, -1.0, 0.0, 1.0, 2.0].map(|s| shifted(*t, s))).collect();
    let n = initial.len();
    let mut states = vec![0.0; stencil.len() * n];
    emulator(initial, &stencil, &mut states)
        .map_err(|error| ValidateError::Emulator { id: id.to_owned(), error })?;

    let structure = network.structure();
    let count = structure.species_count() + usize::from(structure.evolves_temperature);
    let mut residuals = vec![Vec::with_capacity(points.len()); count];
    let mut slope = vec![0.0; n];
    for (t, rows) in points.iter().zip(states.chunks_exact(5 * n)) {
        let row = |i: usize| rows.get(i * n..(i + 1) * n).unwrap_or(&[]);
        network.rhs(*t, row(2), &mut slope);
        for (k, residuals) in residuals.iter_mut().enumerate() {
            let value = |i: usize| row(i).get(k).copied().unwrap_or(f64::NAN);
            let axis = |i: usize| if logarithmic { value(i).log10() } else { value(i) };
            let difference = (8.0 * (axis(3) - axis(1)) - (axis(4) - axis(0))) / (12.0 * h);
            let f = slope.get(k).copied().unwrap_or(f64::NAN);
            let g = if logarithmic { log_form::slope(t * LN_10, value(2), f) } else { f };
            residuals.push((difference - g).abs());
        }
    }
    Ok(residuals)
}
