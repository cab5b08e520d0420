//! Compiled and run by `tests/compile_budget.rs`: what `chem_network!` does with the files that it is given.

use std::time::Instant;

use chem_grammar::network::Network;
use chem_grammar::system::System;

fn main() {
    for path in std::env::args().skip(1) {
        let start = Instant::now();
        let network = Network::load(&path).expect("no errors");
        let loaded = start.elapsed();
        let text = chem_codegen::expand(&System::new(network), None);
        let written = start.elapsed();
        chem_codegen::tokens(&text).expect("Rust");
        let seconds = start.elapsed().as_secs_f64();
        let name = path.rsplit('/').next().unwrap_or(&path);
        println!(
            "{name}: {seconds:.2} s (read and checked after {:.2} s, written after {:.2} s, {} lines)",
            loaded.as_secs_f64(),
            written.as_secs_f64(),
            text.lines().count()
        );
    }
}
