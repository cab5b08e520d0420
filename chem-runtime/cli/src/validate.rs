//! `validate`: trained networks in, errors, pictures and a report out.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use chem_emulator::Checkpoint;
use chem_report::plot::Format;
use chem_report::validate::{
    Restamped, Summary, ValidateError, Validation, restamp, rollout_of_checkpoint, table, write_report,
};
use chem_solver::data::atomic_file::AtomicFile;
use chem_solver::data::input_error::InputError;
use chem_solver::runs::AnyNetwork;

/// Options of `validate`.
#[derive(Args, Clone, Debug, Default)]
pub struct ValidateOptions {
    /// Trained networks (.safetensors), or their folders; with --table summaries (summary.json), or their folders
    pub models: Vec<PathBuf>,

    /// Judge against the figures of a CSV file (columns id, t_s, T_K, `n_<species>`) instead of the BDF
    #[arg(long, value_name = "FILE.csv", conflicts_with = "table")]
    pub reference: Option<PathBuf>,

    /// Where the report goes; `out/<model>` if not given
    #[arg(long, value_name = "DIR", conflicts_with = "table")]
    pub out: Option<PathBuf>,

    /// Print the tables of networks/trained/README.md, made from summaries, and do nothing else
    #[arg(long)]
    pub table: bool,

    /// Judge models of networks whose equations changed since by the equations as they are, and take over those
    /// whose errors are still what the summary.json beside them says
    #[arg(long, conflicts_with_all = ["table", "reference", "out"])]
    pub restamp: bool,

    /// Call the models again and again on the same cells, as a simulation does, with and without a step of the equations,
    /// beside the solver; writes `rollout.csv` and `rollout.svg`
    #[arg(long, conflicts_with_all = ["table", "reference"])]
    pub rollout: bool,

    /// Number of cells of --rollout
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..), requires = "rollout")]
    pub cells: u32,

    /// Leave out what takes more than so many calls
    #[arg(long, value_name = "N", requires = "rollout")]
    pub most_calls: Option<usize>,
}

impl ValidateOptions {
    /// What is typed to ask for this.
    fn command(&self) -> String {
        let mut words = vec!["validate".to_owned()];
        words.extend(self.models.iter().map(|path| quoted(path)));
        for (option, path) in [("--reference", &self.reference), ("--out", &self.out)] {
            words.extend(path.iter().flat_map(|path| [option.to_owned(), quoted(path)]));
        }
        words.join(" ")
    }
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// Where trained networks come with chem.
const TRAINED: &str = "networks/trained";

/// Judges the models, writes the report and prints the tables; or only makes the tables of summaries.
/// `network_of` gives the network of a config's name.
///
/// # Errors
/// Models, references and summaries that cannot be read, cells that cannot be judged, files that cannot be
/// written.
pub fn validate(
    options: &ValidateOptions,
    network_of: impl Fn(&str) -> Result<AnyNetwork, Stop>,
    streams: &mut Streams<'_>,
) -> Result<Exit, Stop> {
    if options.table {
        let paths = files(&options.models, "summary.json")?;
        let summaries = paths.iter().map(|path| Summary::read(path)).collect::<Result<Vec<_>, _>>()?;
        write!(streams.out, "{}", table::markdown(&summaries))?;
        return Ok(Exit::Success);
    }
    if options.restamp {
        for path in files(&options.models, "model.safetensors")? {
            match restamp(&path, &network_of)? {
                None => writeln!(streams.out, "{}: of this network already", path.display())?,
                Some(Restamped { from, to, difference, .. }) => writeln!(
                    streams.out,
                    "{}: from [{from}] to [{to}]; judged anew, log10 of the quantiles of its errors differ by {difference:.1e} at most",
                    path.display()
                )?,
            }
        }
        return Ok(Exit::Success);
    }
    if options.rollout {
        return rollouts(options, network_of, streams);
    }
    let mut validations = Vec::new();
    for path in files(&options.models, "model.safetensors")? {
        validations.push(Validation::of_checkpoint(&path, &network_of, options.reference.as_deref())?);
    }
    // All were judged by one reference.
    streams.warn(validations.first().map_or(&[], |validation| &validation.warnings))?;
    let out = options.out.clone().unwrap_or_else(|| match validations.as_slice() {
        [one] => Path::new("out").join(&one.summary.model),
        _ => Path::new("out").join("validation"),
    });
    let written = write_report(&validations, &out, &options.command())?;
    let summaries: Vec<Summary> = validations.iter().map(|v| v.summary.clone()).collect();
    write!(streams.out, "{}", table::markdown(&summaries))?;
    if let Some(page) = written.first() {
        writeln!(streams.out, "\nwritten: {} and {} files beside it", page.display(), written.len() - 1)?;
    }
    Ok(Exit::Success)
}

/// Prints the rollouts of each model, and writes them as CSV.
fn rollouts(
    options: &ValidateOptions,
    network_of: impl Fn(&str) -> Result<AnyNetwork, Stop>,
    streams: &mut Streams<'_>,
) -> Result<Exit, Stop> {
    let mut paths = files(&options.models, "model.safetensors")?;
    if options.models.is_empty() {
        // Of those that come with chem, the ones that know a domain.
        paths.retain(|path| Checkpoint::load(path).is_ok_and(|model| model.provenance.domain.is_some()));
    }
    let limits = (options.cells as usize, options.most_calls.unwrap_or(usize::MAX));
    for path in &paths {
        let rollout = rollout_of_checkpoint(path, &network_of, limits)?;
        let folder = match &options.out {
            Some(out) if paths.len() == 1 => out.clone(),
            Some(out) => out.join(&rollout.model),
            None => Path::new("out").join(&rollout.model),
        };
        let csv = folder.join("rollout.csv");
        AtomicFile::write_text(&csv, &rollout.csv())
            .map_err(|source| ValidateError::File { path: csv.clone(), source })?;
        let mut written = csv.display().to_string();
        if let Some(picture) = rollout.picture(Format::Wide) {
            let path = folder.join("rollout.svg");
            AtomicFile::write_text(&path, &picture)
                .map_err(|source| ValidateError::File { path: path.clone(), source })?;
            written = format!("{written}, {}", path.display());
        }
        writeln!(streams.out, "{}\nwritten: {written}\n", rollout.markdown())?;
    }
    Ok(Exit::Success)
}

/// Files as given, and those of the given name in folders; without any the folders of the trained networks.
fn files(given: &[PathBuf], name: &str) -> Result<Vec<PathBuf>, Stop> {
    let trained = [PathBuf::from(TRAINED)];
    let given = if given.is_empty() { &trained[..] } else { given };
    let mut files = Vec::new();
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let here = path.join(name);
        let mut found: Vec<PathBuf> = match here.exists() {
            true => vec![here],
            false => std::fs::read_dir(path)?
                .filter_map(|entry| Some(entry.ok()?.path().join(name)))
                .filter(|file| file.exists())
                .collect(),
        };
        found.sort();
        if found.is_empty() {
            let remedy = format!("give the path of a {name}, or of a folder with folders that hold one");
            return Err(InputError::new(path, format!("there is no {name}"), remedy).into());
        }
        files.append(&mut found);
    }
    if let Some(missing) = files.iter().find(|file| !file.exists()) {
        let remedy = format!("give the path of a {name}, or train one: train --list");
        return Err(InputError::new(missing, "there is no such file", remedy).into());
    }
    Ok(files)
}

impl From<ValidateError> for Stop {
    fn from(error: ValidateError) -> Self {
        match error {
            ValidateError::Input(errors) => Stop::Input(errors),
            ValidateError::File { path, source } => {
                Stop::Io(std::io::Error::new(source.kind(), format!("{}: {source}", path.display())))
            }
            other => Stop::Judged(Box::new(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_what_was_typed() {
        let options = ValidateOptions {
            models: vec!["networks/trained/single_atomic".into(), "my runs/a".into()],
            reference: Some("r.csv".into()),
            ..ValidateOptions::default()
        };
        assert_eq!(
            options.command(),
            "validate networks/trained/single_atomic 'my runs/a' --reference r.csv"
        );
    }
}
