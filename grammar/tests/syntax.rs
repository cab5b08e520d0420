//! What is said about each syntax mistake: a snapshot for every file of `fixtures/syntax`.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chem_grammar::diagnostic::Report;
use chem_grammar::source::{SourceFile, SourceMap};

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/syntax");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn report(path: &Path) -> String {
    let name = path.file_name().unwrap();
    let mut sources = SourceMap::default();
    let id = sources.add(SourceFile::new(name, std::fs::read_to_string(path).unwrap()));
    let (_, diagnostics) = chem_grammar::parse(id, sources.get(id).unwrap());
    assert!(!diagnostics.is_empty(), "{} has no syntax error", path.display());
    Report { sources, diagnostics, species: Vec::new() }.render()
}

#[test]
fn every_mistake_is_explained() {
    let mut names = BTreeSet::new();
    for path in fixtures() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        insta::with_settings!({ snapshot_path => "snapshots/syntax", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.clone(), report(&path));
        });
        names.insert(format!("{name}.snap"));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/syntax");
    let snapshots: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let orphans: Vec<&String> = snapshots.difference(&names).filter(|n| n.ends_with(".snap")).collect();
    assert!(orphans.is_empty(), "snapshots without a fixture: {orphans:?}");
}
