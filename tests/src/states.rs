//! Random states: of a domain, or far beyond what any domain declares.

use chem_solver::network::TypedNetwork;
use chem_solver::network::domain::random_stream;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SEED: u64 = 71_204;

/// Random cells of the domain `general` of a network, one after the other; the same each time.
///
/// # Panics
/// If the network has no such domain.
pub fn random_cells<N: TypedNetwork>(network: &N, count: u64) -> Vec<f64> {
    let domain = N::DOMAINS.iter().find(|domain| domain.name == "general").expect("the domain");
    let draw =
        |index| domain.draw(network.structure(), &mut random_stream(SEED, index)).expect("a neutral state");
    (0..count).flat_map(draw).collect()
}

/// `count` states of `species` densities and T: densities 1e-20..1e5 cm^-3, one in ten of them zero; T from below to
/// above all limits; every tenth state directly at, below or above one of the breakpoints.
pub fn random(species: usize, breakpoints: &[f64], count: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut states = Vec::with_capacity(count);
    for index in 0..count {
        let mut y: Vec<f64> = (0..species)
            .map(|_| if rng.random_bool(0.1) { 0.0 } else { 10f64.powf(rng.random_range(-20.0..5.0)) })
            .collect();
        let t = 10f64.powf(rng.random_range(0.0..9.5));
        y.push(match breakpoints.get(index / 10 % breakpoints.len().max(1)) {
            Some(&breakpoint) if index % 10 == 0 => {
                [breakpoint, breakpoint.next_down(), breakpoint.next_up()][index / 10 % 3]
            }
            _ => t,
        });
        states.push(y);
    }
    states
}
