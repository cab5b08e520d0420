//! The state of resolution: everything is resolved when it is first needed, so that order does not matter.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Dag, ExprId, ParameterId, SpeciesId};
use crate::network::{Parameter, Species, Table};
use crate::program::Program;
use crate::resolve::facts::PiecewiseFacts;
use crate::resolve::radiation::Field;
use crate::resolve::scope::{DefinitionKind, Scope};
use crate::resolve::sides::Sides;
use crate::resolve::value::{State, Trace, Value};
use crate::source::Span;
use crate::unit::Dimension;

/// The arguments of the function whose body is being resolved.
pub(crate) type Frame<'a> = BTreeMap<&'a str, Option<Value>>;

/// A function with the nodes and units of its arguments: equal calls have equal results.
pub(crate) type CallKey = (usize, Vec<Option<(ExprId, Option<[u64; 4]>)>>);

/// State of resolution.
pub(crate) struct Resolver<'a> {
    pub(crate) program: &'a Program,
    pub(crate) scope: Scope<'a>,
    pub(crate) dag: Dag,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Warnings and notes.
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) species: Vec<Species>,
    pub(crate) elements: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) parameter_units: Vec<Option<Dimension>>,
    /// Parameter of each named value that is one.
    pub(crate) parameter_ids: Vec<Option<ParameterId>>,
    pub(crate) value_states: Vec<State>,
    pub(crate) reaction_states: Vec<State>,
    /// Reactions that are named in an expression: `k[h_ci]`, `flux[h_ci]`.
    pub(crate) used_reactions: BTreeSet<usize>,
    /// Left and right side of each reaction.
    pub(crate) sides: Vec<Sides>,
    /// Tables that were read, by declaration; `None` if that failed.
    pub(crate) tables: Vec<Option<usize>>,
    pub(crate) read_tables: Vec<Table>,
    /// Radiation fields, by declaration; `None` if that failed.
    pub(crate) fields: Vec<Option<Field>>,
    pub(crate) field_used: Vec<bool>,
    pub(crate) section_used: Vec<bool>,
    /// Fields and averages whose `photo_rate` has a stand-in added, while absorption is looked for.
    pub(crate) stand_ins: Vec<(usize, usize)>,
    pub(crate) value_used: Vec<bool>,
    pub(crate) function_used: Vec<bool>,
    pub(crate) table_used: Vec<bool>,
    /// Results of calls. Without them functions that call each other twice would take exponential time.
    pub(crate) call_results: BTreeMap<CallKey, (Option<Value>, Trace)>,
    /// Functions being resolved, to find recursion.
    pub(crate) active_functions: Vec<usize>,
    /// Arguments of functions; the last frame is the visible one.
    pub(crate) frames: Vec<Frame<'a>>,
    /// Operations on top of the one that is being resolved.
    pub(crate) depth: usize,
    /// Places of the calls that lead here.
    pub(crate) calls: Vec<Span>,
    /// Names of what is being resolved, for cycles.
    pub(crate) path: Vec<String>,
    pub(crate) trace: Trace,
    /// The temperature that rates see: clamped to the limits.
    pub(crate) temperature: ExprId,
    pub(crate) limits: Option<(f64, f64)>,
    /// Temperature `[K]` below which the gas does not cool.
    pub(crate) floor: Option<f64>,
    pub(crate) piecewise: Vec<PiecewiseFacts>,
    /// Species that are not declared, reported at their first place: the others.
    pub(crate) undeclared: BTreeMap<String, Vec<Span>>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(program: &'a Program) -> Self {
        let mut scope = Scope::gather(program);
        let diagnostics = std::mem::take(&mut scope.diagnostics);
        let mut dag = Dag::new();
        let temperature = dag.temperature();
        Resolver {
            program,
            value_states: vec![State::New; scope.values.len()],
            reaction_states: vec![State::New; scope.reactions.len()],
            parameter_ids: vec![None; scope.values.len()],
            tables: vec![None; scope.tables.len()],
            fields: Vec::new(),
            stand_ins: Vec::new(),
            field_used: vec![false; scope.radiations.len()],
            section_used: vec![false; scope.cross_sections.len()],
            value_used: vec![false; scope.values.len()],
            function_used: vec![false; scope.functions.len()],
            table_used: vec![false; scope.tables.len()],
            scope,
            dag,
            diagnostics,
            findings: Vec::new(),
            species: Vec::new(),
            elements: Vec::new(),
            parameters: Vec::new(),
            parameter_units: Vec::new(),
            used_reactions: BTreeSet::new(),
            sides: Vec::new(),
            read_tables: Vec::new(),
            call_results: BTreeMap::new(),
            active_functions: Vec::new(),
            frames: vec![Frame::new()],
            depth: 0,
            calls: Vec::new(),
            path: Vec::new(),
            trace: Trace::default(),
            temperature,
            limits: None,
            floor: None,
            piecewise: Vec::new(),
            undeclared: BTreeMap::new(),
        }
    }

    /// Reports. Units inside the body of a function depend on the call, so that is shown.
    pub(crate) fn report(&mut self, mut diagnostic: Diagnostic) {
        if let (Code::E018, Some(&call)) = (diagnostic.code, self.calls.first()) {
            diagnostic = diagnostic.other(call, "in a call from here");
        }
        self.diagnostics.push(diagnostic);
    }

    /// The index of a species by its name as written.
    pub(crate) fn find_species(&self, name: &str) -> Option<SpeciesId> {
        self.species.iter().position(|s| s.name == name).map(|i| SpeciesId(i as u32))
    }

    /// Resolves a named value, now or before.
    pub(crate) fn named_value(&mut self, index: usize, place: Span) -> Option<Value> {
        let named = *self.scope.values.get(index)?;
        if let Some(used) = self.value_used.get_mut(index) {
            *used = true;
        }
        match self.value_states.get(index)? {
            State::Done(value, trace) => {
                let (value, trace) = (*value, trace.clone());
                self.trace.add(&trace);
                return value;
            }
            State::Active => {
                self.cycle(&named.definition.name.value, place);
                return None;
            }
            State::New => {}
        }
        self.set_value_state(index, State::Active);
        let outer = self.enter(&named.definition.name.value);
        let mut value = self.lower(&named.definition.value);
        match named.kind {
            DefinitionKind::Constant => value = self.check_constant(value, named.definition.value.span),
            DefinitionKind::Parameter => value = self.declare_parameter(index, value),
            DefinitionKind::Rate => self.trace.rates.push(index),
            DefinitionKind::Let => {}
        }
        let inner = self.leave(outer);
        self.set_value_state(index, State::Done(value, inner));
        value
    }

    fn set_value_state(&mut self, index: usize, state: State) {
        if let Some(slot) = self.value_states.get_mut(index) {
            *slot = state;
        }
    }

    /// Begins something with a name: it sees no arguments of the function from which it is used.
    pub(crate) fn enter(&mut self, name: &str) -> (Trace, Vec<Span>) {
        self.path.push(name.to_owned());
        self.frames.push(Frame::new());
        (std::mem::take(&mut self.trace), std::mem::take(&mut self.calls))
    }

    /// Ends it, and returns what was met inside; the outside has met it, too.
    pub(crate) fn leave(&mut self, outer: (Trace, Vec<Span>)) -> Trace {
        self.path.pop();
        self.frames.pop();
        self.calls = outer.1;
        let inner = std::mem::replace(&mut self.trace, outer.0);
        self.trace.add(&inner);
        inner
    }

    /// Reports a definition that needs itself.
    pub(crate) fn cycle(&mut self, name: &str, place: Span) {
        let start = self.path.iter().position(|n| n == name).unwrap_or(0);
        let mut chain: Vec<String> =
            self.path.get(start..).unwrap_or_default().iter().map(|n| format!("`{n}`")).collect();
        chain.push(format!("`{name}`"));
        self.report(
            Diagnostic::new(Code::E015, place, format!("`{name}` refers to itself"))
                .label(chain.join(" -> "))
                .help("a definition may refer to any other, but not, even through others, to itself"),
        );
    }

    fn check_constant(&mut self, value: Option<Value>, span: Span) -> Option<Value> {
        let value = value?;
        if self.dag.as_constant(value.expr).is_none() {
            self.report(
                Diagnostic::new(Code::E025, span, "a constant may depend on numbers and constants only")
                    .help("use `let` for what depends on T, t, densities or parameters"),
            );
            return None;
        }
        Some(value)
    }

    /// Turns the default of a parameter into the parameter.
    fn declare_parameter(&mut self, index: usize, value: Option<Value>) -> Option<Value> {
        let id = self.parameter_ids.get(index).copied().flatten()?;
        let span = self.scope.values.get(index)?.definition.value.span;
        let value = value?;
        let Some(default) = self.dag.as_constant(value.expr) else {
            self.report(
                Diagnostic::new(
                    Code::E025,
                    span,
                    "the default of a parameter may depend on numbers and constants only",
                )
                .help("use `let` for what is computed from other parameters"),
            );
            return None;
        };
        if !default.is_finite() {
            self.report(Diagnostic::new(Code::E024, span, "the default of a parameter must be finite"));
        }
        let per_cell = self.scope.values.get(index)?.definition.per_cell;
        if default < 0.0 && per_cell.is_some_and(|per_cell| !per_cell.signed) {
            let message = "the default is negative, which values per cell must not be";
            self.report(
                Diagnostic::new(Code::E024, span, message).help("write `per cell signed` if they may be"),
            );
        }
        if let Some(parameter) = self.parameters.get_mut(id.0 as usize) {
            parameter.default = default;
        }
        if let Some(unit) = self.parameter_units.get_mut(id.0 as usize) {
            *unit = value.unit;
        }
        Some(Value::new(self.dag.parameter(id), value.unit))
    }

    /// The value of a constant: the network's own if it has one, else the built-in.
    pub(crate) fn constant_value(&mut self, name: &str, place: Span) -> Option<Value> {
        use crate::resolve::scope::Global;
        if let Some(&Global::Value(index)) = self.scope.globals.get(name) {
            let kind = self.scope.values.get(index).map(|v| v.kind);
            if kind == Some(DefinitionKind::Constant) {
                return self.named_value(index, place);
            }
        }
        let constant = crate::constants::find(name)?;
        Some(Value::new(self.dag.constant(constant.value), Some(constant.dimension)))
    }
}
