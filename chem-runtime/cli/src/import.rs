//! `chem import`: a network file of another program in our language.

use std::path::PathBuf;

use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use chem_grammar::compile::{Disk, Files as _};
use chem_grammar::diagnostic::Severity;
use chem_grammar::import::{FileFormat, ImportOptions, import as read};
use chem_grammar::recognise;
use chem_solver::data::atomic_file::AtomicFile;
use chem_solver::data::input_error::InputError;

/// Options of `import`.
#[derive(Args, Clone, Debug)]
pub struct ImportCommandOptions {
    /// Network file of KROME, UMIST, KIDA, PRIZMO or UCLCHEM
    #[arg(value_name = "FILE")]
    pub path: PathBuf,

    /// Where the network goes; to the screen if not given
    #[arg(long, value_name = "FILE.net")]
    pub out: Option<PathBuf>,

    /// Format of the file: krome, umist, kida, prizmo or uclchem; recognised by its lines if not given
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<FileFormat>,

    /// Read numbers without `d` exponent in single precision, as Fortran does (KROME)
    #[arg(long)]
    pub fortran_literals: bool,
}

/// Prints or writes the network, and says on the error stream what became of each line that is not in it as it was.
///
/// # Errors
/// A file that cannot be read or is of no known format; writing.
pub fn import(options: &ImportCommandOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let path = &options.path;
    let mistake = |message: String, help: &str| InputError::new(path, message, help);
    let text = Disk
        .read(path)
        .map_err(|e| mistake(format!("cannot be read: {e}"), "give a network file of another program"))?;
    let how = ImportOptions { format: options.from, fortran_literals: options.fortran_literals };
    let Some(format) = options.from.or_else(|| recognise(&text)) else {
        let message = "the format is not recognised".to_owned();
        return Err(
            mistake(message, "say what it is with --from krome, umist, kida, prizmo or uclchem").into()
        );
    };
    let imported = read(path, &text, format, how);
    let name = PathBuf::from(format!("{}.net", path.display()));
    let network =
        chem_grammar::format(&imported.text, &name).map_err(|report| Stop::Network(Box::new(report)))?;
    match &options.out {
        Some(out) => AtomicFile::write_text(out, &network)?,
        None => write!(streams.out, "{network}")?,
    }
    for diagnostic in &imported.report.diagnostics {
        writeln!(streams.err, "{}", diagnostic.render(&imported.report.sources))?;
    }
    writeln!(streams.err, "{}", imported.summary())?;
    let refused = imported.report.count(Severity::Error);
    Ok(if refused > 0 { Exit::Failure } else { Exit::Success })
}
