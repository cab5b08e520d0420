//! Every diagnostic has a fixture that shows it; the rendered report of each is pinned.
#![expect(clippy::expect_used, reason = "what is missing fails the test")]

use std::io;
use std::path::{Path, PathBuf};

use chem_grammar::compile::{Disk, Files, compile};
use chem_grammar::diagnostic::{Code, Report};

/// The fixtures under their bare names, so that reports do not depend on where the test runs.
struct Fixtures;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/diagnostics")
}

impl Files for Fixtures {
    fn read(&self, path: &Path) -> io::Result<String> {
        // The text of the system's error is not the same everywhere.
        std::fs::read_to_string(folder().join(path)).map_err(|e| io::Error::from(e.kind()))
    }
}

/// Names of the network files, sorted.
fn names() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).expect("the folder of fixtures");
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".net"))
        .collect();
    names.sort();
    names
}

/// All findings of a fixture, errors or not.
fn findings(name: &str) -> Report {
    compile(Path::new(name), &Fixtures).map_or_else(|report| report, |network| network.report())
}

#[test]
fn every_fixture_shows_its_code_and_no_other() {
    let mut stray = Vec::new();
    for name in names() {
        let (code, _) = name.split_once('_').expect("CODE_what.net or ok_what.net");
        let report = findings(&name);
        if code != "ok" && report.is_empty() {
            stray.push(format!("{name} has no findings"));
        }
        if code != "ok" {
            insta::assert_snapshot!(name.trim_end_matches(".net"), report.render());
        }
        let others = report.diagnostics.iter().filter(|d| d.code.as_str() != code);
        stray.extend(others.map(|d| format!("in {name}:\n{}", d.render(&report.sources))));
    }
    assert!(stray.is_empty(), "{}", stray.join("\n"));
}

#[test]
fn only_errors_stop() {
    for name in names() {
        let (code, _) = name.split_once('_').expect("CODE_what.net or ok_what.net");
        let compiled = compile(Path::new(&name), &Fixtures).is_ok();
        assert_eq!(compiled, !code.starts_with('E'), "{name}");
    }
}

#[test]
fn every_code_has_a_fixture() {
    let names = names();
    for code in Code::ALL {
        let prefix = format!("{}_", code.as_str());
        assert!(names.iter().any(|name| name.starts_with(&prefix)), "no fixture for {}", code.as_str());
    }
}

#[test]
fn every_diagnostic_helps() {
    let mut bare = Vec::new();
    for name in names() {
        let report = findings(&name);
        // A syntax error says what is expected: that is the remedy.
        for diagnostic in report.diagnostics.iter().filter(|d| d.code != Code::E001) {
            let says_more =
                !diagnostic.help.is_empty() || !diagnostic.label.is_empty() || !diagnostic.others.is_empty();
            if !says_more {
                bare.push(format!("in {name}: {}", diagnostic.message));
            }
        }
    }
    assert!(bare.is_empty(), "no label and no help:\n{}", bare.join("\n"));
}

#[test]
fn shipped_networks_have_no_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut count = 0;
    for folder in ["networks", "tests/networks"] {
        let entries = std::fs::read_dir(root.join(folder)).expect("a folder");
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.extension().is_some_and(|extension| extension == "net") {
                let network = compile(&path, &Disk).unwrap_or_else(|report| panic!("{report}"));
                assert!(network.findings.is_empty(), "{}", network.report());
                count += 1;
            }
        }
    }
    assert!(count >= 6, "{count} networks");
}
