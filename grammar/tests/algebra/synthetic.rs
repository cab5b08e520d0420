//! A large synthetic network.

use chem_grammar::network::Network;
use chem_grammar::system::System;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::builder::Builder;

/// Isomers of one atom and pairs of them, in reactions with modified Arrhenius rates; some with third bodies,
/// some with rates that depend on the total density.
fn network(species_count: usize, reaction_count: usize, with_cooling: bool) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let names: Vec<String> = (0..species_count).map(|i| format!("X{}", i + 1)).collect();
    let mut b = Builder::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let t_gas = b.dag().temperature();
    let n_tot = b.n_tot();
    for i in 0..reaction_count {
        let [alpha, beta, gamma] =
            [1e-10 * rng.random::<f64>(), rng.random::<f64>(), 1e3 * rng.random::<f64>()];
        let dag = b.dag();
        let (alpha, beta, gamma) = (dag.constant(alpha), dag.constant(beta), dag.constant(-gamma));
        let hundreds = dag.constant(1.0 / 300.0);
        let scaled = dag.mul(hundreds, t_gas);
        let power = dag.pow(scaled, beta);
        let argument = dag.div(gamma, t_gas);
        let exponential = dag.exp(argument);
        let mut rate = dag.product([alpha, power, exponential]);
        if i % 10 == 0 {
            let (one, low) = (dag.constant(1.0), dag.constant(1e-3));
            let pressure = dag.mul(low, n_tot);
            let denominator = dag.add(one, pressure);
            let falloff = dag.div(pressure, denominator);
            rate = dag.mul(rate, falloff);
        }
        let mut pick = || names[rng.random_range(0..species_count)].clone();
        let (a, c, d, e) = (pick(), pick(), pick(), pick());
        let third = if i % 30 == 1 { " + M" } else { "" };
        b.reaction(&format!("{a} + {c}{third} -> {d} + {e}{third}"), rate);
    }
    if with_cooling {
        for (i, name) in names.iter().enumerate().take(20) {
            let n = b.density(name);
            let (strength, root) = (b.dag().constant(1e-24), b.dag().sqrt(t_gas));
            let term = b.dag().product([strength, root, n, n_tot]);
            b.thermal(false, &format!("line{i}"), term);
        }
    }
    b.network
}

fn derive(network: Network, what: &str) -> System {
    let start = std::time::Instant::now();
    let system = System::new(network);
    let elapsed = start.elapsed();
    println!(
        "{what}: {} nodes, {} entries, {} in the factors, {elapsed:?}",
        system.dag.len(),
        system.pattern.entry_count(),
        system.lu.pattern.entry_count()
    );
    assert!(elapsed.as_secs() < 60, "{elapsed:?}");
    system
}

#[test]
fn large_networks_take_seconds_at_most() {
    let system = derive(network(400, 3000, true), "dense");
    // Two particles become two in every reaction.
    assert_eq!(system.conservation.len(), 1);
    assert!(system.conservation[0].coefficients.iter().all(|&c| c == 1));
    let system = derive(network(400, 3000, false), "without cooling");
    assert_eq!(system.pattern.column(400).len(), 401);
}
