//! What may stand at a place.

use std::path::Path;

use chem_grammar::constants::CONSTANTS;
use chem_grammar::diagnostic::{Code, Severity};
use chem_grammar::unit::UNITS;
use serde_json::{Value, json};

use crate::builtins::{FUNCTIONS, STATE, STATEMENTS};
use crate::definitions::{Definition, Kind};
use crate::hover::in_unit;
use crate::program::Program;

const KEYWORD: u32 = 14;
const FUNCTION: u32 = 3;
const VARIABLE: u32 = 6;
const CONSTANT: u32 = 21;
const UNIT: u32 = 11;
const FILE: u32 = 17;

fn item(label: &str, kind: u32, detail: &str) -> Value {
    json!({ "label": label, "kind": kind, "detail": detail })
}

/// Proposals for a byte of the program's first file.
pub(crate) fn complete(program: &Program, byte: usize) -> Vec<Value> {
    let Some(part) = program.parts.first() else { return Vec::new() };
    let before = part.text.get(..byte).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    if line.contains('#')
        && line.split('#').next().is_some_and(|head| head.matches(['"', '`']).count() % 2 == 0)
    {
        return Vec::new();
    }
    if line.matches('"').count() % 2 == 1 {
        let is_use = line.trim_start().starts_with("use");
        return if is_use { libraries(&part.path) } else { Vec::new() };
    }
    if in_unit(line) {
        return UNITS.iter().map(|unit| item(unit.name, UNIT, &unit.dimension.to_string())).collect();
    }
    if let Some((head, inside)) = line.rsplit_once('[')
        && !inside.contains(']')
    {
        return if head.ends_with('n') && !head.ends_with("nuclei") {
            declared(program, |kind| kind == Kind::Species)
        } else if head.ends_with('k') || head.ends_with("flux") {
            declared(program, |kind| kind == Kind::Reaction)
        } else {
            Vec::new()
        };
    }
    if let Some((_, inside)) = line.rsplit_once("allow(")
        && !inside.contains(')')
    {
        let allowed = Code::ALL.iter().filter(|code| code.severity() != Severity::Error);
        return allowed.map(|code| item(code.as_str(), CONSTANT, code.explanation())).collect();
    }
    if line.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let words = STATEMENTS.iter().map(|(word, meaning)| item(word, KEYWORD, meaning));
        // A line may also go on with the statement before it.
        return words.chain(declared(program, |kind| kind == Kind::Species)).collect();
    }
    let statement = line.trim_start();
    let setting = ["initial", "domain"].iter().any(|word| statement.starts_with(word));
    if setting || (line.contains(':') && !line.contains('=')) {
        let mut found = declared(program, |kind| kind == Kind::Species);
        let words: &[&str] = match setting {
            true => &["T", "t", "n_tot", "n_H", "fraction", "abundance", "nuclei", "neutral", "rest", "log"],
            false => &["for", "k", "flux", "photon", "cr", "grain", "M"],
        };
        found.extend(words.iter().map(|word| item(word, KEYWORD, "")));
        return found;
    }
    expression(program)
}

fn declared(program: &Program, wanted: impl Fn(Kind) -> bool) -> Vec<Value> {
    let mut seen = std::collections::BTreeSet::new();
    let named = program
        .definitions()
        .map(|(_, one)| one)
        .filter(|one| wanted(one.kind) && seen.insert(one.name.clone()));
    named.map(proposal).collect()
}

fn proposal(one: &Definition) -> Value {
    let mut found = item(&one.name, one.kind.completion(), one.kind.word());
    if let (Some(doc), Some(map)) = (one.doc.first(), found.as_object_mut()) {
        map.insert("documentation".to_owned(), json!(doc));
    }
    // `C(CH3)4`, `H+` need no quotes; names that contain a hyphen in the middle do.
    let inner = one.name.trim_end_matches(['+', '-']);
    let plain = inner.chars().all(|c| c.is_ascii_alphanumeric() || "_()".contains(c));
    let digit = one.name.starts_with(|c: char| c.is_ascii_digit());
    if (!plain || digit)
        && one.kind == Kind::Species
        && let Some(map) = found.as_object_mut()
    {
        map.insert("insertText".to_owned(), json!(format!("`{}`", one.name)));
    }
    found
}

fn expression(program: &Program) -> Vec<Value> {
    let mut found = declared(program, Kind::in_expressions);
    found.extend(FUNCTIONS.iter().map(|(name, meaning)| item(name, FUNCTION, meaning)));
    found.extend(STATE.iter().take(8).map(|(name, meaning)| item(name, VARIABLE, meaning)));
    found.extend(CONSTANTS.iter().map(|one| item(one.name, CONSTANT, one.meaning)));
    found
}

/// Rate libraries beside a file.
fn libraries(path: &Path) -> Vec<Value> {
    let Some(entries) = path.parent().and_then(|folder| std::fs::read_dir(folder).ok()) else {
        return Vec::new();
    };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".rates")).collect();
    names.sort();
    names.iter().map(|name| item(name, FILE, "rate library")).collect()
}
