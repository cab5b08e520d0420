//! The trained networks that come with chem are as good as their summaries say, judged anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use chem_cli::exit::Stop;
use chem_emulator::{Config, Pinn};
use chem_networks::{atomic, molecular};
use chem_report::validate::{Summary, Validation, sha256_of_file};
use chem_solver::bdf::Bdf;
use chem_solver::network::SpeciesSet;
use chem_solver::network::cell::Cell;
use chem_solver::network::domain::random_stream;
use chem_solver::units::YEAR;

/// Folders in `networks/trained` that hold a trained network.
fn folders() -> Vec<PathBuf> {
    let trained = Path::new(chem_networks::DIRECTORY).join("trained");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&trained)
        .unwrap_or_else(|error| panic!("{}: {error}", trained.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("model.safetensors").is_file())
        .collect();
    folders.sort();
    folders
}

#[test]
fn configs_of_the_paper_are_read() {
    let folder = Path::new(chem_networks::DIRECTORY).join("paper_mode");
    let configs: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(configs.len() >= 7);
    for folder in configs {
        let config = Config::load(folder.join("config.toml")).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(config.mistakes(), [], "{}", folder.display());
        assert!(folder.join("summary.json").is_file(), "{}", folder.display());
    }
}

#[test]
fn errors_are_those_of_the_summaries() {
    let folders = folders();
    assert!(folders.len() >= 6, "only {} trained networks", folders.len());
    for folder in folders {
        let shipped = Summary::read(&folder.join("summary.json")).unwrap();
        let sha256 = sha256_of_file(&folder.join("model.safetensors")).unwrap();
        assert_eq!(
            shipped.provenance.model_sha256,
            Some(sha256),
            "{}: another file was judged",
            folder.display()
        );
        let network_of = |name: &str| chem_examples::network(name);
        let judged = Validation::of_checkpoint::<Stop>(&folder.join("model.safetensors"), network_of, None);
        let judged = judged.unwrap_or_else(|_| panic!("{} cannot be judged", folder.display())).summary;
        let both = shipped.quantiles_log10_relative_error.all().into_iter();
        for (said, now) in both.zip(judged.quantiles_log10_relative_error.all()) {
            assert!((said - now).abs() < 0.01, "{}: 10^{said} was said, 10^{now} it is", folder.display());
        }
    }
}

/// The largest relative error of any unknown at `t` against the solver.
fn worst_error<S: SpeciesSet>(predicted: &Cell<S>, solved: &Cell<S>) -> f64 {
    let pairs = predicted.n.as_slice().iter().zip(solved.n.as_slice());
    let densities = pairs.map(|(p, s)| (p / s - 1.0).abs());
    densities.fold((predicted.t_gas / solved.t_gas - 1.0).abs(), f64::max)
}

#[test]
fn they_predict_in_a_users_program() {
    let trained = Path::new(chem_networks::DIRECTORY).join("trained");
    for years in [10.0, 1e3, 1e6] {
        let t = years * YEAR;
        let network = atomic::Atomic::default();
        let path = trained.join("single_atomic/model.safetensors");
        let pinn = Pinn::load(path).unwrap().for_network(&network).unwrap();
        let cell = atomic::initial::single();
        let later = pinn.predict(&[cell], t).unwrap();
        let solution = Bdf::new(&network).rtol(1e-8).solve(&cell, [t]).unwrap();
        let error = worst_error(later[0].as_ref().unwrap(), solution.last());
        assert!(error < 1e-3, "atomic, {years} yr: {error:e}");

        let network = molecular::Molecular::default();
        let path = trained.join("single_molecular/model.safetensors");
        let pinn = Pinn::load(path).unwrap().for_network(&network).unwrap();
        let cell = molecular::initial::single();
        let later = pinn.predict(&[cell], t).unwrap();
        let solution = Bdf::new(&network).rtol(1e-8).solve(&cell, [t]).unwrap();
        let error = worst_error(later[0].as_ref().unwrap(), solution.last());
        assert!(error < 2e-2, "molecular, {years} yr: {error:e}");
    }
}

/// In the same call every other cell is what it is alone, at the speed and the precision of the training.
#[test]
fn cells_that_no_training_saw_are_refused_by_name() {
    let trained = Path::new(chem_networks::DIRECTORY).join("trained");
    let network = molecular::Molecular::default();
    let path = trained.join("general_molecular/model.safetensors");
    let pinn = Pinn::load(path).unwrap().for_network(&network).unwrap();
    let domain = molecular::domain::GENERAL;
    let draw = |i| domain.draw_cell(&network, &mut random_stream(11, i)).unwrap();
    let mut cells: Vec<_> = (0..2000).map(draw).collect();
    let before = cells.clone();
    let scaled = |cell: &Cell<molecular::Species>, factor: f64| {
        let mut cell = *cell;
        cell.n.as_mut_slice().iter_mut().for_each(|n| *n *= factor);
        cell
    };
    let of_species = |cell: &Cell<molecular::Species>, species: molecular::Species, n: f64| {
        let mut cell = *cell;
        cell.n[species] = n;
        cell
    };
    // Empty space, a vacuum, cold and hot gas, gas with less helium, gas that nobody filled or neutralised.
    let wrong = [
        (3, scaled(&before[3], 0.0), "n(e-) = 0"),
        (4, scaled(&before[4], 1e-20), "the density of all nuclei"),
        (5, scaled(&before[5], 1e5), "the density of all nuclei"),
        (6, Cell { t_gas: 15.0, ..before[6] }, "T = 1.5e1 K"),
        (7, Cell { t_gas: f64::NAN, ..before[7] }, "T = NaN K"),
        (8, molecular::initial::single(), "of the nuclei are"),
        (9, of_species(&before[9], molecular::Species::HMinus, 0.0), "n(H-) = 0"),
        (1500, of_species(&before[1500], molecular::Species::HMinus, -1.0), "n(H-) = -1e0"),
        (1501, of_species(&before[1501], molecular::Species::Electron, 900.0), "not neutral"),
    ];
    for (i, cell, _) in &wrong {
        cells[*i] = *cell;
    }
    let later = pinn.predict(&cells, 1e5 * YEAR).unwrap();
    for (i, later) in later.iter().enumerate() {
        match (later, wrong.iter().find(|(wrong, _, _)| *wrong == i)) {
            (Ok(later), None) => {
                let alone = pinn.predict(&before[i..=i], 1e5 * YEAR).unwrap();
                assert_eq!(*later, alone[0].clone().unwrap(), "cell {i}");
            }
            (Err(refused), Some((_, _, words))) => {
                let said = refused.to_string();
                assert!(said.starts_with(&format!("cell {i}: ")) && said.contains(words), "{said}");
            }
            (Ok(_), Some((_, _, words))) => panic!("cell {i} is emulated: {words}"),
            (Err(refused), None) => panic!("{refused}"),
        }
    }
}
