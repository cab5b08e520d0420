//! Energy that is conserved along solutions: by the BDF, the batch and the interpreter, unrolled and in loops, with and without
//! heating and cooling, and in the steps of a host that compresses the gas.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // tests fail by panicking and print their figures

use std::path::Path;

use chem_solver::batch::{Batch, Instructions, Method, Rows};
use chem_solver::bdf::Bdf;
use chem_solver::network::{ChemNetwork, Interpreted, TypedNetwork};
use chem_solver::scalar::{Dual, Scalar};
use chem_solver::units::YEAR;

chem_runtime::chem_network!("networks/energy.net");
chem_runtime::chem_network!("networks/energy.net" as energy_looped, looped);

use energy::Energy;
use energy_looped::Energy as Looped;

/// Atoms that become molecules, hot gas that recombines, cold molecules, and hot ones that part: e-, H, H+, H2, T.
const CELLS: [[f64; 5]; 4] = [
    [1.0, 1e4, 1.0, 10.0, 1e3],
    [5e3, 5e3, 5e3, 1e-2, 2e4],
    [1e-3, 1e2, 1e-3, 5e3, 40.0],
    [1.0, 1e3, 1.0, 2e4, 8e3],
];

/// [s]
const TIME: f64 = 2.5e9;

fn interpreted() -> Interpreted {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/energy.net");
    Interpreted::load(file).unwrap_or_else(|report| panic!("{report}"))
}

/// k n T / (gamma - 1) [erg cm^-3]
fn energy_of(network: &dyn ChemNetwork, y: &[f64]) -> f64 {
    let (t_gas, densities) = y.split_last().expect("unknowns");
    let n_tot: f64 = densities.iter().sum();
    n_tot * network.boltzmann() * t_gas / (network.adiabatic_index(0.0, y) - 1.0)
}

fn particles(y: &[f64]) -> f64 {
    y[..y.len() - 1].iter().sum()
}

/// Neither heated nor cooled.
fn closed<N: ChemNetwork>(mut network: N) -> N {
    for switch in ["heated", "cooled"] {
        network.set_parameter(switch, 0.0).expect("a switch");
    }
    network
}

fn solved(network: &dyn ChemNetwork, cell: &[f64], rtol: f64, times: &[f64]) -> Vec<Vec<f64>> {
    let bdf = Bdf::new(network).rtol(rtol);
    let mut out = vec![f64::NAN; times.len() * cell.len()];
    let found = bdf.integrate(&mut bdf.workspace(), cell, times, &mut out);
    found.unwrap_or_else(|error| panic!("{cell:?}: {error}"));
    out.chunks_exact(cell.len()).map(<[f64]>::to_vec).collect()
}

#[test]
fn what_is_neither_heated_nor_cooled_keeps_its_energy() {
    let networks: [Box<dyn ChemNetwork>; 3] = [
        Box::new(closed(Energy::default())),
        Box::new(closed(Looped::default())),
        Box::new(closed(interpreted())),
    ];
    let (mut most, mut largest) = (0f64, [0f64; 3]);
    for cell in CELLS {
        for network in &networks {
            let before = energy_of(&**network, &cell);
            for (rtol, largest) in [1e-4, 1e-6, 1e-8].into_iter().zip(&mut largest) {
                for y in solved(&**network, &cell, rtol, &[1.0 * YEAR, 1e3 * YEAR, 1e6 * YEAR]) {
                    let error = (energy_of(&**network, &y) / before - 1.0).abs();
                    assert!(error < 30.0 * rtol, "{cell:?}, rtol {rtol:e}: {error:e}");
                    *largest = largest.max(error);
                    most = most.max((particles(&y) / particles(&cell) - 1.0).abs());
                }
            }
        }
    }
    println!(
        "number of particles changed by up to {most}, energy at rtol 1e-4, 1e-6, 1e-8 by up to {largest:?}"
    );
    assert!(most > 0.4, "no particles were lost or made: {most}");
}

/// The same gas by the default equation loses the energy of the particles that it loses.
#[test]
fn the_default_does_not() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/energy.net"));
    let text = text.expect("the network").replace("conserve energy", "# conserve energy");
    let files = chem_grammar::memory_files::MemoryFiles::new().with("default.net", text);
    let network = chem_grammar::compile::compile(Path::new("default.net"), &files);
    let network = network.unwrap_or_else(|report| panic!("{report}"));
    let conserved = Energy::default();
    assert_ne!(network.hash, conserved.structure().hash);
    let network = closed(Interpreted::new(&chem_grammar::system::System::new(network)));
    let end = solved(&network, &CELLS[0], 1e-6, &[1e6 * YEAR]).remove(0);
    assert!(energy_of(&network, &end) < 0.9 * energy_of(&network, &CELLS[0]));
    assert!((end[4] / CELLS[0][4] - 1.0).abs() < 1e-5, "T stays: {} K", end[4]);
}

/// The change of the energy is the integral of heating less cooling over the solution.
#[test]
fn energy_changes_by_the_integral_of_heating_and_cooling() {
    let network = Energy::default();
    for cell in CELLS {
        // Simpson's rule in the logarithm of time, which begins before anything happens.
        let count = 4000;
        let [first, last] = [1e-4 * YEAR, 1e3 * YEAR];
        let step = (last / first).ln() / f64::from(count);
        let times: Vec<f64> = (0..=count).map(|i| first * (step * f64::from(i)).exp()).collect();
        let rows = solved(&network, &cell, 1e-8, &times);
        let power = |t: f64, y: &[f64]| {
            let (mut heating, mut cooling) = ([f64::NAN], [f64::NAN]);
            network.heating(t, y, &mut heating);
            network.cooling(t, y, &mut cooling);
            [heating[0], cooling[0]]
        };
        let mut sums = [0.0; 2];
        for (i, (t, y)) in times.iter().zip(&rows).enumerate() {
            let weight = if i == 0 || i == rows.len() - 1 { 1.0 } else { [2.0, 4.0][i % 2] };
            for (sum, power) in sums.iter_mut().zip(power(*t, y)) {
                *sum += weight * step / 3.0 * t * power;
            }
        }
        let change = energy_of(&network, &rows[rows.len() - 1]) - energy_of(&network, &rows[0]);
        let error = (change - (sums[0] - sums[1])).abs() / (sums[0] + sums[1]);
        println!("{cell:?}: heated by {:e}, cooled by {:e}, off by {error:e}", sums[0], sums[1]);
        assert!(error < 1e-6, "{cell:?}: {error:e}");
    }
}

/// By dual numbers through the right-hand side, whose terms set the scale.
fn check_jacobian<N: TypedNetwork>() {
    let network = N::default();
    let structure = network.structure();
    let mut values = vec![f64::NAN; structure.jacobian_count()];
    for cell in CELLS {
        for factor in [0.3, 1.0, 3.0] {
            let y: Vec<f64> = cell.iter().map(|value| value * factor).collect();
            network.jacobian(TIME, &y, &mut values);
            for column in 0..y.len() {
                let mut dual: Vec<Dual<1>> = y.iter().map(|y| Dual::fixed(*y)).collect();
                dual[column] = Dual::variable(y[column], 0);
                let mut dydt = vec![Dual::fixed(f64::NAN); y.len()];
                network.rhs_generic(Dual::constant(TIME), &dual, &mut dydt);
                let mut found = vec![0.0; y.len()];
                for (row, value) in structure.jacobian_values(column, &values) {
                    found[row] = *value;
                }
                let by = |row: usize| dydt[row].derivatives[0];
                let of_species = (0..4).map(|row| by(row).abs()).fold(0.0, f64::max);
                let of_temperature = by(4).abs() + of_species * y[4] / particles(&y);
                for (row, found) in found.iter().enumerate() {
                    let scale = if row < 4 { of_species } else { of_temperature };
                    let error = (found - by(row)).abs();
                    assert!(error <= 1e-10 * scale, "J[{row}, {column}] = {found:e}, {:e} at {y:?}", by(row));
                }
            }
        }
    }
}

#[test]
fn the_generated_jacobians_are_those_of_the_energy() {
    check_jacobian::<Energy>();
    check_jacobian::<Looped>();
}

/// Ionisation depends on time here, and so T does.
fn check_time_derivative<N: TypedNetwork>() {
    let network = N::default();
    for cell in CELLS {
        let fixed: Vec<Dual<1>> = cell.iter().map(|y| Dual::fixed(*y)).collect();
        let mut dydt = vec![Dual::fixed(f64::NAN); 5];
        network.rhs_generic(Dual::variable(TIME, 0), &fixed, &mut dydt);
        let mut found = [f64::NAN; 5];
        network.time_derivative(TIME, &cell, &mut found);
        for (found, expected) in found.iter().zip(&dydt) {
            let expected = expected.derivatives[0];
            assert!(
                (found - expected).abs() <= 1e-11 * expected.abs(),
                "{found:e}, {expected:e} at {cell:?}"
            );
        }
        assert!(found[4] != 0.0);
    }
}

#[test]
fn the_generated_derivatives_by_time_are_those_of_the_energy() {
    check_time_derivative::<Energy>();
    check_time_derivative::<Looped>();
}

/// Sums are written in another order, so to rounding of the largest terms.
#[test]
fn generated_code_is_what_the_interpreter_does() {
    let interpreted = interpreted();
    let others: [Box<dyn ChemNetwork>; 2] = [Box::new(Energy::default()), Box::new(Looped::default())];
    for cell in CELLS {
        let mut fluxes = vec![f64::NAN; interpreted.structure().equations.len()];
        interpreted.fluxes(0.0, &cell, &mut fluxes);
        let largest = fluxes.iter().copied().fold(0.0, f64::max);
        let mut expected = [f64::NAN; 5];
        interpreted.rhs(0.0, &cell, &mut expected);
        for other in &others {
            let mut dydt = [f64::NAN; 5];
            other.rhs(0.0, &cell, &mut dydt);
            for (row, (a, b)) in expected.iter().zip(&dydt).enumerate() {
                let scale = if row < 4 { largest } else { a.abs() + largest * cell[4] / particles(&cell) };
                assert!((a - b).abs() <= 1e-13 * scale, "row {row} at {cell:?}: {a:e} {b:e}");
            }
        }
    }
}

fn batch_agrees<N: TypedNetwork>() {
    let all = [Instructions::Scalar, Instructions::Fma, Instructions::Avx2, Instructions::Avx512];
    for instructions in all.into_iter().filter(|instructions| instructions.are_there()) {
        for method in [Method::Rodas5P, Method::Rodas4, Method::Rodas3] {
            for (network, conserves) in [(N::default(), false), (closed(N::default()), true)] {
                let batch = Batch::new(&network).instructions(instructions).method(method).rtol(1e-5);
                for time in [1.0 * YEAR, 1e3 * YEAR, 1e5 * YEAR] {
                    let mut rows = CELLS.concat();
                    let report = batch.advance(Rows::new(&mut rows, 5), time).expect("settings");
                    assert_eq!(report.failures().count(), 0, "{report}");
                    for (cell, y) in CELLS.iter().zip(rows.chunks_exact(5)) {
                        let what = format!("{instructions:?} {method:?}, {cell:?} after {time:e} s");
                        let exact = solved(&network, cell, 1e-9, &[time]).remove(0);
                        assert!((y[4] / exact[4] - 1.0).abs() < 2e-3, "{what}: {} K, {} K", y[4], exact[4]);
                        let error = (energy_of(&network, y) / energy_of(&network, cell) - 1.0).abs();
                        assert!(!conserves || error < 1e-3, "{what}: energy off by {error:e}");
                    }
                }
            }
        }
    }
}

#[test]
fn batches_agree_with_the_bdf() {
    batch_agrees::<Energy>();
    batch_agrees::<Looped>();
}

/// A host compresses the gas adiabatically and calls the chemistry, again and again: the energy of the gas is what it began
/// with and all work, while three quarters of the atoms become molecules.
#[test]
fn work_is_all_that_a_host_adds() {
    let network = closed(Energy::default());
    let batch = Batch::new(&network).rtol(1e-6);
    let mut y = CELLS[0];
    let (mut accounted, mut worked) = (energy_of(&network, &y), 0.0);
    let atoms = y[1] / particles(&y);
    for _ in 0..100 {
        let factor = 1.02f64;
        let before = energy_of(&network, &y);
        let gamma = network.adiabatic_index(0.0, &y);
        y[..4].iter_mut().for_each(|density| *density *= factor);
        y[4] *= factor.powf(gamma - 1.0);
        let work = energy_of(&network, &y) - before;
        accounted += work;
        worked += work;
        let report = batch.advance(Rows::new(&mut y, 5), 1e3 * YEAR / 100.0).expect("settings");
        assert_eq!(report.failures().count(), 0, "{report}");
    }
    let found = energy_of(&network, &y);
    println!("off by {:e}", found / accounted - 1.0);
    println!("energy {found:e}, accounted for {accounted:e}, of which work {worked:e}");
    assert!((found / accounted - 1.0).abs() < 1e-4, "{found:e} {accounted:e}");
    assert!(worked > 0.3 * found && y[1] / particles(&y) < 0.25 * atoms);
}

/// The equation as text names the energy instead of the default's factor.
#[test]
fn the_equation_is_printed_as_it_is() {
    for text in [energy::ODES, energy_looped::ODES] {
        let equation = text.split("dT/dt = ").nth(1).expect("the equation of T");
        assert!(equation.starts_with("1 / (de/dT) ("), "{equation}");
        assert!(
            equation.contains("- sum over all species of de/dn dn/dt)\n    where e = 1.380649e-16 n_tot T")
        );
    }
}
