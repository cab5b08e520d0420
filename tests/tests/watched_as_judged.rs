//! The error that a training is watched by is that of the validation: one definition, other cells of a domain.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use chem_emulator::Checkpoint;
use chem_networks::{atomic::Atomic, benchmark_const::BenchmarkConst};
use chem_report::validate::{Summary, ValidateError, Validation};
use chem_solver::runs::AnyNetwork;
use chem_training::session::Session;

fn network(name: &str) -> AnyNetwork {
    match name {
        "benchmark_const" => AnyNetwork::typed::<BenchmarkConst>(),
        _ => AnyNetwork::typed::<Atomic>(),
    }
}

fn trained(model: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../networks/trained").join(model)
}

/// The error and its quantiles as the end of a training prints them.
fn watched(model: &str) -> (f64, Option<[f64; 3]>) {
    let checkpoint = Checkpoint::load(trained(model).join("model.safetensors")).unwrap();
    let config = checkpoint.provenance.config.clone();
    let session = Session::new(network(&config.network), config).unwrap();
    let errors = session.judge().unwrap().errors(&checkpoint.weights).unwrap();
    (errors.error, errors.quantiles)
}

fn judged(model: &str) -> Summary {
    let network_of = |name: &str| Ok::<_, ValidateError>(network(name));
    Validation::of_checkpoint(&trained(model).join("model.safetensors"), network_of, None).unwrap().summary
}

#[test]
fn of_one_initial_state_it_is_the_same_number() {
    let (error, quantiles) = watched("single_atomic");
    let summary = judged("single_atomic").quantiles_log10_relative_error;
    assert!((error.log10() - summary.q90).abs() < 1e-4, "{error} {summary:?}");
    for (watched, judged) in quantiles.unwrap().into_iter().zip([summary.q50, summary.q75, summary.q90]) {
        assert!((watched - judged).abs() < 1e-4, "{watched} {judged}");
    }

    let (error, quantiles) = watched("benchmark_const");
    let largest = judged("benchmark_const").absolute_error.max;
    assert!((error / largest - 1.0).abs() < 1e-3 && quantiles.is_none(), "{error} {largest}");
}

#[test]
fn of_a_domain_it_differs_by_the_choice_of_cells() {
    let (_, quantiles) = watched("general_atomic");
    let summary = Summary::read(&trained("general_atomic").join("summary.json")).unwrap();
    let summary = summary.quantiles_log10_relative_error;
    let pairs = quantiles.unwrap().into_iter().zip([summary.q50, summary.q75, summary.q90]);
    for (watched, judged) in pairs {
        assert!((watched - judged).abs() < 0.1, "{watched} {judged}");
        assert!((watched - judged).abs() > 1e-4, "the training sees the cells of the validation");
    }
}
