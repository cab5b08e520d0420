//! `chem expand`: the Rust that `chem_network!` makes of a network.

use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::NetworkFile;

/// Options of `expand`.
#[derive(Args, Clone, Debug)]
pub struct ExpandOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: NetworkFile,

    /// Name of the module; that of the network if not given
    #[arg(long)]
    pub module: Option<String>,
}

/// Prints the generated module, comments included.
///
/// # Errors
/// Findings of the network file.
pub fn expand(options: &ExpandOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let system = chem_grammar::system::System::new(options.network.load(streams)?);
    writeln!(streams.out, "{}", chem_codegen::expand(&system, options.module.as_deref()).trim_end())?;
    Ok(Exit::Success)
}
