//! Cells of `bench500_*.csv` to 1 Myr at KROME's default tolerances: our BDF, and diffsol's on the same generated
//! functions.
//!
//! `cargo bench --bench solvers`; the time per item is that of one cell. The error of each is printed first.
#![allow(missing_docs, clippy::expect_used, clippy::print_stdout)]

use std::hint::black_box;

use chem_networks::atomic::Atomic;
use chem_networks::molecular::Molecular;
use chem_runtime::bdf::{Bdf, YEAR};
use chem_runtime::network::{ChemNetwork, TypedNetwork};
use chem_tests::diffsol_bdf;
use chem_tests::figures::Figures;
use divan::Bencher;
use divan::counter::ItemsCount;

/// Cells of each sample; every tenth of the file.
const CELLS: usize = 50;
const RTOL: f64 = 1e-4;
const ATOL: f64 = 1e-20;
const END: f64 = 1e6 * YEAR;

fn main() {
    errors::<Atomic>();
    errors::<Molecular>();
    divan::main();
}

/// Initial states: number densities [cm^-3], then T [K].
fn cells<N: TypedNetwork>(network: &N) -> Vec<Vec<f64>> {
    let structure = network.structure();
    let figures = Figures::read(&format!("bench500_{}.csv", structure.name));
    let mut columns = figures.columns(structure.species.iter().map(|name| name.as_ref()), "n_");
    columns.push(figures.column("T_K"));
    let rows = figures.rows().iter().step_by(figures.rows().len() / CELLS).take(CELLS);
    rows.map(|row| columns.iter().map(|&column| row[column]).collect()).collect()
}

fn ours(network: &dyn ChemNetwork, start: &[f64], rtol: f64) -> Option<Vec<f64>> {
    let bdf = Bdf::new(network).rtol(rtol).atol(ATOL);
    let mut end = vec![0.0; start.len()];
    bdf.integrate(&mut bdf.workspace(), start, &[END], &mut end).ok().map(|_| end)
}

fn diffsol(network: &dyn ChemNetwork, start: &[f64], rtol: f64) -> Option<Vec<f64>> {
    diffsol_bdf::solve(network, (rtol, ATOL), start, &[END]).ok().and_then(|mut rows| rows.pop())
}

/// Prints the errors of both against a tight solution.
fn errors<N: TypedNetwork>() {
    let network = N::default();
    let cells = cells(&network);
    let (mut of_ours, mut of_diffsol) =
        (chem_tests::quantiles::Errors::default(), chem_tests::quantiles::Errors::default());
    let mut failed = 0;
    for start in &cells {
        let judge = ours(&network, start, 1e-10).expect("a tight solution");
        let total: f64 = judge[..judge.len() - 1].iter().sum();
        for (errors, found) in
            [(&mut of_ours, ours(&network, start, RTOL)), (&mut of_diffsol, diffsol(&network, start, RTOL))]
        {
            let Some(found) = found else {
                failed += 1;
                continue;
            };
            for (a, b) in found.iter().zip(&judge).filter(|(_, b)| **b > 1e-10 * total) {
                errors.add((a - b) / b, String::new);
            }
        }
    }
    let name = &network.structure().name;
    println!("{name}: relative errors, BDF {of_ours}; diffsol {of_diffsol}; {failed} failed");
}

fn bench(bencher: Bencher<'_, '_>, network: &dyn ChemNetwork, cells: &[Vec<f64>], solve: Solve) {
    bencher.counter(ItemsCount::new(cells.len())).bench_local(|| {
        for start in cells {
            black_box(solve(network, black_box(start), RTOL));
        }
    });
}

type Solve = fn(&dyn ChemNetwork, &[f64], f64) -> Option<Vec<f64>>;

#[divan::bench(types = [Atomic, Molecular], sample_count = 10)]
fn chem_bdf<N: TypedNetwork>(bencher: Bencher<'_, '_>) {
    let network = N::default();
    bench(bencher, &network, &cells(&network), ours);
}

#[divan::bench(types = [Atomic, Molecular], sample_count = 10)]
fn diffsol_bdf_dense<N: TypedNetwork>(bencher: Bencher<'_, '_>) {
    let network = N::default();
    bench(bencher, &network, &cells(&network), diffsol);
}
