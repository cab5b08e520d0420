//! `chem host`: a network as a library for host codes in C, C++ and Fortran.

mod archive;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chem_host::library::{Library, Prefix};
use chem_solver::data::input_error::InputError;
use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::NetworkFile;

/// Options of `host`.
#[derive(Args, Clone, Debug)]
pub struct HostOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: NetworkFile,

    /// Beginning of all names of the library, of its header and of its module; the network's name if not given
    #[arg(long)]
    pub prefix: Option<String>,

    /// Folder for include/, lib/ and the crate; several libraries may share it
    #[arg(long, value_name = "FOLDER", default_value = "build")]
    pub out: PathBuf,

    /// With functions that advance cells by trained networks
    #[arg(long)]
    pub emulator: bool,

    /// Sources of chem; those that this program was built from if not given
    #[arg(long, value_name = "FOLDER")]
    pub chem: Option<PathBuf>,

    /// Write all files, but do not build
    #[arg(long)]
    pub no_build: bool,
}

/// Writes the files of the library, builds it with cargo, and prints how a host finds it.
///
/// # Errors
/// Findings of the network file; a prefix that cannot be; missing sources or cargo; what cargo says.
pub fn host(options: &HostOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let network = options.network.load(streams)?;
    let prefix = options.prefix.as_deref().unwrap_or(&network.name);
    let prefix = Prefix::new(prefix).map_err(|error| {
        InputError::new("--prefix", error.to_string(), "give for example `--prefix cloud`")
    })?;
    let chem = sources(options.chem.as_deref())?;
    let file = options.network.path.canonicalize()?;
    std::fs::create_dir_all(&options.out).map_err(|error| place(&options.out, &error))?;
    let out = options.out.canonicalize()?;
    let type_name = chem_codegen::type_name(&network.name);
    let library = Library {
        prefix: &prefix,
        network: &network,
        type_name: &type_name,
        file: &file,
        chem: &chem,
        with_emulator: options.emulator,
    };
    for (path, text) in library.files() {
        write_if_new(&out.join(path), text.as_bytes())?;
    }
    // The versions that chem is tested with, whatever is newest today.
    if let Ok(lock) = std::fs::read(chem.join("Cargo.lock")) {
        write_if_new(&out.join(library.crate_folder()).join("Cargo.lock"), &lock)?;
    }
    if options.no_build {
        writeln!(streams.out, "wrote {}", options.out.display())?;
        return Ok(Exit::Success);
    }
    build(&library, &out)?;
    let remark = install(&library, &out)?;
    report(&prefix, options, remark, streams)?;
    Ok(Exit::Success)
}

/// The sources of chem as an absolute path.
fn sources(given: Option<&Path>) -> Result<PathBuf, Stop> {
    // The folder of this crate when it was built, two below that of chem.
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent);
    let folder = given.or(built_from).unwrap_or(Path::new("."));
    if folder.join("chem-runtime/host/Cargo.toml").is_file() {
        return Ok(folder.canonicalize()?);
    }
    let help =
        "give a checkout of chem by `--chem FOLDER`: the library is compiled against its folder chem-runtime";
    Err(InputError::new(folder.display().to_string(), "the sources of chem are not here", help).into())
}

fn build(library: &Library<'_>, out: &Path) -> Result<(), Stop> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let status = Command::new(&cargo)
        .args(["build", "--release", "--manifest-path"])
        .arg(out.join(library.crate_folder()).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(out.join("target"))
        // Libraries are looked for where cargo puts those of the machine itself.
        .env_remove("CARGO_BUILD_TARGET")
        .stdin(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            let folder = out.join(library.crate_folder());
            let text = format!(
                "cargo ended with {status}; what it found stands above, the crate is {}",
                folder.display()
            );
            Err(io::Error::other(text).into())
        }
        Err(error) => {
            let help = "install Rust (https://rustup.rs), or name the program by the variable CARGO";
            let cargo = cargo.to_string_lossy().into_owned();
            Err(InputError::new(cargo, format!("this program cannot be started: {error}"), help).into())
        }
    }
}

/// Takes the libraries from cargo's folder to `lib/`. Says what is odd about the static one, if anything is.
fn install(library: &Library<'_>, out: &Path) -> Result<Option<String>, Stop> {
    let name = library.prefix.lower();
    let shared = format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let built = out.join("target/release");
    copy_anew(&built.join(&shared), &out.join("lib").join(&shared))?;
    let archive = format!("lib{name}.a");
    let to = out.join("lib").join(&archive);
    copy_anew(&built.join(&archive), &to)?;
    Ok(archive::keep_own_names(&to, library, &built.join("own_names")).err())
}

/// A new file, so that programs that have the old one loaded go on with it.
fn copy_anew(from: &Path, to: &Path) -> Result<(), Stop> {
    let beside = to.with_extension("new");
    std::fs::copy(from, &beside).and_then(|_| std::fs::rename(&beside, to)).map_err(|error| place(to, &error))
}

/// Leaves files alone that are as they should be: cargo builds what has changed.
fn write_if_new(path: &Path, text: &[u8]) -> Result<(), Stop> {
    if std::fs::read(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| place(path, &error))
}

fn place(path: &Path, error: &io::Error) -> Stop {
    let help = "choose a folder that can be written to by `--out FOLDER`";
    InputError::new(path.display().to_string(), error.to_string(), help).into()
}

fn report(
    prefix: &Prefix,
    options: &HostOptions,
    remark: Option<String>,
    streams: &mut Streams<'_>,
) -> Result<(), Stop> {
    // As typed, without a stroke at the end.
    let out: PathBuf = options.out.components().collect();
    let here = if out.is_absolute() { "" } else { "$PWD/" };
    let (name, out) = (prefix.lower(), out.display());
    if let Some(remark) = remark {
        writeln!(streams.err, "warning: {remark}")?;
    }
    writeln!(
        streams.out,
        "{out}/include/{name}.h, {name}.hpp, {name}.f90, {name}_krome.f90\n\
         {out}/lib/lib{name}{}, lib{name}.a, pkgconfig/{name}.pc, cmake/{name}\n\n\
         cc host.c -I{out}/include -L{out}/lib -Wl,-rpath,{here}{out}/lib -l{name}\n\
         gfortran {out}/include/{name}.f90 host.f90 -L{out}/lib -Wl,-rpath,{here}{out}/lib -l{name}",
        std::env::consts::DLL_SUFFIX
    )?;
    Ok(())
}
