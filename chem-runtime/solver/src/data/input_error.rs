//! Mistakes in what a user gave to a program: where, what, and what to do about it.
//!
//! `Display` says where and what; [`InputError::help`] what to do about it. Programs put the two together.

use std::fmt;
use std::path::{Path, PathBuf};

/// One mistake in an input file or option.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputError {
    /// The file, or the option as typed.
    pub place: PathBuf,
    /// Line, counted from 1.
    pub line: Option<u64>,
    /// Name of the column.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub remedy: String,
}

impl InputError {
    /// A mistake somewhere in `place`.
    pub fn new(place: impl AsRef<Path>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        InputError {
            place: place.as_ref().to_path_buf(),
            line: None,
            column: None,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// Adds the line.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// Adds the column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }
}

impl InputError {
    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        Some(self.remedy.as_str()).filter(|remedy| !remedy.is_empty())
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for InputError {}

/// What is odd about an input that can be used: the place, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputWarning(pub InputError);

impl fmt::Display for InputWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// All mistakes that were found; never empty when returned as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputErrors(pub Vec<InputError>);

/// How many mistakes are printed one by one.
const SHOWN: usize = 20;

impl InputErrors {
    /// The mistakes to print one by one, and how many there are besides.
    pub fn shown(&self) -> (&[InputError], usize) {
        let (shown, more) = self.0.split_at(self.0.len().min(SHOWN));
        (shown, more.len())
    }

    /// What to do about it, if there is one mistake alone: several have a remedy each ([`InputError::help`]).
    pub fn help(&self) -> Option<&str> {
        if let [one] = self.0.as_slice() { one.help() } else { None }
    }

    /// `Ok` if there are no mistakes.
    ///
    /// # Errors
    /// The mistakes themselves.
    pub fn into_result(self) -> Result<(), InputErrors> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<InputError> for InputErrors {
    fn from(error: InputError) -> Self {
        InputErrors(vec![error])
    }
}

impl fmt::Display for InputErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, more) = self.shown();
        for (index, error) in shown.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        match more {
            0 => Ok(()),
            more => write!(f, "\nand {more} further errors of this kind"),
        }
    }
}

impl std::error::Error for InputErrors {}
