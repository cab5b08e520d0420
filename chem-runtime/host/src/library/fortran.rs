//! The Fortran module.

use std::fmt::Write as _;

use chem_grammar::network::Network;

use super::constants::{self, Kind};
use super::functions::{Function, Type, functions};
use super::{Prefix, ranks, wrapped};

/// The functions of a trained network as the module makes them public.
const EMULATOR_NAMES: &str = "  public :: @p@_emulator_new, @p@_emulator_free, @p@_emulator_advance\n";

/// `PREFIX.f90`.
pub(super) fn module(prefix: &Prefix, network: &Network, with_emulator: bool) -> String {
    let mut declared = String::new();
    for group in constants::groups(network) {
        for line in wrapped(group.heading, 110) {
            let _ = writeln!(declared, "  ! {line}");
        }
        let (kind, shift) = match group.kind {
            Kind::Plain => ("integer", 0),
            Kind::Place => ("integer", 1),
            Kind::Int32 => ("integer(c_int32_t)", 0),
            Kind::Int64 => ("integer(c_int64_t)", 0),
        };
        for (name, value, remark) in &group.constants {
            let remark = if remark.is_empty() { String::new() } else { format!(" ! {remark}") };
            let name = format!("{}_{}", prefix.lower(), name.to_ascii_lowercase());
            let _ = writeln!(declared, "  {kind}, parameter, public :: {name} = {}{remark}", value + shift);
        }
        declared.push('\n');
    }
    let mut interfaces = String::new();
    functions(with_emulator).for_each(|function| interface(&mut interfaces, prefix, function));
    let (names, emulator) = match with_emulator {
        true => (EMULATOR_NAMES, include_str!("templates/emulator.f90")),
        false => ("", ""),
    };
    let text = include_str!("templates/module.f90").replace("@network@", &network.name);
    let text = text.replace("@emulator_names@\n", names).replace("@emulator@\n", emulator);
    let text = prefix.fill(&text).replace("@ranks@\n", &ranks::functions(prefix));
    broken(&text.replace("@constants@\n", &declared).replace("@interfaces@\n", &interfaces))
}

/// `PREFIX_krome.f90`.
pub(super) fn krome(prefix: &Prefix, network: &Network) -> String {
    let mut places = String::new();
    for (index, species) in network.species.iter().enumerate() {
        let name = krome_name(&species.name);
        let _ = writeln!(
            places,
            "  integer, parameter, public :: krome_idx_{name} = {} ! {}",
            index + 1,
            species.name
        );
    }
    let text = include_str!("templates/krome.f90").replace("@network@", &network.name);
    let (names, accessors) = parameters(network);
    let text = prefix.fill(&text).replace("@places@\n", &places).replace("@names@\n", &names);
    broken(&text.replace("@parameters@\n", &accessors))
}

/// `krome_set_user_X`, `krome_get_user_X`: which are public, and what they do. Names have at most 63 letters.
fn parameters(network: &Network) -> (String, String) {
    let (mut names, mut text) = (String::new(), String::new());
    for name in network.parameters.iter().map(|parameter| &parameter.name).filter(|name| name.len() <= 48) {
        let _ = writeln!(names, "  public :: krome_set_user_{name}, krome_get_user_{name}");
        let _ = write!(
            text,
            "  subroutine krome_set_user_{name}(argset)
    real(c_double), intent(in) :: argset
    call krome_set_parameter(\"{name}\", argset)
  end subroutine

  function krome_get_user_{name}() result(value)
    real(c_double) :: value
    value = krome_get_parameter(\"{name}\")
  end function

"
        );
    }
    (names, text)
}

/// Longest line, less than the 132 letters that compilers read.
const WIDTH: usize = 118;

/// Breaks long lines of code after commas; comments may be of any length.
fn broken(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut rest = line;
        while rest.split('!').next().is_some_and(|code| code.len() > WIDTH) {
            let Some(comma) = rest.get(..WIDTH).and_then(|start| start.rfind(", ")) else { break };
            let (first, others) = rest.split_at(comma + 1);
            out.push_str(first);
            out.push_str(" &\n      ");
            rest = others.trim_start();
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

/// `H+` is `Hj`, `H-` is `Hk`, `e-` is `E`.
fn krome_name(species: &str) -> String {
    if species == "e-" {
        return "E".to_owned();
    }
    let letter = |letter: char| match letter {
        '+' => 'j',
        '-' => 'k',
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => '_',
    };
    species.chars().map(letter).collect()
}

fn interface(text: &mut String, prefix: &Prefix, function: &Function) {
    let Function { name, arguments, result, .. } = function;
    let prefix = prefix.lower();
    let names: Vec<&str> = arguments.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let (word, end) = match fortran_result(*result) {
        None => ("subroutine", "subroutine".to_owned()),
        Some(_) => ("function", "function".to_owned()),
    };
    let _ = writeln!(text, "    {word} raw_{prefix}_{name}({names}) &");
    let result = fortran_result(*result).map_or(String::new(), |result| {
        let _ = writeln!(text, "        bind(c, name=\"{prefix}_{name}\") result(result_of_c)");
        format!("      {result} :: result_of_c\n")
    });
    if result.is_empty() {
        let _ = writeln!(text, "        bind(c, name=\"{prefix}_{name}\")");
    }
    text.push_str("      import\n");
    for (name, kind) in *arguments {
        let _ = writeln!(text, "      {}", argument(*kind, name, prefix));
    }
    let _ = write!(text, "{result}    end {end}\n\n");
}

fn argument(kind: Type, name: &str, prefix: &str) -> String {
    match kind {
        Type::Text => format!("character(kind=c_char), intent(in) :: {name}(*)"),
        Type::Block => format!("type({prefix}_block), intent(in) :: {name}"),
        Type::BlockMut => format!("type({prefix}_block), intent(inout) :: {name}"),
        other => format!("{}, value :: {name}", fortran_result(other).unwrap_or("type(c_ptr)")),
    }
}

fn fortran_result(kind: Type) -> Option<&'static str> {
    Some(match kind {
        Type::Nothing => return None,
        Type::Size => "integer(c_size_t)",
        Type::Double => "real(c_double)",
        Type::Int32 => "integer(c_int32_t)",
        Type::Int64 | Type::Uint64 => "integer(c_int64_t)",
        _ => "type(c_ptr)",
    })
}
