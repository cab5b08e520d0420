//! The files of a library for host codes, written from a network: a crate, a C header, a C++ wrapper, Fortran modules, and what
//! builds look for. All names have the prefix of the library.

mod build_files;
mod c;
mod constants;
mod fortran;
mod functions;
mod prefix;
mod ranks;
mod rust;

use std::path::{Path, PathBuf};

use chem_grammar::network::Network;

pub use prefix::{Prefix, PrefixError};

/// What a library is made from.
#[derive(Clone, Copy, Debug)]
pub struct Library<'a> {
    /// Prefix of all names.
    pub prefix: &'a Prefix,
    /// The network.
    pub network: &'a Network,
    /// The Rust type that `chem_network!` makes of it.
    pub type_name: &'a str,
    /// Its file, as an absolute path.
    pub file: &'a Path,
    /// The sources of chem, as an absolute path.
    pub chem: &'a Path,
    /// Whether cells can be advanced by trained networks.
    pub with_emulator: bool,
}

impl Library<'_> {
    /// Where the crate stands, relative to the folder of all files.
    pub fn crate_folder(&self) -> PathBuf {
        Path::new("crates").join(self.prefix.lower())
    }

    /// All files: path relative to the folder of all files, and text.
    pub fn files(&self) -> Vec<(PathBuf, String)> {
        let Library { prefix, network, chem, with_emulator, .. } = *self;
        let name = prefix.lower();
        let folder = self.crate_folder();
        let include = |suffix: &str| PathBuf::from(format!("include/{name}{suffix}"));
        vec![
            (folder.join("Cargo.toml"), rust::manifest(prefix, chem, with_emulator)),
            (folder.join("build.rs"), rust::build_script(prefix)),
            (folder.join("src/lib.rs"), rust::wrappers(self)),
            (include(".h"), c::header(prefix, network, with_emulator)),
            (include(".hpp"), c::wrapper(prefix, with_emulator)),
            (include(".f90"), fortran::module(prefix, network, with_emulator)),
            (include("_krome.f90"), fortran::krome(prefix, network)),
            (
                format!("lib/pkgconfig/{name}.pc").into(),
                build_files::pkg_config(prefix, &network.name, false),
            ),
            (
                format!("lib/pkgconfig/{name}-static.pc").into(),
                build_files::pkg_config(prefix, &network.name, true),
            ),
            (format!("lib/cmake/{name}/{name}Config.cmake").into(), build_files::cmake(prefix)),
        ]
    }

    /// Names of the functions that the library exports.
    pub fn symbols(&self) -> impl Iterator<Item = String> + '_ {
        let functions = functions::functions(self.with_emulator);
        functions.map(|function| format!("{}_{}", self.prefix.lower(), function.name))
    }
}

/// Lines of at most so many letters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
