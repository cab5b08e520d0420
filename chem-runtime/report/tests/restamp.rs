//! Models whose network changed: taken over where their errors are as before, left alone where not.
#![allow(clippy::unwrap_used)] // tests fail by panicking

use std::path::{Path, PathBuf};

use chem_emulator::checkpoint::{Checkpoint, NetworkIdentity, Problem};
use chem_report::validate::{Summary, ValidateError, restamp};
use chem_solver::runs::AnyNetwork;

const NETWORKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks");

/// The network of the model with other text in place of some of its text.
fn network(old: &str, new: &str) -> AnyNetwork {
    let text = std::fs::read_to_string(format!("{NETWORKS}/benchmark_const.net")).unwrap();
    assert!(text.contains(old));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("benchmark_const.net");
    std::fs::write(&file, text.replace(old, new)).unwrap();
    AnyNetwork::load(&file).unwrap()
}

/// A folder with the model and its summary; the path of the model.
fn model(folder: &Path) -> PathBuf {
    for file in ["model.safetensors", "summary.json"] {
        std::fs::copy(format!("{NETWORKS}/trained/benchmark_const/{file}"), folder.join(file)).unwrap();
    }
    folder.join("model.safetensors")
}

fn run(path: &Path, (old, new): (&str, &str)) -> Result<Option<(String, String, f64)>, ValidateError> {
    let restamped = restamp(path, |_| Ok::<_, ValidateError>(network(old, new)))?;
    Ok(restamped.map(|restamped| (restamped.from, restamped.to, restamped.difference)))
}

fn bytes(folder: &Path) -> [Vec<u8>; 2] {
    ["model.safetensors", "summary.json"].map(|file| std::fs::read(folder.join(file)).unwrap())
}

const SAME: (&str, &str) = ("0.8 [s^-1]", "0.8 [s^-1]");
/// Another network, whose solution is the same to ten digits.
const HARDLY: (&str, &str) = ("0.8 [s^-1]", "0.8000000001 [s^-1]");
const TWICE: (&str, &str) = ("0.8 [s^-1]", "1.6 [s^-1]");

#[test]
fn models_of_the_network_as_it_is_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(folder.path());
    let before = bytes(folder.path());
    assert_eq!(run(&path, SAME).unwrap(), None);
    assert_eq!(bytes(folder.path()), before);
}

#[test]
fn models_as_good_as_before_go_over_to_the_new_equations() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(folder.path());
    let before = Checkpoint::load(&path).unwrap();
    let given = network(HARDLY.0, HARDLY.1);
    let identity = NetworkIdentity::of(given.network.structure());
    assert!(before.provenance.network.check(given.network.structure()).is_err());

    let (from, to, difference) = run(&path, HARDLY).unwrap().unwrap();
    assert_eq!((&from, &to), (&before.provenance.network.hash, &identity.hash));
    assert!(difference <= 1e-3, "{difference}");
    let after = Checkpoint::load(&path).unwrap();
    after.provenance.network.check(given.network.structure()).unwrap();
    assert_eq!(after.weights, before.weights);
    let trained_on = before.provenance.network.trained_on.unwrap_or(from);
    assert_eq!(after.provenance.network.trained_on.as_deref(), Some(trained_on.as_str()));
    let summary = Summary::read(&folder.path().join("summary.json")).unwrap();
    assert_eq!(summary.provenance.network, after.provenance.network);

    // Again, on to third equations: what it was trained on stays, and then it is of this network.
    assert_eq!(run(&path, HARDLY).unwrap(), None);
    run(&path, SAME).unwrap().unwrap();
    let again = Checkpoint::load(&path).unwrap();
    assert_eq!(again.provenance.network.trained_on.as_deref(), Some(trained_on.as_str()));
}

#[test]
fn models_that_became_worse_are_refused_and_nothing_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(folder.path());
    let before = bytes(folder.path());
    let error = run(&path, TWICE).unwrap_err();
    assert!(error.to_string().contains("summary.json"), "{error}");
    assert!(error.help().unwrap().contains("nothing was changed"), "{error:?}");
    assert_eq!(bytes(folder.path()), before);
}

#[test]
fn models_of_other_species_or_without_a_summary_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = model(folder.path());
    let before = bytes(folder.path());
    let renamed = ("network benchmark_const", "network other");
    let error = run(&path, renamed).unwrap_err();
    assert!(
        matches!(&error, ValidateError::Checkpoint(error) if matches!(error.problem, Problem::OtherNetwork { .. })),
        "{error}"
    );
    assert_eq!(bytes(folder.path()), before);
    std::fs::remove_file(folder.path().join("summary.json")).unwrap();
    let error = run(&path, HARDLY).unwrap_err().to_string();
    assert!(error.contains("summary.json"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before[0]);
}
