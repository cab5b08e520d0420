//! `chem reduce`: the smallest network that keeps some species within a tolerance.

mod candidate;
mod search;

use std::path::PathBuf;

use chem_grammar::compile::{Disk, Files};
use chem_grammar::import::{ImportOptions, import};
use chem_grammar::recognise;
use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::{NetworkFile, print_findings};
use super::options::CellOptions;
use super::selection;
use chem_solver::data::atomic_file::AtomicFile;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::states_csv::States;
use chem_solver::network::environment::network_in;
use chem_solver::runs::{AnyNetwork, importance, solve_cells};

use candidate::{Judge, Reference};

/// Options of `reduce`.
#[derive(Args, Clone, Debug)]
pub struct ReduceOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: NetworkFile,

    /// The species that are to stay right; T is too where it changes
    #[arg(long, value_name = "CO,H2", value_delimiter = ',', required = true)]
    pub species: Vec<String>,

    /// Largest relative deviation of the species and T, at every output time of every cell
    #[arg(long, value_name = "0.05", default_value_t = 0.05)]
    pub tolerance: f64,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub cells: CellOptions,

    /// Where the network goes; to the screen if not given
    #[arg(long, value_name = "OUT.net")]
    pub out: Option<PathBuf>,
}

/// Ranks the reactions along the trajectories of the cells, finds how many are needed, leaves out what else is not, and
/// writes what is left as a network file. Every step is judged by solving the cells with what is left.
///
/// # Errors
/// Findings of the network, wrong input; nothing is then written.
pub fn reduce(options: &ReduceOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    if !(options.tolerance > 0.0 && options.tolerance < 1.0) {
        let message = format!("{} is out of range", options.tolerance);
        return Err(InputError::new("--tolerance", message, "give a number between 0 and 1").into());
    }
    let text = source(options)?;
    let mut network = options.network.load_any()?;
    print_findings(&network.findings, streams)?;
    options.cells.parameters.apply(&mut network)?;
    let structure = network.network.structure();
    let mut targets = selection::species(structure, &options.species)?;
    if targets.is_empty() {
        return Err(InputError::new("--species", "names no species", "name species of the network").into());
    }
    if structure.evolves_temperature {
        targets.push(structure.species_count());
    }
    let States { states: cells, warnings, .. } = options.cells.initial_states(&network)?;
    streams.warn(&warnings)?;
    let times = options.cells.output_times(&network, &cells)?;
    let settings = options.cells.settings()?.allow_negative(network.allows_negative());
    let times_of = |index: usize| cells.get(index).and_then(|c| times.of(&c.id)).unwrap_or(&[]);
    let solved = solve_cells(&*network.network, &settings, &cells, times_of, options.cells.thread_count());
    let solved = match solved.into_iter().collect::<Result<Vec<_>, _>>() {
        Ok(solved) => solved,
        Err(failure) => {
            let remedy = "give cells that the whole network can be solved for";
            return Err(InputErrors::from(InputError::new("--initial", failure.to_string(), remedy)).into());
        }
    };
    let mut ranks = vec![0.0f64; structure.reactions.len() + structure.processes.len()];
    for (state, cell) in cells.iter().zip(&solved) {
        let own = network_in(&*network.network, &state.environment);
        let of_cell =
            importance(own.as_deref().unwrap_or(&*network.network), &targets, &cell.times, &cell.unknowns);
        ranks.iter_mut().zip(of_cell).for_each(|(rank, own)| *rank = rank.max(own));
    }
    let reference = Reference { structure, cells: &cells, solved: &solved, targets: &targets };
    let judge = Judge { options, text: &text, reference, settings: &settings };
    let found = search::smallest(&judge, &ranks)?;
    write_network(options, &found.text, streams)?;
    report(options, &network, &judge, &found, streams)?;
    Ok(Exit::Success)
}

/// The network in our language: the file, or what is made of a file of another program.
fn source(options: &ReduceOptions) -> Result<String, Stop> {
    let path = &options.network.path;
    let text = Disk.read(path).map_err(|e| {
        InputError::new(path, format!("cannot be read: {e}"), "give the path of a network file")
    })?;
    Ok(match recognise(&text) {
        Some(format) => import(path, &text, format, ImportOptions::default()).text,
        None => text,
    })
}

fn write_network(options: &ReduceOptions, text: &str, streams: &mut Streams<'_>) -> Result<(), Stop> {
    let text = chem_grammar::format(text, &options.network.path)
        .map_err(|report| Stop::Network(Box::new(report)))?;
    match &options.out {
        Some(out) => AtomicFile::write_text(out, &text)?,
        None => write!(streams.out, "{text}")?,
    }
    Ok(())
}

/// What is left, and how far each of the named unknowns is off.
fn report(
    options: &ReduceOptions,
    network: &AnyNetwork,
    judge: &Judge<'_>,
    found: &search::Found,
    streams: &mut Streams<'_>,
) -> Result<(), Stop> {
    let structure = network.network.structure();
    let all = structure.reactions.len() + structure.processes.len();
    let (species, reactions) = found.left;
    writeln!(
        streams.err,
        "{}: {species} of {} species and {reactions} of {all} reactions are left; {} networks were solved",
        structure.name,
        structure.species_count(),
        found.solved,
    )?;
    for (target, deviation) in judge.reference.targets.iter().zip(&found.deviations) {
        let name = structure.species.get(*target).map_or("T", |name| name.as_ref());
        writeln!(streams.err, "  {name}: at most {:.2} % off", 100.0 * deviation)?;
    }
    if found.is_stopped {
        writeln!(streams.err, "  the search was stopped: reactions may be left that could go")?;
    }
    if let Some(out) = &options.out {
        writeln!(streams.err, "written: {}", out.display())?;
    }
    Ok(())
}
