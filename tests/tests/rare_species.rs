//! Rare species in the batch solver: as exact as is asked, down to what rounding leaves.
#![allow(clippy::expect_used, clippy::print_stdout)] // tests fail by panicking and print their figures

use chem_networks::molecular::Molecular;
use chem_solver::batch::{Batch, Rows};
use chem_solver::bdf::Bdf;
use chem_solver::network::domain::random_stream;
use chem_solver::network::{ChemNetwork, TypedNetwork};
use chem_solver::units::YEAR;

const UNKNOWNS: usize = 10;
const END: f64 = 1e6 * YEAR;
const ATOL: f64 = 1e-26;
const SEED: u64 = 987_654;
/// A cell of 9e5 K in which H2+ decays to 1e-14 of the total density.
const DECAYED: u64 = 53;

/// Initial states of the domain `general`.
fn cells(network: &Molecular, numbers: impl Iterator<Item = u64>) -> Vec<f64> {
    let domain = Molecular::DOMAINS.iter().find(|domain| domain.name == "general").expect("the domain");
    let draw = |number| domain.draw(network.structure(), &mut random_stream(SEED, number)).expect("a state");
    numbers.flat_map(draw).collect()
}

fn solve(network: &Molecular, starts: &[f64]) -> Vec<f64> {
    let bdf = Bdf::new(network).rtol(1e-9).atol(ATOL);
    let n = network.structure().unknown_count();
    let mut ends = vec![0.0; starts.len()];
    for (start, end) in starts.chunks_exact(n).zip(ends.chunks_exact_mut(n)) {
        bdf.integrate(&mut bdf.workspace(), start, &[END], end).expect("a tight solution");
    }
    ends
}

fn advance(batch: Batch<Molecular>, starts: &[f64]) -> Vec<f64> {
    let mut ends = starts.to_vec();
    let report = batch.atol(ATOL).advance(Rows::new(&mut ends, UNKNOWNS), END).expect("settings");
    assert_eq!(report.failures().count() + report.fallbacks(), 0, "{report}");
    ends
}

/// Largest relative error over T and all species above 1e-20 of the total density.
fn worst(ends: &[f64], exact: &[f64]) -> f64 {
    let n = UNKNOWNS;
    let of_cell = |(end, exact): (&[f64], &[f64])| {
        let least = 1e-20 * exact[..n - 1].iter().sum::<f64>();
        let counted = end.iter().zip(exact).filter(|(_, exact)| **exact > least);
        counted.map(|(end, exact)| (end / exact - 1.0).abs()).fold(0.0, f64::max)
    };
    ends.chunks_exact(n).zip(exact.chunks_exact(n)).map(of_cell).fold(0.0, f64::max)
}

/// Steps, restored sums and the handing back of cells leave no noise in species far below 1e-15 of the total density.
#[test]
fn nothing_adds_noise_to_rare_species() {
    let network = Molecular::default();
    let starts = cells(&network, (0..24).chain([DECAYED]));
    let exact = solve(&network, &starts);
    for rtol in [1e-4, 1e-6] {
        let ends = advance(Batch::new(&network).rtol(rtol).least_abundance(0.0), &starts);
        let worst = worst(&ends, &exact);
        println!("rtol {rtol:e}: largest error {worst:.1e}");
        assert!(worst <= 100.0 * rtol, "{worst:e}");
    }
}

/// What need not be exact at the default tolerance becomes exact with a smaller one.
#[test]
fn rare_species_converge_with_the_tolerance() {
    let network = Molecular::default();
    let starts = cells(&network, std::iter::once(DECAYED));
    let exact = solve(&network, &starts);
    let total: f64 = exact[..UNKNOWNS - 1].iter().sum();
    let h2_plus = network.structure().species.iter().position(|name| name == "H2+").expect("a species");
    let decayed = exact[h2_plus] / total;
    assert!((5e-15..2e-14).contains(&decayed), "{decayed:e}");
    for (rtol, most) in [(1e-3, 0.2), (1e-6, 0.02), (1e-8, 2e-3)] {
        let worst = worst(&advance(Batch::new(&network).rtol(rtol), &starts), &exact);
        println!("rtol {rtol:e}: largest error {worst:.1e}");
        assert!(worst <= most, "{worst:e} at rtol {rtol:e}");
    }
}
