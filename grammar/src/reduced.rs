//! A network file with fewer reactions and species: statements are cut out of the text, all others stay as they were written.

use std::collections::HashSet;
use std::path::Path;

use crate::ast::{Item, ItemKind, Setting, SpeciesDeclaration, Target};
use crate::diagnostic::Report;
use crate::parse::parse;
use crate::parse::scan::Scanner;
use crate::source::{SourceFile, SourceMap, Span};

/// What stays.
pub struct Kept<'a> {
    /// Whether the reaction or process of this name stays.
    pub reaction: &'a dyn Fn(&str) -> bool,
    /// Whether the species of this name stays even if no reaction that stays has it.
    pub species: &'a dyn Fn(&str) -> bool,
}

/// The text of a network without the reactions that are not kept, and without the species that neither are kept nor
/// occur in what is left. A reaction whose name another statement uses stays.
///
/// # Errors
/// The syntax errors of the text. `path` is only for the messages.
pub fn reduced(text: &str, path: &Path, kept: &Kept<'_>) -> Result<String, Report> {
    let mut sources = SourceMap::default();
    let source = SourceFile::new(path, text);
    let id = sources.add(source.clone());
    let (file, diagnostics) = parse(id, &source);
    let Some(file) = file.filter(|_| diagnostics.is_empty()) else {
        return Err(Report { sources, diagnostics, species: Vec::new() });
    };
    let used = used(text, &file.items);
    let is_cut = |item: &Item| match &item.kind {
        ItemKind::Reaction(reaction) => {
            let name = reaction.name.value.as_str();
            !(kept.reaction)(name) && !used.contains(name)
        }
        _ => false,
    };
    let left = file.items.iter().filter(|item| !is_cut(item));
    let occurring: HashSet<&str> = left.flat_map(|item| occurring(text, item)).collect();
    let is_gone = |species: &str| !(kept.species)(species) && !occurring.contains(species);
    let mut cuts: Vec<(Span, String)> = Vec::new();
    for item in &file.items {
        match &item.kind {
            _ if is_cut(item) => cuts.push((item.span, String::new())),
            ItemKind::Species(declared) => cuts.extend(fewer_species(text, item, declared, &is_gone)),
            ItemKind::Initial(initial) => cuts.extend(fewer_settings(text, &initial.settings, &is_gone)),
            _ => {}
        }
    }
    Ok(without(text, &cuts))
}

fn slice(text: &str, from: u32, to: u32) -> &str {
    text.get(from as usize..to as usize).unwrap_or("")
}

/// The words of expressions that are names: a reaction's own stands before its colon.
fn used<'t>(text: &'t str, items: &[Item]) -> HashSet<&'t str> {
    let of = |item: &Item| {
        let begin = match &item.kind {
            ItemKind::Reaction(reaction) => reaction.name.span.end,
            _ => item.span.start,
        };
        slice(text, begin, item.span.end).split(|c: char| !(c.is_alphanumeric() || c == '_'))
    };
    items.iter().flat_map(of).collect()
}

/// The species on both sides of a reaction, and those in brackets of expressions and in domains.
fn occurring<'t>(text: &'t str, item: &'t Item) -> Vec<&'t str> {
    let bracketed = || {
        let parts = slice(text, item.span.start, item.span.end).split('[').skip(1);
        parts.filter_map(|part| Some(part.split_once(']')?.0.trim().trim_matches('`')))
    };
    match &item.kind {
        ItemKind::Species(_) | ItemKind::Initial(_) => Vec::new(),
        ItemKind::Domain(domain) => domain.settings.iter().flat_map(|s| named(&s.target)).collect(),
        ItemKind::Reaction(reaction) => {
            let sides = reaction.reactants.iter().chain(&reaction.products);
            sides.map(|term| term.name.value.as_str()).chain(bracketed()).collect()
        }
        _ => bracketed().collect(),
    }
}

/// The species that a setting names.
fn named(target: &Target) -> Vec<&str> {
    match target {
        Target::Density(name) | Target::Rest(name) | Target::Neutral(name) => vec![&name.value],
        Target::Fraction(names) | Target::Abundance(names) => {
            names.iter().map(|name| name.value.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

/// The species statement with those that stay; none if all do, or if comments stand in it.
fn fewer_species(
    text: &str,
    item: &Item,
    declared: &[SpeciesDeclaration],
    is_gone: &dyn Fn(&str) -> bool,
) -> Option<(Span, String)> {
    let first = declared.first()?;
    let end = item.doc.first().map_or(item.span.end, |doc| doc.span.start);
    let list = Span { end, ..first.name.span };
    let has_comment = Scanner::new(slice(text, list.start, list.end)).any(|piece| piece.comment);
    if has_comment || !declared.iter().any(|species| is_gone(&species.name.value)) {
        return None;
    }
    let ends = declared.iter().skip(1).map(|next| next.name.span.start).chain([list.end]);
    let stay: Vec<&str> = declared
        .iter()
        .zip(ends)
        .filter(|(species, _)| !is_gone(&species.name.value))
        .map(|(species, end)| slice(text, species.name.span.start, end).trim().trim_end_matches(',').trim())
        .collect();
    if stay.is_empty() {
        return Some((item.span, String::new()));
    }
    // What follows the last one is kept apart from its documentation.
    let tail = if end < item.span.end { "  " } else { "" };
    Some((list, stay.join(", ") + tail))
}

/// The settings of an initial state without those of species that are gone.
fn fewer_settings<V>(
    text: &str,
    settings: &[Setting<V>],
    is_gone: &dyn Fn(&str) -> bool,
) -> Option<(Span, String)> {
    let (first, last) = (settings.first()?, settings.last()?);
    let stays =
        |setting: &&Setting<V>| !matches!(&setting.target, Target::Density(name) if is_gone(&name.value));
    let stay: Vec<&str> =
        settings.iter().filter(stays).map(|s| slice(text, s.span.start, s.span.end).trim()).collect();
    let list = Span { end: last.span.end, ..first.span };
    (stay.len() < settings.len() && !stay.is_empty()).then(|| (list, stay.join(", ")))
}

/// The text with some places replaced; a line of which nothing is left goes.
fn without(text: &str, cuts: &[(Span, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, instead) in cuts {
        out.push_str(slice(text, at, span.start));
        out.push_str(instead);
        at = span.end;
        let rest = slice(text, at, text.len() as u32);
        if instead.is_empty() && out.ends_with('\n') {
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            if rest[blanks..].starts_with('\n') {
                at += blanks as u32 + 1;
            }
        }
    }
    out.push_str(slice(text, at, text.len() as u32));
    out
}
