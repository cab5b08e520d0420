//! `chem explain`: what a code means.

use chem_grammar::diagnostic::{Code, Severity};
use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use chem_solver::data::input_error::InputError;

/// Options of `explain`.
#[derive(Args, Clone, Debug)]
pub struct ExplainOptions {
    /// Code such as E012 or W002; all codes if not given
    pub code: Option<String>,
}

/// Prints cause, example and cure of a code, or the list of all codes.
///
/// # Errors
/// If there is no such code.
pub fn explain(options: &ExplainOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let Some(text) = &options.code else {
        for code in Code::ALL {
            let level = code.severity().as_str();
            writeln!(streams.out, "{}  {level:7}  {}", code.as_str(), code.explanation())?;
        }
        return Ok(Exit::Success);
    };
    let code = Code::parse(&text.to_uppercase()).ok_or_else(|| {
        InputError::new(text, "there is no such code", "`chem explain` without a code lists all")
    })?;
    let name = code.as_str();
    writeln!(streams.out, "{name} ({}): {}\n", code.severity().as_str(), code.explanation())?;
    writeln!(streams.out, "{}\n", code.page().trim_end())?;
    let rule = match code.severity() {
        Severity::Error => "It stops everything and cannot be allowed.".to_owned(),
        _ => format!(
            "It stops nothing unless it is denied (`chem check --deny {name}`). `allow({name})` before the statement, or \
             `allow({name}) everywhere`, silences it."
        ),
    };
    writeln!(streams.out, "{rule}")?;
    Ok(Exit::Success)
}
