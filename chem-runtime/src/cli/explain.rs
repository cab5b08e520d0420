//! `chem explain`: what a code means.

use chem_grammar::diagnostic::{Code, Severity};
use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use crate::input_error::InputError;

/// Options of `explain`.
#[derive(Args, Clone, Debug)]
pub struct ExplainOptions {
    /// Code such as E012 or W002; all codes if not given
    pub code: Option<String>,
}

/// Prints what a code means.
///
/// # Errors
/// If there is no such code.
pub fn explain(options: &ExplainOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let Some(text) = &options.code else {
        for code in Code::ALL {
            writeln!(streams.out, "{}  {}", code.as_str(), code.explanation())?;
        }
        return Ok(Exit::Success);
    };
    let code = Code::parse(&text.to_uppercase()).ok_or_else(|| {
        InputError::new(text, "there is no such code", "`chem explain` without a code lists all")
    })?;
    writeln!(streams.out, "{}: {}", code.as_str(), code.explanation())?;
    let rule = match code.severity() {
        Severity::Error => "An error; it cannot be allowed.".to_owned(),
        level => format!(
            "A {}; it stops nothing unless it is denied. `allow({})` before the statement silences it.",
            level.as_str(),
            code.as_str()
        ),
    };
    writeln!(streams.out, "{rule}")?;
    Ok(Exit::Success)
}
