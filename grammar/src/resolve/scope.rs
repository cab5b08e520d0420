//! All names of a network, and the names that are defined twice.

use std::collections::BTreeMap;

use crate::ast::{self, Item, ItemKind, Name};
use crate::constants;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::Program;
use crate::source::Span;
use crate::words::{FUNCTIONS, INDEXED, QUANTITIES};

/// The four statements that give a value a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefinitionKind {
    Constant,
    Parameter,
    Let,
    Rate,
}

impl DefinitionKind {
    /// What it is called in messages.
    pub(crate) fn what(self) -> &'static str {
        match self {
            DefinitionKind::Constant => "constant",
            DefinitionKind::Parameter => "parameter",
            DefinitionKind::Let => "definition",
            DefinitionKind::Rate => "rate",
        }
    }
}

/// A named value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedValue<'a> {
    pub(crate) kind: DefinitionKind,
    pub(crate) definition: &'a ast::Definition,
    pub(crate) item: &'a Item,
}

impl NamedValue<'_> {
    /// Whether it is a parameter that is on or off.
    pub(crate) fn is_switch(&self) -> bool {
        matches!(self.item.kind, ItemKind::Switch(_))
    }

    /// What it is called in messages.
    pub(crate) fn what(&self) -> &'static str {
        if self.is_switch() { "switch" } else { self.kind.what() }
    }
}

/// What a global name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Global {
    Value(usize),
    Function(usize),
    Table(usize),
    Radiation(usize),
    CrossSection(usize),
}

/// The names of all files together.
#[derive(Debug, Default)]
pub(crate) struct Scope<'a> {
    pub(crate) globals: BTreeMap<&'a str, Global>,
    pub(crate) values: Vec<NamedValue<'a>>,
    pub(crate) functions: Vec<(&'a ast::Function, &'a Item)>,
    pub(crate) tables: Vec<(&'a ast::TableDeclaration, &'a Item)>,
    pub(crate) radiations: Vec<(&'a ast::Radiation, &'a Item)>,
    pub(crate) cross_sections: Vec<(&'a ast::CrossSection, &'a Item)>,
    pub(crate) reactions: Vec<(&'a ast::Reaction, &'a Item)>,
    pub(crate) reaction_names: BTreeMap<&'a str, usize>,
    pub(crate) heating: Vec<(&'a ast::Definition, &'a Item)>,
    pub(crate) cooling: Vec<(&'a ast::Definition, &'a Item)>,
    pub(crate) species: Vec<(&'a ast::SpeciesDeclaration, &'a Item)>,
    pub(crate) adiabatic_index: Option<&'a ast::Expr>,
    pub(crate) conserve_energy: Option<&'a Span>,
    pub(crate) limits: Option<&'a ast::Limits>,
    pub(crate) seam_tolerance: Option<&'a crate::source::Spanned<f64>>,
    pub(crate) initials: Vec<(&'a ast::Initial, &'a Item)>,
    pub(crate) domains: Vec<(&'a ast::Domain, &'a Item)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'a> Scope<'a> {
    /// Gathers the names of all files.
    pub(crate) fn gather(program: &'a Program) -> Self {
        let mut scope = Scope::default();
        for (_, item) in program.items() {
            scope.item(item);
        }
        scope.check_duplicates();
        scope
    }

    fn item(&mut self, item: &'a Item) {
        match &item.kind {
            ItemKind::Use(_) | ItemKind::AllowEverywhere => {}
            ItemKind::Species(list) => self.species.extend(list.iter().map(|s| (s, item))),
            ItemKind::Parameter(d) | ItemKind::Switch(d) => self.value(DefinitionKind::Parameter, d, item),
            ItemKind::Constant(d) => self.value(DefinitionKind::Constant, d, item),
            ItemKind::Let(d) => self.value(DefinitionKind::Let, d, item),
            ItemKind::Rate(d) => self.value(DefinitionKind::Rate, d, item),
            ItemKind::Function(function) => {
                self.functions.push((function, item));
                self.global(&function.name, Global::Function(self.functions.len() - 1));
            }
            ItemKind::Table(table) => {
                self.tables.push((table, item));
                self.global(&table.name, Global::Table(self.tables.len() - 1));
            }
            ItemKind::Radiation(radiation) => {
                self.radiations.push((radiation, item));
                self.global(&radiation.name, Global::Radiation(self.radiations.len() - 1));
            }
            ItemKind::CrossSection(section) => {
                self.cross_sections.push((section, item));
                self.global(&section.name, Global::CrossSection(self.cross_sections.len() - 1));
            }
            ItemKind::Reaction(reaction) => {
                self.reactions.push((reaction, item));
                let index = self.reactions.len() - 1;
                self.reaction_names.entry(&reaction.name.value).or_insert(index);
            }
            ItemKind::Heating(d) => self.heating.push((d, item)),
            ItemKind::Cooling(d) => self.cooling.push((d, item)),
            ItemKind::AdiabaticIndex(e) => {
                once(&mut self.adiabatic_index, e, |e| e.span, "adiabatic_index", &mut self.diagnostics)
            }
            ItemKind::ConserveEnergy(words) => {
                once(&mut self.conserve_energy, words, |w| *w, "conserve energy", &mut self.diagnostics);
            }
            ItemKind::Limits(limits) => {
                once(&mut self.limits, limits, |l| l.range.span, "limits", &mut self.diagnostics);
            }
            ItemKind::SeamTolerance(value) => {
                once(&mut self.seam_tolerance, value, |v| v.span, "seam_tolerance", &mut self.diagnostics);
            }
            ItemKind::Initial(initial) => self.initials.push((initial, item)),
            ItemKind::Domain(domain) => self.domains.push((domain, item)),
        }
    }

    fn value(&mut self, kind: DefinitionKind, definition: &'a ast::Definition, item: &'a Item) {
        self.values.push(NamedValue { kind, definition, item });
        let name = &definition.name;
        if constants::find(&name.value).is_some() && kind != DefinitionKind::Constant {
            self.diagnostics.push(
                Diagnostic::new(Code::E014, name.span, format!("`{}` is a built-in constant", name.value))
                    .help(format!("choose another name; only `constant {} = ...` replaces it", name.value)),
            );
        }
        self.global(name, Global::Value(self.values.len() - 1));
    }

    fn global(&mut self, name: &'a Name, global: Global) {
        let text = name.value.as_str();
        if QUANTITIES.contains(&text) || INDEXED.contains(&text) || FUNCTIONS.contains(&text) {
            self.diagnostics.push(
                Diagnostic::new(Code::E014, name.span, format!("`{text}` has a meaning in the language"))
                    .help("choose another name"),
            );
            return;
        }
        match self.globals.get(text) {
            Some(&first) => {
                let first = self.global_name(first).map(|n| n.span);
                self.diagnostics.push(duplicate("", name, first));
            }
            None => {
                self.globals.insert(text, global);
            }
        }
    }

    fn global_name(&self, global: Global) -> Option<&'a Name> {
        match global {
            Global::Value(i) => self.values.get(i).map(|v| &v.definition.name),
            Global::Function(i) => self.functions.get(i).map(|(f, _)| &f.name),
            Global::Table(i) => self.tables.get(i).map(|(t, _)| &t.name),
            Global::Radiation(i) => self.radiations.get(i).map(|(r, _)| &r.name),
            Global::CrossSection(i) => self.cross_sections.get(i).map(|(s, _)| &s.name),
        }
    }

    /// Names that have a namespace of their own.
    fn check_duplicates(&mut self) {
        let reactions = self.reactions.iter().map(|(r, _)| &r.name);
        let mut found = duplicates("the reaction ", reactions);
        found.extend(duplicates("the heating process ", self.heating.iter().map(|(d, _)| &d.name)));
        found.extend(duplicates("the cooling process ", self.cooling.iter().map(|(d, _)| &d.name)));
        found.extend(duplicates("the species ", self.species.iter().map(|(s, _)| &s.name)));
        found.extend(duplicates("the initial state ", self.initials.iter().map(|(i, _)| &i.name)));
        found.extend(duplicates("the domain ", self.domains.iter().map(|(d, _)| &d.name)));
        self.diagnostics.extend(found);
    }
}

fn duplicates<'a>(what: &str, names: impl Iterator<Item = &'a Name>) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut found = Vec::new();
    for name in names {
        match seen.get(name.value.as_str()) {
            Some(&first) => found.push(duplicate(what, name, Some(first))),
            None => {
                seen.insert(&name.value, name.span);
            }
        }
    }
    found
}

fn duplicate(what: &str, name: &Name, first: Option<Span>) -> Diagnostic {
    let message = format!("{what}`{}` is defined twice", name.value);
    let diagnostic = Diagnostic::new(Code::E014, name.span, message).label("defined again here");
    let diagnostic = match first {
        Some(span) => diagnostic.other(span, "first defined here"),
        None => diagnostic,
    };
    diagnostic.help("rename or remove one of them")
}

fn once<'a, T>(
    slot: &mut Option<&'a T>,
    value: &'a T,
    span: impl Fn(&T) -> Span,
    what: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    match *slot {
        Some(first) => diagnostics.push(
            Diagnostic::new(Code::E014, span(value), format!("`{what}` is stated twice"))
                .label("stated again here")
                .other(span(first), "first stated here")
                .help("remove one of them"),
        ),
        None => *slot = Some(value),
    }
}
