//! Compiled and run by `tests/compile_budget.rs`: a large network, generated and interpreted.

use std::time::Instant;

use chem_runtime::network::{ChemNetwork, TypedNetwork};
use chem_runtime::{Bdf, Interpreted, YEAR};

chem_runtime::chem_network!("synthetic.net");

/// What generated code and interpreter may differ by, relative to what is added up.
const TOLERANCE: f64 = 1e-12;
const STATES: u64 = 200;
const RTOL: f64 = 1e-8;

fn main() {
    let generated = synthetic::Synthetic::default();
    let interpreted =
        Interpreted::load(concat!(env!("CARGO_MANIFEST_DIR"), "/synthetic.net")).expect("no errors");
    let structure = generated.structure();
    println!(
        "{} species, {} reactions, {} entries of the Jacobian, {} of its factors",
        structure.species_count(),
        structure.reactions.len(),
        structure.jacobian_count(),
        structure.lu.rows.len()
    );
    functions(&generated, &interpreted);
    for (name, network) in [("generated", &generated as &dyn ChemNetwork), ("interpreted", &interpreted)] {
        times(name, network);
    }
    trajectory(&generated, &interpreted);
}

/// Equidistributed: multiples of the golden ratio.
fn random_state(count: usize, index: u64) -> Vec<f64> {
    let u = |i: usize| ((index * (count as u64 + 1) + i as u64) as f64 * 0.618_033_988_749_895).fract();
    let mut y: Vec<f64> = (0..count).map(|i| 10f64.powf(-20.0 + 25.0 * u(i))).collect();
    y.push(10f64.powf(1.0 + 4.0 * u(count)));
    y
}

fn functions(generated: &dyn ChemNetwork, interpreted: &dyn ChemNetwork) {
    let structure = generated.structure();
    let n = structure.unknown_count();
    let mut worst = [0.0f64; 4];
    for index in 0..STATES {
        let y = random_state(structure.species_count(), index);
        let both = |count: usize, function: &dyn Fn(&dyn ChemNetwork, &mut [f64])| {
            let (mut a, mut b) = (vec![f64::NAN; count], vec![f64::NAN; count]);
            function(generated, &mut a);
            function(interpreted, &mut b);
            (a, b)
        };
        let (k, k_i) = both(structure.reactions.len(), &|network, out| network.rates(0.0, &y, out));
        let (flux, flux_i) = both(structure.equations.len(), &|network, out| network.fluxes(0.0, &y, out));
        let mut gross = vec![0.0; n];
        for (index, flux) in flux.iter().enumerate() {
            for &(species, change) in structure.net_changes(index) {
                gross[species as usize] += (f64::from(change) * flux).abs();
            }
        }
        let (rhs, rhs_i) = both(n, &|network, out| network.rhs(0.0, &y, out));
        gross[n - 1] = rhs[n - 1].abs();
        let (j, j_i) = both(structure.jacobian_count(), &|network, out| network.jacobian(0.0, &y, out));
        for i in 0..k.len() {
            worst[0] = worst[0].max((k[i] / k_i[i] - 1.0).abs());
            worst[1] = worst[1].max((flux[i] / flux_i[i] - 1.0).abs());
        }
        for i in 0..n {
            worst[2] = worst[2].max((rhs[i] - rhs_i[i]).abs() / gross[i]);
        }
        // Heating and cooling per particle and unit of heat capacity: what is added up in the row of T.
        let (heating, _) = both(structure.heating.len(), &|network, out| network.heating(0.0, &y, out));
        let (cooling, _) = both(structure.cooling.len(), &|network, out| network.cooling(0.0, &y, out));
        let power: f64 = heating.iter().chain(&cooling).map(|power| power.abs()).sum();
        let n_tot: f64 = y[..n - 1].iter().sum();
        let per_particle = power / (1.380649e-16 * n_tot * n_tot);
        for column in 0..n {
            let entries = structure.jacobian_column(column);
            let is_species = |e: &usize| (structure.jacobian_rows[*e] as usize) < n - 1;
            let scale = entries.clone().filter(is_species).map(|e| j[e].abs()).fold(0.0, f64::max);
            for e in entries {
                let scale = if is_species(&e) { scale } else { j_i[e].abs() + per_particle };
                worst[3] = worst[3].max((j[e] - j_i[e]).abs() / scale);
            }
        }
    }
    println!(
        "largest differences at {STATES} states: k {:.1e}, flux {:.1e}, rhs {:.1e}, Jacobian {:.1e}",
        worst[0], worst[1], worst[2], worst[3]
    );
    assert!(worst.iter().all(|&worst| worst <= TOLERANCE), "generated code and interpreter differ");
}

/// Prints what single calls take.
fn times(name: &str, network: &dyn ChemNetwork) {
    let structure = network.structure();
    let mut y = random_state(structure.species_count(), 1);
    let mut out = vec![0.0; y.len()];
    let mut jacobian = vec![0.0; structure.jacobian_count()];
    let mut lu = vec![0.0; structure.lu_count()];
    let rhs = microseconds(|| network.rhs(0.0, &y, &mut out));
    let jacobian_time = microseconds(|| network.jacobian(0.0, &y, &mut jacobian));
    let factor = microseconds(|| {
        network.factor(1.0, &jacobian, &mut lu);
    });
    let solve = microseconds(|| network.solve(&lu, &mut y));
    println!(
        "{name}: rhs {rhs:.0} us, Jacobian {jacobian_time:.0} us, factor {factor:.0} us, solve {solve:.0} us"
    );
}

fn microseconds(mut call: impl FnMut()) -> f64 {
    const CALLS: u32 = 200;
    let clock = Instant::now();
    (0..CALLS).for_each(|_| call());
    clock.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
}

fn trajectory(generated: &synthetic::Synthetic, interpreted: &dyn ChemNetwork) {
    let structure = generated.structure();
    let n = structure.unknown_count();
    let mut start = vec![0.0; n];
    synthetic::Synthetic::initial("start").expect("declared").write_unknowns(&mut start);
    let times: Vec<f64> = (0..=6).map(|decade| 10f64.powi(decade) * YEAR).collect();
    let networks: [(&str, &dyn ChemNetwork); 2] = [("generated", generated), ("interpreted", interpreted)];
    let rows = networks.map(|(name, network)| {
        let bdf = Bdf::new(network).rtol(RTOL);
        let mut rows = vec![0.0; times.len() * n];
        let clock = Instant::now();
        let report = bdf.integrate(&mut bdf.workspace(), &start, &times, &mut rows).expect("a solution");
        println!(
            "{name}: 1 Myr at rtol {RTOL:e} in {:.2} s, {} steps",
            clock.elapsed().as_secs_f64(),
            report.counters.steps
        );
        rows
    });
    let mut worst = 0.0f64;
    for (a, b) in rows[0].iter().zip(&rows[1]).filter(|(_, b)| **b > 1e-12) {
        worst = worst.max((a / b - 1.0).abs());
    }
    println!("largest relative difference of trajectories: {worst:.1e}");
    // Rounding decides which steps are taken, and the error of each run is some tens of rtol.
    assert!(worst <= 100.0 * RTOL, "trajectories differ");
    let end = &rows[0][(times.len() - 1) * n..];
    for law in 0..structure.law_count() {
        let sum = |y: &[f64], absolute: bool| -> f64 {
            let terms = structure.law(law).iter().zip(y).map(|(&c, n)| c as f64 * n);
            if absolute { terms.map(f64::abs).sum() } else { terms.sum() }
        };
        let drift = (sum(end, false) - sum(&start, false)).abs() / sum(end, true);
        println!("{}: drift {drift:.1e}", structure.conservation_names[law]);
        assert!(drift <= 1e-12, "not conserved");
    }
}
