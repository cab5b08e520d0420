//! Our BDF against that of the crate `diffsol`, which shares no code with it.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stdout)] // tests fail by panicking

use std::path::Path;

use chem_networks::atomic::{self, Atomic};
use chem_networks::benchmark_const::{self, BenchmarkConst};
use chem_networks::benchmark_tdep::{self, BenchmarkTdep};
use chem_networks::molecular::{self, Molecular};
use chem_solver::bdf::Bdf;
use chem_solver::network::ChemNetwork;
use chem_solver::network::{Cell, Interpreted};
use chem_solver::units::YEAR;
use chem_tests::diffsol_bdf;
use chem_tests::quantiles::Errors;

const RTOL: f64 = 1e-7;

/// The two agree within 10 x rtol at every time, in the norm that both control: the root mean square over the unknowns
/// of the difference over the unknown's scale. `scale` gives that of (unknown, its value).
fn compare(
    network: &dyn ChemNetwork,
    allow_negative: bool,
    atol: f64,
    start: &[f64],
    times: &[f64],
    scale: impl Fn(usize, f64) -> f64,
) {
    let structure = network.structure();
    let bdf = Bdf::new(network).rtol(RTOL).atol(atol).allow_negative(allow_negative);
    let mut ours = vec![0.0; start.len() * times.len()];
    bdf.integrate(&mut bdf.workspace(), start, times, &mut ours).expect("our solver succeeds");
    // diffsol is given a tighter tolerance: it is the judge.
    let theirs =
        diffsol_bdf::solve(network, (RTOL * 1e-2, atol * 1e-2), start, times).expect("diffsol succeeds");
    assert_eq!(theirs.len(), times.len());
    let (mut errors, mut norms) = (Errors::default(), Errors::default());
    for ((ours, theirs), t) in ours.chunks(start.len()).zip(&theirs).zip(times) {
        let mut squares = 0.0;
        for (index, (a, b)) in ours.iter().zip(theirs).enumerate() {
            let error = (a - b) / scale(index, *b);
            squares += error * error;
            errors.add(error, || {
                let name = structure.species.get(index).map_or("T", |name| name);
                format!("{name} at t = {t:e}: {a:e}, diffsol {b:e}")
            });
        }
        norms.add((squares / start.len() as f64).sqrt(), || format!("t = {t:e}"));
    }
    println!("{}: each unknown {errors}; norm {norms}", structure.name);
    assert!(norms.maximum() <= 10.0 * RTOL, "{}: each unknown {errors}; norm {norms}", structure.name);
}

/// The value itself, but for densities below 1e-18 cm^-3.
fn value(_: usize, value: f64) -> f64 {
    value.abs().max(1e-18)
}

/// The sum of the densities: in the second benchmark they change sign.
fn sum(index: usize, value: f64) -> f64 {
    if index < 3 { 1.101 } else { value }
}

fn unknowns<S: chem_solver::network::SpeciesSet>(cell: &Cell<S>) -> Vec<f64> {
    let mut y = vec![0.0; S::COUNT + 1];
    cell.write_unknowns(&mut y);
    y
}

fn decades(from: i32, to: i32, unit: f64) -> Vec<f64> {
    (from..=to).map(|e| 10f64.powi(e) * unit).collect()
}

#[test]
fn robertson() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/robertson.net");
    let network = Interpreted::load(path).unwrap_or_else(|report| panic!("{report}"));
    compare(&network, false, 1e-16, &[1.0, 0.0, 0.0, 300.0], &decades(-4, 6, 1.0), value);
}

#[test]
fn benchmarks() {
    let times: Vec<f64> = (1..=50).map(|i| 0.1 * f64::from(i)).collect();
    let start = unknowns(&benchmark_const::initial::single());
    compare(&BenchmarkConst::default(), true, 1e-24, &start, &times, sum);
    let start = unknowns(&benchmark_tdep::initial::single());
    compare(&BenchmarkTdep::default(), true, 1e-24, &start, &times, sum);
}

#[test]
fn atomic() {
    let start = unknowns(&atomic::initial::single());
    compare(&Atomic::default(), false, 1e-24, &start, &decades(-2, 6, YEAR), value);
}

#[test]
fn molecular() {
    let start = unknowns(&molecular::initial::single());
    compare(&Molecular::default(), false, 1e-24, &start, &decades(-2, 6, YEAR), value);
}
