//! `chem graph`: a network as a picture.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::{NetworkFile, default_output, print_findings};
use super::options::ParameterOptions;
use super::selection;
use super::solve::create;
use chem_report::plot::{GraphView, network_graph};
use chem_solver::data::input_error::{InputError, InputErrors, InputWarning};
use chem_solver::data::states_csv::{NeutralityCheck, Rows, State, States, read_states};
use chem_solver::data::suggestion;
use chem_solver::network::environment::network_in;
use chem_solver::runs::AnyNetwork;

/// Options of `graph`.
#[derive(Args, Clone, Debug)]
pub struct GraphOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: NetworkFile,

    /// Species around which to look, within --depth arrows; the whole network if not given
    #[arg(long, value_name = "CO,C+", value_delimiter = ',')]
    pub species: Vec<String>,

    /// How many arrows away from the species to look
    #[arg(long, default_value_t = 1, requires = "species", value_parser = clap::value_parser!(u8).range(1..))]
    pub depth: u8,

    /// Reactions whose arrows are drawn, by name or number (k12); all if not given
    #[arg(long, value_name = "NAME,K12", value_delimiter = ',')]
    pub reactions: Vec<String>,

    /// State at which the widths are those of the fluxes: an initial state of the network, or a row of a CSV file with
    /// columns id, T_K, `n_<species>` (the last, or the one of the number given)
    #[arg(long, value_name = "NAME|FILE.csv[:ROW]")]
    pub at: Option<String>,

    /// Draw only so many arrows: those of the largest flux (with --at) or of the most reactions
    #[arg(long, value_name = "N")]
    pub top: Option<NonZeroUsize>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub parameters: ParameterOptions,

    /// Where the picture goes; `out/<network>_graph.svg` if not given
    #[arg(long, value_name = "OUT.svg")]
    pub out: Option<PathBuf>,
}

/// Draws species and reactions.
///
/// # Errors
/// Findings of the network file; species, reactions and states that are not there; writing.
pub fn graph(options: &GraphOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let mut network = options.network.load_any()?;
    print_findings(&network.findings, streams)?;
    options.parameters.apply(&mut network)?;
    let structure = network.network.structure();
    let species = selection::species(structure, &options.species)?;
    if species.iter().any(|s| structure.species.get(*s).is_some_and(|name| name == "e-")) {
        let message = "electrons are named at the arrows, not drawn";
        return Err(InputError::new("--species", message, "choose other species").into());
    }
    let reactions = selection::reactions(structure, &options.reactions)?;
    let mut warnings = Vec::new();
    let state = options.at.as_ref().map(|text| state_at(&network, text, &mut warnings)).transpose()?;
    streams.warn(&warnings)?;
    let fluxes = state.map(|(name, state)| {
        let mut fluxes = vec![0.0; structure.reactions.len() + structure.processes.len()];
        let own = network_in(&*network.network, &state.environment);
        let network = own.as_deref().unwrap_or(&*network.network);
        network.fluxes(state.time, &state.unknowns, &mut fluxes);
        (name, fluxes)
    });
    let path =
        options.out.clone().unwrap_or_else(|| default_output(&format!("{}_graph", structure.name), "svg"));
    let mut file = create(&path)?;
    let picture = network_graph(&GraphView {
        structure,
        species: &species,
        depth: options.depth.into(),
        reactions: Some(reactions.as_slice()).filter(|_| !options.reactions.is_empty()),
        fluxes: fluxes.as_ref().map(|(name, fluxes)| (name.as_str(), fluxes.as_slice())),
        top: options.top.map(NonZeroUsize::get),
    });
    std::io::Write::write_all(&mut file, picture.svg.as_bytes())?;
    file.commit()?;
    writeln!(streams.out, "written: {}", path.display())?;
    if picture.species < picture.of_species {
        writeln!(
            streams.err,
            "note: {} of {} species were drawn; choose with --species CO, --reactions, --at STATE, --top 40",
            picture.species, picture.of_species
        )?;
    }
    Ok(Exit::Success)
}

/// A declared initial state, or a row of a file; and how it is called. Adds what is odd about the file to `warnings`.
fn state_at(
    network: &AnyNetwork,
    text: &str,
    warnings: &mut Vec<InputWarning>,
) -> Result<(String, State), InputErrors> {
    if let Some(state) = network.initials.iter().find(|state| state.id == text) {
        return Ok((state.id.clone(), state.clone()));
    }
    let structure = network.network.structure();
    let (file, row) = match text.rsplit_once(':') {
        Some((file, row)) if row.bytes().all(|b| b.is_ascii_digit()) && !row.is_empty() => (file, Some(row)),
        _ => (text, None),
    };
    let path = Path::new(file);
    if !path.exists() && path.extension().is_none() {
        let names: Vec<&str> = network.initials.iter().map(|state| state.id.as_str()).collect();
        let message = format!("the network `{}` has no initial state `{text}`", structure.name);
        let remedy = format!("{} Or give a CSV file", suggestion::remedy(text, &names));
        return Err(InputError::new("--at", message, remedy).into());
    }
    let States { mut states, warnings: found, .. } =
        read_states(path, structure, Rows::All, NeutralityCheck::Off)?;
    warnings.extend(found);
    let count = states.len();
    let index = match row {
        None => count.checked_sub(1),
        Some(row) => row.parse::<usize>().ok().and_then(|row| row.checked_sub(1)).filter(|row| *row < count),
    };
    let Some(index) = index else {
        let message = format!("there is no row {}", row.unwrap_or("with a state"));
        return Err(InputError::new(path, message, format!("give a row from 1 to {count}")).into());
    };
    let state = states.swap_remove(index);
    let time = if state.time > 0.0 { format!(", t = {:.3e} s", state.time) } else { String::new() };
    Ok((format!("{}{time}", state.id), state))
}
