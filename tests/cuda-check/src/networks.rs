//! The networks whose kernels are checked.

use std::error::Error;
use std::path::Path;

use chem_grammar::network::Network;
use chem_grammar::system::System;
use chem_kernels::ResidualKernel;

/// Their names.
pub const NETWORKS: [&str; 2] = ["atomic", "molecular"];

/// The kernels of one, from its network file.
pub fn kernel(name: &str) -> Result<ResidualKernel, Box<dyn Error>> {
    let path = Path::new(chem_networks::DIRECTORY).join(name).with_extension("net");
    Ok(ResidualKernel::new(&System::new(Network::load(path)?)))
}
