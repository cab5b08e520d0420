//! Quantities of the gas: densities, nuclei, rate coefficients, fluxes.

use crate::ast::{Name, RateLaw};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{ExprId, SpeciesId};
use crate::resolve::resolver::Resolver;
use crate::resolve::value::{State, Value};
use crate::source::Span;
use crate::suggest::did_you_mean;
use crate::unit::Dimension;
use crate::words::INDEXED;

impl Resolver<'_> {
    /// `n_tot`: all species together.
    pub(crate) fn total_density(&mut self) -> Value {
        let densities: Vec<ExprId> =
            (0..self.species.len()).map(|i| self.dag.density(SpeciesId(i as u32))).collect();
        Value::new(self.dag.sum(densities), Some(Dimension::NUMBER_DENSITY))
    }

    /// `n[H+]`, `nuclei[H]`, `k[h_ci]`, `flux[h_ci]`
    pub(crate) fn indexed(&mut self, name: &Name, index: &Name) -> Option<Value> {
        if self.program.in_library(name.span) && INDEXED.contains(&name.value.as_str()) {
            let text = format!("{}[{}]", name.value, index.value);
            self.report(
                Diagnostic::new(
                    Code::E025,
                    name.span.to(index.span),
                    format!("`{text}` has no meaning in a rate library"),
                )
                .help("a library does not know the species and reactions of the networks that use it")
                .help("write a `function` with the quantity as argument, and pass it in the network"),
            );
            return None;
        }
        match name.value.as_str() {
            "n" => match self.find_species(&index.value) {
                Some(id) => Some(Value::new(self.dag.density(id), Some(Dimension::NUMBER_DENSITY))),
                None => {
                    self.unknown_species(index);
                    None
                }
            },
            "nuclei" => self.nuclei(index),
            "k" => {
                let reaction = self.find_reaction(index)?;
                self.coefficient_of(reaction, index)
            }
            "flux" => {
                let reaction = self.find_reaction(index)?;
                self.trace.flux.get_or_insert(name.span.to(index.span));
                self.flux_of(reaction, index.span)
            }
            other => {
                let mut diagnostic =
                    Diagnostic::new(Code::E010, name.span, format!("`{other}[...]` has no meaning"));
                diagnostic = match did_you_mean(other, INDEXED) {
                    Some(suggestion) => diagnostic.help(suggestion),
                    None => diagnostic
                        .help("there are `n[species]`, `nuclei[element]`, `k[reaction]`, `flux[reaction]`"),
                };
                self.report(diagnostic);
                None
            }
        }
    }

    fn nuclei(&mut self, element: &Name) -> Option<Value> {
        let Some(position) = self.elements.iter().position(|e| *e == element.value) else {
            self.unknown_element(element);
            return None;
        };
        let mut terms = Vec::new();
        for i in 0..self.species.len() {
            let count = self.species.get(i).and_then(|s| s.composition.get(position)).copied().unwrap_or(0);
            if count > 0 {
                let density = self.dag.density(SpeciesId(i as u32));
                let count = self.dag.constant(f64::from(count));
                terms.push(self.dag.mul(count, density));
            }
        }
        Some(Value::new(self.dag.sum(terms), Some(Dimension::NUMBER_DENSITY)))
    }

    fn find_reaction(&mut self, name: &Name) -> Option<usize> {
        if let Some(&index) = self.scope.reaction_names.get(name.value.as_str()) {
            self.used_reactions.insert(index);
            return Some(index);
        }
        let mut diagnostic =
            Diagnostic::new(Code::E010, name.span, format!("there is no reaction `{}`", name.value));
        diagnostic = match did_you_mean(&name.value, self.scope.reaction_names.keys().copied()) {
            Some(suggestion) => diagnostic.help(suggestion),
            None => {
                diagnostic.help("a reaction is called by the name before its colon: `name: H + e- -> ...`")
            }
        };
        self.report(diagnostic);
        None
    }

    fn coefficient_of(&mut self, index: usize, name: &Name) -> Option<Value> {
        let &(reaction, _) = self.scope.reactions.get(index)?;
        if matches!(reaction.law, RateLaw::Flux(_)) {
            self.report(
                Diagnostic::new(Code::E025, name.span, format!("`{}` has no rate coefficient", name.value))
                    .other(reaction.name.span, "it states its flux")
                    .help(format!("use `flux[{}]`", name.value)),
            );
            return None;
        }
        self.rate_of(index, name.span)
    }

    /// Flux of a reaction or process [cm^-3 s^-1].
    pub(crate) fn flux_of(&mut self, index: usize, place: Span) -> Option<Value> {
        let &(reaction, _) = self.scope.reactions.get(index)?;
        let rate = self.rate_of(index, place)?;
        if matches!(reaction.law, RateLaw::Flux(_)) {
            return Some(rate);
        }
        let sides = self.sides.get(index)?.clone();
        let mut factors = vec![rate.expr];
        for (species, count) in sides.reactants {
            let density = self.dag.density(species);
            factors.push(self.dag.powi(density, i32::try_from(count).ok()?));
        }
        if sides.third_bodies > 0 {
            let total = self.total_density().expr;
            factors.push(self.dag.powi(total, i32::try_from(sides.third_bodies).ok()?));
        }
        Some(Value::new(self.dag.product(factors), Some(Dimension::FLUX)))
    }

    /// Rate coefficient of a reaction, or flux of a process; zero outside its temperature range.
    pub(crate) fn rate_of(&mut self, index: usize, place: Span) -> Option<Value> {
        let &(reaction, _) = self.scope.reactions.get(index)?;
        match self.reaction_states.get(index)? {
            State::Done(value, trace) => {
                // The rates' documentation stays with the reaction that states them; a flux is passed on.
                let (value, flux) = (*value, trace.flux);
                self.trace.flux = self.trace.flux.or(flux);
                return value;
            }
            State::Active => {
                self.cycle(&reaction.name.value, place);
                return None;
            }
            State::New => {}
        }
        self.set_reaction_state(index, State::Active);
        let (rates_before, references_before) = (self.trace.rates.len(), self.trace.references.len());
        let outer = self.enter(&reaction.name.value);
        let value = self.lower_rate(index, reaction);
        let inner = self.leave(outer);
        self.trace.rates.truncate(rates_before);
        self.trace.references.truncate(references_before);
        self.set_reaction_state(index, State::Done(value, inner));
        value
    }

    fn set_reaction_state(&mut self, index: usize, state: State) {
        if let Some(slot) = self.reaction_states.get_mut(index) {
            *slot = state;
        }
    }

    fn lower_rate(&mut self, index: usize, reaction: &crate::ast::Reaction) -> Option<Value> {
        let (law, expected) = match &reaction.law {
            RateLaw::Coefficient(law) => {
                let order = self.sides.get(index).filter(|s| s.complete).map(|s| s.order());
                (law, order.map(Dimension::rate_coefficient))
            }
            RateLaw::Flux(law) => (law, Some(Dimension::FLUX)),
        };
        let value = self.lower(law);
        let test = match &reaction.range {
            Some(range) => Some(self.condition(range)?),
            None => None,
        };
        let is_flux = matches!(reaction.law, RateLaw::Flux(_));
        if let (false, Some(flux)) = (is_flux, self.trace.flux) {
            self.report(
                Diagnostic::new(Code::E025, flux, "a rate coefficient may not depend on a flux")
                    .other(reaction.name.span, "in the rate coefficient of this reaction")
                    .help("state `flux = ...` instead of `k = ...`, or use `k[...]` and `n[...]`"),
            );
        }
        let value = value?;
        if let Some(expected) = expected {
            let what = if is_flux {
                "a flux".to_owned()
            } else {
                let order = self.sides.get(index).map_or(0, |s| s.order());
                format!("k of a reaction of {order} particle{}", if order == 1 { "" } else { "s" })
            };
            self.expect_unit(&what, value, expected, law.span);
        }
        let zero = self.dag.constant(0.0);
        let expr = match test {
            Some((_, Some(set))) if set.is_empty() => zero,
            Some((test, _)) => self.choose(&test, value.expr, zero),
            None => value.expr,
        };
        Some(Value::new(expr, expected.or(value.unit)))
    }
}
