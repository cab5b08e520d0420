//! Every example of the language reference is valid, and laid out as the formatter would without changing its meaning.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::path::Path;

use chem_grammar::compile::compile;
use chem_grammar::memory_files::MemoryFiles;
use chem_grammar::{constants, unit};

fn reference() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/language.md");
    std::fs::read_to_string(path).unwrap()
}

/// The fenced `net` blocks of the reference.
fn examples() -> Vec<String> {
    let text = reference();
    text.split("```net\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn examples_follow_the_grammar() {
    let examples = examples();
    assert!(examples.len() >= 10, "found only {} examples", examples.len());
    for example in examples {
        let whole = ["network ", "rates "].iter().any(|word| example.starts_with(word));
        let text = if whole { example } else { format!("network example version 1\n\n{example}") };
        if let Err(report) = chem_grammar::format(&text, Path::new("language.md")) {
            panic!("{report}\n{text}");
        }
    }
}

#[test]
fn the_first_example_compiles() {
    let examples = examples();
    let files = MemoryFiles::new().with("first.net", &*examples[0]).with("hydrogen.rates", &*examples[1]);
    match compile(Path::new("first.net"), &files) {
        Ok(network) => {
            assert_eq!(network.reactions.len(), 2);
            assert!(network.findings.is_empty(), "{}", network.report());
        }
        Err(report) => panic!("{report}"),
    }
}

/// The lists of names are complete and hold nothing that is not there.
#[test]
fn units_and_constants_are_all_named() {
    let text = reference();
    let named = |name: &str| text.contains(&format!("`{name}`"));
    let missing: Vec<&str> = constants::CONSTANTS
        .iter()
        .map(|c| c.name)
        .chain(unit::UNITS.iter().map(|u| u.name))
        .filter(|name| !named(name))
        .collect();
    assert!(missing.is_empty(), "not in the reference: {missing:?}");
}

#[test]
fn functions_of_the_reference_exist() {
    let text = reference();
    let table = text.split("| function |").nth(1).unwrap().split("| constant |").next().unwrap();
    let calls: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `").and_then(|l| l.split(" |").next()))
        .flat_map(|cell| cell.split('`'))
        .map(|part| part.split('(').next().unwrap().trim())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(calls.len(), 22, "{calls:?}");
    for name in calls {
        let arguments = match name {
            "min" | "max" | "pow" => "0.5, 0.25",
            "clamp" => "0.5, 0, 1",
            "poly" => "0.5; 1, 2",
            "photo_rate" | "photo_heat" => "uv, verner96[H]",
            _ => "0.5",
        };
        let unit = if name == "photo_heat" { "1 [erg]" } else { "1" };
        let network = format!(
            "network f version 1\nspecies A (X), B (X)\n\
             radiation uv: edges = 10, 20 [eV], spectrum = E^-1, given = photons [cm^-3]\na: A -> B   k = abs({name}({arguments}) / {unit})  \"x\"\nb: B -> A   k = 1  \"x\"\n"
        );
        let files = MemoryFiles::new().with("f.net", network);
        if let Err(report) = compile(Path::new("f.net"), &files) {
            panic!("{report}");
        }
    }
}
