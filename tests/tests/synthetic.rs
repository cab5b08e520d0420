//! Large made-up networks: what they are, and that the interpreter's mathematics holds for them.

use chem_grammar::compile::compile;
use chem_grammar::system::System;
use chem_tests::synthetic;

#[test]
fn four_hundred_species_compile() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("synthetic.net");
    std::fs::write(&path, synthetic::network(400, 3000, 1)).expect("written");
    let network = compile(&path, &chem_grammar::compile::Disk).unwrap_or_else(|report| panic!("{report}"));
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
