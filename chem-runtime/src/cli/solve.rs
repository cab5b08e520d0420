//! `solve`: initial states in, trajectories out.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::print_findings;
use super::options::SolveOptions;
use crate::atomic_file::AtomicFile;
use crate::bdf::Options;
use crate::input_error::{InputError, InputErrors};
use crate::plot;
use crate::runs::{AnyNetwork, FailedCell, SolvedCell, solve_cells, summary};
use crate::states_csv::{write_trajectory_header, write_trajectory_rows};
use crate::structure::Structure;

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
    options.parameters.apply(&mut network)?;
    let cells = options.initial_states(&network)?;
    let times = options.output_times(&network, &cells)?;
    let settings = Options { signed: network.is_signed(), ..settings(options)? };
    let structure = network.network.structure();
    let outputs = Outputs::create(options, &structure.name)?;

    let begin = Instant::now();
    let times_of = |index: usize| cells.get(index).and_then(|c| times.of(&c.id)).unwrap_or(&[]);
    let results = solve_cells(&*network.network, &settings, &cells, times_of, options.thread_count());
    let wall = begin.elapsed();

    write!(streams.out, "{}", summary(structure, &settings, &results, wall))?;
    let written = outputs.write(structure, &settings, &results)?;
    writeln!(streams.out, "\nwritten: {}", written.join(", "))?;
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

fn settings(options: &SolveOptions) -> Result<Options, InputErrors> {
    let mut errors = InputErrors::default();
    if !(1e-13..=0.1).contains(&options.rtol) {
        let message = format!("{:e} is out of range", options.rtol);
        errors.0.push(InputError::new("--rtol", message, "give a number from 1e-13 to 0.1"));
    }
    if !(options.atol >= 1e-100 && options.atol.is_finite()) {
        let message = format!("{:e} is out of range", options.atol);
        errors.0.push(InputError::new("--atol", message, "give a number of at least 1e-100"));
    }
    errors.into_result()?;
    Ok(Options { rtol: options.rtol, atol: vec![options.atol], ..Options::default() })
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
        settings: &Options,
        results: &[Result<SolvedCell, FailedCell>],
    ) -> io::Result<Vec<String>> {
        let (path, mut file) = self.csv;
        write_trajectory_header(&mut file, structure)?;
        let solved = || results.iter().filter_map(|r| r.as_ref().ok());
        for cell in solved() {
            write_trajectory_rows(&mut file, structure, &cell.id, &cell.times, &cell.unknowns)?;
        }
        file.commit()?;
        let mut written = vec![path.display().to_string()];
        if let (Some((path, mut file)), Some(cell)) = (self.plot, solved().next()) {
            file.write_all(picture(structure, settings, cell).as_bytes())?;
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

fn picture(structure: &Structure, settings: &Options, cell: &SolvedCell) -> String {
    // Names of declared states speak for themselves, numbers do not.
    let word = if cell.id.parse::<f64>().is_ok() { "cell " } else { "" };
    let title = format!("{} network · {word}{}", structure.name, cell.id);
    let atol = settings.atol.first().copied().unwrap_or(0.0);
    let subtitle = format!(
        "{} species, {} reactions · rtol {:e}, atol {atol:e} · {} steps",
        structure.species_count(),
        structure.reactions.len(),
        settings.rtol,
        cell.report.counters.steps,
    );
    plot::trajectory(&plot::Trajectory {
        title: &title,
        subtitle: &subtitle,
        species: &structure.species,
        times: &cell.times,
        unknowns: &cell.unknowns,
        with_temperature: structure.evolves_temperature,
    })
}
