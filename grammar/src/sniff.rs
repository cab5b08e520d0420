//! Recognises what a file is by its beginning, so that a wrong file is named as what it looks like.

use crate::ast::{File, FileKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::import::FileFormat;
use crate::parse::Place;
use crate::source::{FileId, Span, Spanned};

/// The kind of file that a first word announces.
pub(crate) fn kind_of(word: &str) -> Option<FileKind> {
    match word {
        "network" => Some(FileKind::Network),
        "rates" => Some(FileKind::Rates),
        _ => None,
    }
}

/// Whether a line has the shape `network NAME ...`.
pub(crate) fn is_magic(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next().and_then(kind_of).is_some()
        && words.next().is_none_or(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// `E003` if it is the version of a magic line that is wrong; name and documentation are kept.
pub(crate) fn bad_version(place: Place, line: &str, file: &mut File) -> Option<Diagnostic> {
    let first = line.lines().next().unwrap_or("");
    let first = first.split('#').next().unwrap_or("").trim_end();
    let mut words = Words { text: first, at: 0 };
    let (_, word) = words.next()?;
    let (at, name) = words.next()?;
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    file.name = Spanned::new(name.to_owned(), place.bytes(at, at + name.len()));
    let help = format!(
        "write `{word} {name} version 1`, with a whole number that you count up when the file changes"
    );
    let missing =
        |at: usize| Diagnostic::new(Code::E003, place.bytes(at, at), "the version is missing").help(&help);
    let Some((at, version)) = words.next() else { return Some(missing(first.len())) };
    if version != "version" {
        return Some(
            Diagnostic::new(
                Code::E003,
                place.bytes(at, at + version.len()),
                "expected `version` and a number",
            )
            .help(&help),
        );
    }
    let Some((at, number)) = words.next() else { return Some(missing(first.len())) };
    if number.parse::<u32>().is_ok() {
        return None;
    }
    Some(
        Diagnostic::new(
            Code::E003,
            place.bytes(at, at + number.len()),
            format!("`{number}` is not a version number"),
        )
        .help(&help),
    )
}

struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Words<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<(usize, &'t str)> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + rest.find(|c: char| !c.is_whitespace())?;
        let word = self.text.get(start..)?.split(char::is_whitespace).next()?;
        self.at = start + word.len();
        Some((start, word))
    }
}

/// `E002` for a text without magic line; `first` is its first line that is neither blank nor comment.
pub(crate) fn foreign(id: FileId, text: &str, first: Option<Span>) -> Diagnostic {
    let span = first.unwrap_or(Span { file: id, start: 0, end: 0 });
    let (message, help) = match looks_like(text) {
        Some(format) => (format!("this looks like {}", format.name), format.remedy),
        None => (
            "the magic first line is missing".to_owned(),
            "a network begins with `network NAME version 1`, a rate library with `rates NAME version 1`",
        ),
    };
    Diagnostic::new(Code::E002, span, message).help(help)
}

/// `E002` for a rate library where a network is expected, and for a network that `use` names at a place.
pub(crate) fn wrong_kind(file: &File, used: Option<Span>) -> Option<Diagnostic> {
    let error = |message: &str| Diagnostic::new(Code::E002, file.name.span, message);
    match (file.kind, used) {
        (FileKind::Rates, None) => Some(
            error("this is a rate library, not a network")
                .help("name the network that uses it; alone it has neither species nor reactions"),
        ),
        (FileKind::Network, Some(place)) => {
            Some(error("this is a network, not a rate library").other(place, "used here").help(
                "move what both share into a file that begins with `rates NAME version 1`, and use that",
            ))
        }
        _ => None,
    }
}

/// A format of others.
struct Format {
    name: &'static str,
    remedy: &'static str,
    /// Set if the format can be read.
    readable: Option<FileFormat>,
}

impl Format {
    const fn foreign(name: &'static str, remedy: &'static str) -> Format {
        Format { name, remedy, readable: None }
    }

    const fn readable(format: FileFormat, name: &'static str) -> Format {
        Format { name, remedy: IMPORT, readable: Some(format) }
    }
}

const BEGIN: &str =
    "a network begins with `network NAME version 1`, a rate library with `rates NAME version 1`";
const WRITE: &str =
    "write its reactions as `name: H + e- -> H+ + 2 e-   k = ...` below a line `network NAME version 1`";
const IMPORT: &str = "`chem import FILE` reads it";
const TABLE: &str = "a network reads such a file by `table NAME(T [K]) = [UNIT] from \"FILE.csv\"`";

/// A test, and the format that it recognises.
type Sign<'t> = (fn(&Lines<'t>) -> bool, Format);

/// The format of another program that a text is in, by its lines: one that can be read, and not ours.
pub fn recognise(text: &str) -> Option<FileFormat> {
    let begins = |l: &str| !l.trim().is_empty() && !l.trim_start().starts_with('#');
    if text.lines().find(|l| begins(l)).is_some_and(is_magic) {
        return None;
    }
    looks_like(text).and_then(|format| format.readable)
}

fn looks_like(text: &str) -> Option<Format> {
    let lines = Lines::new(text);
    Lines::SIGNS.into_iter().find(|(sign, _)| sign(&lines)).map(|(_, format)| format)
}

/// The beginning of a text: lines that are not blank, without surrounding blanks.
struct Lines<'t> {
    all: Vec<&'t str>,
}

impl<'t> Lines<'t> {
    /// How each format is recognised, and in which order.
    const SIGNS: [Sign<'t>; 17] = [
        (Self::empty, Format::foreign("an empty file", BEGIN)),
        (Self::binary, Format::foreign("a binary file or UTF-16 text", "network files are UTF-8 text")),
        (Self::markup, Format::foreign("XML (SBML or HTML)", WRITE)),
        (Self::json, Format::foreign("JSON", WRITE)),
        (Self::krome, Format::readable(FileFormat::Krome, "a KROME network")),
        (Self::prizmo, Format::readable(FileFormat::Prizmo, "a PRIZMO network")),
        (Self::cantera, Format::foreign("a Cantera mechanism (YAML)", WRITE)),
        (Self::chemkin, Format::foreign("a CHEMKIN mechanism", WRITE)),
        (Self::bionetgen, Format::foreign("a BioNetGen network", WRITE)),
        (Self::umist, Format::readable(FileFormat::Umist, "a UMIST rate file (RATE12 or RATE22)")),
        (Self::kida, Format::readable(FileFormat::Kida, "a KIDA network")),
        (Self::uclchem, Format::readable(FileFormat::Uclchem, "a UCLCHEM network")),
        (Self::reaclib, Format::foreign("a REACLIB rate file", WRITE)),
        (Self::nuclei, Format::foreign("a list of nuclei as pynucastro and AMReX write it", WRITE)),
        (Self::program, Format::foreign("program text", BEGIN)),
        (Self::csv, Format::foreign("a table of numbers (CSV)", TABLE)),
        (
            Self::reactions,
            Format::foreign(
                "a list of reactions without the first line",
                "put `network NAME version 1` before it",
            ),
        ),
    ];

    fn new(text: &'t str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        Lines { all: text.lines().map(str::trim_end).filter(|l| !l.trim().is_empty()).take(200).collect() }
    }

    /// Lines that are no comment in any of the formats.
    fn content(&self) -> impl Iterator<Item = &'t str> {
        self.all.iter().map(|l| l.trim_start()).filter(|l| !l.starts_with(['#', '!']))
    }

    fn first(&self) -> &'t str {
        self.content().next().unwrap_or("")
    }

    fn empty(&self) -> bool {
        self.content().next().is_none()
    }

    fn binary(&self) -> bool {
        self.all.iter().any(|l| l.contains(['\0', '\u{fffd}']))
    }

    fn markup(&self) -> bool {
        self.first().starts_with('<')
    }

    fn json(&self) -> bool {
        let second = self.first().get(1..).map(str::trim_start).filter(|s| !s.is_empty());
        let next = second.or_else(|| self.content().nth(1)).unwrap_or("");
        self.first().starts_with(['{', '[']) && next.starts_with(['"', '{', '[', '}', ']'])
    }

    /// `@format:idx,R,R,P,...`, `1,H,E,H+,E,E,...`
    fn krome(&self) -> bool {
        self.content().any(|l| {
            let directive =
                ["@format:", "@var:", "@common:", "@noTab", "@CR_", "@photo_", "@storeOnce", "@ghost"];
            let mut fields = l.split(',').map(str::trim);
            let numbered =
                fields.next().is_some_and(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
            let species = fields.next().is_some_and(|f| f.starts_with(|c: char| c.is_ascii_alphabetic()));
            directive.iter().any(|d| l.starts_with(d)) || (numbered && species && fields.count() >= 3)
        })
    }

    /// `H + e- -> H+ + e- + e- [10,1e4] 1e-10 * (tgas/300)**0.5`, `VARIABLES{`
    fn prizmo(&self) -> bool {
        let reaction = |l: &str| {
            let Some((_, right)) = l.split_once(" -> ") else { return false };
            let Some((_, range)) = right.split_once('[') else { return false };
            let Some((range, rate)) = range.split_once(']') else { return false };
            let bound = |b: &str| b.trim().is_empty() || b.trim().parse::<f64>().is_ok();
            !rate.trim().is_empty()
                && (range.contains(',') || range.trim().is_empty())
                && range.split(',').all(bound)
        };
        let krome_free = |l: &str| !l.contains(':') || l.contains('[');
        self.content().any(|l| l.to_ascii_uppercase().starts_with("VARIABLES{"))
            || self.content().any(|l| krome_free(l) && reaction(l))
    }

    /// `H,CRP,NAN,H+,E-,NAN,NAN,5.98e-18,0.0,0.0,...`
    fn uclchem(&self) -> bool {
        let words = [
            "CRP", "CRPHOT", "PHOTON", "FREEZE", "DESOH2", "DESCR", "DEUVCR", "THERM", "LH", "LHDES", "ER",
            "ERDES", "NAN", "BULKSWAP", "SURFSWAP", "H2FORM", "GAR", "EXSOLID",
        ];
        let species = |f: &str| f.is_empty() || !f.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        let rows = self.content().filter(|l| {
            let fields: Vec<&str> = l.split(',').map(|f| f.trim().trim_matches('"')).collect();
            fields.len() >= 10
                && fields.iter().take(7).all(|f| species(f))
                && fields.iter().skip(7).take(3).all(|f| f.parse::<f64>().is_ok())
                && fields.iter().take(7).any(|f| words.contains(&f.to_ascii_uppercase().as_str()))
        });
        rows.count() >= 1
    }

    fn cantera(&self) -> bool {
        let key = |k: &str| self.all.iter().any(|l| l.starts_with(k));
        self.content().any(|l| l.starts_with("- equation:") || l.starts_with("equation:"))
            || (key("phases:") && (key("species:") || key("reactions:")))
            || key("description: |-") && key("generator:")
    }

    fn chemkin(&self) -> bool {
        let word = |l: &str| l.split_whitespace().next().unwrap_or("").to_ascii_uppercase();
        let opens = matches!(
            word(self.first()).as_str(),
            "ELEMENTS" | "ELEM" | "SPECIES" | "SPEC" | "REACTIONS" | "THERMO"
        );
        opens && self.content().any(|l| word(l) == "END" || word(l) == "REACTIONS" || word(l) == "ELEMENTS")
    }

    fn bionetgen(&self) -> bool {
        let begins =
            ["begin model", "begin parameters", "begin species", "begin reactions", "begin molecule"];
        self.content().any(|l| begins.iter().any(|b| l.starts_with(b)))
    }

    /// `1:AD:C-:C:C2:e-:::1:5.00e-10:...`
    fn umist(&self) -> bool {
        self.content().take(20).any(|l| {
            let mut fields = l.split(':');
            let number =
                fields.next().is_some_and(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
            let code =
                fields.next().is_some_and(|f| f.len() == 2 && f.bytes().all(|b| b.is_ascii_uppercase()));
            number && code && fields.count() >= 8
        })
    }

    /// Columns of species, then numbers, `logn` or `unif`, and more numbers.
    fn kida(&self) -> bool {
        self.content().take(20).any(|l| {
            let words: Vec<&str> = l.split_whitespace().collect();
            words.iter().position(|w| matches!(*w, "logn" | "unif" | "norm" | "lognormal")).is_some_and(
                |at| at >= 6 && words.iter().take(at).rev().take(4).all(|w| w.parse::<f64>().is_ok()),
            )
        })
    }

    /// A chapter number alone on its line, then indented nuclei with a label, then a set of seven numbers.
    fn reaclib(&self) -> bool {
        let chapter = self.first().trim().parse::<u32>().is_ok_and(|n| (1..=11).contains(&n));
        chapter && self.all.iter().skip(1).take(2).any(|l| l.starts_with("     "))
    }

    /// `helium-4  He4  4.0  2.0`
    fn nuclei(&self) -> bool {
        self.content().take(5).any(|l| {
            let words: Vec<&str> = l.split_whitespace().collect();
            matches!(words.as_slice(), [name, short, a, z]
                if name.contains('-') && short.starts_with(|c: char| c.is_ascii_alphabetic())
                    && a.parse::<f64>().is_ok() && z.parse::<f64>().is_ok())
        })
    }

    fn program(&self) -> bool {
        let words =
            ["program ", "module ", "subroutine ", "import ", "from ", "use std", "fn ", "pub ", "//", "/*"];
        words.iter().any(|w| self.first().to_ascii_lowercase().starts_with(w))
    }

    /// Two rows with as many numbers, separated alike.
    fn csv(&self) -> bool {
        let row = |l: &str| {
            let fields: Vec<&str> = l.split([',', ';', '\t']).map(str::trim).collect();
            let numbers = fields.iter().filter(|f| f.parse::<f64>().is_ok()).count();
            (fields.len() >= 2 && numbers + 1 >= fields.len() && numbers >= 1).then_some(fields.len())
        };
        let mut rows = self.content().skip(1).map(row);
        let (second, third) = (rows.next().flatten(), rows.next());
        second.is_some() && third.is_none_or(|n| n == second)
    }

    fn reactions(&self) -> bool {
        self.content().any(|l| l.contains("->"))
    }
}
