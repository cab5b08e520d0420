//! Programs on top of chem.

pub mod signals;
pub mod training_bar;

use std::path::Path;

use chem_networks::{atomic, benchmark_const, benchmark_tdep, molecular};
use chem_runtime::cli::Stop;
use chem_runtime::data::input_error::InputError;
use chem_runtime::data::suggestion;
use chem_runtime::runs::AnyNetwork;

/// Networks that come with chem.
pub const NETWORKS: [&str; 4] = ["molecular", "atomic", "benchmark_const", "benchmark_tdep"];

/// A network that comes with chem, by name, or any network file, by path: the former are compiled, the latter
/// interpreted.
///
/// # Errors
/// If there is neither, or the file has findings.
pub fn network(name: &str) -> Result<AnyNetwork, Stop> {
    let compiled = match name {
        "molecular" => Some(AnyNetwork::typed::<molecular::Molecular>()),
        "atomic" => Some(AnyNetwork::typed::<atomic::Atomic>()),
        "benchmark_const" => Some(AnyNetwork::typed::<benchmark_const::BenchmarkConst>()),
        "benchmark_tdep" => Some(AnyNetwork::typed::<benchmark_tdep::BenchmarkTdep>()),
        _ => None,
    };
    if let Some(network) = compiled {
        let file = Path::new(chem_networks::DIRECTORY).join(name).with_extension("net");
        return Ok(network.compiled_from(file));
    }
    let path = Path::new(name);
    if path.exists() || path.extension().is_some_and(|e| e == "net") || name.contains('/') {
        return AnyNetwork::load(path).map_err(Stop::Network);
    }
    let remedy = format!("{}; or give the path of a network file", suggestion::remedy(name, &NETWORKS));
    Err(InputError::new(name, "there is no network of this name", remedy).into())
}
