//! Names of the field: isomers, isotopes, ices, grains, lumped species.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

use std::path::Path;

use chem_grammar::compile::compile;
use chem_grammar::memory_files::MemoryFiles;
use chem_grammar::network::Network;

fn network(text: &str) -> Network {
    let files = MemoryFiles::new().with("a.net", text);
    compile(Path::new("a.net"), &files).unwrap_or_else(|report| panic!("{report}"))
}

fn fixture() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/diagnostics/ok_names.net");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn identifiers_are_distinct() {
    let network = network(&fixture());
    let mut identifiers: Vec<&str> = network.species.iter().map(|s| s.ident.as_str()).collect();
    assert_eq!(identifiers[..4], ["CC3H2", "LC3H2", "LC3H2Second", "SurfaceCO"]);
    identifiers.sort_unstable();
    identifiers.dedup();
    assert_eq!(identifiers.len(), network.species.len());
}

#[test]
fn composition_and_mass() {
    let network = network(&fixture());
    let count = |species: &str, element: &str| {
        let species = &network.species[network.find_species(species).unwrap().0 as usize];
        let element = network.elements.iter().position(|e| e == element).unwrap();
        species.composition[element]
    };
    assert_eq!((count("c-C3H2", "C"), count("#CO", "O"), count("13CO", "C")), (3, 1, 0));
    assert_eq!((count("13CO", "13C"), count("H(13C)O+", "13C"), count("H13CO", "H")), (1, 1, 1));
    let mass = |name: &str| network.species[network.find_species(name).unwrap().0 as usize].mass;
    assert_eq!(mass("GRAIN0"), 4e-12);
    // One neutron more than CO of the standard mixture of isotopes.
    assert!(((mass("13CO") - mass("CO")) / 1.660_539e-24 - 0.992_355).abs() < 1e-3);
}

#[test]
fn a_name_with_a_mark_of_comments_is_one_token() {
    let formatted = chem_grammar::format(&fixture(), Path::new("a.net")).unwrap();
    assert_eq!(chem_grammar::format(&formatted, Path::new("a.net")).unwrap(), formatted);
    assert!(formatted.contains("GRAIN0 (Grain) mass = 4e-12 [g]"), "{formatted}");
    assert_eq!(network(&formatted).hash, network(&fixture()).hash);
}

#[test]
fn backquotes_without_an_end_are_an_error_at_their_place() {
    for text in [
        "species `#CO, CO\n",
        "species ``, CO\n",
        "species `C O`\n",
        "species CO\na: `CO -> CO  k = 1 \"x\"\n",
    ] {
        let text = format!("network a version 1\n{text}");
        let files = MemoryFiles::new().with("a.net", text);
        let report = compile(Path::new("a.net"), &files).unwrap_err();
        assert!(report.diagnostics.iter().any(|d| d.code.as_str() == "E001"), "{report}");
    }
}

#[test]
fn the_text_of_a_coefficient_keeps_names_and_loses_comments() {
    let network = network(&fixture());
    assert_eq!(network.reactions[0].source, "a: `c-C3H2` -> `l-C3H2` k = 1e-9 * n[`#CO`] / n_tot");
}
