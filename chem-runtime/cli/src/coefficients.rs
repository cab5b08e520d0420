//! Rate coefficients over a grid of temperatures, at one composition and the default parameters.

use chem_grammar::expr::{Evaluator, ExprId, Point};
use chem_grammar::network::Network;

/// Temperatures `[K]` if the network limits them nowhere.
const TEMPERATURES: (f64, f64) = (10.0, 1e8);

/// Range of T `[K]`: the network's limits, else its first domain, else 10 to 1e8.
pub(super) fn temperature_range(network: &Network) -> (f64, f64) {
    let domain = network.domains.first().map(|d| (d.temperature.low, d.temperature.high));
    let (low, high) = network.temperature_limits.or(domain).unwrap_or(TEMPERATURES);
    if low > 0.0 && high > low && high.is_finite() { (low, high) } else { TEMPERATURES }
}

/// `count` temperatures `[K]`, equally spaced in the logarithm, both ends included.
pub(super) fn grid((low, high): (f64, f64), count: u32) -> Vec<f64> {
    let last = f64::from(count.max(2) - 1);
    (0..count.max(2)).map(|i| (low * (high / low).powf(f64::from(i) / last)).clamp(low, high)).collect()
}

/// Densities [cm^-3] of the first initial state, and how it is called; 1 of each species if there is none.
pub(super) fn composition(network: &Network) -> (String, Vec<f64>) {
    match network.initials.first() {
        Some(state) => (format!("initial state {}", state.name), state.densities.clone()),
        None => ("1 cm^-3 of each species".to_owned(), vec![1.0; network.species.len()]),
    }
}

/// Values of expressions, one row per temperature.
pub(super) fn values(network: &Network, roots: &[ExprId], densities: &[f64], grid: &[f64]) -> Vec<Vec<f64>> {
    let parameters = network.default_parameters();
    let row = |temperature: &f64| {
        let (temperature, tables) = (*temperature, network.tables.as_slice());
        let point = Point { densities, temperature, time: 0.0, parameters: &parameters, tables };
        let mut evaluator = Evaluator::new(&network.dag, point);
        roots.iter().map(|root| evaluator.value(*root)).collect()
    };
    grid.iter().map(row).collect()
}
