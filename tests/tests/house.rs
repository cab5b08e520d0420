//! The house: what CONTRIBUTING and docs/architecture.md say of sizes, doors and directions of imports, counted.
//!
//! Functions are counted by clippy (`too_many_lines`, clippy.toml). `cargo test --release --workspace --test house -- --nocapture`
//! prints the counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Lines of a file.
const LINES: usize = 400;
/// Modules that a user of `chem-runtime` sees.
const MODULES: usize = 10;
/// Traits of the runtime that are public in their crates; each must have a reason to exist.
const TRAITS: usize = 15;

/// Crates by folder, with the rooms (top-level modules) that import one another in a circle today. No room may join one.
const CRATES: [(&str, &[&str]); 10] = [
    (
        "grammar",
        &[
            "checks",
            "compile",
            "constants",
            "diagnostic",
            "digest",
            "expr",
            "network",
            "parse",
            "program",
            "report",
            "resolve",
            "sniff",
            "unit",
        ],
    ),
    ("chem-macros/codegen", &[]),
    (
        "chem-runtime/solver",
        &[
            "advance",
            "batch",
            "bdf",
            "cells",
            "generated",
            "linear",
            "equations",
            "network",
            "runs",
            "scalar",
        ],
    ),
    ("chem-runtime/emulator", &[]),
    ("chem-runtime/report", &[]),
    ("chem-runtime/kernels", &["program", "writer"]),
    ("chem-runtime/training", &["error", "iterate", "optimise", "problem", "reduce", "training"]),
    ("chem-runtime/host", &[]),
    ("chem-runtime/cli", &[]),
    ("chem-runtime/lsp", &[]),
];

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder above tests").to_path_buf()
}

/// Files of Rust below a folder, but those that were built.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(sources(&path));
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The text without its tests and comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let own = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    own.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn files_are_short() {
    let too_long: Vec<String> = sources(&project())
        .iter()
        .map(|path| (path, std::fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(path, lines)| format!("{} has {lines}", path.display()))
        .collect();
    assert!(too_long.is_empty(), "more than {LINES} lines: {}", too_long.join(", "));
}

#[test]
fn doors_are_few() {
    let facade = code(&project().join("chem-runtime/src/lib.rs"));
    let statements =
        facade.split(';').map(str::trim).filter(|statement| !statement.contains("#[doc(hidden)]"));
    let is_module = |name: &str| name.starts_with(|c: char| c.is_ascii_lowercase());
    let modules: Vec<String> = statements
        .filter_map(|statement| statement.split_once("pub use ").map(|(_, path)| path.to_owned()))
        .filter(|path| !path.contains("chem_macros"))
        .flat_map(|path| {
            let door = path
                .rsplit(" as ")
                .next()
                .unwrap_or_default()
                .rsplit("::")
                .next()
                .unwrap_or_default()
                .to_owned();
            match path.contains("::{self") {
                true => vec![
                    path.split("::{")
                        .next()
                        .unwrap_or_default()
                        .rsplit("::")
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                ],
                false => vec![door],
            }
        })
        .filter(|name| is_module(name))
        .collect();
    println!("modules of chem-runtime: {}", modules.join(", "));
    assert!((5..=MODULES).contains(&modules.len()), "{modules:?}");

    let runtime = sources(&project().join("chem-runtime"))
        .into_iter()
        .filter(|path| path.components().any(|c| c.as_os_str() == "src"));
    let traits: Vec<String> = runtime
        .flat_map(|path| {
            let text = code(&path);
            let names = text.lines().filter_map(|line| line.strip_prefix("pub trait "));
            names
                .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric()).collect::<String>())
                .collect::<Vec<_>>()
        })
        .collect();
    println!("public traits of the runtime: {}", traits.join(", "));
    assert!((5..=TRAITS).contains(&traits.len()), "{traits:?}");
}

/// The rooms of a crate and which of them each names.
fn imports(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let lib = code(&folder.join("lib.rs"));
    let is_room = |line: &str| {
        let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')).map(str::to_owned)
    };
    let rooms: BTreeSet<String> = lib.lines().filter_map(is_room).collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> =
        rooms.iter().map(|r| (r.clone(), BTreeSet::new())).collect();
    for path in sources(folder) {
        let inside = path.strip_prefix(folder).unwrap();
        let depth = inside.components().count();
        let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let room = first.trim_end_matches(".rs").to_owned();
        if path.file_name().is_some_and(|name| name == "tests.rs")
            || inside.components().any(|c| c.as_os_str() == "tests")
        {
            continue;
        }
        let Some(named) = arrows.get_mut(&room) else { continue };
        let text = code(&path);
        for root in ["crate::".to_owned(), "super::".repeat(depth)] {
            for (at, _) in text.match_indices(&root) {
                if text[..at].ends_with("super::")
                    || text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
                {
                    continue;
                }
                let rest = &text[at + root.len()..];
                let names = match rest.strip_prefix('{') {
                    Some(list) => list.split('}').next().unwrap_or_default().to_owned(),
                    None => rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect(),
                };
                let words = names.split(|c: char| !(c.is_alphanumeric() || c == '_'));
                named.extend(words.filter(|word| rooms.contains(*word) && *word != room).map(str::to_owned));
            }
        }
    }
    arrows
}

/// Rooms from which a way leads back to them.
fn in_circles(arrows: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let reached = |from: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(room) = next.pop() {
            next.extend(arrows.get(room).into_iter().flatten().filter(|other| seen.insert((*other).clone())));
        }
        seen
    };
    arrows.keys().filter(|room| reached(room).contains(*room)).cloned().collect()
}

#[test]
fn no_new_room_imports_in_a_circle() {
    for (folder, known) in CRATES {
        let arrows = imports(&project().join(folder).join("src"));
        let circles = in_circles(&arrows);
        println!("{folder}: {} rooms, in circles: {circles:?}", arrows.len());
        let new: Vec<&String> = circles.iter().filter(|room| !known.contains(&room.as_str())).collect();
        assert!(new.is_empty(), "{folder}: {new:?} import in a circle: {arrows:#?}");
    }
}

#[test]
fn circles_are_found() {
    let arrows = |pairs: &[(&str, &[&str])]| {
        let arrow =
            |(from, to): &(&str, &[&str])| ((*from).to_owned(), to.iter().map(|r| (*r).to_owned()).collect());
        pairs.iter().map(arrow).collect()
    };
    let circles = in_circles(&arrows(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"]), ("d", &["a"])]));
    assert_eq!(circles.into_iter().collect::<Vec<_>>(), ["b", "c"]);
}
