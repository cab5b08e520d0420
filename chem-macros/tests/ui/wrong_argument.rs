chem_runtime::chem_network!(molecular);

fn main() {}
