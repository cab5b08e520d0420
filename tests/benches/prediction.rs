//! Prediction of a trained network of one initial state: `cargo bench --bench prediction`.
//!
//! Divide the times by the number of points for the cost of one (cell, time) on one core.
#![allow(missing_docs, clippy::expect_used)]

use chem_networks::{atomic, molecular};
use chem_runtime::network::TypedNetwork;
use chem_runtime::pinn::checkpoint::{Checkpoint, Provenance};
use chem_runtime::pinn::{Config, Emulator, NamedArray, Pinn};
use chem_runtime::{YEAR, times};
use divan::{Bencher, counter::ItemsCount};

/// As many end times as in the timing test of Branca & Pallottini 2023, sec. 4.
const POINTS: usize = 100_000;

fn main() {
    divan::main();
}

/// A network of the shipped size; the cost does not depend on the weights.
fn emulator<N: TypedNetwork>(width: usize) -> Pinn {
    let network = N::default();
    let unknowns = network.structure().unknown_count();
    let mut initial = vec![0.0; unknowns];
    N::initial("single").expect("both networks declare it").write_unknowns(&mut initial);
    let mut config = Config::new(network.structure().name.to_string());
    config.model.width = width;
    let array = |name: &str, shape: &[usize]| {
        let count = shape.iter().product::<usize>();
        NamedArray::new(name, shape, (0..count).map(|i| 0.1 * (i as f64).sin()).collect())
    };
    let weights = vec![
        array("hidden.0.weight", &[1, width]),
        array("hidden.0.bias", &[width]),
        array("hidden.1.weight", &[width, width]),
        array("hidden.1.bias", &[width]),
        array("output.weight", &[width, unknowns]),
        array("output.bias", &[unknowns]),
    ];
    let provenance = Provenance::new(network.structure(), config);
    Pinn::new(&Checkpoint { provenance, low: initial.clone(), high: initial, weights, snapshot: None })
        .expect("the arrays make up the network")
}

fn points(bencher: Bencher<'_, '_>, pinn: &Pinn) {
    let times = times::logarithmic(10.0 * YEAR, 1e6 * YEAR, POINTS);
    let initial = pinn.initial().to_vec();
    let mut out = vec![0.0; POINTS * initial.len()];
    bencher
        .counter(ItemsCount::new(POINTS))
        .bench_local(|| pinn.evaluate(&initial, &times, &mut out).expect("the trained state and times"));
}

#[divan::bench]
fn single_atomic(bencher: Bencher<'_, '_>) {
    points(bencher, &emulator::<atomic::Atomic>(20));
}

#[divan::bench]
fn single_molecular(bencher: Bencher<'_, '_>) {
    points(bencher, &emulator::<molecular::Molecular>(24));
}
