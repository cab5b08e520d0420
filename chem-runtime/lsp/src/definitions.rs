//! What a file declares: names with their places.

use chem_grammar::ast::{File, Item, ItemKind, Name};
use chem_grammar::source::Span;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Species,
    Parameter,
    Constant,
    Value,
    Function,
    Table,
    Reaction,
    Thermal,
    Radiation,
    CrossSection,
    State,
}

impl Kind {
    /// Number of the protocol's `SymbolKind`.
    pub(crate) fn symbol(self) -> u32 {
        match self {
            Kind::Species => 22,
            Kind::Parameter => 13,
            Kind::Constant => 14,
            Kind::Value => 7,
            Kind::Function | Kind::CrossSection => 12,
            Kind::Table => 18,
            Kind::Reaction => 24,
            Kind::Thermal => 25,
            Kind::Radiation => 20,
            Kind::State => 23,
        }
    }

    /// Number of the protocol's `CompletionItemKind`.
    pub(crate) fn completion(self) -> u32 {
        match self {
            Kind::Species => 20,
            Kind::Constant => 21,
            Kind::Function | Kind::Table | Kind::CrossSection => 3,
            Kind::Reaction => 23,
            _ => 6,
        }
    }

    /// In words.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Species => "species",
            Kind::Parameter => "parameter",
            Kind::Constant => "constant",
            Kind::Value => "value",
            Kind::Function => "function",
            Kind::Table => "table",
            Kind::Reaction => "reaction",
            Kind::Thermal => "heating or cooling",
            Kind::Radiation => "radiation field",
            Kind::CrossSection => "cross section",
            Kind::State => "initial state or domain",
        }
    }

    /// Whether expressions use it by its name alone.
    pub(crate) fn in_expressions(self) -> bool {
        !matches!(self, Kind::Species | Kind::Reaction | Kind::Thermal | Kind::State)
    }
}

/// A name that is declared.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The name.
    pub(crate) span: Span,
    /// The whole statement.
    pub(crate) whole: Span,
    /// The statement without its documentation.
    pub(crate) head: Span,
    pub(crate) doc: Vec<String>,
}

/// All names that a file declares, in order.
pub(crate) fn of(file: &File) -> Vec<Definition> {
    let mut found = Vec::new();
    for item in &file.items {
        for (name, kind) in declared(item) {
            let end = item.doc.first().map_or(item.span.end, |doc| doc.span.start);
            found.push(Definition {
                name: name.value.clone(),
                kind,
                span: name.span,
                whole: item.span,
                head: Span { end, ..item.span },
                doc: item.doc.iter().map(|doc| doc.value.clone()).collect(),
            });
        }
    }
    found
}

fn declared(item: &Item) -> Vec<(&Name, Kind)> {
    match &item.kind {
        ItemKind::Species(list) => list.iter().map(|one| (&one.name, Kind::Species)).collect(),
        ItemKind::Parameter(one) | ItemKind::Switch(one) => vec![(&one.name, Kind::Parameter)],
        ItemKind::Constant(one) => vec![(&one.name, Kind::Constant)],
        ItemKind::Let(one) | ItemKind::Rate(one) => vec![(&one.name, Kind::Value)],
        ItemKind::Function(one) => vec![(&one.name, Kind::Function)],
        ItemKind::Table(one) => vec![(&one.name, Kind::Table)],
        ItemKind::Radiation(one) => vec![(&one.name, Kind::Radiation)],
        ItemKind::CrossSection(one) => vec![(&one.name, Kind::CrossSection)],
        ItemKind::Reaction(one) => vec![(&one.name, Kind::Reaction)],
        ItemKind::Heating(one) | ItemKind::Cooling(one) => vec![(&one.name, Kind::Thermal)],
        ItemKind::Initial(one) => vec![(&one.name, Kind::State)],
        ItemKind::Domain(one) => vec![(&one.name, Kind::State)],
        _ => Vec::new(),
    }
}
