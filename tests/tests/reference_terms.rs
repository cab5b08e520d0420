//! Rate coefficients, heating, cooling and derivatives against those of KROME at 50 states of each network.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::path::Path;

use chem_grammar::interpret::Tape;
use chem_grammar::network::Network;
use chem_grammar::system::System;
use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_solver::network::ChemNetwork;
use chem_solver::network::interpreted::Interpreted;
use chem_tests::figures::Figures;
use chem_tests::quantiles::Errors;

/// Coefficients that KROME computes in single precision; the largest difference is in k12 at 8e5 K.
const RATES: f64 = 5e-6;
const TERMS: f64 = 1e-5;
/// Coefficients below are not compared.
const SMALLEST_RATE: f64 = 1e-35;
/// KROME adds at most this to every coefficient [cm^3 s^-1 or s^-1].
const FLOOR: f64 = 1e-40;
/// Heating and cooling rates that nothing depends on [erg cm^-3 s^-1]: KROME cuts the windows of H2 cooling off at 1e-199.
const NO_HEAT: f64 = 1e-60;

/// Terms that are differences, with the definitions they are made of: their errors are measured by the larger.
const DIFFERENCES: [(&str, [&str; 2]); 2] = [
    ("chem", ["h2_formation_heating", "h2_dissociation_cooling"]),
    ("photoelectric_net", ["photoelectric_heating", "grain_recombination_cooling"]),
];

/// All that is compared at one state.
struct Values {
    rates: Vec<f64>,
    heating: Vec<f64>,
    cooling: Vec<f64>,
    fluxes: Vec<f64>,
    rhs: Vec<f64>,
}

/// How far a difference goes beyond an allowance.
fn beyond(difference: f64, allowance: f64) -> f64 {
    (difference.abs() - allowance).max(0.0)
}

fn system(name: &str) -> System {
    let path = Path::new(chem_networks::DIRECTORY).join(format!("{name}.net"));
    System::new(Network::load(path).unwrap_or_else(|report| panic!("{report}")))
}

/// Evaluates everything at a state.
fn evaluate(network: &dyn ChemNetwork, y: &[f64]) -> Values {
    let structure = network.structure();
    let room = |count: usize| vec![f64::NAN; count];
    let mut v = Values {
        rates: room(structure.reactions.len()),
        heating: room(structure.heating.len()),
        cooling: room(structure.cooling.len()),
        fluxes: room(structure.equations.len()),
        rhs: room(structure.unknown_count()),
    };
    network.rates(0.0, y, &mut v.rates);
    network.heating(0.0, y, &mut v.heating);
    network.cooling(0.0, y, &mut v.cooling);
    network.fluxes(0.0, y, &mut v.fluxes);
    network.rhs(0.0, y, &mut v.rhs);
    v
}

/// The larger part of each difference, evaluated at a state.
fn larger_parts(system: &System) -> impl Fn(&[f64]) -> Vec<(&'static str, f64)> {
    let network = &system.network;
    let mut names = Vec::new();
    let mut roots = Vec::new();
    for (term, parts) in DIFFERENCES {
        let find = |part: &&str| network.definitions.iter().find(|d| d.name == **part).map(|d| d.expr);
        let found: Vec<_> = parts.iter().filter_map(find).collect();
        if found.len() == parts.len() {
            names.push(term);
            roots.extend(found);
        }
    }
    let tape = Tape::new(&system.dag, &roots, system);
    let tables: Vec<_> = network.tables.iter().map(|t| t.grid.clone()).collect();
    let parameters: Vec<f64> = network.parameters.iter().map(|p| p.default).collect();
    move |y| {
        let mut parts = vec![f64::NAN; 2 * names.len()];
        tape.run(&tables, 0.0, y, &parameters, &mut parts);
        let larger = parts.chunks_exact(2).map(|p| p[0].abs().max(p[1].abs()));
        names.iter().copied().zip(larger).collect()
    }
}

/// Compares all that the reference file has.
fn compare(system: &System, compiled: &dyn ChemNetwork) {
    let network = &system.network;
    let figures = Figures::read(&format!("rhs_{}.csv", network.name));
    assert_eq!(figures.rows().len(), 50);
    let species: Vec<&str> = network.species.iter().map(|s| s.name.as_str()).collect();
    let unknown_columns: Vec<usize> =
        figures.columns(species.iter().copied(), "n_").into_iter().chain([figures.column("T_K")]).collect();
    let parts = larger_parts(system);
    let (mut rates, mut terms, mut densities, mut temperature) =
        (Errors::default(), Errors::default(), Errors::default(), Errors::default());
    for row in figures.rows() {
        let y: Vec<f64> = unknown_columns.iter().map(|&c| row[c]).collect();
        let values = evaluate(compiled, &y);
        let at = |what: &str| format!("{what} at id {}, T = {:e} K", row[0], y[species.len()]);
        for (i, (reaction, k)) in network.reactions.iter().zip(&values.rates).enumerate() {
            let expected = row[figures.column(&format!("k{}", i + 1))];
            if k.max(expected) > SMALLEST_RATE {
                rates.add(beyond(k - expected, FLOOR) / expected, || at(&reaction.name));
            }
        }
        let differences = parts(&y);
        for (list, found, prefix) in
            [(&network.heating, &values.heating, "heat_"), (&network.cooling, &values.cooling, "cool_")]
        {
            for (term, value) in list.iter().zip(found) {
                let expected = row[figures.column(&format!("{prefix}{}", term.name))];
                let larger = differences.iter().find(|(name, _)| *name == term.name).map(|(_, part)| *part);
                let scale = larger.unwrap_or(expected.abs()).max(NO_HEAT);
                terms.add((value - expected) / scale, || at(&term.name));
            }
        }
        compare_derivatives(system, &figures, row, &y, &values, &mut densities, &mut temperature);
    }
    println!("{}: rates {rates}\n  terms {terms}\n  dn/dt {densities}\n  dT/dt {temperature}", network.name);
    assert!(rates.count() > 500 && terms.count() >= 300, "{} rates, {} terms", rates.count(), terms.count());
    assert!(rates.maximum() <= RATES, "rates: {rates}");
    assert!(terms.maximum() <= TERMS, "terms: {terms}");
    assert!(densities.maximum() <= TERMS, "dn/dt: {densities}");
    assert!(temperature.maximum() <= TERMS, "dT/dt: {temperature}");
}

/// dn/dt by the gross flux of each species, dT/dt by the sum of all heating and cooling rates.
fn compare_derivatives(
    system: &System,
    figures: &Figures,
    row: &[f64],
    y: &[f64],
    values: &Values,
    densities: &mut Errors,
    temperature: &mut Errors,
) {
    let species = &system.network.species;
    let mut gross = vec![0.0; species.len()];
    let mut floor = vec![0.0; species.len()];
    for (j, (column, flux)) in system.stoichiometry.columns.iter().zip(&values.fluxes).enumerate() {
        let reactants = system.network.reactions.get(j).map_or(&[][..], |r| &r.reactants);
        let product: f64 = reactants.iter().map(|(s, count)| y[s.0 as usize].powi(*count as i32)).product();
        for (s, change) in column {
            gross[*s] += (f64::from(*change) * flux).abs();
            floor[*s] += f64::from(change.abs()) * FLOOR * product;
        }
    }
    for (i, (s, found)) in species.iter().zip(&values.rhs).enumerate() {
        let expected = row[figures.column(&format!("dndt_{}", s.name))];
        let error = beyond(found - expected, floor[i]) / gross[i];
        densities.add(error, || format!("{} at id {}", s.name, row[0]));
    }
    let energy: f64 = values.heating.iter().chain(&values.cooling).map(|term| term.abs()).sum();
    let particles: f64 = y[..species.len()].iter().sum();
    let scale = 2.0 / 3.0 * energy / (system.network.boltzmann * particles);
    let expected = row[figures.column("dTdt")];
    temperature.add((values.rhs[species.len()] - expected) / scale, || format!("id {}", row[0]));
}

#[test]
fn atomic_by_the_interpreter() {
    let system = system("atomic");
    compare(&system, &Interpreted::new(&system));
}

#[test]
fn molecular_by_the_interpreter() {
    let system = system("molecular");
    compare(&system, &Interpreted::new(&system));
}

#[test]
fn atomic_generated() {
    compare(&system("atomic"), &Atomic::default());
}

#[test]
fn molecular_generated() {
    compare(&system("molecular"), &Molecular::default());
}
