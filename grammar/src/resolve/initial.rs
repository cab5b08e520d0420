//! Initial states.

use crate::ast::{self, Expr, Setting, Target};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::SpeciesId;
use crate::network::{Initial, Interval};
use crate::resolve::hydrogen::{Beside, PerHydrogen};
use crate::resolve::resolver::Resolver;
use crate::source::Span;
use crate::unit::Dimension;

/// Relative charge that rounding may leave.
const NEUTRALITY: f64 = 1e-9;

/// An initial state on the way.
struct Draft {
    temperature: Option<f64>,
    total: Option<f64>,
    hydrogen: PerHydrogen,
    densities: Vec<Option<f64>>,
    fractions: Vec<(SpeciesId, f64, Span)>,
    neutral: Option<(SpeciesId, Span)>,
    /// Settings seen so far, to find contradictions.
    seen: Vec<(String, Span)>,
}

impl Resolver<'_> {
    /// Resolves one initial state.
    pub(crate) fn initial(
        &mut self,
        initial: &ast::Initial,
        doc: Vec<String>,
        needs_temperature: bool,
    ) -> Option<Initial> {
        let mut draft = Draft {
            temperature: None,
            total: None,
            hydrogen: PerHydrogen::default(),
            densities: vec![None; self.species.len()],
            fractions: Vec::new(),
            neutral: None,
            seen: Vec::new(),
        };
        let before = self.diagnostics.len();
        for setting in &initial.settings {
            self.initial_setting(&mut draft, setting);
        }
        self.scale_fractions(&mut draft, initial);
        let hydrogen = self.check_abundances(&draft, initial);
        if needs_temperature && !draft.seen.iter().any(|(name, _)| name == "T") {
            self.report(
                Diagnostic::new(
                    Code::E022,
                    initial.name.span,
                    format!("the initial state `{}` has no temperature", initial.name.value),
                )
                .help("add `T = ... [K]`"),
            );
        }
        if self.diagnostics.len() > before {
            return None;
        }
        if let Some(element) = hydrogen {
            self.scale_abundances(&mut draft, initial, element)?;
        }
        self.neutralize(&mut draft, initial)?;
        if self.diagnostics.len() > before {
            return None;
        }
        Some(Initial {
            name: initial.name.value.clone(),
            temperature: draft.temperature.unwrap_or(1.0),
            densities: draft.densities.into_iter().map(|n| n.unwrap_or(0.0)).collect(),
            doc,
        })
    }

    fn initial_setting(&mut self, draft: &mut Draft, setting: &Setting<Expr>) {
        match (&setting.target, &setting.value) {
            (Target::Neutral(name), _) => {
                if let Some(id) = self.setting_species(&mut draft.seen, name, Code::E022) {
                    match draft.neutral {
                        Some((_, first)) => self.report(
                            Diagnostic::new(
                                Code::E022,
                                name.span,
                                "two species cannot both close the charge",
                            )
                            .other(first, "the first one"),
                        ),
                        None => draft.neutral = Some((id, name.span)),
                    }
                }
            }
            (Target::Temperature, Some(value)) => {
                self.once(&mut draft.seen, "T", setting.span, Code::E022);
                draft.temperature = self.positive("T", value, Dimension::TEMPERATURE);
            }
            (Target::TotalDensity, Some(value)) => {
                self.once(&mut draft.seen, "n_tot", setting.span, Code::E022);
                draft.total = self.positive("n_tot", value, Dimension::NUMBER_DENSITY);
            }
            (Target::Density(name), Some(value)) => {
                let id = self.setting_species(&mut draft.seen, name, Code::E022);
                let what = format!("n[{}]", name.value);
                let density = self.not_negative(&what, value, Dimension::NUMBER_DENSITY);
                if let Some(slot) = id.and_then(|id| draft.densities.get_mut(id.0 as usize)) {
                    *slot = density;
                }
            }
            (Target::Fraction(names), Some(value)) => {
                let what =
                    format!("the fraction of {}", names.first().map_or("", |name| name.value.as_str()));
                let fraction = self.not_negative(&what, value, Dimension::NONE);
                for name in names {
                    let id = self.setting_species(&mut draft.seen, name, Code::E022);
                    if let Some((id, fraction)) = id.zip(fraction) {
                        draft.fractions.push((id, fraction, setting.span));
                    }
                }
            }
            (Target::HydrogenDensity, Some(value)) => {
                self.once(&mut draft.seen, "n_H", setting.span, Code::E022);
                draft.hydrogen.place = Some(setting.span);
                draft.hydrogen.density = self.positive("n_H", value, Dimension::NUMBER_DENSITY).map(single);
            }
            (Target::Abundance(names), Some(value)) => {
                let what =
                    format!("the abundance of {}", names.first().map_or("", |name| name.value.as_str()));
                let value = self.not_negative(&what, value, Dimension::NONE).map(single);
                let Draft { hydrogen, seen, .. } = draft;
                self.abundance(hydrogen, (names, value), seen, setting.span, Code::E022);
            }
            (Target::Rest(name), _) => {
                self.rest(&mut draft.hydrogen, name, &mut draft.seen, setting.span, Code::E022);
            }
            (Target::Time, _) => {
                self.no_setting(setting.span, "`t`", "an initial state is the state at t = 0")
            }
            (Target::Nuclei(_) | Target::NucleiRest(_), _) => {
                self.no_setting(setting.span, "`nuclei`", "state `fraction` or `n[...]` of each species");
            }
            (Target::Parameter(_), _) => {
                self.no_setting(setting.span, "`parameter`", "parameters are set where the state is solved");
            }
            (_, None) => self.no_setting(setting.span, "`neutral`", "only a species can be `= neutral`"),
        }
    }

    fn no_setting(&mut self, span: Span, what: &str, help: &str) {
        let message = format!("{what} has no meaning here in an initial state");
        self.report(Diagnostic::new(Code::E022, span, message).help(help));
    }

    /// Reports a setting that is made twice.
    pub(crate) fn once(&mut self, seen: &mut Vec<(String, Span)>, what: &str, span: Span, code: Code) {
        if let Some((_, first)) = seen.iter().find(|(name, _)| name == what) {
            let first = *first;
            let message = format!("`{what}` is set twice");
            self.report(Diagnostic::new(code, span, message).other(first, "first set here"));
        }
        seen.push((what.to_owned(), span));
    }

    /// The species of a setting; each may be set once.
    pub(crate) fn setting_species(
        &mut self,
        seen: &mut Vec<(String, Span)>,
        name: &ast::Name,
        code: Code,
    ) -> Option<SpeciesId> {
        let Some(id) = self.find_species(&name.value) else {
            self.unknown_species(name);
            return None;
        };
        self.once(seen, &name.value, name.span, code);
        Some(id)
    }

    fn positive(&mut self, what: &str, value: &Expr, unit: Dimension) -> Option<f64> {
        let number = self.plain_number(what, value, unit, Code::E022)?;
        if number > 0.0 {
            return Some(number);
        }
        let message = format!("{what} must be positive");
        self.report(Diagnostic::new(Code::E022, value.span, message).label(format!("this is {number}")));
        None
    }

    fn not_negative(&mut self, what: &str, value: &Expr, unit: Dimension) -> Option<f64> {
        let number = self.plain_number(what, value, unit, Code::E022)?;
        if number >= 0.0 {
            return Some(number);
        }
        let message = format!("{what} must not be negative");
        self.report(Diagnostic::new(Code::E022, value.span, message).label(format!("this is {number}")));
        None
    }

    fn scale_fractions(&mut self, draft: &mut Draft, initial: &ast::Initial) {
        match (draft.total, draft.fractions.first()) {
            (Some(total), Some(_)) => {
                for &(id, fraction, _) in &draft.fractions {
                    if let Some(slot) = draft.densities.get_mut(id.0 as usize) {
                        *slot = Some(fraction * total);
                    }
                }
            }
            (None, Some(&(_, _, span))) => {
                if !draft.seen.iter().any(|(name, _)| name == "n_tot" || name == "n_H") {
                    self.report(
                        Diagnostic::new(Code::E022, span, "a fraction needs `n_tot`, and there is none")
                            .help("add `n_tot = ... [cm^-3]`"),
                    );
                }
            }
            (Some(_), None) => self.report(
                Diagnostic::new(
                    Code::E022,
                    initial.name.span,
                    format!("the initial state `{}` has `n_tot` but no fractions", initial.name.value),
                )
                .help("add `fraction X = ...`, or leave `n_tot` out"),
            ),
            (None, None) => {}
        }
    }

    /// The index of hydrogen among the elements, if the state is made of `n_H` and abundances.
    fn check_abundances(&mut self, draft: &Draft, initial: &ast::Initial) -> Option<usize> {
        let place = |what: &str| draft.seen.iter().find(|(name, _)| name == what).map(|(_, span)| *span);
        let beside = Beside {
            total: place("n_tot"),
            fraction: draft.fractions.first().map(|&(_, _, span)| span),
            neutral: draft.neutral.map(|(id, _)| id),
            contradiction: None,
        };
        let element = self.check_hydrogen(&draft.hydrogen, beside, Code::E022);
        if draft.hydrogen.place.is_some() && draft.hydrogen.first.is_none() {
            let message = match beside.fraction {
                Some(_) => "a fraction is a share of `n_tot`, not of `n_H`".to_owned(),
                None => format!("the initial state `{}` has `n_H` but no abundances", initial.name.value),
            };
            let span = beside.fraction.unwrap_or(initial.name.span);
            let help = "write `abundance X = ...`, particles per hydrogen nucleus, and `abundance H = rest`";
            self.report(Diagnostic::new(Code::E022, span, message).help(help));
        }
        element
    }

    /// Sets the densities of the abundances, and the species that takes the rest of the hydrogen.
    fn scale_abundances(&mut self, draft: &mut Draft, initial: &ast::Initial, element: usize) -> Option<()> {
        let n_h = draft.hydrogen.density?.low;
        for (id, abundance) in &draft.hydrogen.abundances {
            *draft.densities.get_mut(id.0 as usize)? = Some(abundance.low * n_h);
        }
        let others = self.nuclei_per_hydrogen(draft, element);
        let rest = draft.hydrogen.rest;
        self.check_hydrogen_sum(rest.map(|(_, span)| span), (others, others), &initial.name, Code::E022);
        let Some((id, _)) = rest else { return Some(()) };
        let rest = (1.0 - others).max(0.0) * n_h / self.nuclei_in(id, element);
        *draft.densities.get_mut(id.0 as usize)? = Some(rest);
        Some(())
    }

    /// Hydrogen nuclei of all species so far, over `n_H`.
    fn nuclei_per_hydrogen(&self, draft: &Draft, element: usize) -> f64 {
        let held =
            |(k, n): (usize, &Option<f64>)| self.nuclei_in(SpeciesId(k as u32), element) * n.unwrap_or(0.0);
        let sum: f64 = draft.densities.iter().enumerate().map(held).sum();
        draft.hydrogen.density.map_or(0.0, |density| sum / density.low)
    }

    /// Sets the species that closes the charge, or checks that the state is neutral.
    fn neutralize(&mut self, draft: &mut Draft, initial: &ast::Initial) -> Option<()> {
        let mut charge = 0.0;
        let mut gross = 0.0;
        for (species, density) in self.species.iter().zip(&draft.densities) {
            let part = f64::from(species.charge) * density.unwrap_or(0.0);
            charge += part;
            gross += part.abs();
        }
        let Some((id, span)) = draft.neutral else {
            if charge.abs() > NEUTRALITY * gross {
                let message = format!(
                    "the initial state `{}` is not neutral: its charge is {charge:.3e} e cm^-3",
                    initial.name.value
                );
                let help = match self.find_species("e-") {
                    Some(_) => "let the electrons close the charge: `e- = neutral`",
                    None => "let one charged species close the charge: `X = neutral`",
                };
                self.report(Diagnostic::new(Code::E022, initial.name.span, message).help(help));
                return None;
            }
            return Some(());
        };
        let own = self.species.get(id.0 as usize)?;
        let (name, own_charge) = (own.name.clone(), own.charge);
        if own_charge == 0 {
            let message = format!("`{name}` has no charge and cannot make the state neutral");
            let help = "name a charged species, most often `e- = neutral`";
            self.report(Diagnostic::new(Code::E022, span, message).help(help));
            return None;
        }
        let density = -charge / f64::from(own_charge);
        if density < -NEUTRALITY * gross {
            let message = format!("neutrality needs a negative density of `{name}`: {density:.3e} cm^-3");
            let help = "the other charged species have the wrong sum; check their values";
            self.report(Diagnostic::new(Code::E022, span, message).help(help));
            return None;
        }
        *draft.densities.get_mut(id.0 as usize)? = Some(density.max(0.0));
        Some(())
    }
}

/// A number as a range.
fn single(value: f64) -> Interval {
    Interval { low: value, high: value, log: false }
}
