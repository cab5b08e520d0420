chem_runtime::chem_network!("findings.net", deny(W999));

fn main() {}
