//! Left and right sides of reactions.

use crate::ast::{self, Term};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::SpeciesId;
use crate::resolve::resolver::Resolver;
use crate::species::Formula;
use crate::suggest::did_you_mean;

/// Particles that are written but not followed.
pub(crate) const PSEUDO_PARTICLES: [&str; 3] = ["photon", "cr", "grain"];
/// The third body: any particle.
pub(crate) const THIRD_BODY: &str = "M";

/// Both sides of a reaction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sides {
    /// Species on the left with their counts, merged.
    pub(crate) reactants: Vec<(SpeciesId, u32)>,
    /// Species on the right with their counts, merged.
    pub(crate) products: Vec<(SpeciesId, u32)>,
    /// Third bodies on the left.
    pub(crate) third_bodies: u32,
    /// Third bodies on the right.
    pub(crate) third_bodies_after: u32,
    /// Both sides as written.
    pub(crate) equation: String,
    /// Whether all species are known.
    pub(crate) complete: bool,
}

impl Sides {
    /// Number of particles that must meet.
    pub(crate) fn order(&self) -> u32 {
        self.reactants.iter().map(|(_, count)| count).sum::<u32>() + self.third_bodies
    }
}

impl Resolver<'_> {
    /// Resolves the species of all reactions.
    pub(crate) fn resolve_sides(&mut self) {
        for index in 0..self.scope.reactions.len() {
            let Some(&(reaction, _)) = self.scope.reactions.get(index) else { continue };
            let sides = self.sides_of(reaction);
            self.sides.push(sides);
        }
    }

    fn sides_of(&mut self, reaction: &ast::Reaction) -> Sides {
        let mut sides = Sides { complete: true, ..Sides::default() };
        let (left, bodies, complete) = self.side(&reaction.reactants);
        (sides.reactants, sides.third_bodies) = (left, bodies);
        sides.complete &= complete;
        let (right, bodies, complete) = self.side(&reaction.products);
        (sides.products, sides.third_bodies_after) = (right, bodies);
        sides.complete &= complete;
        sides.equation = format!("{} -> {}", written(&reaction.reactants), written(&reaction.products));
        if sides.complete && sides.reactants.is_empty() && sides.products.is_empty() {
            self.report(
                Diagnostic::new(Code::E024, reaction.name.span, "the reaction has no species")
                    .help("`photon`, `cr`, `grain` and `M` are not species; name at least one that is"),
            );
        }
        sides
    }

    fn side(&mut self, terms: &[Term]) -> (Vec<(SpeciesId, u32)>, u32, bool) {
        let mut species: Vec<(SpeciesId, u32)> = Vec::new();
        let mut third_bodies = 0u32;
        let mut complete = true;
        for term in terms {
            let count = term.count.value;
            if count == 0 || count > 1000 {
                let message = format!("a count of {count} has no meaning; it must be 1 to 1000");
                self.report(Diagnostic::new(Code::E024, term.count.span, message));
                complete = false;
                continue;
            }
            let name = term.name.value.as_str();
            match self.find_species(name) {
                Some(id) => match species.iter_mut().find(|(s, _)| *s == id) {
                    Some((_, sum)) => *sum = sum.saturating_add(count),
                    None => species.push((id, count)),
                },
                None if name == THIRD_BODY => third_bodies = third_bodies.saturating_add(count),
                None if PSEUDO_PARTICLES.contains(&name) => {}
                None => {
                    self.unknown_species(&term.name);
                    complete = false;
                }
            }
        }
        (species, third_bodies, complete)
    }

    /// Reports a species that is not declared, at its first place only.
    pub(crate) fn unknown_species(&mut self, name: &ast::Name) {
        let text = name.value.as_str();
        if let Some(places) = self.undeclared.get_mut(text) {
            places.push(name.span);
            return;
        }
        self.undeclared.insert(text.to_owned(), Vec::new());
        let mut diagnostic =
            Diagnostic::new(Code::E011, name.span, format!("the species `{text}` is not declared"));
        let suggestion = {
            let declared = self.species.iter().map(|s| s.name.as_str());
            // A formula is meant as it stands, unless it differs in case only.
            let is_formula = Formula::parse(text).is_some();
            let candidates = declared
                .chain(PSEUDO_PARTICLES)
                .filter(|candidate| !is_formula || candidate.eq_ignore_ascii_case(text));
            did_you_mean(text, candidates)
        };
        diagnostic = if matches!(text, "e" | "E" | "electron" | "elec") {
            diagnostic.help("the electron is written `e-`")
        } else if let Some(suggestion) = suggestion {
            diagnostic.help(suggestion)
        } else {
            diagnostic.help(format!("add `{text}` to the `species` statement"))
        };
        self.report(diagnostic);
    }

    /// Says at the first place of an undeclared species how many others there are.
    pub(crate) fn count_undeclared(&mut self) {
        for diagnostic in self.diagnostics.iter_mut().filter(|d| d.code == Code::E011) {
            let name = self.program.sources.text(diagnostic.span);
            let count = self.undeclared.get(name).map_or(0, Vec::len);
            if count > 0 {
                let plural = if count == 1 { "" } else { "s" };
                diagnostic.help.push(format!("`{name}` stands in {count} further place{plural}"));
            }
        }
    }
}

fn term_text(term: &Term) -> String {
    if term.count.value == 1 {
        term.name.value.clone()
    } else {
        format!("{} {}", term.count.value, term.name.value)
    }
}

fn written(terms: &[Term]) -> String {
    terms.iter().map(term_text).collect::<Vec<_>>().join(" + ")
}
