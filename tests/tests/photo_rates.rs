//! The photo-rates of the networks against the spectrum and the cross sections that they come from.
#![allow(missing_docs, clippy::expect_used)]

use std::f64::consts::PI;

use chem_networks::molecular::Molecular;
use chem_solver::network::ChemNetwork;
use chem_tests::figures::Figures;

/// Planck constant of the reference runs [eV s].
const PLANCK: f64 = 4.135667516e-15;
/// Electron volt of the reference runs [erg].
const EV: f64 = 1.60217646e-12;
/// The bins are rounded to ten digits.
const TOLERANCE: f64 = 1e-8;

/// Reaction, absorber, column of the cross section, threshold [eV].
const PROCESSES: [(&str, &str, &str, f64); 8] = [
    ("h_pi", "H", "sigma_H", 13.6),
    ("he_pi", "He", "sigma_He", 24.59),
    ("hep_pi", "He+", "sigma_He+", 54.42),
    ("hm_pdet", "H-", "sigma_H-", 0.755),
    ("h2_pi", "H2", "sigma_H2_ion", 15.4),
    ("h2p_pdis", "H2+", "sigma_H2+_diss", 2.65),
    ("h2p_pdi", "H2+", "sigma_H2+_ion", 30.0),
    ("h2_pdis", "H2", "sigma_H2_diss_direct", 14.159),
];

/// Middle of a bin [eV] and 4 pi J dE / h [eV s^-1 cm^-2]: the energy flux in it.
fn bins(figures: &Figures) -> Vec<(f64, f64)> {
    let (left, right, j) = (figures.column("E_left_eV"), figures.column("E_right_eV"), figures.column("J"));
    let bin = |row: &Vec<f64>| {
        (0.5 * (row[left] + row[right]), 4.0 * PI / PLANCK * row[j] * (row[right] - row[left]))
    };
    figures.rows().iter().map(bin).collect()
}

fn assert_close(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() <= TOLERANCE * expected,
        "{what}: {found:e}, the spectrum gives {expected:e}"
    );
}

#[test]
fn rates_and_heating_follow_from_the_spectrum() {
    let figures = Figures::read("photo_bins.csv");
    assert_eq!(figures.rows().len(), 1000);
    let bins = bins(&figures);
    let mut network = Molecular::default();
    network.set_parameter("zeta_cr", 0.0).unwrap();
    let structure = network.structure().clone();
    let mut heating = vec![0.0; structure.species_count()];
    for (reaction, absorber, column, threshold) in PROCESSES {
        let sigma = figures.column(column);
        let above = || figures.rows().iter().zip(&bins).filter(move |(_, (energy, _))| *energy > threshold);
        let rate: f64 = above().map(|(row, (energy, flux))| row[sigma] * flux / energy).sum();
        let heat: f64 =
            above().map(|(row, (energy, flux))| row[sigma] * flux / energy * (energy - threshold) * EV).sum();
        let index = structure.reactions.iter().position(|r| r == reaction).expect("the reaction");
        let mut k = vec![f64::NAN; structure.reactions.len()];
        network.rates(0.0, &state(&network, absorber), &mut k);
        assert_close(k[index], rate, reaction);
        heating[structure.species.iter().position(|s| s == absorber).expect("the absorber")] += heat;
    }
    let photo = structure.heating.iter().position(|name| name == "photo").expect("photo-heating");
    for (species, expected) in structure.species.iter().zip(heating) {
        let mut terms = vec![f64::NAN; structure.heating.len()];
        network.heating(0.0, &state(&network, species), &mut terms);
        assert_close(terms[photo], expected, species);
    }
}

/// One particle of one kind per cm^3 at 100 K.
fn state(network: &Molecular, species: &str) -> Vec<f64> {
    let names = &network.structure().species;
    names.iter().map(|name| f64::from(u8::from(name == species))).chain([100.0]).collect()
}

#[test]
fn far_ultraviolet_field_follows_from_the_spectrum() {
    let figures = Figures::read("photo_bins.csv");
    let far_ultraviolet = |energy: f64| (6.0..=13.6).contains(&energy);
    let flux: f64 =
        bins(&figures).iter().filter(|(energy, _)| far_ultraviolet(*energy)).map(|(_, flux)| flux).sum();
    let network = Molecular::default();
    let g0 = network.structure().parameters.iter().position(|name| name == "g0").expect("the parameter");
    assert_close(network.parameter_values()[g0], flux * EV / 1.6e-3, "g0");
}
