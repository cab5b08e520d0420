//! `chem lsp`: the language server, for editors.

use std::io::{self, BufReader};

use super::Streams;
use super::exit::{Exit, Stop};

/// Serves an editor over standard input and output until it leaves.
///
/// # Errors
/// Streams that break, and messages that are none.
pub(super) fn lsp(streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    match chem_lsp::connection::serve(BufReader::new(io::stdin()), streams.out)? {
        true => Ok(Exit::Success),
        false => Ok(Exit::Failure),
    }
}
