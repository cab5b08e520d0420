//! `chem check`: all findings at once.

mod json;

use std::path::{Path, PathBuf};

use chem_grammar::checks::{band_table, breakpoint_report, breakpoint_table, split_table, splits};
use chem_grammar::compile::{Disk, check_library};
use chem_grammar::diagnostic::{Deny, Report};
use chem_grammar::recognise;
use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::load;
use chem_solver::runs::{AnyNetwork, headline};

/// Options of `check`.
#[derive(Args, Clone, Debug)]
pub struct CheckOptions {
    /// Network files; rate libraries (`.rates`) are checked on their own
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Findings that end the check with exit code 2 as errors do: `warnings`, `notes` (with the warnings), or a code
    #[arg(long, value_name = "LEVEL OR CODE", value_delimiter = ',')]
    pub deny: Vec<Deny>,

    /// Also print how far every rate coefficient and its slope jump where it changes its formula
    #[arg(long, alias = "seams")]
    pub breakpoints: bool,

    /// Also print which functions of T cannot be parted from parameters, and what follows
    #[arg(long)]
    pub splits: bool,

    /// Also print the bands of radiation fields, with the averages of cross sections in each
    #[arg(long)]
    pub bands: bool,

    /// Print one JSON document with all findings of all files instead of text, for programs
    #[arg(long, conflicts_with_all = ["breakpoints", "splits", "bands"])]
    pub json: bool,
}

/// Checks every file and prints all findings. Warnings and notes stop only if they are denied.
///
/// # Errors
/// Writing to the streams. Findings stop the program only after all files were checked.
pub fn check(options: &CheckOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    if options.json {
        return json::check(options, streams);
    }
    let mut last = None;
    for path in &options.files {
        match checked(path, options) {
            Ok(checked) => {
                let findings = &checked.findings;
                if !findings.is_empty() {
                    writeln!(streams.err, "{}", findings.render().trim_end())?;
                }
                writeln!(streams.out, "{}: {}: {}", path.display(), checked.headline, findings.counts())?;
                write!(streams.out, "{}", checked.tables)?;
                if let Some(stop) = denied(path, findings, &options.deny) {
                    keep_last(&mut last, stop, streams)?;
                }
            }
            Err(stop) => keep_last(&mut last, stop, streams)?,
        }
    }
    last.map_or(Ok(Exit::Success), Err)
}

/// A file without errors.
struct Checked {
    headline: String,
    findings: Report,
    /// The tables that were asked for.
    tables: String,
}

fn checked(path: &Path, options: &CheckOptions) -> Result<Checked, Stop> {
    if is_library(path) { library(path) } else { network(path, options) }
}

fn library(path: &Path) -> Result<Checked, Stop> {
    let findings = check_library(path, &Disk).map_err(|report| Stop::Network(Box::new(report)))?;
    Ok(Checked { headline: "rate library".to_owned(), findings, tables: String::new() })
}

fn network(path: &Path, options: &CheckOptions) -> Result<Checked, Stop> {
    let network = load(path)?;
    let mut tables = String::new();
    if options.breakpoints {
        tables.push_str(&breakpoint_table(&breakpoint_report(&network)));
    }
    if options.splits {
        tables.push_str(&split_table(&network, &splits(&network)));
    }
    if options.bands {
        tables.push_str(&band_table(&network));
    }
    let network = AnyNetwork::interpreted(network);
    let headline = headline(network.network.structure()).to_string();
    Ok(Checked { headline, findings: network.findings, tables })
}

/// Why a file without errors stops the check.
fn denied(path: &Path, findings: &Report, deny: &[Deny]) -> Option<Stop> {
    let count = findings.denied(deny).count();
    let words: Vec<String> = deny.iter().map(ToString::to_string).collect();
    let plural = if count == 1 { "finding is" } else { "findings are" };
    let text = format!("{}: {count} {plural} denied by `--deny {}`", path.display(), words.join(","));
    (count > 0).then_some(Stop::Denied(text))
}

/// Prints the findings of the file before; the last ones become the result of the program.
fn keep_last(last: &mut Option<Stop>, stop: Stop, streams: &mut Streams<'_>) -> Result<(), Stop> {
    if let Some(previous) = last.replace(stop) {
        writeln!(streams.err, "{previous}")?;
    }
    Ok(())
}

/// Whether a file is a rate library: by its extension, which files of UMIST have too.
fn is_library(path: &Path) -> bool {
    let named = path.extension().is_some_and(|extension| extension == "rates");
    named && !std::fs::read_to_string(path).is_ok_and(|text| recognise(&text).is_some())
}
