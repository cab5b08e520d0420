//! Collapse of primordial gas from 1 to 1e18 cm^-3 in free fall, by the batch and by a tight BDF:
//! `cargo run --release -p chem-networks --example collapse`.
#![allow(clippy::print_stdout)] // a program

mod free_fall;

use chem_networks::primordial_d::{self, PrimordialD, Species};
use chem_runtime::network::Environment;
use chem_runtime::{Batch, Bdf, Cell};
use free_fall::{Record, collapse};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let network = PrimordialD::default();
    let start = primordial_d::initial::halo();
    let bdf = Bdf::new(&network).rtol(1e-7);
    let mut workspace = bdf.workspace();
    let (tight, ended) = collapse(start, 1e18, 0.01, |cell, time| {
        *cell = *bdf.solve_with(&mut workspace, cell, [time])?.last();
        Ok::<(), chem_runtime::SolveError>(())
    });
    ended?;
    let batch = Batch::new(network).rtol(1e-3);
    let (records, ended) = collapse(start, 1e18, 0.01, |cell, time| advance(&batch, cell, time));
    ended?;
    println!("log10 n_H       T [K]    H2/n_H     e-/n_H      HD/n_H   T of the BDF");
    for (Record { hydrogen, cell }, tight) in records.iter().zip(&tight) {
        let share = |species| cell.n(species) / hydrogen;
        println!(
            "{:9.1} {:11.1} {:9.3e} {:10.3e} {:11.3e} {:14.1}",
            hydrogen.log10(),
            cell.t_gas,
            share(Species::H2),
            share(Species::Electron),
            share(Species::HD),
            tight.cell.t_gas
        );
    }
    Ok(())
}

fn advance(batch: &Batch<PrimordialD>, cell: &mut Cell<Species>, time: f64) -> Result<(), String> {
    let report = batch
        .advance_with(std::slice::from_mut(cell), &Environment::new(), time)
        .map_err(|error| error.to_string())?;
    match report.failures().next() {
        Some((_, status)) => Err(status.to_string()),
        None => Ok(()),
    }
}
