//! The crate of the library: its manifest, its build script and its wrappers.

use std::fmt::Write as _;
use std::path::Path;

use super::functions::{Before, Function, Type, functions};
use super::{Library, Prefix};

/// `Cargo.toml`.
pub(super) fn manifest(prefix: &Prefix, chem: &Path, with_emulator: bool) -> String {
    let prefix = prefix.lower();
    let features = if with_emulator { r#""host", "emulator""# } else { r#""host""# };
    format!(
        r#"# Made by `chem host`; made anew by it.
[package]
name = "{prefix}-library"
version = "0.1.0"
edition = "2024"
publish = false

[lib]
name = "{prefix}"
crate-type = ["cdylib", "staticlib"]

[dependencies]
chem-runtime = {{ path = {:?}, features = [{features}] }}

[profile.release]
strip = true

# No part of a workspace around it.
[workspace]
"#,
        chem.join("chem-runtime").display().to_string()
    )
}

/// `build.rs`: the name by which programs look for the library.
pub(super) fn build_script(prefix: &Prefix) -> String {
    let prefix = prefix.lower();
    format!(
        r#"//! The name by which programs look for the library.
fn main() {{
    println!("cargo:rerun-if-changed=build.rs");
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {{
        Ok("macos") => println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/lib{prefix}.dylib"),
        Ok("linux") => println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,lib{prefix}.so"),
        _ => {{}}
    }}
}}
"#
    )
}

/// `src/lib.rs`.
pub(super) fn wrappers(library: &Library<'_>) -> String {
    let Library { prefix, network, type_name, file, with_emulator, .. } = *library;
    let name = prefix.lower();
    let units: Vec<String> =
        network.parameters.iter().map(|p| format!("{:?}", p.unit.as_deref().unwrap_or(""))).collect();
    let mut text = format!(
        r#"//! The network `{network}` for host codes: wrappers with the prefix `{name}_`. Made by `chem host`; made anew by it.
#![allow(unsafe_code, clippy::missing_safety_doc)] // called from C; the header says what pointers must be

use std::ffi::c_char;
use std::sync::LazyLock;

use chem_runtime::host::{{Block, Catalogue, Solver, calls}};{emulator}
use chem_runtime::network::TypedNetwork;

chem_runtime::chem_network!({path:?} as network_of_host);

/// What the network file calls the network, whatever that is.
type Network = network_of_host::{type_name};

const _: fn() = || {{
    fn is_typed<N: TypedNetwork>() {{}}
    is_typed::<Network>();
}};

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(&Network::default(), &[{units}]));
"#,
        network = network.name,
        path = file.display().to_string(),
        type_name = type_name,
        units = units.join(", "),
        emulator = if with_emulator { "\nuse chem_runtime::host::{Emulator, emulator_calls};" } else { "" },
    );
    functions(with_emulator).for_each(|function| wrapper(&mut text, prefix, function));
    text
}

fn wrapper(text: &mut String, prefix: &Prefix, function: &Function) {
    let Function { name, before, arguments, result, .. } = function;
    let arguments_of_c: Vec<String> =
        arguments.iter().map(|(name, kind)| format!("{name}: {}", rust(*kind))).collect();
    let names = arguments.iter().map(|(name, _)| *name);
    let given: Vec<&str> =
        (*before == Before::Catalogue).then_some("&CATALOGUE").into_iter().chain(names).collect();
    let result = if *result == Type::Nothing { String::new() } else { format!(" -> {}", rust(*result)) };
    let room = if function.is_of_emulator() { "emulator_calls" } else { "calls" };
    let call = format!("{room}::{name}({})", given.join(", "));
    let (keyword, call) = if function.is_unsafe() {
        ("unsafe ", format!("// SAFETY: as promised by the caller.\n    unsafe {{ {call} }}"))
    } else {
        ("", call)
    };
    let _ = write!(
        text,
        "\n#[unsafe(no_mangle)]\npub {keyword}extern \"C\" fn {}_{name}({}){result} {{\n    {call}\n}}\n",
        prefix.lower(),
        arguments_of_c.join(", ")
    );
}

fn rust(kind: Type) -> &'static str {
    match kind {
        Type::Nothing => "()",
        Type::Solver => "*const Solver<Network>",
        Type::SolverMut => "*mut Solver<Network>",
        Type::Size => "usize",
        Type::Double => "f64",
        Type::Int32 => "i32",
        Type::Int64 => "i64",
        Type::Uint64 => "u64",
        Type::Text => "*const c_char",
        Type::Doubles => "*mut f64",
        Type::Int32s => "*mut i32",
        Type::Int64s => "*mut i64",
        Type::Emulator => "*const Emulator<Network>",
        Type::EmulatorMut => "*mut Emulator<Network>",
        Type::Block => "*const Block",
        Type::BlockMut => "*mut Block",
    }
}
