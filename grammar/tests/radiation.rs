//! Radiation in bands: averages, rates and what is refused.

#![expect(clippy::panic, reason = "what is missing fails the test")]

use std::path::Path;

use chem_grammar::compile::compile;
use chem_grammar::expr::{Evaluator, ExprId, Point};
use chem_grammar::memory_files::MemoryFiles;
use chem_grammar::network::Network;
use chem_grammar::verner::Verner96;

const EV: f64 = 1.602_176_634e-12;
const PLANCK: f64 = 6.626_070_15e-27;
const LIGHT: f64 = 2.997_924_58e10;

/// A network of hydrogen and helium with a field and perhaps more statements.
fn text(field: &str, more: &str) -> String {
    format!(
        "network uv version 1\nspecies e-, H, H+, He, He+\n{field}\n\
         h_pi: H + photon -> H+ + e-   k = photo_rate(uv, verner96[H])\n\
         he_pi: He + photon -> He+ + e-   k = photo_rate(uv, verner96[He])\n\
         h_rr: H+ + e- -> H   k = 2.6e-13 [cm^3 s^-1]\nhe_rr: He+ + e- -> He   k = 2.6e-13 [cm^3 s^-1]\n\
         heating photo = photo_heat(uv, verner96[H]) * n[H]\n{more}\n"
    )
}

fn network(text: &str) -> Network {
    let files = MemoryFiles::new().with("uv.net", text).with("sigma.csv", "E,sigma\n10,0\n20,2e-18\n40,0\n");
    compile(Path::new("uv.net"), &files).unwrap_or_else(|report| panic!("{report}"))
}

fn refusal(text: &str) -> String {
    let files = MemoryFiles::new().with("uv.net", text);
    match compile(Path::new("uv.net"), &files) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(report) => report.to_string(),
    }
}

fn value(network: &Network, expr: ExprId, parameters: &[f64]) -> f64 {
    let densities = vec![1.0; network.species.len()];
    let point =
        Point { densities: &densities, temperature: 1e4, time: 0.0, parameters, tables: &network.tables };
    Evaluator::new(&network.dag, point).value(expr)
}

/// Sum of `f` over the middles of many equal steps in log E: another rule than that of the compiler.
fn midpoints(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let steps = 200_000;
    let step = (high / low).ln() / f64::from(steps);
    (0..steps)
        .map(|i| {
            let energy = low * ((f64::from(i) + 0.5) * step).exp();
            f(energy) * energy * step
        })
        .sum()
}

const BLACK_BODY: &str = "E^3 / (exp(E / (k_B * 1e5 [K])) - 1)";

/// RAMSES-RT's defaults for a black body of 1e5 K (`group_csn`): 3.0e-18, 5.7e-19 and 7.9e-20 cm^2.
#[test]
fn hydrogen_in_three_groups_of_a_black_body() {
    let field = format!(
        "radiation uv: edges = 13.6, 24.59, 54.42, inf [eV], spectrum = {BLACK_BODY},\n    \
         given = photons [cm^-3] per cell \"of hot stars\""
    );
    let network = network(&text(&field, ""));
    let uv = &network.radiations[0];
    let hydrogen = uv.averages.iter().find(|average| average.name == "verner96[H]").unwrap();
    for (band, rounded) in hydrogen.bands.iter().zip([3.0e-18, 5.7e-19, 7.9e-20]) {
        assert!((band[0] / rounded - 1.0).abs() < 0.01, "{:e} {rounded:e}", band[0]);
    }
    let names: Vec<&str> = network.parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["uv_1", "uv_2", "uv_3"]);
    assert!(network.parameters.iter().all(|p| p.per_cell.is_some() && p.default == 0.0));
    assert_eq!(network.parameters[0].unit.as_deref(), Some("cm^-3"));
    assert!(
        network.parameters[2].doc[0].ends_with("from 54.42 to infinity eV"),
        "{}",
        network.parameters[2].doc[0]
    );
    // Against another rule of integration.
    let planck = |energy: f64| energy.powi(3) / (energy * EV / (1.380_649e-16 * 1e5)).exp_m1();
    let fit = Verner96::find("H").unwrap();
    for (edges, band) in [[13.6, 24.59], [24.59, 54.42], [54.42, 1e3]].iter().zip(&hydrogen.bands) {
        let photons = midpoints(edges[0], edges[1], |e| planck(e) / e);
        let events = midpoints(edges[0], edges[1], |e| fit.sigma_at_ev(e) * planck(e) / e);
        let excess = midpoints(edges[0], edges[1], |e| fit.sigma_at_ev(e) * planck(e) / e * (e - 13.6));
        assert!((band[0] / (events / photons) - 1.0).abs() < 1e-7);
        assert!((band[2] / (excess / events * EV) - 1.0).abs() < 1e-7);
    }
    let rate = value(&network, network.reactions[0].rate, &[2.0, 0.5, 0.1]);
    let expected: f64 = hydrogen.bands.iter().zip([2.0, 0.5, 0.1]).map(|(b, n)| LIGHT * b[0] * n).sum();
    assert!((rate / expected - 1.0).abs() < 1e-12);
    let heating = value(&network, network.heating[0].expr, &[2.0, 0.5, 0.1]);
    let expected: f64 =
        hydrogen.bands.iter().zip([2.0, 0.5, 0.1]).map(|(b, n)| LIGHT * b[0] * b[2] * n).sum();
    assert!((heating / expected - 1.0).abs() < 1e-12);
    // Helium's threshold cuts the first band, which it does not see at all.
    let helium = uv.averages.iter().find(|average| average.name == "verner96[He]").unwrap();
    assert_eq!(helium.bands[0][0], 0.0);
}

/// The same radiation, given in five ways, has the same effect; and so does the spectrum itself.
#[test]
fn what_is_given_does_not_matter() {
    let intensity = "1e-21 [erg s^-1 cm^-2 Hz^-1 sr^-1] * (13.6 [eV] / E)^2";
    let field =
        |given: &str| format!("radiation uv: edges = 10, 20, 200 [eV], spectrum = {intensity}{given}");
    let fixed = network(&text(&field(""), ""));
    let expected = value(&fixed, fixed.reactions[0].rate, &[]);
    let fit = Verner96::find("H").unwrap();
    let other = midpoints(13.6, 200.0, |e| {
        4.0 * std::f64::consts::PI / PLANCK * fit.sigma_at_ev(e) * 1e-21 * (13.6 / e).powi(2) / e
    });
    assert!((expected / other - 1.0).abs() < 1e-7, "{expected:e} {other:e}");
    assert!(fixed.parameters.is_empty());
    let given = [
        "photons [cm^-3]",
        "photon_flux [cm^-2 s^-1]",
        "energy [eV cm^-3]",
        "energy_flux [erg cm^-2 s^-1] per cell",
        "intensity [eV s^-1 cm^-2 Hz^-1 sr^-1]",
    ];
    for given in given {
        let network = network(&text(&field(&format!(", given = {given}")), ""));
        let defaults: Vec<f64> = network.parameters.iter().map(|p| p.default).collect();
        assert_eq!(defaults.len(), 2);
        let found = value(&network, network.reactions[0].rate, &defaults);
        assert!((found / expected - 1.0).abs() < 1e-12, "{given}: {found:e} {expected:e}");
        let twice: Vec<f64> = defaults.iter().map(|value| 2.0 * value).collect();
        let found = value(&network, network.heating[0].expr, &twice);
        let expected = 2.0 * value(&fixed, fixed.heating[0].expr, &[]);
        assert!((found / expected - 1.0).abs() < 1e-12, "{given}");
        assert_eq!(network.parameters[0].per_cell.is_some(), given.ends_with("per cell"));
    }
}

/// Values are in the unit that the statement gives, and a band can be used by its name.
#[test]
fn bands_have_names() {
    let field =
        "radiation uv: edges = 11.2, 13.6, 20 [eV], spectrum = E^-1, given = energy [eV cm^-3] per cell";
    let more = "h2_pd: He+ -> He+   flux = 1e-9 [cm^3 s^-1 erg^-1] * uv_1 * n[He+]";
    let network = network(&text(field, &more.replace("He+ -> He+", "He+ + e- -> He")));
    let found = value(&network, network.processes[0].rate, &[3.0, 0.0]);
    assert!((found / (1e-9 * 3.0 * EV) - 1.0).abs() < 1e-12, "{found:e}");
    // A field of which only a band is used by its name is not unused.
    let fuv = "radiation fuv: edges = 6, 13.6 [eV], spectrum = E^-1, given = energy [eV cm^-3]";
    for (by, is_unused) in [("fuv_1", false), ("uv_2", true)] {
        let more = format!("{fuv}\ncooling x = 1e-9 [s^-1] * {by}");
        let findings = self::network(&text(field, &more)).report().to_string();
        assert_eq!(findings.contains("`fuv`"), is_unused, "{findings}");
    }
}

#[test]
fn stated_cross_sections() {
    let field = "radiation uv: edges = 5 .. 50 [eV], bands = 300, spectrum = 1e-20 [erg s^-1 cm^-2 Hz^-1] * E / 1 [eV]";
    let more = "table triangle(E [eV]) = [cm^2] from \"sigma.csv\" outside zero\n\
                cross_section he: E = 12 .. 30 [eV], sigma = triangle(E) \"made up\"\n\
                he_x: He + photon -> He+ + e-   k = photo_rate(uv, he)";
    let network = network(&text(field, more));
    let found = value(&network, network.reactions[4].rate, &[]);
    // sigma E^0 integrated: 4 pi / h 1e-20 (area from 12 to 20 and from 20 to 30 eV) erg / eV.
    let area = 2e-18 * (0.2 + 1.0) / 2.0 * 8.0 + 2e-18 * (1.0 + 0.5) / 2.0 * 10.0;
    let expected = 4.0 * std::f64::consts::PI / PLANCK * 1e-20 * area;
    assert!((found / expected - 1.0).abs() < 1e-8, "{found:e} {expected:e}");
    assert_eq!(network.radiations[0].bands.len(), 300);
}

#[test]
fn faults_are_named_where_they_are() {
    let good = "radiation uv: edges = 10, 20 [eV], spectrum = E^-1, given = photons [cm^-3]";
    network(&text(good, ""));
    let with = |from: &str, to: &str| refusal(&text(&good.replace(from, to), ""));
    let cases = [
        (with("edges = 10, 20 [eV], ", ""), "has no `edges`"),
        (with(", spectrum = E^-1", ""), "has no `spectrum`"),
        (with("10, 20", "20, 10"), "in ascending order"),
        (with("10, 20 [eV]", "10, inf [eV]"), "infinite"),
        (with("E^-1", "T^-1"), "may depend on E, numbers and constants only"),
        (with("E^-1", "n[H]"), "may depend on E, numbers and constants only"),
        (with("E^-1", "-1 / E"), "has no weight from 10"),
        (with("photons", "photon"), "did you mean `photons`?"),
        (with("photons [cm^-3]", "photons [cm^-2]"), "is not in [cm^-2]"),
        (with("given = photons [cm^-3]", "given = photons [cm^-3] per cell signed"), "not negative"),
        (with(", given = photons [cm^-3]", ""), "a spectrum that nobody scales"),
        (with("given", "bands = 3, bands = 3, given"), "stated twice"),
        (with("10, 20 [eV]", "10, 15, 20 [eV], bands = 3"), "`bands` divides one finite range"),
        (refusal(&text(good, "let x = uv")), "`uv` is not a value"),
        (
            refusal(&text(good, "let x = photo_rate(uv, verner96[e-])")),
            "no fit of Verner et al. 1996 for `e-`",
        ),
        (refusal(&text(good, "let x = photo_rate(uv, H)")), "`H` is not a cross section"),
        (refusal(&text(good, "let x = photo_rate(fuv, verner96[H])")), "`fuv` is not a radiation field"),
        (refusal(&text(good, "let x = photo_rate(uv)")), "`photo_rate` takes two arguments, but is given 1"),
        (refusal(&text(good, "parameter uv_1 = 3")), "is called `uv_1`"),
        (
            refusal(&text(good, "cross_section a: E = 5 .. inf [eV], sigma = 1e-18 [cm^2] * T")),
            "may depend on E, numbers and constants only",
        ),
        (refusal(&text(good, "cross_section a: E = 5 .. 3 [eV], sigma = 1e-18 [cm^2]")), "must not be empty"),
        (
            refusal(&text(good, "cross_section a: E = 5 .. inf [eV], sigma = 1e-18 [cm]")),
            "a cross section must be [cm^2]",
        ),
        (refusal(&text(good, "cooling x = photo_heat(uv, verner96[H])")), "a cooling rate must be"),
    ];
    for (found, expected) in cases {
        assert!(found.contains(expected), "`{expected}` is not in\n{found}");
    }
}

/// Cells of a domain have parameters of their own, bands of radiation among them: in the unit of the field.
#[test]
fn domains_have_ranges_of_parameters() {
    let field = "radiation uv: edges = 13.6, 24.59, 54.42 [eV], spectrum = E^-2, given = energy [eV cm^-3] per cell\n\
                 parameter zeta = 3e-17 [s^-1] per cell\nparameter lapse = 0 per cell signed\nparameter all = 1\n\
                 switch rays = on per cell\nh_cr: H + cr -> H+ + e-   k = rays * all * zeta * exp(lapse)";
    let domain = "domain slab: T = 10 .. 1e4 [K] log, n_tot = 1 .. 1e3 [cm^-3] log, fraction H, H+, He, He+ = 1e-3 .. 1 log,\n    \
                  e- = neutral, t = 1 .. 1e3 [yr] log";
    let with = |ranges: &str| text(field, &format!("{domain}{ranges}"));
    let network = network(&with(
        ", parameter zeta = 1e-18 .. 1e-14 [s^-1] log, parameter uv_2 = 1 .. 5 [eV cm^-3],\n    \
         parameter uv_1 = 1e-12 [erg cm^-3], parameter lapse = -1 .. 1",
    ));
    let index = |name: &str| network.parameters.iter().position(|p| p.name == name).unwrap();
    let ranges = &network.domains[0].parameters;
    let found: Vec<(usize, bool)> = ranges.iter().map(|(parameter, range)| (*parameter, range.log)).collect();
    let expected = [("zeta", true), ("uv_2", false), ("uv_1", false), ("lapse", false)];
    assert_eq!(found, expected.map(|(name, log)| (index(name), log)));
    for ((_, range), [low, high]) in
        ranges.iter().zip([[1e-18, 1e-14], [1.0, 5.0], [1e-12 / EV, 1e-12 / EV], [-1.0, 1.0]])
    {
        assert!(
            (range.low / low - 1.0).abs() < 1e-12 && (range.high / high - 1.0).abs() < 1e-12,
            "{range:?}"
        );
    }
    for (ranges, said) in [
        (", parameter all = 1 .. 2", "`all` has one value in the whole network"),
        (", parameter rays = 0 .. 1", "`rays` is a switch"),
        (", parameter zetta = 1 .. 2", "did you mean `zeta`?"),
        (", parameter zeta = -1 .. 2 [s^-1]", "`zeta` must not be negative"),
        (", parameter zeta = 1 .. 2 [K]", "`zeta`"),
        (", parameter zeta = 2 .. 1 [s^-1]", "the range of `zeta` is empty"),
        (", parameter zeta = 1 [s^-1], parameter zeta = 2 [s^-1]", "`parameter zeta` is set twice"),
    ] {
        let report = refusal(&with(ranges));
        assert!(report.contains(said), "`{said}` is not in\n{report}");
    }
    let formatted =
        chem_grammar::format(&with(",   parameter   zeta=1 .. 2 [s^-1]   log"), Path::new("uv.net")).unwrap();
    assert!(formatted.contains("parameter zeta = 1 .. 2 [s^-1] log"), "{formatted}");
}
