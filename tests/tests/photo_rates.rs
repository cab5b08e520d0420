//! The photo-rates of the networks against the spectrum and the cross sections that they come from.
#![allow(missing_docs, clippy::expect_used, clippy::panic)]

use std::f64::consts::PI;
use std::path::Path;

use chem_grammar::compile::compile;
use chem_grammar::expr::{Evaluator, Point};
use chem_grammar::memory_files::MemoryFiles;
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

/// The same through `radiation`: the spectrum and the cross sections as tables, 1000 bands of equal width in log E that each
/// could have a value of its own. A bin in which a threshold lies counts as a whole in the reference, so the cross sections
/// begin with the first bin whose middle is above it, not at the threshold.
#[test]
fn a_field_of_a_thousand_bands_gives_them_too() {
    let figures = Figures::read("photo_bins.csv");
    let (left, right) = (figures.column("E_left_eV"), figures.column("E_right_eV"));
    let middle = |row: &Vec<f64>| 0.5 * (row[left] + row[right]);
    // Constant over each bin, as the reference takes them.
    let table = |column: usize, least: f64| {
        let rows = figures.rows().iter().filter(|row| middle(row) > least);
        rows.fold("E_eV,value\n".to_owned(), |text, row| {
            format!("{text}{:?},{v:?}\n{:?},{v:?}\n", row[left] * (1.0 + 1e-9), row[right], v = row[column])
        })
    };
    let mut text = format!(
        "network bands version 1\nconstant eV = {EV:?} [erg]\nconstant h = {PLANCK:?} [eV s]\nspecies e-, H, H+\n\
         table mean_intensity(E [eV]) = [eV s^-1 cm^-2 Hz^-1 sr^-1] from \"spectrum.csv\"\n\
         radiation background: edges = 0.5 .. 1e4 [eV], bands = 1000, spectrum = mean_intensity(E),\n    \
         given = intensity [eV s^-1 cm^-2 Hz^-1 sr^-1] per cell\n"
    );
    let mut files = MemoryFiles::new().with("spectrum.csv", table(figures.column("J"), 0.0));
    for (index, (_, _, column, threshold)) in PROCESSES.iter().enumerate() {
        let first = figures.rows().iter().find(|row| middle(row) > *threshold).expect("a bin");
        text += &format!(
            "table t{index}(E [eV]) = [cm^2] from \"{index}.csv\"\n\
             cross_section s{index}: E = {:?} .. 1e4 [eV], sigma = t{index}(E)\n\
             allow(W008) r{index}: H + photon -> H+ + e-  k = photo_rate(background, s{index})\n\
             allow(W008) heating h{index} = photo_heat(background, s{index}) * n[H]\n",
            first[left]
        );
        files = files.with(format!("{index}.csv"), table(figures.column(column), *threshold));
    }
    let network =
        compile(Path::new("bands.net"), &files.with("bands.net", text)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(network.parameters.len(), 1000);
    let parameters: Vec<f64> = network.parameters.iter().map(|parameter| parameter.default).collect();
    for (row, given) in figures.rows().iter().zip(&parameters).step_by(83) {
        let j = row[figures.column("J")];
        assert!((given / j - 1.0).abs() < 1e-8, "{given:e} {j:e}");
    }
    let point = Point {
        densities: &[0.0, 1.0, 0.0],
        temperature: 1e4,
        time: 0.0,
        parameters: &parameters,
        tables: &network.tables,
    };
    let bins = bins(&figures);
    for (index, (_, absorber, column, threshold)) in PROCESSES.iter().enumerate() {
        let sigma = figures.column(column);
        let above = || figures.rows().iter().zip(&bins).filter(|(_, (energy, _))| energy > threshold);
        let rate: f64 = above().map(|(row, (energy, flux))| row[sigma] * flux / energy).sum();
        let found = Evaluator::new(&network.dag, point).value(network.reactions[index].rate);
        assert!((found / rate - 1.0).abs() < 3e-5, "{absorber}: {found:e} {rate:e}");
        let first = figures.rows().iter().find(|row| middle(row) > *threshold).expect("a bin")[left];
        let heat: f64 =
            above().map(|(row, (energy, flux))| row[sigma] * flux / energy * (energy - first) * EV).sum();
        let found = Evaluator::new(&network.dag, point).value(network.heating[index].expr);
        // The reference takes the excess at the middle of a bin, which shows where the whole range is narrow: 14.159 to 17.7 eV.
        let tolerance = if *column == "sigma_H2_diss_direct" { 3e-4 } else { 1e-4 };
        assert!((found / heat - 1.0).abs() < tolerance, "heating by {absorber}: {found:e} {heat:e}");
    }
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
