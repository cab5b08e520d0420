//! Prediction of trained networks: `cargo bench --bench prediction`. Items are single states, on all cores for many cells.
#![allow(missing_docs, clippy::expect_used)]

use chem_emulator::checkpoint::{Checkpoint, Provenance};
use chem_emulator::{Config, NamedArray, Pinn};
use chem_networks::{atomic, molecular};
use chem_solver::advance::Advance;
use chem_solver::data::times;
use chem_solver::network::TypedNetwork;
use chem_solver::network::cell::Cell;
use chem_solver::network::domain::random_stream;
use chem_solver::units::YEAR;
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

/// Cells in a call of the emulator of a domain.
const CELLS: u64 = 2000;

/// The shipped emulator, and cells of its domain.
fn general() -> (Pinn, Vec<Cell<molecular::Species>>) {
    let network = molecular::Molecular::default();
    let path = format!("{}/trained/general_molecular/model.safetensors", chem_networks::DIRECTORY);
    let pinn = Pinn::load(path).expect("it comes with chem").for_network(&network).expect("its network");
    let draw = |i| molecular::domain::GENERAL.draw_cell(&network, &mut random_stream(11, i));
    (pinn, (0..CELLS).filter_map(draw).collect())
}

#[divan::bench]
fn general_predict(bencher: Bencher<'_, '_>) {
    let (pinn, cells) = general();
    bencher
        .counter(ItemsCount::new(CELLS))
        .bench_local(|| pinn.predict(&cells, 1e5 * YEAR).expect("known cells"));
}

#[divan::bench]
fn general_advance_rows(bencher: Bencher<'_, '_>) {
    let (pinn, cells) = general();
    let n = pinn.initial().len();
    let mut rows = vec![0.0; n * cells.len()];
    cells.iter().zip(rows.chunks_exact_mut(n)).for_each(|(cell, row)| cell.write_unknowns(row));
    let (times, mut ends) = (vec![1e5 * YEAR; cells.len()], rows.clone());
    bencher.counter(ItemsCount::new(CELLS)).bench_local(|| {
        ends.copy_from_slice(&rows);
        pinn.advance_rows_by(&mut ends, &times).expect("known cells")
    });
}
