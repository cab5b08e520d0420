//! The generated Jacobian against dual numbers through the generated right-hand side: every column, random states, and
//! both sides of every breakpoint.
//!
//! Random temperatures reach ten times beyond the domain that the networks declare. Further up, the rate of H2 + H+
//! (Savin et al. 2004: a polynomial of degree 8 in log T whose terms are 1e4 times their sum) leaves fewer digits of a
//! derivative, however it is made: there the bound is [`TOLERANCE_BEYOND`].
#![allow(clippy::print_stdout)] // tests print their figures

use chem_networks::atomic::Atomic;
use chem_networks::benchmark_const::BenchmarkConst;
use chem_networks::benchmark_tdep::BenchmarkTdep;
use chem_networks::molecular::Molecular;
use chem_solver::network::{GenericNetwork, TypedNetwork};
use chem_solver::scalar::{Dual, Scalar};
use chem_tests::quantiles::Errors;
use chem_tests::states;

/// Largest difference, relative to the column's scale.
const TOLERANCE: f64 = 1e-10;
/// The same above [`HOTTEST`].
const TOLERANCE_BEYOND: f64 = 1e-8;
/// [K]
const COLDEST: f64 = 2.0;
/// [K]
const HOTTEST: f64 = 1e7;
const STATES: usize = 2000;

/// The right-hand side's derivative by one unknown.
fn dual_column<N: GenericNetwork>(network: &N, t: f64, y: &[f64], column: usize) -> Vec<f64> {
    let dual = seeded(y, column);
    let mut dydt = vec![Dual::fixed(f64::NAN); y.len()];
    network.rhs_generic(Dual::fixed(t), &dual, &mut dydt);
    dydt.iter().map(|d| d.derivatives[0]).collect()
}

fn seeded(y: &[f64], column: usize) -> Vec<Dual<1>> {
    let mut dual: Vec<Dual<1>> = y.iter().map(|y| Dual::fixed(*y)).collect();
    dual[column] = Dual::variable(y[column], 0);
    dual
}

/// Scales of a column: the largest gross change of a species, and that of T. Gross: all terms by magnitude.
fn scales<N: GenericNetwork>(network: &N, t: f64, y: &[f64], column: usize) -> (f64, f64) {
    let structure = network.structure();
    let dual = seeded(y, column);
    let zeros = |count: usize| vec![Dual::<1>::constant(0.0); count];
    let mut fluxes = zeros(structure.equations.len());
    network.fluxes_generic(Dual::fixed(t), &dual, &mut fluxes);
    let mut gross = vec![0.0; structure.species_count()];
    for (reaction, flux) in fluxes.iter().enumerate() {
        for &(species, change) in structure.net_changes(reaction) {
            gross[species as usize] += (f64::from(change) * flux.derivatives[0]).abs();
        }
    }
    let mut heating = zeros(structure.heating.len());
    let mut cooling = zeros(structure.cooling.len());
    network.heating_generic(Dual::fixed(t), &dual, &mut heating);
    network.cooling_generic(Dual::fixed(t), &dual, &mut cooling);
    let terms = || heating.iter().chain(&cooling);
    let density: f64 = y[..structure.species_count()].iter().sum();
    let power: f64 = terms().map(|term| term.value.abs()).sum();
    let slopes: f64 = terms().map(|term| term.derivatives[0].abs()).sum();
    let through_capacity = if column < structure.species_count() { power / density } else { 0.0 };
    let largest = gross.into_iter().fold(0.0, f64::max);
    (largest, (slopes + through_capacity) / (1.380_649e-16 * density))
}

fn check<N: TypedNetwork>() {
    let network = N::default();
    let structure = network.structure();
    let last = structure.species_count();
    let t = 2.5;
    let mut all = states::random(last, &structure.breakpoints, STATES, 3);
    for y in &mut all {
        y[last] = y[last].clamp(COLDEST, HOTTEST);
    }
    // Each breakpoint from both sides, in ten states of different densities.
    for breakpoint in structure.breakpoints.iter() {
        for index in 0..10 {
            for temperature in [breakpoint.next_down(), *breakpoint, breakpoint.next_up()] {
                let mut y = all[index * 7 + 1].clone();
                y[last] = temperature;
                all.push(y);
            }
        }
    }
    // The floor of T, where net cooling fades, and below it.
    if let Some(floor) = structure.temperature_floor {
        for share in [-1.1, -0.9, -1e-9, 1e-9, 0.5, 0.9, 1.1] {
            for index in 0..10 {
                let mut y = all[index * 7 + 1].clone();
                y[last] = floor * (1.0 + 0.01 * share);
                all.push(y);
            }
        }
    }
    let mut values = vec![f64::NAN; structure.jacobian_count()];
    let (mut errors, mut beyond) = (Errors::default(), Errors::default());
    for y in &all {
        network.jacobian(t, y, &mut values);
        for column in 0..=last {
            let expected = dual_column(&network, t, y, column);
            let (of_species, of_temperature) = scales(&network, t, y, column);
            let mut found = vec![0.0; last + 1];
            for (row, value) in structure.jacobian_values(column, &values) {
                found[row] = *value;
            }
            for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let scale = if row < last { of_species } else { of_temperature };
                let difference = (found - expected).abs();
                let error = if difference < 1e-290 { 0.0 } else { difference / scale };
                let errors = if y[last] > HOTTEST { &mut beyond } else { &mut errors };
                errors.add(error, || format!("J[{row}, {column}] = {found:e}, {expected:e} at {y:?}"));
            }
        }
    }
    println!("{}: {errors}; beyond {HOTTEST:e} K {beyond}", structure.name);
    assert!(beyond.count() == 0 || beyond.maximum() <= TOLERANCE_BEYOND, "{}: {beyond}", structure.name);
    assert!(errors.quantile(1.0) <= TOLERANCE, "{}: {errors}", structure.name);
}

#[test]
fn benchmark_const() {
    check::<BenchmarkConst>();
}

#[test]
fn benchmark_tdep() {
    check::<BenchmarkTdep>();
}

#[test]
fn atomic() {
    check::<Atomic>();
}

#[test]
fn molecular() {
    check::<Molecular>();
}
