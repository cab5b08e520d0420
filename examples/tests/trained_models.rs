//! The trained networks that come with chem are as good as their summaries say, judged anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use chem_networks::{atomic, molecular};
use chem_runtime::bdf::{Bdf, YEAR};
use chem_runtime::cell::Cell;
use chem_runtime::cli::exit::Stop;
use chem_runtime::network::SpeciesSet;
use chem_runtime::pinn::{Config, Pinn};
use chem_runtime::validate::{Summary, Validation};

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
        let error = worst_error(&later[0], solution.last());
        assert!(error < 1e-3, "atomic, {years} yr: {error:e}");

        let network = molecular::Molecular::default();
        let path = trained.join("single_molecular/model.safetensors");
        let pinn = Pinn::load(path).unwrap().for_network(&network).unwrap();
        let cell = molecular::initial::single();
        let later = pinn.predict(&[cell], t).unwrap();
        let solution = Bdf::new(&network).rtol(1e-8).solve(&cell, [t]).unwrap();
        let error = worst_error(&later[0], solution.last());
        assert!(error < 2e-2, "molecular, {years} yr: {error:e}");
    }
}
