//! The static library: its own names alone.
//!
//! An archive that rustc writes has names of Rust's own libraries in it, and those of chem. Of two such archives in one host the
//! linker would take such names from the first for both, which goes wrong where they were built of different versions. So all
//! of it becomes one object, in which the functions of the interface alone have names for others.

use std::path::Path;
use std::process::Command;

use chem_host::library::Library;

/// Makes it so.
///
/// # Errors
/// A sentence for people; the archive is then as rustc wrote it, and can be used where it is the only one.
pub(super) fn keep_own_names(archive: &Path, library: &Library<'_>, work: &Path) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let name = library.prefix.lower();
    let (object, finished) = (work.join(format!("{name}.o")), work.join(format!("lib{name}.a")));
    let mut link = Command::new("ld");
    link.args(["-r", "--gc-sections", "--force-group-allocation", "-o"]).arg(&object);
    let mut localise = Command::new("objcopy");
    // What rustc keeps for itself in Rust's own libraries cannot be one after the other.
    localise.args(["--strip-debug", "--remove-section=.llvmbc", "--remove-section=.llvmcmd"]);
    for symbol in library.symbols() {
        link.arg("-u").arg(&symbol);
        localise.arg(format!("--keep-global-symbol={symbol}"));
    }
    link.arg(archive);
    localise.arg(&object);
    let mut pack = Command::new("ar");
    pack.arg("crs").arg(&finished).arg(&object);
    let text = |error: std::io::Error| error.to_string();
    let done = std::fs::create_dir_all(work).map_err(text).and_then(|()| {
        let _ = std::fs::remove_file(&finished);
        run(&mut link)?;
        run(&mut localise)?;
        run(&mut pack)?;
        std::fs::copy(&finished, archive).map(|_| ()).map_err(text)
    });
    done.map_err(|error| {
        format!(
            "lib{name}.a keeps names of Rust's own libraries, so that it cannot stand beside another static library of chem: {error}"
        )
    })
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.output().map_err(|error| format!("{program} (binutils) cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).lines().take(3).collect::<Vec<_>>().join("; ");
    Err(format!("{program} ended with {}: {said}", output.status))
}
