//! Statements that make the network: reactions, heating and cooling, limits, initial states, domains.

use crate::ast::{self, Item, RateLaw};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{ExprId, Variable};
use crate::network::{Domain, Initial, Reaction, ThermalTerm};
use crate::parse::scan::Scanner;
use crate::resolve::depends_on;
use crate::resolve::facts::{Facts, ReactionFacts};
use crate::resolve::resolver::Resolver;
use crate::resolve::value::{State, Trace};
use crate::source::Span;
use crate::temperature_set::TemperatureSet;
use crate::unit::Dimension;

impl Resolver<'_> {
    /// `limits T = ..`: the temperature of rate expressions is clamped. With `floor` the gas does not cool below.
    pub(crate) fn resolve_limits(&mut self) {
        let Some(limits) = self.scope.limits else { return };
        let range = &limits.range;
        let interval = self.interval("the limits of T", range, Dimension::TEMPERATURE, Code::E024);
        let Some(interval) = interval else { return };
        if interval.low <= 0.0 || interval.low == interval.high {
            let message = "the limits of T must be positive and differ";
            let label = format!("from {} to {} K", interval.low, interval.high);
            self.report(Diagnostic::new(Code::E024, range.span, message).label(label));
            return;
        }
        self.limits = Some((interval.low, interval.high));
        let (low, high) = (self.dag.constant(interval.low), self.dag.constant(interval.high));
        let below = self.dag.min(self.temperature, high);
        self.temperature = self.dag.max(below, low);
        let Some(floor) = limits.floor else { return };
        let changes = !(self.scope.heating.is_empty() && self.scope.cooling.is_empty());
        if !changes && self.scope.conserve_energy.is_none() {
            let message = "`floor` has no meaning without heating and cooling";
            let diagnostic = Diagnostic::new(Code::E025, floor, message)
                .label("T stays as it is")
                .help("leave it out, or say what heats and cools the gas: `cooling NAME = ...`");
            self.report(diagnostic);
            return;
        }
        self.floor = Some(interval.low);
    }

    /// All reactions, and all processes, in declared order.
    pub(crate) fn reactions(&mut self, facts: &mut Facts) -> (Vec<Reaction>, Vec<Reaction>) {
        let mut reactions = Vec::new();
        let mut processes = Vec::new();
        for index in 0..self.scope.reactions.len() {
            let Some((reaction, reaction_facts)) = self.reaction(index) else { continue };
            let is_process =
                self.scope.reactions.get(index).is_some_and(|(r, _)| matches!(r.law, RateLaw::Flux(_)));
            if is_process {
                processes.push(reaction);
                facts.processes.push(reaction_facts);
            } else {
                reactions.push(reaction);
                facts.reactions.push(reaction_facts);
            }
        }
        (reactions, processes)
    }

    /// Notes which reactions and processes others use by their names.
    pub(crate) fn note_used_reactions(&self, facts: &mut Facts) {
        for facts in facts.reactions.iter_mut().chain(&mut facts.processes) {
            facts.used = self.used_reactions.iter().any(|&index| {
                self.scope.reactions.get(index).is_some_and(|(reaction, _)| reaction.name.span == facts.name)
            });
        }
    }

    fn reaction(&mut self, index: usize) -> Option<(Reaction, ReactionFacts)> {
        let &(statement, item) = self.scope.reactions.get(index)?;
        let rate = self.rate_of(index, statement.name.span);
        let trace = match self.reaction_states.get(index) {
            Some(State::Done(_, trace)) => trace.clone(),
            _ => Trace::default(),
        };
        let temperatures = match &statement.range {
            // Findings in the condition were reported with the rate.
            Some(range) => {
                self.without_reports(|resolver| resolver.condition(range)).and_then(|(_, set)| set)
            }
            None => Some(TemperatureSet::all()),
        };
        let sides = self.sides.get(index)?.clone();
        let (law, is_process) = match &statement.law {
            RateLaw::Coefficient(law) => (law, false),
            RateLaw::Flux(law) => (law, true),
        };
        let facts = ReactionFacts {
            name: statement.name.span,
            range: statement.range.as_ref().map(|r| r.span),
            temperatures,
            third_body_change: i64::from(sides.third_bodies_after) - i64::from(sides.third_bodies),
            used: false,
        };
        if !sides.complete {
            return None;
        }
        let failed = self.dag.constant(f64::NAN);
        let reaction = Reaction {
            name: statement.name.value.clone(),
            reactants: sides.reactants,
            products: sides.products,
            // A process states its flux in full.
            third_bodies: if is_process { 0 } else { sides.third_bodies },
            equation: sides.equation,
            rate: rate.map_or(failed, |r| r.expr),
            source: self.source_text(statement.name.span.to(law.span)),
            doc: self.inherited_doc(item, &trace),
            span: item.span,
        };
        Some((reaction, facts))
    }

    /// Does something a second time, without reporting its findings again.
    pub(crate) fn without_reports<T>(&mut self, action: impl FnOnce(&mut Self) -> T) -> T {
        let (diagnostics, piecewise) = (self.diagnostics.len(), self.piecewise.len());
        let findings = self.findings.len();
        let result = action(self);
        self.diagnostics.truncate(diagnostics);
        self.findings.truncate(findings);
        self.piecewise.truncate(piecewise);
        result
    }

    /// Documentation of a statement, then of the `rate`s it uses.
    fn inherited_doc(&self, item: &Item, trace: &Trace) -> Vec<String> {
        let mut doc: Vec<String> = item.doc.iter().map(|d| d.value.clone()).collect();
        for &rate in &trace.rates {
            let inherited = self.scope.values.get(rate).map(|v| v.item.doc.as_slice()).unwrap_or_default();
            for text in inherited {
                if !doc.contains(&text.value) {
                    doc.push(text.value.clone());
                }
            }
        }
        doc.extend(
            trace
                .references
                .iter()
                .filter(|reference| item.doc.iter().all(|d| d.value != **reference))
                .cloned(),
        );
        doc
    }

    /// The text of a statement on one line, without comments.
    fn source_text(&self, span: Span) -> String {
        let text = self.program.sources.text(span);
        let mut words: Vec<&str> = Vec::new();
        let mut begin = 0;
        for comment in Scanner::new(text).filter(|piece| piece.comment) {
            words.extend(text.get(begin..comment.start).unwrap_or_default().split_whitespace());
            begin = comment.end;
        }
        words.extend(text.get(begin..).unwrap_or_default().split_whitespace());
        words.join(" ")
    }

    /// Heating or cooling processes in declared order.
    pub(crate) fn thermal(&mut self, keyword: &str, heating: bool, facts: &mut Facts) -> Vec<ThermalTerm> {
        let count = if heating { self.scope.heating.len() } else { self.scope.cooling.len() };
        let mut terms = Vec::new();
        for index in 0..count {
            let list = if heating { &self.scope.heating } else { &self.scope.cooling };
            let Some(&(definition, item)) = list.get(index) else { continue };
            let outer = self.enter(&definition.name.value);
            let value = self.lower(&definition.value);
            let trace = self.leave(outer);
            if let Some(value) = value {
                let what = format!("a {keyword} rate");
                self.expect_unit(&what, value, Dimension::POWER_DENSITY, definition.value.span);
            }
            let failed = self.dag.constant(f64::NAN);
            facts.thermal.push(definition.name.span);
            let text = self.source_text(definition.name.span.to(definition.value.span));
            terms.push(ThermalTerm {
                name: definition.name.value.clone(),
                expr: value.map_or(failed, |v| v.expr),
                source: format!("{keyword} {text}"),
                doc: self.inherited_doc(item, &trace),
                span: item.span,
            });
        }
        terms
    }

    /// The adiabatic index; 5/3 if not stated.
    pub(crate) fn adiabatic_index(&mut self) -> ExprId {
        let Some(expr) = self.scope.adiabatic_index else { return self.dag.constant(5.0 / 3.0) };
        let Some(value) = self.lower(expr) else { return self.dag.constant(5.0 / 3.0) };
        self.expect_unit("adiabatic_index", value, Dimension::NONE, expr.span);
        if let Some(number) = self.dag.as_constant(value.expr)
            && !(number > 1.0 && number.is_finite())
        {
            let diagnostic = Diagnostic::new(Code::E024, expr.span, "adiabatic_index must be above 1")
                .label(format!("this is {number}"))
                .help("it is 5/3 for atoms, 7/5 for stiff rotators of two atoms");
            self.report(diagnostic);
        }
        if let Some(&words) = self.scope.conserve_energy
            && depends_on(&self.dag, value.expr, Variable::Time)
        {
            let message = "the energy that is conserved must not depend on t";
            let diagnostic = Diagnostic::new(Code::E025, expr.span, message)
                .label("it does, through this adiabatic_index")
                .other(words, "stated here")
                .help("the energy density is k_B n_tot T / (adiabatic_index - 1), of densities and T alone");
            self.report(diagnostic);
        }
        value.expr
    }

    /// All initial states.
    pub(crate) fn initials(&mut self, needs_temperature: bool) -> Vec<Initial> {
        (0..self.scope.initials.len())
            .filter_map(|index| {
                let (initial, item): (&ast::Initial, _) = *self.scope.initials.get(index)?;
                let doc = item.doc.iter().map(|d| d.value.clone()).collect();
                self.initial(initial, doc, needs_temperature)
            })
            .collect()
    }

    /// All domains.
    pub(crate) fn domains(&mut self, needs_temperature: bool) -> Vec<Domain> {
        (0..self.scope.domains.len())
            .filter_map(|index| {
                let (domain, item): (&ast::Domain, _) = *self.scope.domains.get(index)?;
                let doc = item.doc.iter().map(|d| d.value.clone()).collect();
                self.domain(domain, doc, needs_temperature)
            })
            .collect()
    }
}
