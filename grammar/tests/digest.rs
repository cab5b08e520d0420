//! What a network is known by follows its equations, not its text.

#![expect(clippy::panic, reason = "what is missing fails the test")]

use std::path::Path;

use chem_grammar::compile::compile;
use chem_grammar::memory_files::MemoryFiles;
use chem_grammar::network::Network;

const NETWORK: &str = r#"network small version 1
"A small network"
use "library.rates"
species e-, H, H+
parameter zeta_cr = 3e-17 [s^-1]   "cosmic-ray ionisation rate per H"
let Te = 8.617343e-5 * T
h_ci:  H + e- -> H+ + 2 e-        k = janev_h_ci
allow(W002) hp_rr: H+ + e- -> H + photon  for T <= 5500 [K]   k = 3.92e-13 * Te^-0.6353      "Abel et al. 1997"
allow(W002) hp_r2: H+ + e- -> H + photon  for 5500 [K] < T    k = 1.646e-12 * exp(-28.61303380689232 + 0.3 * ln(Te) + 28) "Abel et al. 1997"
h_cr:  H + cr -> H+ + e-  k = 0.46 * zeta_cr + 1e-30 * step(T, 50 [K]) "x"
heating CR = 20 [eV] * zeta_cr * (0.46 * n[H] + 0.5 * n[H+]) "x"
cooling metal = metal(nuclei[H], T) * n[H]^2 / 1 [cm^-6] "x"
cooling free = 1.42e-27 * sqrt(T) * n[e-] * n[H+] "x"
limits T = 2.73 .. 1e9 [K]
initial single: T = 1e3 [K], n_tot = 100 [cm^-3], fraction H = 0.6, fraction H+ = 1e-4, e- = neutral
"#;

const LIBRARY: &str = r#"rates library version 1
let lnTe = ln(8.617343e-5 * T)
parameter spare = 3
rate janev_h_ci = exp(poly(lnTe; -32.71396786, 13.5365560, -5.73932875)) "Janev 1987"
rate never_used = 1e-9 * step(T, 5 [K])
function step(x, edge) = { x < edge: 0 else: 1 }
table metal(log10 n_H [cm^-3], log10 T [K]) = log10 [erg cm^-3 s^-1] from "metal.csv" outside clamp "Shen 2013"
"#;

const METAL: &str = ",0,1,2\n# log10 T\n1,-30,-29,-28\n2,-29,-28,-27\n";

fn digest(network: &str, library: &str, metal: &str) -> u64 {
    let files =
        MemoryFiles::new().with("small.net", network).with("library.rates", library).with("metal.csv", metal);
    match compile(Path::new("small.net"), &files) {
        Ok(network) => network.hash,
        Err(report) => panic!("{report}\n{network}"),
    }
}

/// The same network with one text in place of another, in whichever of its files that stands.
fn changed(before: &str, after: &str) -> u64 {
    let texts = [NETWORK, LIBRARY, METAL];
    assert_eq!(texts.iter().filter(|text| text.contains(before)).count(), 1, "{before}");
    let [network, library, metal] = texts.map(|text| text.replace(before, after));
    digest(&network, &library, &metal)
}

#[test]
fn what_means_the_same_has_the_same_digest() {
    let before = digest(NETWORK, LIBRARY, METAL);
    for (from, to) in [
        // Comments, documentation, layout.
        ("version 1\n\"A small network\"", "version 1 # a comment\n\"Another text\"\n\"and more\""),
        ("\"Janev 1987\"", "\"Janev, Langer & Evans 1987\""),
        ("h_ci:  H + e- -> H+ + 2 e-        k = ", "h_ci: H + e- -> 2 e- + H+\n    k = "),
        ("# log10 T\n", "# another comment\n"),
        ("1,-30,-29,-28\n", "1.0, -30.00, -2.9e1, -28\r\n"),
        // `allow`, initial states, what is not used.
        ("allow(W002) hp_rr:", "hp_rr:"),
        (
            "initial single: T = 1e3 [K]",
            "domain all: T = 10 .. 1e5 [K], n[H] = 1 [cm^-3]\ninitial single: T = 2e3 [K]",
        ),
        ("parameter spare = 3", "parameter spare = 4"),
        ("rate never_used = 1e-9", "rate never_used = 2e-9"),
        // Names of what is defined.
        ("let Te = 8.617343e-5 * T\n", "let Te = inner\nlet inner = T * 8.617343e-5\n"),
        ("h_cr:  H + cr", "cosmic:  H + cr"),
        ("cooling free =", "cooling brems ="),
        // Order and grouping.
        (
            "cooling free = 1.42e-27 * sqrt(T) * n[e-] * n[H+]",
            "cooling free = n[H+] * (sqrt(T) * 1.42e-27) * n[e-]",
        ),
        ("1.42e-27 * sqrt(T)", "1.42e-27 * T^0.5"),
        ("(0.46 * n[H] + 0.5 * n[H+])", "(n[H+] / 2 + n[H] * 0.46)"),
        ("-28.61303380689232 + 0.3 * ln(Te) + 28", "28 + (0.3 * ln(Te) - 28.61303380689232)"),
    ] {
        assert_eq!(changed(from, to), before, "{from} -> {to}");
    }
}

#[test]
fn the_order_of_statements_does_not_matter() {
    let mut lines: Vec<&str> = NETWORK.lines().collect();
    lines[5..].reverse();
    let mut library: Vec<&str> = LIBRARY.lines().collect();
    library[1..].reverse();
    let text = |lines: &[&str]| lines.join("\n") + "\n";
    assert_eq!(digest(&text(&lines), &text(&library), METAL), digest(NETWORK, LIBRARY, METAL));
}

#[test]
fn what_means_something_else_has_another_digest() {
    let mut seen = vec![digest(NETWORK, LIBRARY, METAL)];
    for (from, to) in [
        ("3.92e-13", "3.93e-13"),
        ("3.92e-13", "3.92000000001e-13"),
        ("-28.61303380689232", "-28.6130338069"),
        ("Te^-0.6353", "Te^-0.6354"),
        (" 5500 [K]", " 5501 [K]"),
        ("-5.73932875", "-5.7393287"),
        ("step(T, 50 [K])", "step(T, 51 [K])"),
        ("0.46 * zeta_cr + ", "0.46 * zeta_cr - "),
        ("h_ci:  H + e- -> H+ + 2 e-  ", "h_ci:  H + e- + M -> H+ + 2 e- + M  "),
        ("h_ci:  H + e- -> H+ + 2 e-  ", "h_ci:  H + e- + H -> H+ + 2 e- + H  "),
        ("parameter zeta_cr = 3e-17", "parameter zeta_cr = 4e-17"),
        ("20 [eV]", "21 [eV]"),
        ("heating CR = ", "cooling CR = "),
        ("n[H]^2 / 1", "n[H] * n[H+] / 1"),
        ("2,-29,-28,-27", "2,-29,-28,-27.001"),
        ("outside clamp", "outside extrapolate"),
        ("outside clamp", "interpolate cubic outside clamp"),
        ("limits T = 2.73", "limits T = 2.7"),
        ("limits T = 2.73 .. 1e9 [K]", "limits T = 2.73 .. 1e9 [K], floor"),
        ("limits T = 2.73 .. 1e9 [K]", "limits T = 2.73 .. 1e9 [K]\nadiabatic_index = 1.4"),
        ("limits T = 2.73 .. 1e9 [K]", "limits T = 2.73 .. 1e9 [K]\nconstant k_B = 1.38e-16 [erg K^-1]"),
        ("limits T = 2.73 .. 1e9 [K]", "limits T = 2.73 .. 1e9 [K]\nconserve energy"),
        ("species e-, H, H+", "species e-, H+, H"),
    ] {
        let other = changed(from, to);
        assert!(!seen.contains(&other), "{from} -> {to}");
        seen.push(other);
    }
}

/// The same on every machine: no order in memory and no rounding of elementary functions enters. Trained models carry these:
/// where one changes, `chem validate --restamp` judges them by the new equations.
#[test]
fn the_digests_of_the_shipped_networks_stand() {
    let digest = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../networks").join(name);
        Network::load(path).map(|network| format!("{:016x}", network.hash)).unwrap_or_else(|r| panic!("{r}"))
    };
    let digests = ["atomic.net", "molecular.net", "benchmark_const.net", "benchmark_tdep.net"].map(digest);
    assert_eq!(digests, ["e268b4517e467907", "39d3d83d02b10f1b", "3e4869ca737e5a1c", "1f4386f2815a46d8"]);
}
