//! The formats that can be read.

use std::fmt;
use std::str::FromStr;

use super::Original;
use super::draft::Draft;

/// A format of another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileFormat {
    /// Network files of KROME (Grassi et al. 2014).
    Krome,
    /// Rate files of UMIST: RATE12 (McElroy et al. 2013), RATE22 (Millar et al. 2024).
    Umist,
    /// Networks of KIDA (Wakelam et al. 2012, 2024).
    Kida,
    /// Networks of PRIZMO (Grassi et al. 2020) and JAFF.
    Prizmo,
    /// Networks of UCLCHEM (Holdship et al. 2017).
    Uclchem,
}

impl FileFormat {
    /// All formats.
    pub const ALL: [FileFormat; 5] =
        [FileFormat::Krome, FileFormat::Umist, FileFormat::Kida, FileFormat::Prizmo, FileFormat::Uclchem];

    /// As it is given on a command line: `krome`.
    pub fn name(self) -> &'static str {
        match self {
            FileFormat::Krome => "krome",
            FileFormat::Umist => "umist",
            FileFormat::Kida => "kida",
            FileFormat::Prizmo => "prizmo",
            FileFormat::Uclchem => "uclchem",
        }
    }

    /// As a sentence calls it.
    pub fn title(self) -> &'static str {
        match self {
            FileFormat::Krome => "a KROME network",
            FileFormat::Umist => "a UMIST rate file",
            FileFormat::Kida => "a KIDA network",
            FileFormat::Prizmo => "a PRIZMO network",
            FileFormat::Uclchem => "a UCLCHEM network",
        }
    }

    pub(super) fn read(self, original: &Original<'_>) -> Draft {
        match self {
            FileFormat::Krome => super::krome::read(original),
            FileFormat::Umist => super::umist::read(original),
            FileFormat::Kida => super::kida::read(original),
            FileFormat::Prizmo => super::prizmo::read(original),
            FileFormat::Uclchem => super::uclchem::read(original),
        }
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a format that can be read: give krome, umist, kida, prizmo or uclchem")]
pub struct UnknownFormat(String);

impl FromStr for FileFormat {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let word = text.to_ascii_lowercase();
        let word = match word.as_str() {
            "rate12" | "rate22" | "udfa" => "umist",
            "jaff" => "prizmo",
            other => other,
        };
        FileFormat::ALL.into_iter().find(|f| f.name() == word).ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}
