//! What absorbs in the bands of a radiation field: the same as the rates of photo-reactions say.

#![expect(clippy::panic, reason = "what is missing fails the test")]

use std::path::Path;

use chem_grammar::compile::compile;
use chem_grammar::expr::{Evaluator, Point};
use chem_grammar::interpret::Interpreter;
use chem_grammar::memory_files::MemoryFiles;
use chem_grammar::network::{Network, ParameterKind};
use chem_grammar::system::System;

const LIGHT: f64 = 2.997_924_58e10;

const TEXT: &str = "network uv version 1
species e-, H, H+, H2, He, He+
parameter column = 3e15 [cm^-2] per cell
switch lyman_werner = on
radiation fuv: edges = 6, 11.2, 13.6 [eV], spectrum = E^-1, given = energy [erg cm^-3] per cell
radiation uv: edges = 11, 20, 40, inf [eV], spectrum = E^-2, given = photons [cm^-3] per cell
cross_section lines: E = 11.2 .. 13.6 [eV], sigma = 2.5e-18 [cm^2]
let shield = (1 + column / 5e14 [cm^-2])^-0.75
function twice(k) = 2 * k
h_pi: H + photon -> H+ + e-     k = photo_rate(uv, verner96[H])
he_pi: He + photon -> He+ + e-  flux = photo_rate(uv, verner96[He]) * n[He]
h2_pd: H2 + photon -> 2 H   for T < 1e5 [K]    k = lyman_werner * shield * photo_rate(fuv, lines)
h_second: H -> H+ + e-          k = 0.1 * twice(photo_rate(uv, verner96[He]))
h2_two: H2 + 2 photon -> 2 H    k = min(photo_rate(fuv, lines) * 1e-3, 1e-3 [s^-1]) + 1e-20 [s^-1] * fuv_1 / 1 [erg cm^-3]
h_rr: H+ + e- -> H              k = 2.6e-13 [cm^3 s^-1]
he_rr: He+ + e- -> He           k = 2.6e-13 [cm^3 s^-1]
heating photo = photo_heat(uv, verner96[H]) * n[H] + photo_heat(uv, verner96[He]) * n[He]
";

fn network() -> Network {
    compile(Path::new("uv.net"), &MemoryFiles::new().with("uv.net", TEXT))
        .unwrap_or_else(|report| panic!("{report}"))
}

/// e-, H, H+, H2, He, He+, T.
const Y: [f64; 7] = [1.0, 90.0, 1.0, 7.0, 10.0, 0.5, 300.0];

#[test]
fn it_is_what_the_rates_say_of_each_band() {
    let network = network();
    let system = System::new(network.clone());
    let interpreter = Interpreter::new(&system);
    let index = |name: &str| network.parameters.iter().position(|p| p.name == name).unwrap();
    let mut parameters = network.default_parameters();
    let mut densities = vec![f64::NAN; network.absorbers.len()];
    interpreter.absorbers(0.0, &Y, &parameters, &mut densities);
    for (number, field) in network.radiations.iter().enumerate() {
        for (band, edges) in field.bands.iter().enumerate() {
            // Nothing but this band shines.
            let name = field.band_name(band);
            assert_eq!(network.parameters[index(&name)].kind, ParameterKind::Band);
            parameters[index(&name)] = 3e-8;
            let mut flux = vec![0.0; system.fluxes.len()];
            interpreter.fluxes(0.0, &Y, &parameters, &mut flux);
            parameters[index(&name)] = 0.0;
            // h_pi, h2_pd, two photons each of h2_two (less what comes of the band's value itself), he_pi.
            let light = if number == 0 { LIGHT * 3e-8 / edges.mean_energy } else { LIGHT * 3e-8 };
            let itself = if name == "fuv_1" { 1e-20 * 3e-8 * Y[3] } else { 0.0 };
            let events = flux[0] + flux[1] + 2.0 * (flux[3] - itself) + flux[6];
            let of_field = network.absorbers.iter().zip(&densities).filter(|(a, _)| a.field == number);
            let found: f64 = of_field
                .map(|(absorber, density)| density * field.averages[absorber.average].bands[band][0])
                .sum();
            let expected = events / light;
            assert!((found - expected).abs() <= 1e-12 * expected, "{name}: {found:e} {expected:e}");
        }
    }
    // Secondary ionisations and heating absorb nothing: one absorber by each of the three cross sections.
    let names =
        |a: &chem_grammar::network::Absorber| network.radiations[a.field].averages[a.average].name.clone();
    let names: Vec<String> = network.absorbers.iter().map(names).collect();
    assert_eq!(names, ["lines", "verner96[H]", "verner96[He]"]);
    assert_eq!(densities[1..], [Y[1], Y[4]]);
    // A switch that is off, and a condition on T.
    parameters[index("lyman_werner")] = 0.0;
    interpreter.absorbers(0.0, &Y, &parameters, &mut densities);
    assert!((densities[0] / (2e-3 * Y[3]) - 1.0).abs() < 1e-14, "{}", densities[0]);
}

/// The graph has nothing of what was used to find it, and says the same.
#[test]
fn nothing_else_changes() {
    let network = network();
    let without = TEXT.replace("photon ->", "grain ->");
    let files = MemoryFiles::new().with("uv.net", without);
    let dark = compile(Path::new("uv.net"), &files).unwrap_or_else(|report| panic!("{report}"));
    assert!(dark.absorbers.is_empty());
    assert_eq!(network.hash, dark.hash);
    assert_eq!(network.dag.nodes()[..dark.dag.len()], *dark.dag.nodes());
    assert!(network.findings.len() == dark.findings.len());
    let point = Point {
        densities: &Y[..6],
        temperature: Y[6],
        time: 0.0,
        parameters: &network.default_parameters(),
        tables: &network.tables,
    };
    let shield = (1.0 + 3e15f64 / 5e14).powf(-0.75);
    let found = Evaluator::new(&network.dag, point).value(network.absorbers[0].density);
    assert!((found / (Y[3] * (shield + 2e-3)) - 1.0).abs() < 1e-12);
}
