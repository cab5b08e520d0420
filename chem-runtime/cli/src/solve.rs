//! `solve`: initial states in, trajectories out.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::print_findings;
use super::options::{SolveMethod, SolveOptions};
use super::picture::{Shown, picture};
use chem_solver::bdf::Options;
use chem_solver::data::atomic_file::AtomicFile;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::states_csv::{
    OutputTimes, State, States, write_trajectory_header, write_trajectory_rows,
};
use chem_solver::network::environment::network_in;
use chem_solver::runs::choice::{self, Solver};
use chem_solver::runs::{AnyNetwork, FailedCell, SolvedCell, solve_cells, summary};
use chem_solver::structure::Structure;

/// Solves the cells asked for, writes CSV and picture, and prints a summary. Files appear whole or not at all.
///
/// # Errors
/// Every mistake of the input; nothing is then written.
pub fn solve(
    mut network: AnyNetwork,
    options: &SolveOptions,
    streams: &mut Streams<'_>,
) -> Result<Exit, Stop> {
    print_findings(&network.findings, streams)?;
    options.cells.parameters.apply(&mut network)?;
    let States { states: cells, warnings, .. } = options.cells.initial_states(&network)?;
    streams.warn(&warnings)?;
    let times = options.cells.output_times(&network, &cells)?;
    let settings = options.cells.settings()?.allow_negative(network.allows_negative());
    let structure = network.network.structure();
    let shown = Shown::new(options, structure)?;
    let (solver, reason) = solver(options, &network, (&times, cells.len()), &settings)?;
    let outputs = Outputs::create(options, &structure.name)?;

    let begin = Instant::now();
    let mut written = outputs.begin(structure)?;
    let mut results = Vec::with_capacity(cells.len());
    for (number, chunk) in cells.chunks(chunk(structure, &times, &cells)).enumerate() {
        let threads = options.cells.thread_count();
        let times_of = |index: usize| chunk.get(index).and_then(|c| times.of(&c.id)).unwrap_or(&[]);
        let solved = match solver {
            Solver::Batch => network
                .solve_in_lanes(&settings, chunk, times_of(0), threads)
                .map_err(|e| InputError::new("--method", e.to_string(), "give --method bdf"))?,
            Solver::Bdf => solve_cells(&*network.network, &settings, chunk, times_of, threads),
        };
        written.cells(structure, &solved)?;
        let draw = |index: usize, cell: &SolvedCell| {
            let state = chunk.get(index)?;
            let own = network_in(&*network.network, &state.environment);
            Some(picture(own.as_deref().unwrap_or(&*network.network), &settings, (state, cell), &shown))
        };
        written.picture(&solved, draw)?;
        // A single cell is told with its states, many by their ends.
        let whole = number == 0 && cells.len() == 1;
        results.extend(
            solved.into_iter().map(|cell| if whole { cell } else { cell.map(SolvedCell::at_its_end) }),
        );
    }
    let wall = begin.elapsed();
    let has_picture = written.has_picture();
    let paths = written.commit()?;
    write!(streams.out, "{}", summary(structure, &settings, &results, wall))?;
    writeln!(streams.out, "\nsolved by: {solver} ({reason})")?;
    writeln!(streams.out, "written: {}", paths.join(", "))?;
    if let Some(note) = shown.note().filter(|_| has_picture) {
        writeln!(streams.err, "{note}")?;
    }
    let failed: Vec<&FailedCell> = results.iter().filter_map(|r| r.as_ref().err()).collect();
    for failure in &failed {
        writeln!(streams.err, "error: {failure}")?;
    }
    if failed.is_empty() {
        return Ok(Exit::Success);
    }
    writeln!(
        streams.err,
        "error: {} of {} cells failed; the others were written",
        failed.len(),
        results.len()
    )?;
    Ok(Exit::Failure)
}

/// The solver that is asked for, or the one that suits; and why.
fn solver(
    options: &SolveOptions,
    network: &AnyNetwork,
    (times, cells): (&OutputTimes, usize),
    settings: &Options,
) -> Result<(Solver, String), InputError> {
    let refusal = match times {
        OutputTimes::Common(times) => choice::refusal(times, network.allows_negative()),
        OutputTimes::ById(_) => Some("it needs the same output times for all cells"),
    };
    match (options.method, refusal) {
        (SolveMethod::Bdf, _) => Ok((Solver::Bdf, "as asked".to_owned())),
        (SolveMethod::Batch, None) => Ok((Solver::Batch, "as asked".to_owned())),
        (SolveMethod::Batch, Some(refusal)) => {
            let message = format!("the batch cannot solve these cells: {refusal}");
            Err(InputError::new("--method", message, "leave it out, or give --method bdf"))
        }
        (SolveMethod::Auto, Some(refusal)) => Ok((Solver::Bdf, format!("for the batch {refusal}"))),
        (SolveMethod::Auto, None) => {
            let count = if let OutputTimes::Common(times) = times { times.len() } else { 0 };
            Ok(choice::choose(network.network.structure(), (cells, count), settings))
        }
    }
}

/// Numbers of states that are in memory at once.
const MOST_NUMBERS: usize = 32_000_000;

/// How many cells are solved before they are written.
fn chunk(structure: &Structure, times: &OutputTimes, cells: &[State]) -> usize {
    let times = cells.first().and_then(|cell| times.of(&cell.id)).map_or(1, <[f64]>::len).max(1);
    (MOST_NUMBERS / (times * structure.unknown_count())).max(64)
}

/// The files to be written, opened before the work begins so that a wrong path costs no time.
struct Outputs {
    csv: (PathBuf, AtomicFile),
    /// With whether it is drawn.
    plot: Option<(PathBuf, AtomicFile, bool)>,
}

impl Outputs {
    fn create(options: &SolveOptions, name: &str) -> Result<Self, InputErrors> {
        let default = |extension: &str| Path::new("out").join(format!("{name}.{extension}"));
        let csv = options.out.clone().unwrap_or_else(|| default("csv"));
        let plot = options.plot.clone().or_else(|| options.out.is_none().then(|| default("svg")));
        let open = |path: PathBuf| create(&path).map(|file| (path, file));
        let plot = plot.map(open).transpose()?.map(|(path, file)| (path, file, false));
        Ok(Outputs { csv: open(csv)?, plot })
    }

    /// Writes the header.
    fn begin(mut self, structure: &Structure) -> io::Result<Self> {
        write_trajectory_header(&mut self.csv.1, structure)?;
        Ok(self)
    }

    /// Writes the trajectories of solved cells.
    fn cells(&mut self, structure: &Structure, results: &[Result<SolvedCell, FailedCell>]) -> io::Result<()> {
        results.iter().filter_map(|result| result.as_ref().ok()).try_for_each(|cell| {
            write_trajectory_rows(&mut self.csv.1, structure, &cell.id, &cell.times, &cell.unknowns)
        })
    }

    /// Writes the picture of the first solved cell, if there is one to be drawn.
    fn picture(
        &mut self,
        results: &[Result<SolvedCell, FailedCell>],
        draw: impl Fn(usize, &SolvedCell) -> Option<String>,
    ) -> io::Result<()> {
        let mut solved =
            results.iter().enumerate().filter_map(|(i, result)| Some((i, result.as_ref().ok()?)));
        if let Some((_, file, drawn)) = &mut self.plot
            && !*drawn
            && let Some(picture) = solved.next().and_then(|(index, cell)| draw(index, cell))
        {
            file.write_all(picture.as_bytes())?;
            *drawn = true;
        }
        Ok(())
    }

    fn has_picture(&self) -> bool {
        self.plot.as_ref().is_some_and(|(_, _, drawn)| *drawn)
    }

    /// Lets the files appear; returns their paths.
    fn commit(self) -> io::Result<Vec<String>> {
        let (path, file) = self.csv;
        file.commit()?;
        let mut written = vec![path.display().to_string()];
        if let Some((path, file, true)) = self.plot {
            file.commit()?;
            written.push(path.display().to_string());
        }
        Ok(written)
    }
}

/// Opens an output file.
pub(super) fn create(path: &Path) -> Result<AtomicFile, InputError> {
    AtomicFile::create(path).map_err(|e| {
        InputError::new(path, format!("cannot be written: {e}"), "give a path that can be written")
    })
}
