//! The folder in which a training runs.

use std::path::{Path, PathBuf};

use super::TrainOptions;
use crate::Streams;
use crate::exit::Stop;
use chem_solver::data::input_error::InputError;
use chem_training::run::{Folder, Held, RunError};

/// The folder of a new training: that of --out, or `out/<name>`, with a number if there is a training already.
///
/// # Errors
/// If the folder of --out holds another training, or one is running there.
pub(super) fn of_new(options: &TrainOptions, name: &str, streams: &mut Streams<'_>) -> Result<Folder, Stop> {
    let Some(out) = &options.out else {
        let mut folder = Folder(usual(name));
        let held = folder.held();
        if options.overwrite || (held == Held::Nothing && !folder.is_in_use()) {
            return Ok(folder);
        }
        let taken = folder.clone();
        for number in 2.. {
            folder = Folder(numbered(name, number));
            if folder.held() == Held::Nothing && !folder.is_in_use() {
                break;
            }
        }
        let (taken, here) = (taken.0.display(), folder.0.display());
        let why =
            if held == Held::Nothing { "holds a running training".to_owned() } else { held.to_string() };
        writeln!(streams.err, "note: {taken} {why}; this one goes to {here}")?;
        return Ok(folder);
    };
    let folder = Folder(out.clone());
    match folder.held() {
        held if held != Held::Nothing && !options.overwrite => {
            Err(RunError::Taken { folder: out.clone(), held }.into())
        }
        _ => Ok(folder),
    }
}

/// The folder of a training that goes on: that of --out, or the last of those of this name that have not ended.
pub(super) fn to_resume(
    options: &TrainOptions,
    name: &str,
    streams: &mut Streams<'_>,
) -> Result<Folder, Stop> {
    if let Some(out) = &options.out {
        return Ok(Folder(out.clone()));
    }
    let first = Folder(usual(name));
    let others = (2..).map(|number| Folder(numbered(name, number)));
    let all: Vec<Folder> = std::iter::once(first.clone())
        .chain(others.take_while(|folder| folder.0.is_dir()))
        .filter(|folder| folder.checkpoint().exists())
        .collect();
    let open = all.iter().rfind(|folder| !matches!(folder.held(), Held::Ended(_)));
    let folder = open.or(all.last()).cloned().unwrap_or(first);
    if all.len() > 1 {
        writeln!(streams.err, "note: goes on in {}", folder.0.display())?;
    }
    Ok(folder)
}

fn usual(name: &str) -> PathBuf {
    Path::new("out").join(name)
}

fn numbered(name: &str, number: u32) -> PathBuf {
    Path::new("out").join(format!("{name}-{number}"))
}

impl From<RunError> for Stop {
    fn from(error: RunError) -> Self {
        let help = error.help().unwrap_or_default().to_owned();
        match error {
            RunError::Taken { folder, held } => InputError::new(folder, held.to_string(), help).into(),
            RunError::InUse { folder, process } => {
                let message = match process.as_str() {
                    "" => "another training writes there".to_owned(),
                    process => format!("another training writes there (process {process})"),
                };
                InputError::new(folder, message, help).into()
            }
            other => Stop::Training(Box::new(other)),
        }
    }
}
