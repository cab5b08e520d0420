//! Derivatives by the adjoint equation against exact ones, and against differences of the BDF.
#![allow(clippy::unwrap_used)] // tests fail by panicking

#[path = "sensitivity/scaled.rs"]
mod scaled;

use std::path::Path;

use chem_solver::bdf::{Bdf, Options};
use chem_solver::network::ChemNetwork;
use chem_solver::runs::AnyNetwork;
use chem_solver::sensitivity::{Question, Sensitivity, SensitivityError, sensitivities};
use chem_solver::units::YEAR;
use scaled::{Factor, Scaled};

const TOLERANCE: f64 = 1e-5;

fn network(text: &str) -> AnyNetwork {
    let path = match text.strip_suffix(".net") {
        Some(_) => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks").join(text),
        None => {
            let folder = tempfile::tempdir().unwrap().keep();
            std::fs::write(folder.join("made.net"), text).unwrap();
            folder.join("made.net")
        }
    };
    AnyNetwork::load(&path).unwrap()
}

fn options() -> Options {
    Options::default().rtol(1e-10).atol(1e-24)
}

fn derivatives(network: &AnyNetwork, initial: &[f64], end: f64, of: &[usize]) -> Vec<Sensitivity> {
    let question = Question { initial, end, of, tolerance: TOLERANCE };
    sensitivities(&*network.network, &question, &options()).unwrap()
}

/// A -> B at k: ln A = ln A0 - k t; B = A0 (1 - exp(-k t)). A reaction that does not touch them changes nothing.
#[test]
fn a_decay_has_its_exact_derivatives() {
    let decay = network(
        "network decay version 1\nspecies A (X), B (X), C (Y), D (Y)\nd: A -> B  k = 1 [s^-1]\ne: C -> D  k = 1 [s^-1]\n\
         initial start: T = 100 [K], n[A] = 3 [cm^-3], n[C] = 1 [cm^-3]\n",
    );
    let initial = decay.initials[0].unknowns.to_vec();
    for end in [1e-3, 1.0, 5.0] {
        let [a, b] = &derivatives(&decay, &initial, end, &[0, 1])[..] else { panic!() };
        assert!((a.reactions[0] + end).abs() < 2e-5 * (1.0 + end), "{} at {end}", a.reactions[0]);
        let exact = end * (-end).exp() / (1.0 - (-end).exp());
        assert!((b.reactions[0] - exact).abs() < 1e-4, "{} {exact}", b.reactions[0]);
        assert!((a.initial[0] - 1.0).abs() < 2e-5 && (b.initial[0] - 1.0).abs() < 2e-5);
        assert_eq!((a.reactions[1], b.reactions[1]), (0.0, 0.0));
    }
}

/// A species in balance, however fast: n = P / L, so that the derivatives are 1 and -1.
#[test]
fn a_species_in_balance_follows_its_fastest_reactions() {
    let fast = network(
        "network fast version 1\nspecies A (X), B (X), C (X)\nf: A -> B  k = 1e-3 [s^-1]\nd: B -> C  k = 1e9 [s^-1]\n\
         initial start: T = 100 [K], n[A] = 1 [cm^-3]\n",
    );
    let initial = fast.initials[0].unknowns.to_vec();
    let found = &derivatives(&fast, &initial, 10.0, &[1])[0];
    // B = A k_f / k_d, and A falls by k_f t.
    assert!((found.reactions[0] - (1.0 - 1e-2)).abs() < 1e-4, "{found:?}");
    assert!((found.reactions[1] + 1.0).abs() < 1e-4, "{found:?}");
}

/// Every derivative against a central difference of tight solutions of the equations with that flux or term changed.
fn holds_against_differences(name: &str, years: f64, step: usize, allowed: f64) {
    let network = network(name);
    let structure = network.network.structure();
    let initial = network.initials[0].unknowns.to_vec();
    let end = years * YEAR;
    let n = structure.unknown_count();
    let species: Vec<usize> = (0..n - usize::from(!structure.evolves_temperature)).collect();
    let found = derivatives(&network, &initial, end, &species);
    let fluxes = structure.reactions.len() + structure.processes.len();
    let factors = (0..fluxes)
        .map(Factor::Flux)
        .chain((0..structure.heating.len()).map(Factor::Heating))
        .chain((0..structure.cooling.len()).map(Factor::Cooling));
    let mut largest = 0.0f64;
    for (index, factor) in factors.enumerate().step_by(step) {
        let small = 1e-3;
        let ends = [1.0 - small, 1.0 + small].map(|by| {
            let changed = Scaled { network: &*network.network, factor, by };
            let solver = Bdf::<dyn ChemNetwork>::new(&changed).options(options());
            let mut state = vec![0.0; n];
            solver.integrate(&mut solver.workspace(), &initial, &[end], &mut state).unwrap();
            state
        });
        for (of, unknown) in found.iter().zip(&species) {
            let difference =
                (ends[1][*unknown] / ends[0][*unknown]).ln() / ((1.0 + small) / (1.0 - small)).ln();
            let value = *of.reactions.iter().chain(&of.thermal).nth(index).unwrap();
            let off = (value - difference).abs() / (1.0 + difference.abs());
            largest = largest.max(off);
            assert!(off < allowed, "{name}: {factor:?} {unknown}: {value} {difference}");
        }
    }
    assert!(largest > 0.0);
}

/// Initial densities and T against solutions that begin elsewhere; with an ion come its electrons.
#[test]
fn initial_values_agree_with_differences() {
    let network = network("molecular.net");
    let structure = network.network.structure();
    let initial = network.initials[0].unknowns.to_vec();
    let (n, end) = (initial.len(), 1e4 * YEAR);
    let of: Vec<usize> = (0..n).collect();
    let found = derivatives(&network, &initial, end, &of);
    let electron = structure.species.iter().position(|name| name == "e-").unwrap();
    for k in (0..n).filter(|k| *k != electron) {
        let small = 1e-3;
        let ends = [-small, small].map(|by| {
            let mut start = initial.clone();
            start[k] *= 1.0 + by;
            start[electron] += f64::from(structure.charges.get(k).copied().unwrap_or(0)) * by * initial[k];
            let solver = Bdf::new(&*network.network).options(options());
            let mut state = vec![0.0; n];
            solver.integrate(&mut solver.workspace(), &start, &[end], &mut state).unwrap();
            state
        });
        for of in &found {
            let difference =
                (ends[1][of.unknown] / ends[0][of.unknown]).ln() / ((1.0 + small) / (1.0 - small)).ln();
            let off = (of.initial[k] - difference).abs() / (1.0 + difference.abs());
            assert!(off < 1e-3, "{k} {}: {} {difference}", of.unknown, of.initial[k]);
        }
        assert_eq!(found[0].initial[electron], 0.0);
    }
}

#[test]
fn the_molecular_network_agrees_with_differences() {
    holds_against_differences("molecular.net", 1e3, 1, 1e-3);
    holds_against_differences("molecular.net", 1e6, 3, 1e-3);
}

#[test]
fn a_network_of_carbon_and_oxygen_agrees_with_differences() {
    holds_against_differences("gow17.net", 1e5, 4, 1e-3);
}

#[test]
fn what_has_no_logarithm_is_refused() {
    let network = network("benchmark_const.net");
    let mut initial = network.initials[0].unknowns.to_vec();
    initial[..3].fill(0.0);
    let question = Question { initial: &initial, end: 1.0, of: &[0], tolerance: TOLERANCE };
    let error = sensitivities(&*network.network, &question, &options()).unwrap_err();
    assert!(
        matches!(error, SensitivityError::Zero(_)) && error.to_string().contains("is zero at the end"),
        "{error}"
    );
    initial[0] = f64::NAN;
    let question = Question { initial: &initial, end: 1.0, of: &[0], tolerance: TOLERANCE };
    assert!(matches!(
        sensitivities(&*network.network, &question, &options()),
        Err(SensitivityError::Solve(_))
    ));
}
