chem_runtime::chem_network!("no_such.net");

fn main() {}
