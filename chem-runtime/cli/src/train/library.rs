//! The trainings and networks that a program knows by name.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::exit::Stop;
use crate::render;
use chem_emulator::config::Config;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::suggestion;
use chem_solver::runs::AnyNetwork;

/// The trainings and networks that a program knows by name.
pub struct Library<'a> {
    /// A folder with `<name>/config.toml` for each training.
    pub trainings: PathBuf,
    /// Finds a network by the name or path that a config gives.
    pub network: &'a dyn Fn(&str) -> Result<AnyNetwork, Stop>,
}

impl std::fmt::Debug for Library<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").field("trainings", &self.trainings).finish_non_exhaustive()
    }
}

impl Library<'_> {
    /// Name and config of a training, given by its name or by the path of a file.
    ///
    /// # Errors
    /// If there is neither, or the config has mistakes.
    pub fn config(&self, wanted: &str) -> Result<(String, Config), InputErrors> {
        let path = Path::new(wanted);
        if path.extension().is_some_and(|e| e == "toml") || path.is_file() {
            return Ok((name_of(path), Config::load(path)?));
        }
        let shipped = self.path(wanted);
        if !wanted.contains('/') && shipped.is_file() {
            return Ok((wanted.to_owned(), Config::load(shipped)?));
        }
        let names = self.names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let remedy = format!("{}; or give the path of a config.toml", suggestion::remedy(wanted, &names));
        Err(InputError::new(wanted, "there is no training of this name", remedy).into())
    }

    /// Prints name, network and description of every training.
    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let names = self.names();
        let width = names.iter().map(String::len).max().unwrap_or(0);
        for name in &names {
            match Config::load(self.path(name)) {
                Ok(config) => {
                    writeln!(out, "{name:width$}  {}: {}", config.network, config.description)?;
                }
                Err(errors) => writeln!(out, "{name:width$}  {}", render::errors(&errors))?,
            }
        }
        if names.is_empty() {
            writeln!(out, "there are none in {}", self.trainings.display())?;
        }
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.trainings.join(name).join("config.toml")
    }

    /// Names of the trainings, sorted.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.trainings).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| self.path(name).is_file())
            .collect();
        names.sort();
        names
    }
}

/// `models/mine/config.toml` is `mine`, `models/mine.toml` as well.
fn name_of(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("training");
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    match (stem, folder) {
        ("config", Some(folder)) => folder.to_owned(),
        ("config", None) => "training".to_owned(),
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trainings_are_named_after_their_folder_or_file() {
        for (path, name) in [
            ("a/mine/config.toml", "mine"),
            ("a/mine.toml", "mine"),
            ("config.toml", "training"),
            ("x.toml", "x"),
        ] {
            assert_eq!(name_of(Path::new(path)), name);
        }
    }
}
