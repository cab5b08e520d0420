//! The config in `docs/training.md` is the default one, with every key.
#![allow(clippy::unwrap_used)] // tests fail by panicking

use std::collections::BTreeSet;

use chem_emulator::Config;

const DOCUMENT: &str = include_str!("../../../docs/training.md");

fn config_text() -> &'static str {
    block(1)
}

/// One of the texts in TOML.
fn block(number: usize) -> &'static str {
    DOCUMENT.split("```toml\n").nth(number).unwrap().split("```").next().unwrap()
}

#[test]
fn the_document_shows_every_setting_of_every_optimiser() {
    let shown: toml::Table = block(2).parse().unwrap();
    let names = ["adam", "lbfgs", "levenberg_marquardt", "sample_space", "soap", "spring"];
    assert_eq!(shown.keys().map(String::as_str).collect::<Vec<_>>(), names);
    for (name, settings) in shown {
        let stage = |settings: &str| {
            format!("network = 'atomic'\n[[stages]]\niterations = 1\noptimiser.{name} = {settings}\n")
        };
        let text = |settings: &str| Config::parse(&stage(settings), "docs").unwrap().to_toml().unwrap();
        let written: toml::Table = text("{}").parse().unwrap();
        assert_eq!(text(&settings.to_string()), text("{}"), "{name}: not the defaults");
        let defaults = written["stages"][0]["optimiser"][&name].as_table().unwrap();
        let keys = |table: &toml::Table| table.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(settings.as_table().unwrap()), keys(defaults), "{name}");
    }
}

#[test]
fn the_document_shows_the_defaults() {
    assert_eq!(Config::parse(config_text(), "docs/training.md").unwrap(), Config::new("atomic"));
}

/// Paths of all keys of a table.
fn keys(table: &toml::Table, path: &str, found: &mut BTreeSet<String>) {
    for (key, value) in table {
        let path = format!("{path}.{key}");
        let inner = value.as_array().and_then(|array| array.first()).unwrap_or(value);
        match inner.as_table() {
            Some(inner) => keys(inner, &path, found),
            None => drop(found.insert(path)),
        }
    }
}

/// Keys that a config does not write out if they have their default.
#[test]
fn the_document_shows_the_keys_of_domains_and_ends() {
    for key in [
        "initial.domain",
        "quasi_steady",
        "least_share",
        "loss",
        "stall",
        "error",
        "error_every",
        "cpu_seconds",
    ] {
        assert!(config_text().contains(key), "{key}");
    }
}

#[test]
fn the_document_shows_every_key() {
    let all = |text: &str| {
        let mut found = BTreeSet::new();
        keys(&text.parse().unwrap(), "", &mut found);
        found
    };
    let written = all(&Config::new("atomic").to_toml().unwrap());
    let shown = all(config_text());
    // An empty description is not written.
    let missing: Vec<_> = written.difference(&shown).collect();
    assert!(missing.is_empty(), "not in docs/training.md: {missing:?}");
}
