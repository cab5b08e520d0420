//! Large synthetic networks: what they are, and that the interpreter's mathematics holds for them.
#![allow(clippy::expect_used, clippy::panic)] // tests fail by panicking

use chem_codegen::Form;
use chem_grammar::compile::compile;
use chem_grammar::network::Network;
use chem_grammar::system::System;
use chem_tests::synthetic;

fn network(species: usize, reactions: usize) -> Network {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("synthetic.net");
    std::fs::write(&path, synthetic::network(species, reactions, 1)).expect("written");
    compile(&path, &chem_grammar::compile::Disk).unwrap_or_else(|report| panic!("{report}"))
}

/// Lanes and tables of the functions of T are for networks that are written out: networks of common size must be.
#[test]
fn networks_of_up_to_64_species_and_400_reactions_are_written_out() {
    let form = |species, reactions| {
        let network = network(species, reactions);
        (network.species.len(), network.reactions.len(), Form::of(&System::new(network)))
    };
    assert_eq!(form(38, 287), (37, 287, Form::Unrolled));
    assert_eq!(form(64, 400), (63, 400, Form::Unrolled));
    assert_eq!(form(66, 400), (65, 400, Form::Looped));
    assert_eq!(form(64, 401), (63, 401, Form::Looped));
}

/// The factors of a network whose Jacobian fills up would be tens of thousands of lines, which take the compiler minutes.
#[test]
fn factors_with_much_fill_are_loops() {
    for (species, reactions, factors) in [(38, 287, Form::Unrolled), (64, 400, Form::Looped)] {
        let system = System::new(network(species, reactions));
        assert_eq!(Form::of_factors(Form::Unrolled, &system), factors, "{species} species");
        let text = chem_codegen::expand(&system, None);
        assert_eq!(text.contains("rt::factor(&STRUCTURE"), factors == Form::Looped);
        assert!(text.contains("fn t_functions"), "lanes and tables of the functions of T stay");
        assert!(text.lines().count() < 40_000);
    }
}

#[test]
fn four_hundred_species_compile() {
    let network = network(400, 3000);
    assert_eq!(network.species.len(), 399);
    assert_eq!(network.reactions.len(), 3000);
    let start = std::time::Instant::now();
    let system = System::new(network);
    println!(
        "System::new {:?}, jacobian {} LU {} fill {}",
        start.elapsed(),
        system.pattern.entry_count(),
        system.lu.pattern.entry_count(),
        system.lu.fill()
    );
    let names: Vec<&str> = system.conservation.iter().map(|law| law.name.as_str()).collect();
    assert_eq!(names, ["X", "charge"]);
}
