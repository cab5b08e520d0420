//! `terms`: states in, the terms of their right-hand sides out.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::print_findings;
use super::options::ParameterOptions;
use super::solve::create;
use chem_solver::data::states_csv::{NeutralityCheck, Rows, read_states};
use chem_solver::runs::{AnyNetwork, write_terms_header, write_terms_row};

/// Options of `terms`.
#[derive(Args, Clone, Debug)]
pub struct TermsOptions {
    /// CSV file with columns id, T_K, `n_<species>` and perhaps t_s, in any order; species without a column have none
    #[arg(long, value_name = "FILE.csv")]
    pub states: PathBuf,

    /// Where the terms go
    #[arg(long, value_name = "OUT.csv")]
    pub out: PathBuf,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub parameters: ParameterOptions,
}

/// Evaluates every row of a file: time derivatives, rate coefficients, heating, cooling and fluxes.
///
/// # Errors
/// Every mistake of the input; nothing is then written.
pub fn terms(
    mut network: AnyNetwork,
    options: &TermsOptions,
    streams: &mut Streams<'_>,
) -> Result<Exit, Stop> {
    print_findings(&network.findings, streams)?;
    options.parameters.apply(&mut network)?;
    let structure = network.network.structure();
    let file = read_states(&options.states, structure, Rows::All, NeutralityCheck::Off)?;
    streams.warn(&file.warnings)?;
    let states = file.states;
    let with_time = states.iter().any(|s| s.time != 0.0);
    let mut file = create(&options.out)?;
    write_terms_header(&mut file, structure, with_time)?;
    let mut failed = 0;
    for state in &states {
        let mut row = Vec::new();
        let bad = write_terms_row(&mut row, &*network.network, state, with_time)?;
        if bad.is_empty() {
            file.write_all(&row)?;
        } else {
            failed += 1;
            writeln!(streams.err, "error: state {}: {}", state.id, bad.join(", "))?;
        }
    }
    file.commit()?;
    let written = states.len() - failed;
    writeln!(streams.out, "{}: {written} states written to {}", structure.name, options.out.display())?;
    if failed == 0 {
        return Ok(Exit::Success);
    }
    writeln!(streams.err, "error: {failed} of {} states failed; the others were written", states.len())?;
    Ok(Exit::Failure)
}
