//! Trajectories to 1 Myr against those of KROME: the single model and 40 random initial states of each network.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_solver::bdf::Bdf;
use chem_solver::network::{ChemNetwork, TypedNetwork};
use chem_tests::figures::Figures;
use chem_tests::quantiles::Errors;

/// Below, H- of the reference means nothing [cm^-3].
const SMALLEST_DENSITY: f64 = 1e-18;

/// Places of the unknowns in a file.
fn unknowns(network: &dyn ChemNetwork, figures: &Figures) -> Vec<usize> {
    let species = network.structure().species.iter().map(AsRef::as_ref);
    figures.columns(species, "n_").into_iter().chain([figures.column("T_K")]).collect()
}

/// Relative errors of one state.
fn compare(network: &dyn ChemNetwork, name: &str, expected: &[f64], found: &[f64], errors: &mut Errors) {
    let species = &network.structure().species;
    for (i, (e, f)) in expected.iter().zip(found).enumerate() {
        if *e > SMALLEST_DENSITY {
            errors.add((f - e) / e, || format!("{} of {name}", species.get(i).map_or("T", |s| s)));
        }
    }
}

/// Solves every cell of a file and compares all its times.
fn solved(network: &dyn ChemNetwork, file: &str, solver: &Bdf<'_, dyn ChemNetwork + '_>) -> Errors {
    let figures = Figures::read(file);
    let columns = unknowns(network, &figures);
    let time = figures.column("t_s");
    let mut errors = Errors::default();
    let mut workspace = solver.workspace();
    for rows in figures.cells() {
        let state = |row: &Vec<f64>| columns.iter().map(|&c| row[c]).collect::<Vec<f64>>();
        let times: Vec<f64> = rows.iter().map(|row| row[time]).collect();
        let mut out = vec![f64::NAN; times.len() * columns.len()];
        let id = rows[0][figures.column("id")];
        if let Err(error) = solver.integrate(&mut workspace, &state(&rows[0]), &times, &mut out) {
            panic!("{file}, id {id}: {error}");
        }
        for ((row, found), t) in rows.iter().zip(out.chunks_exact(columns.len())).zip(&times).skip(1) {
            compare(network, &format!("id {id} at {t:.3e} s"), &state(row), found, &mut errors);
        }
    }
    errors
}

/// The errors of KROME as shipped.
fn errors_of_krome(network: &dyn ChemNetwork, tight: &str, default: &str) -> Errors {
    let (tight, default) = (Figures::read(tight), Figures::read(default));
    assert_eq!(tight.rows().len(), default.rows().len());
    let (tight_columns, default_columns) = (unknowns(network, &tight), unknowns(network, &default));
    let mut errors = Errors::default();
    for (expected, found) in tight.rows().iter().zip(default.rows()) {
        if expected[tight.column("t_s")] == 0.0 {
            continue;
        }
        assert_eq!(expected[tight.column("t_s")], found[default.column("t_s")]);
        let expected: Vec<f64> = tight_columns.iter().map(|&c| expected[c]).collect();
        let found: Vec<f64> = default_columns.iter().map(|&c| found[c]).collect();
        compare(network, "KROME", &expected, &found, &mut errors);
    }
    errors
}

fn generated() -> [(&'static str, Box<dyn ChemNetwork>); 2] {
    [("atomic", Box::new(Atomic::default())), ("molecular", Box::new(Molecular::default()))]
}

fn tight(network: &dyn ChemNetwork, file: &str) -> Errors {
    let errors = solved(network, file, &Bdf::new(network).rtol(1e-8).atol(1e-30));
    println!("{file} at rtol 1e-8: {errors}");
    errors
}

fn assert_tight(errors: &Errors) {
    println!("all at rtol 1e-8: {errors}");
    assert!(errors.count() > 1000);
    assert!(errors.median() <= 1e-5, "{errors}");
    assert!(errors.quantile(0.99) <= 2e-4, "{errors}");
    assert!(errors.maximum() <= 5e-3, "{errors}");
}

fn assert_no_worse_than_krome(network: &dyn ChemNetwork, stem: &str) {
    let (tight, default) = (format!("{stem}.csv"), format!("{stem}_default.csv"));
    let ours = solved(network, &tight, &Bdf::new(network));
    let krome = errors_of_krome(network, &tight, &default);
    println!("{stem} at default tolerances: {ours}\n  KROME: {krome}");
    assert!(ours.median() <= krome.median(), "{ours}\nKROME: {krome}");
    assert!(ours.quantile(0.99) <= krome.quantile(0.99), "{ours}\nKROME: {krome}");
    assert!(ours.maximum() <= krome.maximum(), "{ours}\nKROME: {krome}");
}

#[test]
fn tight_trajectories() {
    let mut errors = Errors::default();
    for (name, network) in generated() {
        for kind in ["single", "general"] {
            errors.extend(&tight(&*network, &format!("{kind}_{name}.csv")));
        }
    }
    assert_tight(&errors);
}

#[test]
fn without_cosmic_rays() {
    let mut errors = Errors::default();
    for (name, mut network) in generated() {
        network.set_parameter("zeta_cr", 0.0).unwrap();
        errors.extend(&tight(&*network, &format!("single_{name}_nocr.csv")));
    }
    assert_tight(&errors);
    // Cosmic rays change these models by some 1e-3 only.
    assert!(errors.maximum() <= 1e-5, "{errors}");
}

#[test]
fn default_tolerances_single() {
    for (name, network) in generated() {
        assert_no_worse_than_krome(&*network, &format!("single_{name}"));
    }
}

#[test]
fn default_tolerances_general() {
    for (name, network) in generated() {
        assert_no_worse_than_krome(&*network, &format!("general_{name}"));
    }
}

/// The initial states that the network files declare are those of the reference.
#[test]
fn single_states_are_those_of_the_reference() {
    fn first<N: TypedNetwork>(name: &str) {
        let network = N::default();
        let figures = Figures::read(&format!("single_{name}.csv"));
        let expected: Vec<f64> = unknowns(&network, &figures).iter().map(|&c| figures.rows()[0][c]).collect();
        let mut found = vec![f64::NAN; expected.len()];
        N::initial("single").expect("it is declared").write_unknowns(&mut found);
        for (e, f) in expected.iter().zip(&found) {
            assert!((f - e).abs() <= 1e-14 * e, "{found:?}\n{expected:?}");
        }
    }
    first::<Atomic>("atomic");
    first::<Molecular>("molecular");
}

/// With cosmic rays the models without them are missed: the comparison above can tell.
#[test]
fn cosmic_rays_matter() {
    for (name, network) in generated() {
        let errors = tight(&*network, &format!("single_{name}_nocr.csv"));
        assert!(errors.maximum() > 1e-3, "{name}: {errors}");
    }
}
