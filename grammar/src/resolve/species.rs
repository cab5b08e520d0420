//! Species and elements.

use crate::ast::SpeciesDeclaration;
use crate::diagnostic::{Code, Diagnostic};
use crate::network::Species;
use crate::resolve::resolver::Resolver;
use crate::species::{Formula, identifier, split_charge};
use crate::suggest::did_you_mean;
use crate::unit::Dimension;

impl Resolver<'_> {
    /// Resolves all declared species; elements come in order of first appearance.
    pub(crate) fn resolve_species(&mut self) {
        let mut formulas: Vec<Formula> = Vec::new();
        for index in 0..self.scope.species.len() {
            let Some(&(declaration, item)) = self.scope.species.get(index) else { continue };
            if self.species.iter().any(|s| s.name == declaration.name.value) {
                continue;
            }
            let Some(formula) = self.formula(declaration) else { continue };
            for (element, _) in &formula.composition {
                if !self.elements.contains(element) {
                    self.elements.push(element.clone());
                }
            }
            self.push_species(declaration, &formula, item.doc.iter().map(|d| d.value.clone()).collect());
            formulas.push(formula);
        }
        for (species, formula) in self.species.iter_mut().zip(&formulas) {
            species.composition = self
                .elements
                .iter()
                .map(|e| formula.composition.iter().find(|(f, _)| f == e).map_or(0, |(_, count)| *count))
                .collect();
        }
    }

    fn push_species(&mut self, declaration: &SpeciesDeclaration, formula: &Formula, doc: Vec<String>) {
        let name = &declaration.name;
        let ident = self.distinct(identifier(&name.value));
        let mass = match &declaration.mass {
            Some(stated) => self.stated_mass(stated).unwrap_or(0.0),
            None => formula.mass(),
        };
        self.species.push(Species {
            name: name.value.clone(),
            ident,
            composition: Vec::new(),
            charge: formula.charge,
            mass,
            doc,
            span: name.span,
        });
    }

    /// An identifier that no species has yet: `CC3H2`, `CC3H2Second` for `C_C3H2` beside it.
    fn distinct(&self, ident: String) -> String {
        let taken = |ident: &str| self.species.iter().any(|s| s.ident == ident);
        let numbered = (3..).map(|number| format!("{ident}Number{number}"));
        let candidates = std::iter::once(format!("{ident}Second")).chain(numbered);
        if taken(&ident) { candidates.into_iter().find(|c| !taken(c)).unwrap_or(ident) } else { ident }
    }

    fn stated_mass(&mut self, stated: &crate::ast::Expr) -> Option<f64> {
        let mass = self.plain_number("a mass", stated, Dimension::MASS, Code::E024)?;
        if mass >= 0.0 {
            return Some(mass);
        }
        self.report(Diagnostic::new(Code::E024, stated.span, "a mass is not negative"));
        None
    }

    fn formula(&mut self, declaration: &SpeciesDeclaration) -> Option<Formula> {
        let name = &declaration.name;
        if let Some(composition) = &declaration.composition {
            return self.stated_formula(declaration, composition);
        }
        let formula = Formula::parse(&name.value);
        if formula.is_none() {
            let mut diagnostic =
                Diagnostic::new(Code::E019, name.span, format!("`{}` is not a chemical formula", name.value));
            diagnostic = if matches!(name.value.as_str(), "e" | "E" | "electron" | "elec") {
                diagnostic.help("the electron is written `e-`")
            } else {
                let letters: String = name.value.chars().filter(char::is_ascii_alphabetic).collect();
                let element = if letters.is_empty() { "X" } else { &letters };
                let diagnostic = match recased(&name.value) {
                    Some(suggestion) => diagnostic.help(format!("did you mean `{suggestion}`?")),
                    None => diagnostic,
                };
                diagnostic.help(format!(
                    "other particles state what they are made of, as in `{} ({element})`; elements may be made up",
                    name.value
                ))
            };
            self.diagnostics.push(diagnostic);
        }
        formula
    }

    fn stated_formula(
        &mut self,
        declaration: &SpeciesDeclaration,
        stated: &[(crate::ast::Name, u32)],
    ) -> Option<Formula> {
        let name = &declaration.name;
        let Some((_, charge)) = split_charge(&name.value) else {
            let message = format!("the charge of `{}` mixes signs", name.value);
            self.diagnostics.push(Diagnostic::new(Code::E019, name.span, message));
            return None;
        };
        let mut composition: Vec<(String, u32)> = Vec::new();
        for (element, count) in stated {
            if *count == 0 || *count > 10_000 {
                let message = format!("a count of {count} has no meaning");
                self.diagnostics.push(Diagnostic::new(Code::E024, element.span, message));
                return None;
            }
            match composition.iter_mut().find(|(e, _)| *e == element.value) {
                Some((_, sum)) => *sum = sum.saturating_add(*count),
                None => composition.push((element.value.clone(), *count)),
            }
        }
        Some(Formula { composition, charge })
    }

    /// Reports an element that no species holds.
    pub(crate) fn unknown_element(&mut self, name: &crate::ast::Name) {
        let mut diagnostic =
            Diagnostic::new(Code::E010, name.span, format!("no species holds the element `{}`", name.value));
        if let Some(suggestion) = did_you_mean(&name.value, self.elements.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(suggestion);
        } else if !self.elements.is_empty() {
            diagnostic = diagnostic.help(format!("the elements are {}", self.elements.join(", ")));
        }
        self.report(diagnostic);
    }
}

/// Elements of two letters that networks are written about.
const COMMON: [&str; 18] = [
    "He", "Li", "Be", "Ne", "Na", "Mg", "Al", "Si", "Cl", "Ar", "Ca", "Ti", "Cr", "Mn", "Fe", "Co", "Ni",
    "Zn",
];

/// A name in capitals or small letters as a formula, if it is one: `HE+` is `He+`.
fn recased(name: &str) -> Option<String> {
    let mut out = String::new();
    let letters: Vec<char> = name.chars().collect();
    let mut position = 0;
    while let Some(&c) = letters.get(position) {
        let pair: Option<String> = letters
            .get(position + 1)
            .filter(|next| next.is_ascii_alphabetic())
            .map(|next| format!("{}{}", c.to_ascii_uppercase(), next.to_ascii_lowercase()));
        match pair.filter(|p| COMMON.contains(&p.as_str())) {
            Some(pair) => {
                out.push_str(&pair);
                position += 2;
            }
            None => {
                out.push(c.to_ascii_uppercase());
                position += 1;
            }
        }
    }
    (out != name && Formula::parse(&out).is_some()).then_some(out)
}
