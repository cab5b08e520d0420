//! `solve`: initial states in, trajectories out.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::print_findings;
use super::options::SolveOptions;
use super::picture::{Shown, picture};
use chem_solver::data::atomic_file::AtomicFile;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::states_csv::{States, write_trajectory_header, write_trajectory_rows};
use chem_solver::network::environment::network_in;
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
    let outputs = Outputs::create(options, &structure.name)?;

    let begin = Instant::now();
    let times_of = |index: usize| cells.get(index).and_then(|c| times.of(&c.id)).unwrap_or(&[]);
    let results = solve_cells(&*network.network, &settings, &cells, times_of, options.cells.thread_count());
    let wall = begin.elapsed();

    write!(streams.out, "{}", summary(structure, &settings, &results, wall))?;
    let draw = |index: usize, cell: &SolvedCell| {
        let state = cells.get(index)?;
        let own = network_in(&*network.network, &state.environment);
        Some(picture(own.as_deref().unwrap_or(&*network.network), &settings, (state, cell), &shown))
    };
    let has_picture = outputs.plot.is_some();
    let written = outputs.write(structure, &results, draw)?;
    writeln!(streams.out, "\nwritten: {}", written.join(", "))?;
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

/// The files to be written, opened before the work begins so that a wrong path costs no time.
struct Outputs {
    csv: (PathBuf, AtomicFile),
    plot: Option<(PathBuf, AtomicFile)>,
}

impl Outputs {
    fn create(options: &SolveOptions, name: &str) -> Result<Self, InputErrors> {
        let default = |extension: &str| Path::new("out").join(format!("{name}.{extension}"));
        let csv = options.out.clone().unwrap_or_else(|| default("csv"));
        let plot = options.plot.clone().or_else(|| options.out.is_none().then(|| default("svg")));
        let open = |path: PathBuf| create(&path).map(|file| (path, file));
        Ok(Outputs { csv: open(csv)?, plot: plot.map(open).transpose()? })
    }

    fn write(
        self,
        structure: &Structure,
        results: &[Result<SolvedCell, FailedCell>],
        draw: impl Fn(usize, &SolvedCell) -> Option<String>,
    ) -> io::Result<Vec<String>> {
        let (path, mut file) = self.csv;
        write_trajectory_header(&mut file, structure)?;
        for cell in results.iter().filter_map(|result| result.as_ref().ok()) {
            write_trajectory_rows(&mut file, structure, &cell.id, &cell.times, &cell.unknowns)?;
        }
        file.commit()?;
        let mut written = vec![path.display().to_string()];
        let mut solved =
            results.iter().enumerate().filter_map(|(i, result)| Some((i, result.as_ref().ok()?)));
        if let Some((path, mut file)) = self.plot
            && let Some(picture) = solved.next().and_then(|(index, cell)| draw(index, cell))
        {
            file.write_all(picture.as_bytes())?;
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
