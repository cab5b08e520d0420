//! `primordial_d.net`: a collapse to 1e18 cm^-3, coefficients and cooling against figures of others, and equilibrium.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // tests fail by panicking and print their figures

#[path = "../examples/collapse/free_fall.rs"]
mod free_fall;

use chem_networks::primordial_d::{self, PrimordialD, Species};
use chem_runtime::network::{Environment, SpeciesSet};
use chem_runtime::{Batch, Bdf, Cell, ChemNetwork};
use free_fall::{collapse, nuclei};

/// Unknowns of a cell at a temperature, with the densities given.
fn unknowns(t_gas: f64, densities: &[(Species, f64)]) -> Vec<f64> {
    let mut y = vec![0.0; Species::COUNT + 1];
    for (species, n) in densities {
        y[species.index()] = *n;
    }
    y[Species::COUNT] = t_gas;
    y
}

fn index_of(names: &[std::borrow::Cow<'static, str>], name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no `{name}`"))
}

#[test]
fn collapse_to_1e18_follows_the_bdf_and_the_published_track() {
    let network = PrimordialD::default();
    let start = primordial_d::initial::halo();
    let bdf = Bdf::new(&network).rtol(1e-7);
    let mut workspace = bdf.workspace();
    let (tight, ended) = collapse(start, 1e18, 0.03, |cell, time| {
        *cell = *bdf.solve_with(&mut workspace, cell, [time])?.last();
        Ok::<(), chem_runtime::SolveError>(())
    });
    ended.expect("the BDF");
    let batch = Batch::new(network).rtol(1e-3);
    let (records, ended) = collapse(start, 1e18, 0.03, |cell, time| {
        let cells = std::slice::from_mut(cell);
        let report = batch.advance_with(cells, &Environment::new(), time).expect("input");
        report.failures().next().map_or(Ok(()), |(_, status)| Err(status.to_string()))
    });
    ended.expect("the batch");
    assert_eq!((records.len(), tight.len()), (20, 20));
    let before = nuclei(&start);
    let mut worst = [0f64; 3];
    for (found, tight) in records.iter().zip(&tight) {
        let mut larger = |slot: usize, error: f64| worst[slot] = worst[slot].max(error.abs());
        larger(0, found.cell.t_gas / tight.cell.t_gas - 1.0);
        larger(1, found.cell.n(Species::H2) / tight.cell.n(Species::H2) - 1.0);
        for (now, then) in nuclei(&found.cell).iter().zip(before) {
            larger(2, now / found.hydrogen * before[0] / then - 1.0);
        }
    }
    println!("worst relative differences: T {:.1e}, H2 {:.1e}, nuclei {:.1e}", worst[0], worst[1], worst[2]);
    assert!(worst[0] < 1e-3 && worst[1] < 5e-3 && worst[2] < 1e-11, "{worst:?}");
    // Omukai 2000; Omukai et al. 2005, fig. 1 (no metals); Yoshida et al. 2006, fig. 2: 200 K near 1e4 cm^-3, up to 1000 K at 1e9,
    // molecular from 1e11, 1500 to 2100 K from 1e14 to 1e16.
    let at = |decade: i32| {
        let near = |record: &&free_fall::Record| (record.hydrogen.log10() - f64::from(decade)).abs() < 1e-3;
        records.iter().rfind(near).expect("a decade").cell
    };
    for (decade, low, high) in [
        (4, 150.0, 300.0),
        (9, 700.0, 1100.0),
        (14, 1400.0, 2000.0),
        (16, 1700.0, 2400.0),
        (18, 2500.0, 4000.0),
    ] {
        let t_gas = at(decade).t_gas;
        assert!((low..high).contains(&t_gas), "1e{decade} cm^-3: {t_gas} K");
    }
    let molecular = |cell: Cell<Species>| 2.0 * cell.n(Species::H2) / nuclei(&cell)[0];
    assert!(molecular(at(8)) < 0.01 && molecular(at(13)) > 0.95);
}

#[test]
fn coefficients_are_those_of_krome_where_the_fits_are_the_same() {
    let network = PrimordialD::default();
    let names = &network.structure().reactions;
    let mut k = vec![0.0; names.len()];
    let mut worst = (0.0, String::new());
    let mut compared = 0;
    let figures = include_str!("reference/primordial_d_krome.csv");
    for line in figures.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let mut fields = line.split(',');
        let name = fields.next().expect("a name");
        let mut number = || fields.next().and_then(|text| text.parse::<f64>().ok()).expect("a number");
        let (t_gas, expected) = (number(), number());
        network.rates(0.0, &unknowns(t_gas, &[(Species::H, 1.0)]), &mut k);
        let error = (k[index_of(names, name)] / expected - 1.0).abs();
        assert!(error < 1e-5, "{name} at {t_gas} K: {:e}, KROME {expected:e}", k[index_of(names, name)]);
        compared += 1;
        if error > worst.0 {
            worst = (error, format!("{name} at {t_gas} K"));
        }
    }
    println!("{compared} coefficients, the worst {:.1e}: {}", worst.0, worst.1);
    assert!(compared > 300);
}

/// n(H)^2 / n(H2) [cm^-3] at a temperature, from the NASA polynomials of H and H2 of GRI-Mech 3.0.
const EQUILIBRIUM: [(f64, f64); 6] = [
    (1000.0, 3.780e1),
    (1500.0, 1.5169e9),
    (2000.0, 9.719e12),
    (2500.0, 1.8589e15),
    (3000.0, 6.109e16),
    (3500.0, 7.322e17),
];

#[test]
fn formation_and_dissociation_hold_the_equilibrium_at_high_density() {
    let network = PrimordialD::default();
    let names = &network.structure().reactions;
    let mut k = vec![0.0; names.len()];
    for (t_gas, expected) in EQUILIBRIUM {
        let dense = [(Species::H, 1e24), (Species::H2, 1e24), (Species::He, 1e23)];
        network.rates(0.0, &unknowns(t_gas, &dense), &mut k);
        for (forth, back) in [("h3b_h", "h2_h_cd"), ("h3b_h2", "h2_h2_cd"), ("h3b_he", "h2_he_cd")] {
            let found = k[index_of(names, back)] / k[index_of(names, forth)];
            let ratio = found / expected;
            assert!((1.0..1.1).contains(&ratio), "{back} at {t_gas} K: {found:e}, expected {expected:e}");
        }
    }
}

fn cooling(t_gas: f64, densities: &[(Species, f64)], name: &str) -> f64 {
    let network = PrimordialD::default();
    let names = &network.structure().cooling;
    let mut terms = vec![0.0; names.len()];
    network.cooling(0.0, &unknowns(t_gas, densities), &mut terms);
    terms[index_of(names, name)]
}

#[test]
fn cooling_by_hd_is_that_of_krome() {
    // T [K], n(H), n(HD) [cm^-3], cooling [erg cm^-3 s^-1]: states of the network react_primordial.
    for (t_gas, hydrogen, hd, expected) in [
        (540.8660231650503, 3.302590968383192, 4.606228633742734e-8, 4.360648381272362e-31),
        (1289.1370006287477, 2.1495558065599747, 9.821195615200231e-6, 1.973032516175896e-28),
        (6104.265710167075, 1.2475241746150796, 1200.1563885391809, 1.876285720234041e-19),
    ] {
        let found = cooling(t_gas, &[(Species::H, hydrogen), (Species::HD, hd)], "HD");
        assert!((found / expected - 1.0).abs() < 1e-6, "{t_gas} K: {found:e}, KROME {expected:e}");
    }
}

#[test]
fn collision_induced_emission_is_that_of_ripamonti_and_abel() {
    // T [K], erg cm^3 g^-1 s^-1: nodes of their table that are not in the shipped one.
    for (t_gas, power) in [(1060.7, 1.037e-13), (2926.6, 9.919e-12), (5643.5, 9.510e-11)] {
        let n_h2 = 1e14;
        let density = 1.67262192369e-24 * 2.0 * n_h2;
        let found = cooling(t_gas, &[(Species::H2, n_h2)], "CIE") / (density * n_h2);
        assert!((found / power - 1.0).abs() < 0.02, "{t_gas} K: {found:e}, table {power:e}");
    }
    // KROME's (1 - exp(-tau)) / tau with tau = (n(H2) / 7e15)^2.8 at 1e17 cm^-3
    let thin = cooling(2500.0, &[(Species::H2, 1e14)], "CIE") * 1e6;
    let share = cooling(2500.0, &[(Species::H2, 1e17)], "CIE") / thin;
    assert!((share - (7e15f64 / 1e17).powf(2.8)).abs() < 1e-4 * share, "{share:e}");
}

#[test]
fn lines_do_not_cool_below_the_microwave_background() {
    let mut network = PrimordialD::default();
    network.set_parameter("redshift", 30.0).expect("a parameter");
    let names = &network.structure().cooling;
    let mut terms = vec![0.0; names.len()];
    let gas = [(Species::H, 1e4), (Species::H2, 10.0), (Species::HD, 0.1), (Species::He, 830.0)];
    let background = 2.73 * 31.0;
    for (t_gas, sign) in [(0.99 * background, -1.0), (1.01 * background, 1.0)] {
        network.cooling(0.0, &unknowns(t_gas, &gas), &mut terms);
        for line in ["H2", "HD"] {
            assert!(sign * terms[index_of(names, line)] > 0.0, "{line} at {t_gas} K");
        }
    }
}
