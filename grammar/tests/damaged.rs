//! Damaged networks are reported, never a panic.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::path::{Path, PathBuf};

use chem_grammar::compile::compile;
use chem_grammar::memory_files::MemoryFiles;
use proptest::prelude::*;

/// All fixtures: their words are the vocabulary of the language.
fn texts() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/diagnostics");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// One edit: at a place, remove some characters and put a piece of another text there.
fn damaged(text: &str, edits: &[(usize, usize, usize, usize)], other: &str) -> String {
    let mut text: Vec<char> = text.chars().collect();
    let other: Vec<char> = other.chars().collect();
    for &(place, removed, from, length) in edits {
        let start = place % (text.len() + 1);
        let end = (start + removed).min(text.len());
        let from = from % (other.len() + 1);
        let piece: Vec<char> = other[from..(from + length).min(other.len())].to_vec();
        text.splice(start..end, piece);
    }
    text.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn damaged_networks_do_not_panic(
        which in any::<prop::sample::Index>(),
        donor in any::<prop::sample::Index>(),
        edits in prop::collection::vec((0usize..4000, 0usize..12, 0usize..4000, 0usize..20), 1..6),
    ) {
        let texts = texts();
        let (name, text) = which.get(&texts);
        let (_, other) = donor.get(&texts);
        let mut files = MemoryFiles::new();
        for (name, text) in &texts {
            files = files.with(name, text.clone());
        }
        let files = files.with(name, damaged(text, &edits, other));
        for (main, _) in texts.iter().filter(|(n, _)| n == name || n.split('_').next() == name.split('_').next()) {
            if main.ends_with(".net") && let Err(report) = compile(Path::new(main), &files) {
                prop_assert!(!report.diagnostics.is_empty());
                prop_assert!(!report.render().is_empty());
            }
        }
    }
}

fn outcome(text: &str) -> Result<(), String> {
    let files = MemoryFiles::new().with("a.net", text);
    compile(Path::new("a.net"), &files).map(|_| ()).map_err(|report| report.render())
}

const HEAD: &str = "network a version 1\nspecies A (X), B (X)\nback: B -> A  k = 1  \"x\"\n";

#[test]
fn deep_expressions_are_refused() {
    let rate = |k: String| outcome(&format!("{HEAD}to: A -> B  k = {k} \"x\"\n"));
    assert!(rate(vec!["1"; 200].join(" + ")).is_ok());
    assert!(rate(format!("{}1{}", "(".repeat(20_000), ")".repeat(20_000))).is_err());
    assert!(rate(format!("{}1", "-".repeat(20_000))).is_err());
    assert!(rate(vec!["1"; 20_000].join("^")).is_err());
}

#[test]
fn long_chains_of_definitions_are_refused() {
    let chain = |count: usize| {
        let mut text = format!("{HEAD}let a0 = 1e-9 * T\nto: A -> B  k = a{count} \"x\"\n");
        for i in 1..=count {
            text += &format!("let a{i} = (a{} + 1) * 2\n", i - 1);
        }
        outcome(&text)
    };
    assert!(chain(100).is_ok());
    assert!(chain(20_000).is_err_and(|report| report.contains("E024")));
}

#[test]
fn functions_that_call_each_other_twice_take_no_exponential_time() {
    let mut text = format!("{HEAD}function f0(x) = x + 1\nto: A -> B  k = f39(1e-9 * T) \"x\"\n");
    for i in 1..40 {
        text += &format!("function f{i}(x) = f{}(x) / 2 + f{}(x)\n", i - 1, i - 1);
    }
    assert_eq!(outcome(&text), Ok(()));
}
