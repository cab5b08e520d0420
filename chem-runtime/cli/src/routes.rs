//! `chem routes`: what forms and destroys a species along a trajectory.

mod table;

use std::io::{self, Write};
use std::path::PathBuf;

use chem_report::plot::{RouteShare, RouteShares, route_shares};
use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::{NetworkFile, print_findings};
use super::options::CellOptions;
use super::picture::smooth;
use super::selection;
use super::solve::create;
use chem_solver::bdf::Options;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::states_csv::{Entry, State, States, write_record};
use chem_solver::network::ChemNetwork;
use chem_solver::network::environment::network_in;
use chem_solver::runs::{Routed, Routes, Side, SolvedCell, solve_cells};
use chem_solver::structure::Structure;

/// Options of `routes`.
#[derive(Args, Clone, Debug)]
pub struct RoutesOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: NetworkFile,

    /// The species; `T` for what heats and cools
    #[arg(long, value_name = "CO")]
    pub species: String,

    /// Number of routes of each side that the table names
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub top: usize,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub cells: CellOptions,

    /// Where the rates of all routes at all times go
    #[arg(long, value_name = "OUT.csv")]
    pub out: Option<PathBuf>,

    /// Where the picture of the first cell goes
    #[arg(long, value_name = "OUT.svg")]
    pub plot: Option<PathBuf>,
}

/// Solves the cells as `solve` does and prints, for each, the main routes of a species; writes all of them and a picture if asked.
///
/// # Errors
/// Findings of the network, wrong input; nothing is then written.
pub fn routes(options: &RoutesOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let mut network = options.network.load_any()?;
    print_findings(&network.findings, streams)?;
    options.cells.parameters.apply(&mut network)?;
    let structure = network.network.structure();
    let of = routed(structure, &options.species)?;
    let States { states: cells, warnings, .. } = options.cells.initial_states(&network)?;
    streams.warn(&warnings)?;
    let times = options.cells.output_times(&network, &cells)?;
    let settings = options.cells.settings()?.allow_negative(network.allows_negative());
    let mut csv = options.out.as_deref().map(create).transpose()?;
    let mut plot = options.plot.as_deref().map(create).transpose()?;

    let times_of = |index: usize| cells.get(index).and_then(|c| times.of(&c.id)).unwrap_or(&[]);
    let solved = solve_cells(&*network.network, &settings, &cells, times_of, options.cells.thread_count());
    if let Some(file) = &mut csv {
        write_header(file)?;
    }
    let mut failed = 0;
    for (state, result) in cells.iter().zip(&solved) {
        let cell = match result {
            Ok(cell) => cell,
            Err(failure) => {
                failed += 1;
                writeln!(streams.err, "error: {failure}")?;
                continue;
            }
        };
        let own = network_in(&*network.network, &state.environment);
        let own = own.as_deref().unwrap_or(&*network.network);
        let found = Routes::along(own, of, &cell.times, &cell.unknowns);
        write!(
            streams.out,
            "{}",
            table::table(structure, (of, &options.species), cell, &found, options.top)
        )?;
        if let Some(file) = &mut csv {
            write_rows(file, cell, &found)?;
        }
        if let Some(mut file) = plot.take() {
            file.write_all(picture(own, &settings, (state, cell), (of, &options.species)).as_bytes())?;
            file.commit()?;
        }
    }
    if let Some(file) = csv {
        file.commit()?;
    }
    let written: Vec<String> =
        [&options.out, &options.plot].into_iter().flatten().map(|path| path.display().to_string()).collect();
    if !written.is_empty() && failed < cells.len() {
        writeln!(streams.out, "written: {}", written.join(", "))?;
    }
    Ok(if failed == 0 { Exit::Success } else { Exit::Failure })
}

/// What a name means: `T` or a species.
fn routed(structure: &Structure, name: &str) -> Result<Routed, InputErrors> {
    if name == "T" {
        if structure.heating.is_empty() && structure.cooling.is_empty() {
            let message = format!("the network `{}` neither heats nor cools", structure.name);
            return Err(InputError::new("--species", message, "name a species").into());
        }
        return Ok(Routed::Temperature);
    }
    let found = selection::species(structure, &[name.to_owned()])?;
    let none = || InputError::new("--species", "names no species", "name one species of the network").into();
    found.first().map(|species| Routed::Species(*species)).ok_or_else(none)
}

fn write_header(out: &mut dyn Write) -> io::Result<()> {
    let columns = ["id", "t_s", "side", "name", "equation", "rate", "share"];
    write_record(out, columns.into_iter().map(Entry::text))
}

/// Rates are positive on both sides; shares are those of the total of the side.
fn write_rows(out: &mut dyn Write, cell: &SolvedCell, found: &Routes) -> io::Result<()> {
    for side in Side::BOTH {
        for (index, shares) in found.ranked(side) {
            let Some(route) = found.routes.get(index) else { continue };
            for ((time, share), total) in cell.times.iter().zip(&shares).zip(found.totals(side)) {
                let word = if side == Side::Formation { "formation" } else { "destruction" };
                let texts = [&*route.name, &*route.equation].map(Entry::text);
                let [name, equation] = texts;
                let head = [Entry::text(&cell.id), Entry::Number(*time), Entry::text(word), name, equation];
                let numbers = [Entry::Number(share * total), Entry::Number(*share)];
                write_record(out, head.into_iter().chain(numbers))?;
            }
        }
    }
    Ok(())
}

/// Both sides of a balance in words.
fn sides(of: Routed) -> [&'static str; 2] {
    match of {
        Routed::Species(_) => ["formation", "destruction"],
        Routed::Temperature => ["heating", "cooling"],
    }
}

fn picture(
    network: &dyn ChemNetwork,
    settings: &Options,
    (state, cell): (&State, &SolvedCell),
    (of, name): (Routed, &str),
) -> String {
    let (times, unknowns) = smooth(network, settings, state, cell);
    let found = Routes::along(network, of, &times, &unknowns);
    let labelled = |side: Side| -> Vec<RouteShare> {
        let ranked = found.ranked(side).into_iter();
        ranked
            .filter_map(|(index, shares)| {
                let route = found.routes.get(index)?;
                let label = if of == Routed::Temperature { &route.name } else { &route.equation };
                Some(RouteShare { label: label.to_string(), shares })
            })
            .collect()
    };
    let [above, below] = sides(of);
    let structure = network.structure();
    route_shares(&RouteShares {
        title: &format!("{} network · {} · {name}", structure.name, cell.id),
        subtitle: &format!("shares of the reactions in its {above} and {below}"),
        times: &times,
        above: (above, &labelled(Side::Formation)),
        below: (below, &labelled(Side::Destruction)),
    })
}
