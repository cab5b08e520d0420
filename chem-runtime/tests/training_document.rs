//! The config in `docs/training.md` is the default one, with every key.
#![allow(clippy::unwrap_used)] // tests fail by panicking

use std::collections::BTreeSet;

use chem_runtime::pinn::Config;

const DOCUMENT: &str = include_str!("../../docs/training.md");

fn config_text() -> &'static str {
    DOCUMENT.split("```toml\n").nth(1).unwrap().split("```").next().unwrap()
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
