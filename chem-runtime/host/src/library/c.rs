//! The C header, and the C++ wrapper over it.

use std::fmt::Write as _;

use chem_grammar::network::Network;

use super::functions::{Type, functions};
use super::{Prefix, constants, wrapped};

/// `PREFIX.h`.
pub(super) fn header(prefix: &Prefix, network: &Network, with_emulator: bool) -> String {
    let mut text = prefix.fill(include_str!("templates/top.h")).replace("@network@", &network.name);
    for group in constants::groups(network) {
        let _ = write!(text, "\n{}", comment(group.heading));
        for (name, value, remark) in &group.constants {
            let remark = if remark.is_empty() {
                String::new()
            } else {
                format!(" /* {} */", remark.replace("*/", "* /"))
            };
            let _ = writeln!(text, "#define {}_{name} {}{remark}", prefix.upper(), number(*value));
        }
    }
    let emulator = if with_emulator { include_str!("templates/emulator.h") } else { "" };
    let types = include_str!("templates/types.h").replace("@emulator@\n", emulator);
    text.push_str(&prefix.fill(&types));
    for function in functions(with_emulator) {
        let arguments: Vec<String> =
            function.arguments.iter().map(|(name, kind)| format!("{}{name}", c(*kind, prefix))).collect();
        let arguments = if arguments.is_empty() { "void".to_owned() } else { arguments.join(", ") };
        let _ = write!(text, "\n{}", comment(&prefix.fill(function.doc)));
        let _ = writeln!(
            text,
            "{}{}_{}({arguments});",
            c(function.result, prefix),
            prefix.lower(),
            function.name
        );
    }
    text.push_str(&prefix.fill(include_str!("templates/bottom.h")));
    text
}

/// `PREFIX.hpp`.
pub(super) fn wrapper(prefix: &Prefix, with_emulator: bool) -> String {
    let emulator = if with_emulator { include_str!("templates/emulator.hpp") } else { "" };
    prefix.fill(&include_str!("templates/wrapper.hpp").replace("@emulator@\n", emulator))
}

fn number(value: i64) -> String {
    if value < 0 { format!("({value})") } else { value.to_string() }
}

fn comment(text: &str) -> String {
    let lines = wrapped(text, 110);
    format!("/* {} */\n", lines.join("\n   "))
}

/// The type, with the blank or star before a name.
fn c(kind: Type, prefix: &Prefix) -> String {
    let prefix = prefix.lower();
    match kind {
        Type::Nothing => "void ".to_owned(),
        Type::Solver => format!("const {prefix}_solver *"),
        Type::SolverMut => format!("{prefix}_solver *"),
        Type::Size => "size_t ".to_owned(),
        Type::Double => "double ".to_owned(),
        Type::Int32 => "int32_t ".to_owned(),
        Type::Int64 => "int64_t ".to_owned(),
        Type::Uint64 => "uint64_t ".to_owned(),
        Type::Text => "const char *".to_owned(),
        Type::Doubles => "double *".to_owned(),
        Type::Int32s => "int32_t *".to_owned(),
        Type::Int64s => "int64_t *".to_owned(),
        Type::Emulator => format!("const {prefix}_emulator *"),
        Type::EmulatorMut => format!("{prefix}_emulator *"),
        Type::Block => format!("const {prefix}_block *"),
        Type::BlockMut => format!("{prefix}_block *"),
    }
}
