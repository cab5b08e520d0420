chem_runtime::chem_network!("not_a_network.txt");

fn main() {}
