//! Files of other programs: what they say, and where what is wrong with them is shown.

#![expect(clippy::panic, reason = "a panic is how a test fails")]

use std::path::Path;

use chem_grammar::compile::{compile, compile_as};
use chem_grammar::diagnostic::Report;
use chem_grammar::import::{FileFormat, ImportOptions, import};
use chem_grammar::interpret::Interpreter;
use chem_grammar::memory_files::MemoryFiles;
use chem_grammar::network::Network;
use chem_grammar::recognise;
use chem_grammar::system::System;
use proptest::prelude::*;

const KROME: &str = include_str!("fixtures/import/krome");
const UMIST: &str = include_str!("fixtures/import/umist");
const KIDA: &str = include_str!("fixtures/import/kida");
const UCLCHEM: &str = include_str!("fixtures/import/uclchem");
const PRIZMO: &str = include_str!("fixtures/import/prizmo");

const ALL: [(&str, &str); 5] =
    [("krome", KROME), ("umist", UMIST), ("kida", KIDA), ("uclchem", UCLCHEM), ("prizmo", PRIZMO)];

fn read(text: &str, options: ImportOptions) -> Result<Network, Report> {
    compile_as(Path::new("file"), options, &MemoryFiles::new().with("file", text))
}

/// Coefficients at a temperature, all densities 1 and parameters as declared, by the reactions' names.
fn rates(network: Network, t_gas: f64) -> Vec<(String, f64)> {
    let names: Vec<String> = network.reactions.iter().map(|r| r.name.clone()).collect();
    let parameters: Vec<f64> = network.parameters.iter().map(|p| p.default).collect();
    let mut y = vec![1.0; network.species.len()];
    y.push(t_gas);
    let mut k = vec![0.0; names.len()];
    Interpreter::new(&System::new(network)).rates(0.0, &y, &parameters, &mut k);
    names.into_iter().zip(k).collect()
}

fn assert_rates(text: &str, t_gas: f64, expected: &[(&str, f64)]) {
    let found = rates(read(text, ImportOptions::default()).unwrap_or_else(|e| panic!("{e}")), t_gas);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((name, k), (expected_name, value)) in found.iter().zip(expected) {
        assert_eq!(name, expected_name);
        assert!((k - value).abs() <= 1e-13 * value.abs(), "{name} at {t_gas} K: {k:e}, not {value:e}");
    }
}

#[test]
fn formats_are_recognised_by_their_lines() {
    for (name, text) in ALL {
        assert_eq!(recognise(text).map(FileFormat::name), Some(name));
        assert_eq!(name.parse::<FileFormat>().unwrap().name(), name);
    }
    assert_eq!(recognise("network a version 1\nspecies H\n"), None);
    assert!("cloudy".parse::<FileFormat>().is_err());
}

#[test]
fn coefficients_of_krome() {
    let te = |t: f64| 8.617343e-5 * t;
    // H, H+, He, He+: two nuclei of hydrogen.
    let first = |t: f64| 1.5e-10 * t.sqrt() * (-157800.0 / t).exp().powf(1.0 - 1.0 / (1.0 + 2.0 / 1e3));
    assert_rates(
        KROME,
        3000.0,
        &[
            ("r1", first(3e3)),
            ("r2", 3.92e-13 * te(3e3).powf(-0.6353)),
            ("r4", 2e-15),
            ("r5", 0.5 * 1.3e-17),
            ("r6", 0.0),
            ("r7", 1e-12),
        ],
    );
    assert_rates(
        KROME,
        2e4,
        &[
            ("r1", first(2e4)),
            ("r2", 2e-13 * 2f64.powf(-0.7)),
            ("r4", 1e-15),
            ("r5", 0.65e-17),
            ("r6", 0.0),
            ("r7", 1e-12),
        ],
    );
    let single = ImportOptions { fortran_literals: true, ..ImportOptions::default() };
    let cosmic = rates(read(KROME, single).unwrap(), 3e3);
    let doubled = "@format:idx,R,P,P,rate\n1,H,H+,E,0.1*1d-17\n";
    let single = rates(read(doubled, single).unwrap(), 100.0);
    assert_eq!(single, [("r1".to_owned(), f64::from(0.1_f32) * 1e-17)]);
    assert_eq!(cosmic.len(), 6);
}

#[test]
fn coefficients_of_the_databases() {
    let kooij = |a: f64, b: f64, c: f64, t: f64| a * (t / 300.0).powf(b) * (-c / t).exp();
    for (t, second) in [(50.0, kooij(4.82e-9, 0.02, 4.3, 50.0)), (1e4, kooij(4.32e-9, -0.39, 39.4, 1e4))] {
        let others = [("r1", 5e-10), ("r2", second), ("r3", 1.2e-17), ("r4", 1.3e-17 * 105.0 / 0.5)];
        let all: Vec<(&str, f64)> = others.into_iter().chain([("r5", 3.9e-10 * (-2.2f64).exp())]).collect();
        assert_rates(UMIST, t, &all);
    }
    let polar1 = |t: f64| 8.6e-10 * (0.62 + 0.4767 * 5.41 * (300.0 / t).sqrt());
    let polar2 =
        |t: f64| 8.6e-10 * (1.0 + 0.0967 * 5.41 * (300.0 / t).sqrt() + 5.41f64.powi(2) / 10.526 * 300.0 / t);
    for (t, water) in [(5.0, polar1(10.0)), (50.0, polar1(50.0)), (1e3, polar2(1e3))] {
        let light = 2.5e-9 * (-2.3f64).exp();
        assert_rates(KIDA, t, &[("r1", 0.46 * 1.3e-17), ("r2", water), ("r3", light)]);
    }
    assert_rates(
        UCLCHEM,
        75.0,
        &[("r1", 5.98e-18), ("r2", kooij(1.1e-9, -0.5, 2.0, 75.0)), ("r3", 9.1e-10 * (-2.12f64).exp() / 1.7)],
    );
    assert_rates(
        PRIZMO,
        75.0,
        &[
            ("r1", kooij(2.59e-13, -0.7, 0.0, 75.0)),
            ("r2", kooij(9.9e-11, -0.38, 0.0, 75.0)),
            ("r3", 1e-17 * 1.3e-17),
        ],
    );
}

#[test]
fn findings_stand_at_the_lines_of_the_original() {
    let report = read(KROME, ImportOptions::default()).unwrap().report().render();
    // The host value without a meaning, and the range without a temperature.
    assert!(report.contains("file:2:22") && report.contains("user_x"), "{report}");
    assert!(report.contains("file:20:1") && report.contains(">100,.LE.100"), "{report}");
    let broken = KROME.replace("0.5*user_crate", "0.5*krate(user_crate)");
    let report = read(&broken, ImportOptions::default()).unwrap_err().render();
    assert!(report.contains("file:17:1") && report.contains("`krate` (line 17)"), "{report}");
    let report = read(KIDA, ImportOptions::default()).unwrap().report().render();
    assert!(report.contains("W019") && report.contains("file:6:1"), "{report}");
    let report = read(UCLCHEM, ImportOptions::default()).unwrap().report().render();
    assert!(report.contains("1 rows of the kind FREEZE") && report.contains("DESOH2"), "{report}");
}

#[test]
fn what_is_written_is_the_same_network() {
    for (name, text) in ALL {
        let imported = import(Path::new("file"), text, name.parse().unwrap(), ImportOptions::default());
        assert_eq!(imported.origins.len(), imported.text.lines().count());
        let direct = read(text, ImportOptions::default()).unwrap();
        let formatted = chem_grammar::format(&imported.text, Path::new("a.net")).unwrap();
        let again = compile(Path::new("a.net"), &MemoryFiles::new().with("a.net", formatted)).unwrap();
        assert_eq!(again.hash, direct.hash, "{name}");
        assert_eq!(again.species.len(), direct.species.len());
    }
}

#[test]
fn a_format_that_is_not_the_files_is_an_error() {
    let options = ImportOptions { format: Some(FileFormat::Kida), ..ImportOptions::default() };
    let report = read(UMIST, options).unwrap_err();
    assert!(report.diagnostics.iter().all(|d| d.code.as_str() == "E026"), "{report}");
}

/// Messages and helps of what is refused.
fn refused(text: &str) -> String {
    import(Path::new("file"), text, FileFormat::Krome, ImportOptions::default()).report.to_string()
}

#[test]
fn coefficients_of_the_database_of_krome() {
    // What KROME (March 2024) computes for the three lines of its network react_primordialZ_UV.
    let text = "@format:idx,R,R,P,P,rate\n1,E,O+,O,g,auto\n2,CO+,E,CO,,auto\n3,CO+,E,O,C,auto\n";
    let options = ImportOptions { format: Some(FileFormat::Krome), ..ImportOptions::default() };
    for (t_gas, expected) in [
        (10.0, [2.897779220523038e-11, 6.090791338656865e-11, 1.7854570017028212e-06]),
        (617.0, [2.1586669831945613e-12, 2.298248662658371e-12, 1.8496626806426953e-07]),
        (1e6, [2.0514706958666813e-14, 6.4516934147498466e-15, 3.175040987880168e-09]),
    ] {
        let found = rates(read(text, options).unwrap_or_else(|e| panic!("{e}")), t_gas);
        assert_eq!(found.len(), 3);
        for ((name, k), expected) in found.iter().zip(expected) {
            assert!((k / expected - 1.0).abs() < 1.2e-7, "{name} at {t_gas} K: {k:e}, KROME {expected:e}");
        }
    }
    // The same sides with another product are not in it, and X-rays are not a matter of T.
    let other = refused("@format:idx,R,R,P,P,rate\n1,CO+,E,C+,O-,auto\n");
    assert!(other.contains("is in KROME's own database"), "{other}");
    let x_rays = refused("@format:idx,R,P,P,rate\n@xray_start\n1,H,H+,E,auto\n@xray_stop\n");
    assert!(x_rays.contains("ionisation by X-rays is a table"), "{x_rays}");
}

#[test]
fn tables_of_cross_sections_are_one_finding() {
    let text = "@photo_start\n@format:idx,R,P,P,rate\n1,H-,H,E,@xsecFile=SWRI\n2,H2,H2+,E,@xsecFile=SWRI\n3,H2,H,H,@xsecFile=SWRI\n4,H2+,H+,H,@xsecFile=LEIDEN\n@photo_stop\n";
    let report = refused(text);
    assert_eq!(report.matches("E026").count(), 1, "{report}");
    for table in [
        "`swri_xsecs/H-.dat` (line 3)",
        "`swri_xsecs/H2.dat` (line 4, 5)",
        "`leiden_xsecs/H2+__H_H+.dat` (line 6)",
    ] {
        assert!(report.contains(table), "{table}: {report}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_are_read_or_refused(
        file in 0..ALL.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, "[ -~\n]{0,12}"), 1..8),
    ) {
        let (name, text) = ALL[file];
        let mut text = text.to_owned();
        for (at, kind, piece) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + piece.len()).min(text.len());
            match kind {
                0 => text.insert_str(at, &piece),
                1 => text.replace_range(at..end, &piece),
                2 => text.truncate(at),
                _ => text.replace_range(at..end, ""),
            }
        }
        let format = name.parse().unwrap();
        let options = ImportOptions { format: Some(format), ..ImportOptions::default() };
        let imported = import(Path::new("file"), &text, format, options);
        prop_assert!(chem_grammar::format(&imported.text, Path::new("a.net")).is_ok(), "{}\n{}", text, imported.text);
        let _ = read(&text, options);
    }
}
