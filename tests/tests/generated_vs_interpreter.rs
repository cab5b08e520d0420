//! Generated code against the interpreter of the same intermediate form, at random states.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::path::Path;

use chem_grammar::expr::{Differentiator, ExprId, Variable};
use chem_grammar::interpret::{Interpreter, Tape};
use chem_grammar::network::Network;
use chem_grammar::system::System;
use chem_solver::network::{ChemNetwork, TypedNetwork};
use chem_tests::quantiles::Errors;
use chem_tests::states;

// The same networks with loops over tables, as large ones get them.
chem_runtime::chem_network!("../networks/atomic.net" as atomic_looped, looped);
chem_runtime::chem_network!("../networks/molecular.net" as molecular_looped, looped);
chem_runtime::chem_network!("../networks/benchmark_tdep.net" as benchmark_tdep_looped, looped);

/// Largest difference, relative to the gross flux: what is added up, by magnitude.
const TOLERANCE: f64 = 1e-12;
/// The same for the Jacobian, relative to the gross entries of the column: derivatives of fits of high degree are small
/// differences of large terms, and the two sum these in different orders.
const JACOBIAN_TOLERANCE: f64 = 1e-10;
const STATES: usize = 3000;

struct Comparison {
    system: System,
    interpreter: Interpreter,
    parameters: Vec<f64>,
    flux_derivatives: Tape,
    /// d(heating and cooling terms)/d(unknown), unknown after unknown.
    thermal_derivatives: Tape,
}

impl Comparison {
    fn new(name: &str) -> Self {
        let path = Path::new(chem_networks::DIRECTORY).join(format!("{name}.net"));
        let mut system = System::new(Network::load(path).unwrap_or_else(|report| panic!("{report}")));
        let thermal = thermal_derivatives(&mut system);
        let fluxes: Vec<ExprId> = system.flux_derivatives.iter().map(|(_, _, id)| *id).collect();
        Comparison {
            interpreter: Interpreter::new(&system),
            parameters: system.network.parameters.iter().map(|p| p.default).collect(),
            flux_derivatives: Tape::new(&system.dag, &fluxes, &system),
            thermal_derivatives: Tape::new(&system.dag, &thermal, &system),
            system,
        }
    }

    fn run<N: TypedNetwork>(&self) {
        let generated = N::default();
        let system = &self.system;
        assert_eq!(generated.structure().hash, system.network.hash);
        assert_eq!(generated.parameter_values(), self.parameters);
        assert!(system.third_body_derivatives.is_empty(), "the gross Jacobian does not know of third bodies");
        let mut errors = [const { Vec::new() }; 6].map(|_: Vec<()>| Errors::default());
        for y in states::random(system.network.species.len(), &system.network.breakpoints, STATES, 1) {
            self.compare(&generated, &y, &mut errors);
        }
        for (name, errors) in ["k", "flux", "heating", "cooling", "rhs", "jacobian"].iter().zip(&errors) {
            let tolerance = if *name == "jacobian" { JACOBIAN_TOLERANCE } else { TOLERANCE };
            println!("{}: {name} {errors}", system.network.name);
            assert!(
                errors.count() == 0 || errors.quantile(1.0) <= tolerance,
                "{}: {name} {errors}",
                system.network.name
            );
        }
    }

    fn compare(&self, generated: &dyn ChemNetwork, y: &[f64], errors: &mut [Errors; 6]) {
        let [k_errors, flux_errors, heating_errors, cooling_errors, rhs_errors, jacobian_errors] = errors;
        let network = &self.system.network;
        let (t, p) = (1e10, &self.parameters);
        let both = |count: usize, a: &dyn Fn(&mut [f64]), b: &dyn Fn(&mut [f64])| {
            let (mut x, mut y) = (vec![f64::NAN; count], vec![f64::NAN; count]);
            a(&mut x);
            b(&mut y);
            (x, y)
        };
        let at = |name: &str| format!("{name} at {y:?}");
        let i = &self.interpreter;
        let (k, k_i) = both(network.reactions.len(), &|o| generated.rates(t, y, o), &|o| i.rates(t, y, p, o));
        for (index, (a, b)) in k.iter().zip(&k_i).enumerate() {
            k_errors.add(relative(*a, *b, b.abs()), || at(&network.reactions[index].name));
        }
        let count = self.system.fluxes.len();
        let (flux, flux_i) = both(count, &|o| generated.fluxes(t, y, o), &|o| i.fluxes(t, y, p, o));
        for (index, (a, b)) in flux.iter().zip(&flux_i).enumerate() {
            flux_errors.add(relative(*a, *b, b.abs()), || at(&format!("flux {index}")));
        }
        let count = network.heating.len();
        let (heat, heat_i) = both(count, &|o| generated.heating(t, y, o), &|o| i.heating(t, y, p, o));
        let count = network.cooling.len();
        let (cool, cool_i) = both(count, &|o| generated.cooling(t, y, o), &|o| i.cooling(t, y, p, o));
        let power: f64 = heat_i.iter().chain(&cool_i).map(|x| x.abs()).sum();
        for (a, b) in heat.iter().zip(&heat_i) {
            heating_errors.add(relative(*a, *b, power), || at("heating"));
        }
        for (a, b) in cool.iter().zip(&cool_i) {
            cooling_errors.add(relative(*a, *b, power), || at("cooling"));
        }
        let count = self.system.unknown_count();
        let (rhs, rhs_i) = both(count, &|o| generated.rhs(t, y, o), &|o| i.rhs(t, y, p, o));
        let gross = self.gross(&flux_i, power, y);
        for (row, (a, b)) in rhs.iter().zip(&rhs_i).enumerate() {
            rhs_errors.add(relative(*a, *b, gross[row]), || at(&format!("row {row}")));
        }
        let count = self.system.pattern.entry_count();
        let (j, j_i) = both(count, &|o| generated.jacobian(t, y, o), &|o| i.jacobian(t, y, p, o));
        let gross = self.gross_jacobian(y, power);
        for (entry, (row, column)) in self.system.pattern.entries().enumerate() {
            jacobian_errors
                .add(relative(j[entry], j_i[entry], gross[entry]), || at(&format!("J[{row}, {column}]")));
        }
    }

    /// Gross flux of each species, and gross power as a change of T.
    fn gross(&self, fluxes: &[f64], power: f64, y: &[f64]) -> Vec<f64> {
        let mut gross = vec![0.0; self.system.unknown_count()];
        for (column, flux) in self.system.stoichiometry.columns.iter().zip(fluxes) {
            for &(species, change) in column {
                gross[species] += (f64::from(change) * flux).abs();
            }
        }
        let count = gross.len() - 1;
        gross[count] = power * self.per_power(y);
        gross
    }

    /// dT/dt per power.
    fn per_power(&self, y: &[f64]) -> f64 {
        let species = self.system.network.species.len();
        1.0 / (self.system.network.boltzmann * y[..species].iter().sum::<f64>())
    }

    fn gross_jacobian(&self, y: &[f64], power: f64) -> Vec<f64> {
        let system = &self.system;
        let tables: Vec<_> = system.network.tables.iter().map(|table| table.grid.clone()).collect();
        let mut gross = vec![0.0; system.pattern.entry_count()];
        let mut values = vec![f64::NAN; system.flux_derivatives.len()];
        self.flux_derivatives.run(&tables, 1e10, y, &self.parameters, &mut values);
        for (&(flux, column, _), value) in system.flux_derivatives.iter().zip(&values) {
            for &(species, change) in &system.stoichiometry.columns[flux] {
                let entry = system.pattern.find(species, column).expect("entry of the pattern");
                gross[entry] += (f64::from(change) * value).abs();
            }
        }
        let terms = system.network.heating.len() + system.network.cooling.len();
        let mut values = vec![f64::NAN; terms * system.unknown_count()];
        self.thermal_derivatives.run(&tables, 1e10, y, &self.parameters, &mut values);
        let last = system.unknown_count() - 1;
        for column in 0..=last {
            let Some(entry) = system.pattern.find(last, column) else { continue };
            let slopes: f64 = values[column * terms..(column + 1) * terms].iter().map(|v| v.abs()).sum();
            let through_capacity =
                if column < last { power * self.per_power(y) * system.network.boltzmann } else { 0.0 };
            gross[entry] = (slopes + through_capacity) * self.per_power(y);
        }
        // Rows of species in one column share a unit and a scale; the row of T has its own.
        for column in 0..=last {
            let rows =
                system.pattern.column(column).filter(|&entry| (system.pattern.rows[entry] as usize) < last);
            let scale = rows.clone().map(|entry| gross[entry]).fold(0.0, f64::max);
            rows.for_each(|entry| gross[entry] = scale);
        }
        gross
    }
}

fn thermal_derivatives(system: &mut System) -> Vec<ExprId> {
    let mut differentiator = Differentiator::new(system.network.species.len(), &system.network.tables);
    let terms: Vec<ExprId> =
        system.network.heating.iter().chain(&system.network.cooling).map(|term| term.expr).collect();
    let mut derivatives = Vec::new();
    for column in 0..system.unknown_count() {
        let variable = match column < system.network.species.len() {
            true => Variable::Density(chem_grammar::expr::SpeciesId(column as u32)),
            false => Variable::Temperature,
        };
        for &term in &terms {
            derivatives.push(differentiator.derivative(&mut system.dag, term, variable));
        }
    }
    derivatives
}

/// Relative difference; numbers that underflow are no difference, nor is NaN in both.
fn relative(a: f64, b: f64, scale: f64) -> f64 {
    let equal = a == b || (a.is_nan() && b.is_nan());
    if equal || (a.abs() < 1e-290 && b.abs() < 1e-290) { 0.0 } else { (a - b).abs() / scale }
}

#[test]
fn benchmark_const() {
    Comparison::new("benchmark_const").run::<chem_networks::benchmark_const::BenchmarkConst>();
}

#[test]
fn benchmark_tdep() {
    Comparison::new("benchmark_tdep").run::<chem_networks::benchmark_tdep::BenchmarkTdep>();
}

#[test]
fn atomic() {
    Comparison::new("atomic").run::<chem_networks::atomic::Atomic>();
}

#[test]
fn molecular() {
    Comparison::new("molecular").run::<chem_networks::molecular::Molecular>();
}

#[test]
fn benchmark_tdep_in_loops() {
    Comparison::new("benchmark_tdep").run::<benchmark_tdep_looped::BenchmarkTdep>();
}

#[test]
fn atomic_in_loops() {
    Comparison::new("atomic").run::<atomic_looped::Atomic>();
}

#[test]
fn molecular_in_loops() {
    Comparison::new("molecular").run::<molecular_looped::Molecular>();
}
