//! Errors against a tight solution by the BDF.

use chem_solver::bdf::Bdf;
use chem_solver::network::ChemNetwork;

use crate::quantiles::Errors;

/// Relative errors of T and the species above 1e-10 of the total density of `states`, cell by cell, time by time, each
/// cell begun at its row of `start`.
///
/// # Panics
/// If the BDF fails.
pub fn errors(network: &dyn ChemNetwork, start: &[f64], times: &[f64], states: &[f64]) -> Errors {
    let n = network.structure().unknown_count();
    let bdf = Bdf::new(network).rtol(1e-9);
    let (mut workspace, mut judge) = (bdf.workspace(), vec![0.0; n * times.len()]);
    let mut errors = Errors::default();
    let states = states.chunks_exact(n * times.len());
    for (cell, (start, states)) in start.chunks_exact(n).zip(states).enumerate() {
        bdf.integrate(&mut workspace, start, times, &mut judge).expect("a tight solution");
        for (found, judge) in states.chunks_exact(n).zip(judge.chunks_exact(n)) {
            let total: f64 = judge[..n - 1].iter().sum();
            let counted = found.iter().zip(judge).enumerate().filter(|(_, (_, b))| **b > 1e-10 * total);
            for (unknown, (a, b)) in counted {
                errors.add((a - b) / b, || format!("unknown {unknown} of cell {cell}"));
            }
        }
    }
    errors
}
