//! Good networks compile to what they say.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what is missing fails the test")]

use std::path::Path;

use chem_grammar::compile::compile;
use chem_grammar::expr::{ExprId, Point};
use chem_grammar::memory_files::MemoryFiles;
use chem_grammar::network::{Interval, Network};

const MOLECULAR: &str = r#"network small version 3
"A small network"
"with most of what the language has"

use "library.rates"
use "sub/more.rates"

species e-, H-, H, H+, He, He+, H2, H2+, He++
parameter zeta_cr = 3e-17 [s^-1]   "cosmic-ray ionisation rate per H"
parameter dust = 0.3
constant k_B = 1.380648e-16 [erg K^-1]  "as in the reference code"
let Te = 8.617343e-5 * T

h_ci:  H + e- -> H+ + 2 e-        k = janev_h_ci
hp_rr: H+ + e- -> H + photon  for T <= 5500 [K]   k = 3.92e-13 * Te^-0.6353      "Abel et al. 1997"
hp_r2: H+ + e- -> H + photon  for 5500 [K] < T
       k = exp(-28.61303380689232        # a comment
           - 0.7241125657826851 * ln(Te) - 0.02026044731984691 * ln(Te)^2 - 0.002380861877349834 * ln(Te)^3)
       "Abel et al. 1997"
h_cr: H + cr -> H+ + e-           k = 0.46 * zeta_cr "x"
he_cr: He + cr -> He+ + e-        k = 0.5 * zeta_cr "x"
allow(W002) hep_ci: He+ + e- -> He++ + 2 e-   k = 1e-10 * step(T, 1e4 [K]) "x"
hepp_rr: He++ + e- -> He+ + photon  k = 1e-11 "x"
hep_rr: He+ + e- -> He + photon   k = k[hp_rr] * 2 + k[hp_r2] * 2 "x"
h_ea: H + e- -> H- + photon       k = 1.4e-18 * T^0.928 * exp(-T / 16200.) "x"
h2_ad: H + H- -> H2 + e-          k = 4e-9 * T^-0.17 "x"
h2p_f: H + H+ -> H2+ + photon     k = { T < 30 [K]: 2.1e-20 * (T / 30 [K])^-0.15
                                        else: 10^(-18.20 - 3.194 * log10(T) + 1.786 * log10(T)^2 - 0.2072 * log10(T)^3) } "x"
h2p_ct: H2+ + H -> H2 + H+        k = 6.4e-10 [cm^3 s^-1] "x"
h2_cd: H2 + H -> 3 H              k = 1e-12 * exp(-5.2e4 / T) "x"
h2_dust: 2 H -> H2                flux = 3.5e-17 [cm^3 s^-1] * dust * nuclei[H] * n[H] "x"
h3b: H + H + M -> H2 + M          k = 1e-32 [cm^6 s^-1] "x"

heating CR = 20 [eV] * zeta_cr * (0.46 * n[H] + 0.5 * n[He])  "20 eV per event"
heating H2 = 4.48 [eV] * flux[h2_ad] "x"
cooling metal = metal(nuclei[H], T) * n[H]^2 / 1 [cm^-6] "x"
cooling compton = 5.65e-36 * (T - 2.73 [K]) * n[e-] "x"
adiabatic_index = (5 * n[H] + 7 * n[H2]) / (3 * n[H] + 5 * n[H2])
limits T = 2.73 .. 1e9 [K], floor
initial single: T = 1e3 [K], n_tot = 100 [cm^-3], fraction H = 0.6241, fraction H2 = 0.104, fraction H+ = 1e-4, e- = neutral   "docs"
domain general: T = 20 .. 1e6 [K] log, n_tot = 1e-2 .. 1e3 [cm^-3] log,
    fraction H-, H, H2, H+, H2+, He, He+, He++ = 1e-6 .. 1 log, nuclei H = 0.7, nuclei He = 0.3, e- = neutral,
    t = 1e-2 .. 1e6 [yr] log
"#;

const LIBRARY: &str = r#"rates library version 1
use "sub/more.rates"
let lnTe = ln(8.617343e-5 * T)
rate janev_h_ci = exp(poly(lnTe; -32.71396786, 13.5365560, -5.73932875)) "Janev 1987"
rate never_used = 1e-9 * step(T, 5 [K])
function step(x, edge) = { x < edge: 0 else: 1 }
"#;

const MORE: &str = r#"rates more version 1
use "../library.rates"
table metal(log10 n_H [cm^-3], log10 T [K]) = log10 [erg cm^-3 s^-1] from "metal.csv" outside zero "Shen 2013"
"#;

const METAL: &str = ",0,1,2\n# log10 T\n1,-30,-29,-28\n2,-29,-28,-27\n";

fn load() -> Network {
    let files = MemoryFiles::new()
        .with("net/small.net", MOLECULAR)
        .with("net/library.rates", LIBRARY)
        .with("net/sub/../library.rates", LIBRARY)
        .with("net/sub/more.rates", MORE)
        .with("net/sub/metal.csv", METAL);
    match compile(Path::new("net/small.net"), &files) {
        Ok(network) => {
            assert!(network.findings.is_empty(), "{}", network.report());
            network
        }
        Err(report) => panic!("{report}"),
    }
}

fn value(network: &Network, expr: ExprId, temperature: f64) -> f64 {
    let densities = vec![1.0; network.species.len()];
    let parameters = network.default_parameters();
    let point = Point {
        densities: &densities,
        temperature,
        time: 0.0,
        parameters: &parameters,
        tables: &network.tables,
    };
    network.dag.evaluate(expr, point)
}

fn rate(network: &Network, name: &str, temperature: f64) -> f64 {
    let reaction = network.reactions.iter().chain(&network.processes).find(|r| r.name == name).unwrap();
    value(network, reaction.rate, temperature)
}

#[test]
fn statements_become_the_network() {
    let network = load();
    assert_eq!((network.name.as_str(), network.version), ("small", 3));
    assert_eq!(network.doc.len(), 2);
    assert_eq!(network.elements, ["H", "He"]);
    assert_eq!(network.reactions.len(), 14);
    assert_eq!(network.processes.len(), 1);
    assert_eq!(network.boltzmann, 1.380648e-16);
    assert_eq!(network.temperature_limits, Some((2.73, 1e9)));
    assert_eq!(network.temperature_floor, Some(2.73));
    // The edges of the table, outside of which it is zero, are breakpoints as well.
    let breakpoints = [10.0, 30.0, 100.0, 5500.0, 1e4];
    assert_eq!(network.breakpoints.len(), breakpoints.len());
    assert!(
        network.breakpoints.iter().zip(breakpoints).all(|(a, b)| (a - b).abs() < 1e-12 * b),
        "{:?}",
        network.breakpoints
    );
    assert_eq!(network.files.len(), 4);
    let ci = &network.reactions[0];
    assert_eq!(ci.equation, "H + e- -> H+ + 2 e-");
    assert_eq!(ci.doc, ["Janev 1987"]);
    assert_eq!(ci.source, "h_ci: H + e- -> H+ + 2 e- k = janev_h_ci");
    assert!(network.reactions[2].source.ends_with("* ln(Te)^3)"), "{}", network.reactions[2].source);
    assert!(!network.reactions[2].source.contains("comment"));
    let h3b = network.reactions.iter().find(|r| r.name == "h3b").unwrap();
    assert_eq!((h3b.third_bodies, h3b.reactants[0].1), (1, 2));
    let names: Vec<&str> = network.definitions.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["lnTe", "janev_h_ci", "Te"]);
    assert_eq!(network.parameters[0].unit.as_deref(), Some("s^-1"));
}

#[test]
fn rates_have_the_stated_values() {
    let network = load();
    let te = |t: f64| 8.617343e-5 * t;
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-13 * b.abs(), "{a} {b}");
    close(rate(&network, "hp_rr", 5500.0), 3.92e-13 * te(5500.0).powf(-0.6353));
    assert_eq!(rate(&network, "hp_rr", 5500.1), 0.0);
    assert_eq!(rate(&network, "hp_r2", 5500.0), 0.0);
    assert!(rate(&network, "hp_r2", 5500.1) > 0.0);
    close(rate(&network, "h_ea", 300.0), 1.4e-18 * 300f64.powf(0.928) * (-300f64 / 16200.0).exp());
    // Below the limit the temperature is clamped.
    close(rate(&network, "h2_ad", 1.0), 4e-9 * 2.73f64.powf(-0.17));
    // nuclei[H] = e- .. : H-, H, H+ one each, H2 and H2+ two each.
    close(rate(&network, "h2_dust", 1e3), 3.5e-17 * 0.3 * 7.0);
    close(rate(&network, "hep_ci", 2e4), 1e-10);
    assert_eq!(rate(&network, "hep_ci", 1e3), 0.0);
    let cr = &network.heating[0];
    close(value(&network, cr.expr, 1e3), 20.0 * 1.602176634e-12 * 3e-17 * 0.96);
    let metal = &network.cooling[0];
    // log10 n_H = log10 7, log10 T = 1.5
    close(value(&network, metal.expr, 10f64.powf(1.5)), 10f64.powf(7f64.log10() - 29.5));
    assert_eq!(value(&network, metal.expr, 1e3), 0.0);
}

#[test]
fn initial_states_and_domains() {
    let network = load();
    let single = &network.initials[0];
    assert_eq!(single.temperature, 1e3);
    let n = |name: &str| single.densities[network.find_species(name).unwrap().0 as usize];
    assert_eq!(n("H"), 62.41);
    assert_eq!(n("H2"), 0.104 * 100.0);
    assert_eq!(n("e-"), n("H+"));
    assert_eq!(n("He"), 0.0);
    let general = &network.domains[0];
    assert_eq!((general.temperature.low, general.temperature.high), (20.0, 1e6));
    let time = general.time.unwrap();
    assert!(time.log && time.low == 1e-2 * 3.1536e7 && time.high == 1e6 * 3.1536e7);
    let fixed = |value| Some(Interval { low: value, high: value, log: false });
    assert_eq!(general.nuclei, [(0, fixed(0.7)), (1, fixed(0.3))]);
    assert_eq!(general.neutral, network.find_species("e-"));
    assert!(general.species[0].is_none() && general.species[1].is_some());
    assert!(!general.absolute);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let report = compile(Path::new("net/nowhere.net"), &MemoryFiles::new()).unwrap_err();
    let text = report.render();
    assert!(text.contains("E004") && text.contains("net/nowhere.net"), "{text}");
    // What a missing library may have defined is not reported as missing, too.
    let files = MemoryFiles::new().with("a.net", MOLECULAR);
    let report = compile(Path::new("a.net"), &files).unwrap_err();
    let codes: Vec<&str> = report.diagnostics.iter().map(|d| d.code.as_str()).collect();
    assert_eq!(codes, ["E004", "E004"], "{report}");
    assert_eq!(report.species.len(), 9);
}

#[test]
fn libraries_are_checked_on_their_own() {
    use chem_grammar::compile::check_library;
    let library = "rates lib version 1\nlet Te = 8.6e-5 * T\nrate a = f(Te) \"x\"\nfunction f(x) = x^2\n";
    let files =
        MemoryFiles::new().with("lib.rates", library).with("bad.rates", library.replace("f(Te)", "g(Te)"));
    assert!(check_library(Path::new("lib.rates"), &files).unwrap().is_empty());
    let report = check_library(Path::new("bad.rates"), &files).unwrap_err();
    assert_eq!(report.diagnostics.len(), 1, "{report}");
}

/// Coefficients of ranges that end at the limits of T: below, at and above the limit.
#[test]
fn a_limit_lies_inside_of_the_range_that_ends_there() {
    let text = "network limits version 1
species A (X), B (X)
limits T = 10 .. 1e4 [K]
let Te = 8.617e-5 * T
a: A -> B   for 10 < T < 1e4                    k = 1 * T \"x\"
b: A -> B   for not (T <= 10 or T >= 1e4)       k = 2 * T  \"x\"
c: A -> B   for ln(Te) < ln(8.617e-5 * 2e4)     k = 3 * T  \"x\"
d: B -> A   k = { T < 1e4 : 4, else : 5 } \"x\"
e: B -> A   for T >= 1e4                        k = 6  \"x\"
f: B -> A   for 10 <= T < 100                   k = 7  \"x\"
g: B -> A   for 100 <= T                        k = 8  \"x\"
";
    let network = compile(Path::new("a.net"), &MemoryFiles::new().with("a.net", text)).unwrap();
    let values = |t: f64| ["a", "b", "c", "d", "e", "f", "g"].map(|name| rate(&network, name, t));
    let low = [10.0, 20.0, 30.0, 4.0, 0.0, 7.0, 0.0];
    let high = [1e4, 2e4, 3e4, 4.0, 0.0, 0.0, 8.0];
    for (t, expected) in [(1.0, low), (10.0, low), (1e4, high), (2e4, high), (1e9, high)] {
        assert_eq!(values(t), expected, "at {t} K");
    }
    assert_eq!(values(50.0), [50.0, 100.0, 150.0, 4.0, 0.0, 7.0, 0.0]);
    assert_eq!(network.breakpoints, [100.0]);
}
