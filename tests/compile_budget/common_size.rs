//! Compiled and run by `tests/compile_budget.rs`: a network of common size, written out or as loops.
//!
//! Prints what a cell costs by the batch solver and by the BDF, and how exact it is.

use chem_runtime::batch::{Batch, Rows};
use chem_runtime::network::{ChemNetwork, TypedNetwork};
use chem_runtime::{Bdf, YEAR};

chem_runtime::chem_network!("synthetic.net" /* form */);

/// Cells: the initial state at temperatures from 20 to 1e4 K.
const CELLS: usize = 64;
const END: f64 = 1e6 * YEAR;

fn main() {
    let network = synthetic::Synthetic::default();
    let structure = network.structure();
    let n = structure.unknown_count();
    println!(
        "{} species, {} reactions, {} entries of the Jacobian, {} of its factors",
        structure.species_count(),
        structure.reactions.len(),
        structure.jacobian_count(),
        structure.lu.rows.len()
    );
    let mut start = vec![0.0; n];
    synthetic::Synthetic::initial("start").expect("declared").write_unknowns(&mut start);
    let mut starts = start.repeat(CELLS);
    for (cell, row) in starts.chunks_exact_mut(n).enumerate() {
        row[n - 1] = 20.0 * 500f64.powf(cell as f64 / (CELLS - 1) as f64);
    }
    let solve = |bdf: &Bdf<'_, synthetic::Synthetic>| {
        let mut ends = vec![0.0; starts.len()];
        let mut workspace = bdf.workspace();
        for (start, end) in starts.chunks_exact(n).zip(ends.chunks_exact_mut(n)) {
            bdf.integrate(&mut workspace, start, &[END], end).expect("a solution");
        }
        ends
    };
    let exact = solve(&Bdf::new(&network).rtol(1e-10));
    for rtol in [1e-2, 1e-3, 1e-4] {
        let batch = Batch::new(&network).rtol(rtol);
        let advance = || {
            let mut ends = starts.clone();
            let report = batch.advance(Rows::new(&mut ends, n), END).expect("settings");
            assert_eq!((report.failures().count(), report.fallbacks()), (0, 0), "{report}");
            ends
        };
        print("Batch", rtol, microseconds(advance), &errors(&advance(), &exact, n));
        let bdf = Bdf::new(&network).rtol(rtol);
        print("BDF", rtol, microseconds(|| solve(&bdf)), &errors(&solve(&bdf), &exact, n));
    }
}

fn print(solver: &str, rtol: f64, microseconds: f64, errors: &[f64]) {
    let (median, largest) = (errors[errors.len() / 2], errors[errors.len() - 1]);
    println!("{solver} {rtol:e}: {microseconds:.0} us a cell, errors 50 % {median:.1e}, max {largest:.1e}");
}

/// The largest relative error of each cell over T and the species above 1e-10 of the total density, ascending.
fn errors(ends: &[f64], exact: &[f64], n: usize) -> Vec<f64> {
    let of_cell = |(end, exact): (&[f64], &[f64])| {
        let total: f64 = exact[..n - 1].iter().sum();
        let counted = end.iter().zip(exact).enumerate().filter(|(i, (_, b))| *i == n - 1 || **b > 1e-10 * total);
        counted.map(|(_, (a, b))| (a / b - 1.0).abs()).fold(0.0, f64::max)
    };
    let mut errors: Vec<f64> = ends.chunks_exact(n).zip(exact.chunks_exact(n)).map(of_cell).collect();
    errors.sort_by(f64::total_cmp);
    errors
}

/// CPU time of all threads of a cell, the least of three rounds of at least half a second.
fn microseconds<T>(mut round: impl FnMut() -> T) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..3 {
        let (begin, mut rounds) = (cpu_seconds(), 0);
        let spent = loop {
            round();
            rounds += 1;
            let spent = cpu_seconds() - begin;
            if spent >= 0.5 {
                break spent;
            }
        };
        least = f64::min(least, spent / f64::from(rounds) / CELLS as f64);
    }
    1e6 * least
}

/// User and system time of this process, in hundredths of a second, as Linux tells it.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    fields[11..13].iter().map(|field| field.parse::<f64>().expect("a number")).sum::<f64>() / 100.0
}
