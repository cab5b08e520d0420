//! Gas as simulations begin with it, by the networks that were trained for their tracks: cosmic helium, no H-, no H2.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // tests fail by panicking and print their figures

use std::path::Path;

use chem_emulator::Pinn;
use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_solver::advance::Advance;
use chem_solver::batch::Batch;
use chem_solver::equations::Equations;
use chem_solver::network::domain::random_stream;
use chem_solver::network::{GenericNetwork, TypedNetwork};
use chem_solver::units::YEAR;

/// A seed that no training uses.
const SEED: u64 = 4_711;
const CELLS: u64 = 1000;
/// Nuclei of helium per nucleus of hydrogen (Planck Collaboration 2020: Y = 0.245 by mass).
const HELIUM: f64 = 0.081;
/// What codes leave out at the start.
const ABSENT: [&str; 3] = ["H-", "H2", "H2+"];

/// Errors of T at 50 and 90 % over single calls of 10 yr to 1 Myr; every cell is known.
fn errors_of_temperature<N: TypedNetwork + GenericNetwork + Clone + 'static>(model: &str) -> [f64; 2] {
    let network = N::default();
    let structure = network.structure();
    let n = structure.unknown_count();
    let at = |name: &str| structure.species.iter().position(|species| species == name);
    let domain = N::DOMAINS.iter().find(|domain| domain.name == "tracks").unwrap();
    let (mut starts, mut times) = (Vec::new(), Vec::new());
    for cell in 0..CELLS {
        let mut row = domain.draw(structure, &mut random_stream(SEED, cell)).unwrap();
        let total: f64 = row[..n - 1].iter().sum();
        ABSENT.iter().filter_map(|name| at(name)).for_each(|absent| row[absent] = 0.0);
        let sum = |row: &[f64], names: &[&str]| names.iter().map(|name| row[at(name).unwrap()]).sum::<f64>();
        let factor = HELIUM * sum(&row, &["H", "H+"]) / sum(&row, &["He", "He+", "He++"]);
        ["He", "He+", "He++"].iter().for_each(|name| row[at(name).unwrap()] *= factor);
        row[at("e-").unwrap()] = sum(&row, &["H+", "He+", "He++", "He++"]);
        let factor = total / row[..n - 1].iter().sum::<f64>();
        row[..n - 1].iter_mut().for_each(|n| *n *= factor);
        times.push(10f64.powf(1.0 + 5.0 * cell as f64 / (CELLS - 1) as f64) * YEAR);
        starts.extend(row);
    }
    let path = Path::new(chem_networks::DIRECTORY).join(format!("trained/{model}/model.safetensors"));
    let pinn = Pinn::load(path).unwrap();
    let mut emulated = starts.clone();
    let report = pinn.advance_rows_by(&mut emulated, &times).unwrap();
    assert_eq!(report.reasons, []);
    let mut solved = starts.clone();
    let batch = Batch::new(&network);
    let advanced = Equations::solver(&batch, 1e-6).advance_rows_by(&mut solved, &times).unwrap();
    assert!(advanced.advanced().iter().all(|advanced| *advanced));
    let rows = emulated.chunks_exact(n).zip(solved.chunks_exact(n));
    let mut errors: Vec<f64> = rows.map(|(found, end)| (found[n - 1] / end[n - 1] - 1.0).abs()).collect();
    errors.sort_by(f64::total_cmp);
    [errors[errors.len() / 2], errors[errors.len() * 9 / 10]]
}

#[test]
fn molecular_gas_of_codes() {
    let [half, most] = errors_of_temperature::<Molecular>("tracks_molecular");
    println!("molecular: T to {half:.1e} at 50 %, {most:.1e} at 90 %");
    assert!(half < 0.03 && most < 0.1, "{half} {most}");
}

#[test]
fn atomic_gas_of_codes() {
    let [half, most] = errors_of_temperature::<Atomic>("tracks_atomic");
    println!("atomic: T to {half:.1e} at 50 %, {most:.1e} at 90 %");
    assert!(half < 0.03 && most < 0.1, "{half} {most}");
}
