//! Radiation in bands: generated code, batch and interpreter with a field for each cell; the library against its papers.
#![allow(clippy::expect_used, clippy::unwrap_used)] // tests fail by panicking

use chem_solver::batch::{Batch, Rows};
use chem_solver::bdf::Bdf;
use chem_solver::network::absorption::{Average, absorption};
use chem_solver::network::{ChemNetwork, Environment, Interpreted, TypedNetwork};
use chem_solver::units::YEAR;

chem_runtime::chem_network!("networks/radiation.net");

chem_runtime::chem_network!("networks/radiation.net" as radiation_looped, looped);

use radiation::Radiation;

const CELLS: usize = 40;

fn cells() -> Vec<f64> {
    let network = Radiation::default();
    let domain = Radiation::DOMAINS.iter().find(|domain| domain.name == "general").expect("the domain");
    let draw = |index| {
        let mut stream = chem_solver::network::domain::random_stream(11, index);
        domain.draw(network.structure(), &mut stream).expect("a neutral state")
    };
    (0..CELLS as u64).flat_map(draw).collect()
}

/// Values over some decades, zero in every fifth cell.
fn spread(about: f64, phase: f64) -> Vec<f64> {
    let value = |cell: usize| about * 10f64.powf(2.0 * (cell as f64 * 0.7 + phase).sin());
    (0..CELLS).map(|cell| if cell % 5 == 4 { 0.0 } else { value(cell) }).collect()
}

fn fields() -> Vec<(&'static str, Vec<f64>)> {
    vec![
        ("uv_1", spread(1e-6, 0.0)),
        ("uv_2", spread(1e-7, 1.0)),
        ("uv_3", spread(1e-9, 2.0)),
        ("fuv_1", spread(1e-7, 3.0)),
        ("N_H2", spread(1e16, 4.0)),
    ]
}

fn network_of(cell: usize) -> Radiation {
    let mut network = Radiation::default();
    for (name, values) in fields() {
        network.set_parameter(name, values[cell]).expect("a parameter");
    }
    network
}

/// Each cell in its own light: as one call for each with the light of the whole network set so, and as the BDF.
#[test]
fn each_cell_has_its_own_light() {
    let n = Radiation::default().structure().unknown_count();
    let dt = 1e4 * YEAR;
    let fields = fields();
    let environment = fields.iter().fold(Environment::new(), |all, (name, values)| all.each(*name, values));
    let mut together = cells();
    let batch = Batch::new(Radiation::default()).rtol(1e-6);
    let report = batch.advance_with(Rows::new(&mut together, n), &environment, dt).expect("a call");
    assert_eq!(report.failures().count(), 0, "{report}");
    for (cell, start) in cells().chunks_exact(n).enumerate() {
        let network = network_of(cell);
        let mut alone = start.to_vec();
        Batch::new(network_of(cell)).rtol(1e-6).advance(Rows::new(&mut alone, n), dt).expect("a call");
        let found = &together[cell * n..(cell + 1) * n];
        let total: f64 = start[..n - 1].iter().sum();
        let near = |a: &[f64], tolerance: f64| {
            a.iter().zip(found).all(|(a, b)| (a - b).abs() <= tolerance * a.abs() + 1e-10 * total * tolerance)
        };
        assert!(near(&alone, 1e-12), "cell {cell}: {found:?} {alone:?}");
        let solver = Bdf::new(&network).rtol(1e-9);
        let mut exact = vec![0.0; n];
        solver.integrate(&mut solver.workspace(), start, &[dt], &mut exact).expect("the BDF");
        assert!(near(&exact, 1e-4), "cell {cell}: {found:?} {exact:?}");
    }
}

#[test]
fn generated_and_interpreted_rates_are_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/networks/radiation.net");
    let mut interpreted = Interpreted::load(path).expect("the network");
    let n = interpreted.structure().unknown_count();
    let all = cells();
    for (cell, state) in all.chunks_exact(n).enumerate() {
        let generated = network_of(cell);
        for (name, values) in fields() {
            interpreted.set_parameter(name, values[cell]).expect("a parameter");
        }
        let count = generated.structure().reactions.len();
        let (mut a, mut b) = (vec![f64::NAN; count], vec![f64::NAN; count]);
        generated.rates(0.0, state, &mut a);
        interpreted.rates(0.0, state, &mut b);
        for (a, b) in a.iter().zip(&b) {
            assert!((a - b).abs() <= 1e-12 * a.abs(), "cell {cell}: {a:e} {b:e}");
        }
    }
}

/// What the bands lose is what the photo-reactions say, and the same of generated code in both forms and of the interpreter.
#[test]
fn bands_lose_what_reactions_absorb() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/networks/radiation.net");
    let interpreted = Interpreted::load(path).expect("the network");
    let looped = radiation_looped::Radiation::default();
    let n = interpreted.structure().unknown_count();
    let structure = interpreted.structure().clone();
    assert_eq!(*structure.bands, ["uv_1", "uv_2", "uv_3", "fuv_1", "galaxy_1"]);
    let names: Vec<&str> = structure.absorbers.iter().map(|absorber| &*absorber.name).collect();
    assert_eq!(names, ["verner96[H]", "verner96[He]", "verner96[He+]", "lines", "lines"]);
    let generated = Radiation::default();
    assert_eq!(generated.structure().absorbers, structure.absorbers);
    assert_eq!(generated.structure().band_edges, structure.band_edges);
    for (cell, state) in cells().chunks_exact(n).enumerate() {
        let column = fields()[4].1[cell];
        for band in 0..3 {
            let mut values = generated.parameter_values();
            for (name, value) in structure.parameters.iter().zip(&mut values) {
                *value = match &**name {
                    "N_H2" => column,
                    name if name == structure.bands[band] => 1e-6 * (1 + cell) as f64,
                    _ => 0.0,
                };
            }
            let networks = [
                generated.with_parameters(&values),
                looped.with_parameters(&values),
                interpreted.with_parameters(&values),
            ];
            let [ours, others @ ..] = networks.each_ref().map(|network| {
                let found = absorption(&**network, 0.0, state, Average::Photons);
                let energy = absorption(&**network, 0.0, state, Average::Energy);
                assert!(energy.iter().zip(&found).all(|(a, b)| *a >= 0.0 && (*a == 0.0) == (*b == 0.0)));
                found
            });
            for other in &others {
                assert!(
                    ours.iter().zip(other).all(|(a, b)| (a - b).abs() <= 1e-14 * a),
                    "{ours:?} {other:?}"
                );
            }
            let mut fluxes = vec![0.0; structure.reactions.len() + structure.processes.len()];
            networks[0].fluxes(0.0, state, &mut fluxes);
            let flux = 2.997_924_58e10 * 1e-6 * (1 + cell) as f64;
            let expected = fluxes[..3].iter().sum::<f64>() / flux;
            assert!((ours[band] - expected).abs() <= 1e-12 * expected, "cell {cell}: {ours:?} {expected:e}");
        }
    }
}

/// Default values of the fields are those of their spectra.
#[test]
fn fields_and_shielding_are_those_of_their_papers() {
    let network = Radiation::default();
    let value = |name: &str| {
        let index = network.structure().parameters.iter().position(|p| p == name).expect("a parameter");
        network.parameter_values()[index]
    };
    assert_eq!(value("uv_1"), 0.0);
    // Photons cm^-2 s^-1 sr^-1 eV^-1 times E and h / eV, on average over the band.
    let energy = |e: f64| 1.658e6 * e.powi(3) / 3.0 - 2.152e5 * e.powi(4) / 4.0 + 6.919e3 * e.powi(5) / 5.0;
    let draine = (energy(13.6) - energy(11.2)) / 2.4 * 4.135_667_696e-15;
    assert!((value("fuv_1") / draine - 1.0).abs() < 1e-8, "{:e} {draine:e}", value("fuv_1"));
    // Its energy density from 6 to 13.6 eV is known: 8.93e-14 erg cm^-3 (Draine 1978).
    let density =
        4.0 * std::f64::consts::PI * (energy(13.6) - energy(6.0)) * 1.602_176_634e-12 / 2.997_924_58e10;
    assert!((density / 8.93e-14 - 1.0).abs() < 0.005, "{density:e}");
    let rates = |n_h2: f64| {
        let mut network = Radiation::default();
        network.set_parameter("N_H2", n_h2).expect("a parameter");
        let mut k = vec![0.0; network.structure().reactions.len()];
        network.rates(0.0, &cells()[..network.structure().unknown_count()], &mut k);
        k[network.structure().reactions.iter().position(|r| r == "h2_pd").expect("the reaction")]
    };
    // Draine & Bertoldi 1996, eq. 37 with b5 = 3 at N = 5e17 cm^-2 (x = 1000).
    let shield = |x: f64| {
        let root = (1.0 + x).sqrt();
        0.965 / (1.0 + x / 3.0).powi(2) + 0.035 / root * (-8.5e-4 * root).exp()
    };
    let shield = shield(1000.0) / shield(0.0);
    let found = rates(5e17) / rates(0.0);
    assert!((found / shield - 1.0).abs() < 1e-12, "{found:e} {shield:e}");
}
