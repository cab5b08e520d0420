//! Domains: boxes of initial states.

mod parameters;

use crate::ast::{self, Range, Setting, Target};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::SpeciesId;
use crate::network::{Domain, HydrogenNuclei, Interval, Species};
use crate::resolve::hydrogen::{Beside, PerHydrogen};
use crate::resolve::resolver::Resolver;
use crate::source::Span;
use crate::unit::Dimension;

/// Shares of nuclei must sum to one to this accuracy.
const SHARE_TOLERANCE: f64 = 1e-6;

/// A domain on the way.
struct Draft {
    temperature: Option<Interval>,
    total: Option<Interval>,
    hydrogen: PerHydrogen,
    time: Option<Interval>,
    species: Vec<Option<Interval>>,
    first_fraction: Option<Span>,
    first_density: Option<Span>,
    nuclei: Vec<Share>,
    neutral: Option<(SpeciesId, Span)>,
    parameters: Vec<(usize, Interval)>,
    seen: Vec<(String, Span)>,
}

/// A stated share of the nuclei.
struct Share {
    element: usize,
    /// `None` for what the others leave.
    range: Option<Interval>,
    span: Span,
}

impl Resolver<'_> {
    /// Resolves one domain.
    pub(crate) fn domain(
        &mut self,
        domain: &ast::Domain,
        doc: Vec<String>,
        needs_temperature: bool,
    ) -> Option<Domain> {
        let mut draft = Draft {
            temperature: None,
            total: None,
            hydrogen: PerHydrogen::default(),
            time: None,
            species: vec![Some(Interval { low: 0.0, high: 0.0, log: false }); self.species.len()],
            first_fraction: None,
            first_density: None,
            nuclei: Vec::new(),
            neutral: None,
            parameters: Vec::new(),
            seen: Vec::new(),
        };
        let before = self.diagnostics.len();
        for setting in &domain.settings {
            self.domain_setting(&mut draft, setting);
        }
        if needs_temperature && !draft.seen.iter().any(|(name, _)| name == "T") {
            let message = format!("the domain `{}` has no range of temperatures", domain.name.value);
            self.report(
                Diagnostic::new(Code::E023, domain.name.span, message).help("add `T = .. .. [K] log`"),
            );
        }
        self.check_densities(&draft);
        let hydrogen = self.check_per_hydrogen(&mut draft, &domain.name);
        self.check_nuclei(&draft);
        self.check_neutral(&mut draft);
        if self.diagnostics.len() > before {
            return None;
        }
        Some(Domain {
            name: domain.name.value.clone(),
            temperature: draft.temperature.unwrap_or(Interval { low: 1.0, high: 1.0, log: false }),
            total_density: draft.total,
            hydrogen,
            time: draft.time,
            species: draft.species,
            absolute: draft.first_density.is_some(),
            nuclei: draft.nuclei.iter().map(|share| (share.element, share.range)).collect(),
            neutral: draft.neutral.map(|(id, _)| id),
            parameters: draft.parameters,
            doc,
        })
    }

    fn domain_setting(&mut self, draft: &mut Draft, setting: &Setting<Range>) {
        let code = Code::E023;
        match (&setting.target, &setting.value) {
            (Target::Neutral(name), _) => {
                if let Some(id) = self.setting_species(&mut draft.seen, name, code) {
                    match draft.neutral {
                        Some((_, first)) => self.report(
                            Diagnostic::new(code, name.span, "two species cannot both close the charge")
                                .other(first, "the first one"),
                        ),
                        None => draft.neutral = Some((id, name.span)),
                    }
                }
            }
            (Target::Temperature, Some(range)) => {
                self.once(&mut draft.seen, "T", setting.span, code);
                draft.temperature = self.range_above("T", range, Dimension::TEMPERATURE, true);
            }
            (Target::Time, Some(range)) => {
                self.once(&mut draft.seen, "t", setting.span, code);
                draft.time = self.range_above("t", range, Dimension::TIME, false);
            }
            (Target::TotalDensity, Some(range)) => {
                self.once(&mut draft.seen, "n_tot", setting.span, code);
                draft.total = self.range_above("n_tot", range, Dimension::NUMBER_DENSITY, true);
            }
            (Target::HydrogenDensity, Some(range)) => {
                self.once(&mut draft.seen, "n_H", setting.span, code);
                draft.hydrogen.place = Some(setting.span);
                draft.hydrogen.density = self.range_above("n_H", range, Dimension::NUMBER_DENSITY, true);
            }
            (Target::Abundance(names), Some(range)) => {
                let value = self.range_above("the abundance", range, Dimension::NONE, false);
                let Draft { hydrogen, seen, .. } = draft;
                self.abundance(hydrogen, (names, value), seen, setting.span, code);
            }
            (Target::Rest(name), _) => {
                self.rest(&mut draft.hydrogen, name, &mut draft.seen, setting.span, code);
            }
            (Target::Density(name), Some(range)) => {
                draft.first_density.get_or_insert(setting.span);
                let what = format!("n[{}]", name.value);
                let interval = self.range_above(&what, range, Dimension::NUMBER_DENSITY, false);
                self.set_species(draft, name, interval);
            }
            (Target::Fraction(names), Some(range)) => {
                draft.first_fraction.get_or_insert(setting.span);
                let interval = self.range_above("the fraction", range, Dimension::NONE, false);
                for name in names {
                    self.set_species(draft, name, interval);
                }
            }
            (Target::Nuclei(element), Some(range)) => {
                let interval = self.range_above("the share of nuclei", range, Dimension::NONE, true);
                self.share(draft, element, interval.map(Some));
            }
            (Target::Parameter(name), Some(range)) => {
                self.once(&mut draft.seen, &format!("parameter {}", name.value), name.span, code);
                draft.parameters.extend(self.parameter_range(name, range));
            }
            (Target::NucleiRest(element), _) => self.share(draft, element, Some(None)),
            (_, None) => {
                let message = "only a species can be `= neutral`";
                self.report(Diagnostic::new(code, setting.span, message));
            }
        }
    }

    fn set_species(&mut self, draft: &mut Draft, name: &ast::Name, interval: Option<Interval>) {
        let id = self.setting_species(&mut draft.seen, name, Code::E023);
        if let Some((slot, interval)) = id.and_then(|id| draft.species.get_mut(id.0 as usize)).zip(interval) {
            *slot = Some(interval);
        }
    }

    fn range_above(
        &mut self,
        what: &str,
        range: &Range,
        unit: Dimension,
        positive: bool,
    ) -> Option<Interval> {
        let interval = self.interval(what, range, unit, Code::E023)?;
        if interval.low > 0.0 || (!positive && interval.low == 0.0) {
            return Some(interval);
        }
        let rule = if positive { "be positive" } else { "not be negative" };
        let label = format!("the range begins at {}", interval.low);
        self.report(Diagnostic::new(Code::E023, range.span, format!("{what} must {rule}")).label(label));
        None
    }

    fn share(&mut self, draft: &mut Draft, element: &ast::Name, range: Option<Option<Interval>>) {
        self.once(&mut draft.seen, &format!("nuclei {}", element.value), element.span, Code::E023);
        let position = self.elements.iter().position(|e| *e == element.value);
        if position.is_none() {
            self.unknown_element(element);
        }
        let Some((element, range, span)) = position.zip(range).map(|(e, range)| (e, range, element.span))
        else {
            return;
        };
        if range.is_some_and(|interval| interval.high > 1.0) {
            let message = "a share of nuclei is at most 1";
            self.report(Diagnostic::new(Code::E023, span, message).help("write e.g. `nuclei H = 0.7`"));
            return;
        }
        draft.nuclei.push(Share { element, range, span });
    }

    fn check_densities(&mut self, draft: &Draft) {
        let total = draft.seen.iter().find(|(name, _)| name == "n_tot").map(|(_, span)| *span);
        match (draft.first_fraction, draft.first_density, total) {
            (Some(fraction), Some(density), _) => self.report(
                Diagnostic::new(
                    Code::E023,
                    density,
                    "a domain states fractions or number densities, not both",
                )
                .other(fraction, "a fraction is stated here"),
            ),
            (Some(fraction), None, None) if draft.hydrogen.place.is_none() => self.report(
                Diagnostic::new(Code::E023, fraction, "fractions need a range of `n_tot`")
                    .help("add `n_tot = .. .. [cm^-3] log`, or `n_H` of the hydrogen nuclei"),
            ),
            (None, Some(density), Some(total)) => self.report(
                Diagnostic::new(Code::E023, total, "`n_tot` follows from the number densities")
                    .other(density, "a number density is stated here")
                    .help("leave `n_tot` out, or state fractions"),
            ),
            _ => {}
        }
    }

    /// Takes abundances over, and checks that all hydrogen is accounted for.
    fn check_per_hydrogen(&mut self, draft: &mut Draft, name: &ast::Name) -> Option<HydrogenNuclei> {
        let code = Code::E023;
        let place = |what: &str| draft.seen.iter().find(|(name, _)| name == what).map(|(_, span)| *span);
        let densities = draft.first_density.map(|span| ("number densities", span));
        let nuclei = draft.nuclei.first().map(|share| ("shares of nuclei", share.span));
        let beside = Beside {
            total: place("n_tot"),
            fraction: draft.first_fraction,
            contradiction: densities.or(nuclei),
            neutral: draft.neutral.map(|(id, _)| id),
        };
        let element = self.check_hydrogen(&draft.hydrogen, beside, code)?;
        for (id, interval) in &draft.hydrogen.abundances {
            *draft.species.get_mut(id.0 as usize)? = Some(*interval);
        }
        let abundances = draft.hydrogen.first.is_some();
        let held = |k: usize| self.nuclei_in(SpeciesId(k as u32), element);
        let sum = |end: fn(&Interval) -> f64| -> f64 {
            let terms = draft.species.iter().enumerate();
            terms.map(|(k, interval)| held(k) * interval.as_ref().map_or(0.0, end)).sum()
        };
        let (low, high) = (sum(|interval| interval.low), sum(|interval| interval.high));
        let holds_none = high == 0.0 && draft.hydrogen.rest.is_none();
        match (draft.hydrogen.place, draft.first_density) {
            (Some(place), Some(density)) if !abundances => self.report(
                Diagnostic::new(code, place, "`n_H` follows from the number densities")
                    .other(density, "a number density is stated here")
                    .help("leave `n_H` out, or state fractions or abundances"),
            ),
            (Some(place), None) if holds_none => self.report(
                Diagnostic::new(code, place, "`n_H` is stated, but no species of the domain holds H")
                    .help("state a `fraction` or `abundance` of a species that does"),
            ),
            _ if abundances => {
                let rest = draft.hydrogen.rest.map(|(_, span)| span);
                self.check_hydrogen_sum(rest, (low, high), name, code);
            }
            _ => {}
        }
        let rest = draft.hydrogen.rest.map(|(id, _)| id.0 as usize);
        Some(HydrogenNuclei { element, density: draft.hydrogen.density?, abundances, rest })
    }

    fn check_nuclei(&mut self, draft: &Draft) {
        let Some(last) = draft.nuclei.last().map(|share| share.span) else { return };
        self.check_sum_of_shares(draft, last);
        for &Share { element, span, .. } in &draft.nuclei {
            let mut holders = self.species.iter().zip(&draft.species).filter(|(species, interval)| {
                species.composition.get(element).is_some_and(|&count| count > 0)
                    && interval.is_some_and(|i| i.high > 0.0)
            });
            if holders.next().is_none() {
                let message = "no species of this domain holds the element";
                let help = "state a `fraction` of a species that does";
                self.report(Diagnostic::new(Code::E023, span, message).help(help));
            }
        }
        self.check_shared_species(draft);
    }

    /// The shares sum to one: by their values, or by the one element that takes what the others leave.
    fn check_sum_of_shares(&mut self, draft: &Draft, last: Span) {
        let sum = |end: fn(&Interval) -> f64| -> f64 {
            draft.nuclei.iter().filter_map(|share| share.range.as_ref()).map(end).sum()
        };
        let (low, high) = (sum(|range| range.low), sum(|range| range.high));
        let all = draft.nuclei.len() == self.elements.len();
        let mut rests = draft.nuclei.iter().filter(|share| share.range.is_none()).map(|share| share.span);
        let rounded = |sum: f64| (sum * 1e6).round() / 1e6;
        let diagnostic = match (rests.next(), rests.next()) {
            (Some(first), Some(second)) => {
                Diagnostic::new(Code::E023, second, "two elements cannot both take what the others leave")
                    .other(first, "the first one")
            }
            (Some(rest), None) if !all => {
                let message = "what the others leave is not known: some elements have no share";
                let stated = |element: usize| draft.nuclei.iter().any(|share| share.element == element);
                let missing: Vec<String> = (self.elements.iter().enumerate())
                    .filter(|(element, _)| !stated(*element))
                    .map(|(_, name)| format!("`nuclei {name} = ...`"))
                    .collect();
                Diagnostic::new(Code::E023, rest, message).help(format!("add {}", missing.join(", ")))
            }
            (Some(rest), None) if high >= 1.0 => {
                let message = format!("the other shares reach {}, which leaves nothing", rounded(high));
                Diagnostic::new(Code::E023, rest, message).help("lower their upper ends")
            }
            (None, _) if all && low != high => {
                let message = "shares that vary do not sum to 1";
                let help = "let one element take what the others leave: `nuclei H = rest`";
                Diagnostic::new(Code::E023, last, message).help(help)
            }
            (None, _) if high > 1.0 + SHARE_TOLERANCE || (all && low < 1.0 - SHARE_TOLERANCE) => {
                let message = format!("the shares of nuclei sum to {}, not to 1", rounded(high));
                let help = "a share is the number of nuclei of an element over that of all nuclei";
                Diagnostic::new(Code::E023, last, message).help(help)
            }
            _ => return,
        };
        self.report(diagnostic);
    }

    /// Where molecules hold several elements with stated shares, what they leave of each must go somewhere.
    fn check_shared_species(&mut self, draft: &Draft) {
        let holds = |species: &Species, element: usize| {
            species.composition.get(element).is_some_and(|&count| count > 0)
        };
        let stated =
            |species: &Species| draft.nuclei.iter().filter(|share| holds(species, share.element)).count();
        for &Share { element, span, .. } in &draft.nuclei {
            let present = || {
                let pairs = self.species.iter().zip(&draft.species);
                let there = pairs.filter(|(_, interval)| interval.is_some_and(|i| i.high > 0.0));
                there.map(|(species, _)| species).filter(|species| holds(species, element))
            };
            let molecule = present().find(|species| stated(species) > 1).map(|species| species.name.clone());
            let has_other = present().any(|species| stated(species) == 1);
            let (Some(molecule), false) = (molecule, has_other) else { continue };
            let element = self.elements.get(element).cloned().unwrap_or_default();
            let message =
                format!("the share of {element} cannot be kept: no species takes what molecules leave");
            let label = format!("`{molecule}` and all others that hold it hold another stated element");
            let help = format!(
                "state a `fraction` of a species that holds {element} alone, or leave `nuclei {element}` out"
            );
            self.report(Diagnostic::new(Code::E023, span, message).label(label).help(help));
        }
    }

    fn check_neutral(&mut self, draft: &mut Draft) {
        let Some((id, span)) = draft.neutral else { return };
        let Some(species) = self.species.get(id.0 as usize).cloned() else { return };
        let name = &species.name;
        if species.charge == 0 {
            let message = format!("`{name}` has no charge and cannot make the state neutral");
            let help = "name a charged species, most often `e- = neutral`";
            self.report(Diagnostic::new(Code::E023, span, message).help(help));
        }
        let stated = |share: &&Share| species.composition.get(share.element).is_some_and(|&count| count > 0);
        let held = draft.nuclei.iter().find(stated).filter(|_| self.elements.len() > 1);
        if let Some(&Share { element, span: share, .. }) = held {
            let element = self.elements.get(element).map_or("", String::as_str);
            let message = format!("`{name}` closes the charge, which changes the share of {element}");
            self.report(
                Diagnostic::new(Code::E023, span, message)
                    .other(share, "the share is stated here")
                    .help("let a species without nuclei close the charge: `e- = neutral`"),
            );
        }
        if let Some(slot) = draft.species.get_mut(id.0 as usize) {
            *slot = None;
        }
    }
}
