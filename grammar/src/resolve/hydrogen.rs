//! What initial states and domains state per hydrogen nucleus: `n_H` and abundances.

use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::SpeciesId;
use crate::network::Interval;
use crate::resolve::resolver::Resolver;
use crate::source::Span;

/// Hydrogen nuclei of the abundances must sum to one to this accuracy.
const TOLERANCE: f64 = 1e-6;
/// What an abundance is.
const MEANING: &str =
    "an abundance is the number of particles per hydrogen nucleus: 0.5 if all hydrogen is in H2";

/// Settings per hydrogen nucleus. The numbers of an initial state are ranges without width.
#[derive(Default)]
pub(crate) struct PerHydrogen {
    /// Number density of the nuclei [cm^-3].
    pub(crate) density: Option<Interval>,
    /// Where `n_H` is stated.
    pub(crate) place: Option<Span>,
    /// Particles per nucleus.
    pub(crate) abundances: Vec<(SpeciesId, Interval)>,
    /// Where the first abundance is stated.
    pub(crate) first: Option<Span>,
    /// The species that takes the nuclei that the others leave.
    pub(crate) rest: Option<(SpeciesId, Span)>,
}

/// What else is stated, and where.
#[derive(Clone, Copy, Default)]
pub(crate) struct Beside {
    pub(crate) total: Option<Span>,
    pub(crate) fraction: Option<Span>,
    /// What abundances do not go with, either.
    pub(crate) contradiction: Option<(&'static str, Span)>,
    pub(crate) neutral: Option<SpeciesId>,
}

impl Resolver<'_> {
    /// `abundance X, Y = value`
    pub(crate) fn abundance(
        &mut self,
        per: &mut PerHydrogen,
        (names, value): (&[ast::Name], Option<Interval>),
        seen: &mut Vec<(String, Span)>,
        span: Span,
        code: Code,
    ) {
        per.first.get_or_insert(span);
        for name in names {
            let id = self.setting_species(seen, name, code);
            per.abundances.extend(id.zip(value));
        }
    }

    /// `abundance X = rest`
    pub(crate) fn rest(
        &mut self,
        per: &mut PerHydrogen,
        name: &ast::Name,
        seen: &mut Vec<(String, Span)>,
        span: Span,
        code: Code,
    ) {
        per.first.get_or_insert(span);
        let Some(id) = self.setting_species(seen, name, code) else { return };
        match per.rest {
            Some((_, first)) => {
                let message = "two species cannot both take the rest of the hydrogen";
                self.report(Diagnostic::new(code, name.span, message).other(first, "the first one"));
            }
            None => per.rest = Some((id, name.span)),
        }
    }

    /// Nuclei of an element in a species.
    pub(crate) fn nuclei_in(&self, species: SpeciesId, element: usize) -> f64 {
        let species = self.species.get(species.0 as usize);
        species.and_then(|s| s.composition.get(element)).map_or(0.0, |&count| f64::from(count))
    }

    /// Checks what goes together; the index of hydrogen among the elements, if the density of its nuclei is stated.
    pub(crate) fn check_hydrogen(&mut self, per: &PerHydrogen, beside: Beside, code: Code) -> Option<usize> {
        let error = |span: Span, message: &str| Diagnostic::new(code, span, message);
        let Some(place) = per.place else {
            if let Some(first) = per.first {
                let message = "an abundance is per hydrogen nucleus and needs `n_H`";
                let help = "add `n_H = ... [cm^-3]`: the number density of all hydrogen nuclei";
                self.report(error(first, message).help(help));
            }
            return None;
        };
        if let Some(total) = beside.total {
            let message = "`n_H` and `n_tot` cannot both be stated";
            self.report(
                error(total, message).other(place, "`n_H` is stated here").help("leave one of them out"),
            );
        }
        let fractions = beside.fraction.map(|span| ("fractions", span));
        for (what, other) in fractions.into_iter().chain(beside.contradiction) {
            if let Some(first) = per.first {
                let message = format!("abundances and {what} cannot both be stated");
                let help = "leave one of them out; abundances are taken as they are";
                self.report(error(other, &message).other(first, "an abundance is stated here").help(help));
            }
        }
        let Some(element) = self.elements.iter().position(|element| element == "H") else {
            let help = "state `n_tot` and fractions, or number densities";
            self.report(error(place, "`n_H` is stated, but no species holds H").help(help));
            return None;
        };
        if let Some((id, span)) = per.rest
            && self.nuclei_in(id, element) == 0.0
        {
            let message = "the rest of the hydrogen goes to a species that holds none";
            self.report(error(span, message).help("name a species with H, most often `abundance H = rest`"));
        }
        if let (Some(first), Some(neutral)) = (per.first, beside.neutral)
            && self.nuclei_in(neutral, element) > 0.0
        {
            let message = "abundances are complete, but the species that closes the charge holds hydrogen";
            self.report(error(first, message).help("let the electrons close the charge: `e- = neutral`"));
        }
        Some(element)
    }

    /// Reports hydrogen nuclei per hydrogen nucleus that are not one; with a `rest`, that are more.
    pub(crate) fn check_hydrogen_sum(
        &mut self,
        rest: Option<Span>,
        (low, high): (f64, f64),
        name: &ast::Name,
        code: Code,
    ) {
        let rounded = |x: f64| (x * 1e6).round() / 1e6;
        let sum = match (rounded(low), rounded(high)) {
            (low, high) if low == high => format!("{low}"),
            (low, high) => format!("{low} to {high}"),
        };
        match rest {
            Some(span) if low > 1.0 + TOLERANCE => {
                let message =
                    format!("the other species hold {} hydrogen nuclei per hydrogen nucleus", rounded(low));
                self.report(Diagnostic::new(code, span, message).label("nothing is left").help(MEANING));
            }
            None if (low - 1.0).abs() > TOLERANCE || (high - 1.0).abs() > TOLERANCE => {
                let message = format!(
                    "the species of `{}` hold {sum} hydrogen nuclei per hydrogen nucleus, not 1",
                    name.value
                );
                let help = format!("let one species take the rest: `abundance H = rest`; {MEANING}");
                self.report(Diagnostic::new(code, name.span, message).help(help));
            }
            _ => {}
        }
    }
}
