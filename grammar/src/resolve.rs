//! From syntax trees to the intermediate form: names, units, functions, tables, conditions.

pub(crate) mod breakpoints;
mod call;
mod condition;
mod domain;
mod expression;
pub(crate) mod facts;
mod hints;
mod hydrogen;
mod initial;
mod number;
mod quantity;
mod radiation;
mod resolver;
mod scope;
mod sides;
mod species;
mod statement;
mod table;
mod value;

use crate::diagnostic::{Code, Diagnostic};
use crate::digest::digest;
use crate::expr::{Dag, ExprId, ParameterId, Variable};
use crate::network::{NamedExpr, Network, Parameter, ParameterKind};
use crate::program::Program;
use crate::resolve::facts::{Facts, Unused};
use crate::resolve::resolver::Resolver;
use crate::resolve::scope::DefinitionKind;
use crate::resolve::value::State;
use crate::unit::Dimension;

/// A network as far as it could be resolved, with what the checks need beside it.
pub(crate) struct Resolution {
    /// The network; incomplete if there are errors.
    pub(crate) network: Network,
    /// Facts for the checks.
    pub(crate) facts: Facts,
    /// What was found.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Resolves a program. `None` if there is no network file.
pub(crate) fn resolve(program: &Program) -> Option<Resolution> {
    let main = program.main()?;
    let mut resolver = Resolver::new(program);
    resolver.resolve_species();
    resolver.declare_parameters();
    resolver.resolve_tables();
    resolver.resolve_radiations();
    resolver.resolve_limits();
    resolver.resolve_sides();
    let boltzmann = resolver.boltzmann();

    let mut facts = Facts { seam_tolerance: resolver.seam_tolerance(), ..Facts::default() };
    let (reactions, processes) = resolver.reactions(&mut facts);
    let heating = resolver.thermal("heating", true, &mut facts);
    let cooling = resolver.thermal("cooling", false, &mut facts);
    let adiabatic_index = resolver.adiabatic_index();

    let mut roots: Vec<ExprId> = reactions.iter().chain(&processes).map(|r| r.rate).collect();
    roots.extend(heating.iter().chain(&cooling).map(|t| t.expr));
    roots.push(adiabatic_index);
    let conserves_energy = resolver.scope.conserve_energy.is_some();
    let needs_temperature = conserves_energy
        || !heating.is_empty()
        || !cooling.is_empty()
        || roots.iter().any(|&root| depends_on(&resolver.dag, root, Variable::Temperature));
    let initials = resolver.initials(needs_temperature);
    let domains = resolver.domains(needs_temperature);
    let breakpoints = breakpoints::breakpoints(&resolver.dag, &roots);

    let absorbers = resolver.absorbers();
    resolver.note_used_reactions(&mut facts);
    resolver.check_replaced_constants();
    facts.unused = resolver.unused();
    let definitions = resolver.used_definitions();
    resolver.resolve_unused();
    resolver.count_undeclared();
    facts.piecewise = std::mem::take(&mut resolver.piecewise);
    facts.findings = std::mem::take(&mut resolver.findings);

    let radiations =
        std::mem::take(&mut resolver.fields).into_iter().flatten().map(|f| f.radiation).collect();
    let mut network = Network {
        name: main.name.value.clone(),
        version: main.version.value,
        doc: main.doc.iter().map(|d| d.value.clone()).collect(),
        files: program.sources.paths(),
        hash: 0,
        sources: program.sources.clone(),
        species: resolver.species,
        elements: resolver.elements,
        parameters: resolver.parameters,
        definitions,
        reactions,
        processes,
        heating,
        cooling,
        adiabatic_index,
        conserves_energy,
        boltzmann,
        temperature_limits: resolver.limits,
        temperature_floor: resolver.floor,
        tables: resolver.read_tables,
        radiations,
        absorbers,
        initials,
        domains,
        breakpoints,
        dag: resolver.dag,
        findings: Vec::new(),
    };
    network.hash = digest(&network);
    Some(Resolution { network, facts, diagnostics: resolver.diagnostics })
}

impl Resolver<'_> {
    /// Gives every parameter its index, and reads its default.
    fn declare_parameters(&mut self) {
        for index in 0..self.scope.values.len() {
            let Some(named) = self.scope.values.get(index).copied() else { continue };
            if named.kind != DefinitionKind::Parameter {
                continue;
            }
            let id = ParameterId(self.parameters.len() as u32);
            self.parameters.push(Parameter {
                name: named.definition.name.value.clone(),
                default: 0.0,
                kind: if named.is_switch() { ParameterKind::Switch } else { ParameterKind::Number },
                unit: unit_text(self.program, &named.definition.value).filter(|_| !named.is_switch()),
                per_cell: named.definition.per_cell,
                doc: named.item.doc.iter().map(|d| d.value.clone()).collect(),
            });
            self.parameter_units.push(None);
            if let Some(slot) = self.parameter_ids.get_mut(index) {
                *slot = Some(id);
            }
        }
        for index in 0..self.scope.values.len() {
            if let Some(named) = self.scope.values.get(index).copied()
                && named.kind == DefinitionKind::Parameter
            {
                self.named_value(index, named.definition.name.span);
                if let Some(used) = self.value_used.get_mut(index) {
                    *used = false;
                }
            }
        }
    }

    /// Boltzmann constant of the energy equation [erg/K].
    fn boltzmann(&mut self) -> f64 {
        let place = self.program.main().map(|f| f.name.span).unwrap_or_default();
        let Some(value) = self.constant_value("k_B", place) else { return f64::NAN };
        self.expect_unit("`k_B`", value, Dimension::HEAT_CAPACITY, place);
        self.dag.as_constant(value.expr).unwrap_or(f64::NAN)
    }

    /// Definitions that nothing uses so far. Libraries are for picking from: only the network file counts.
    fn unused(&self) -> Vec<Unused> {
        let mut unused = Vec::new();
        let mut add = |used: Option<&bool>, what, name: &crate::ast::Name| {
            if used == Some(&false) && self.program.in_main(name.span) {
                unused.push(Unused { what, name: name.value.clone(), span: name.span });
            }
        };
        for (i, named) in self.scope.values.iter().enumerate() {
            // A constant may be there for the energy equation or a unit: `k_B`, `eV`, `yr`.
            let built_in = crate::constants::find(&named.definition.name.value).is_some();
            if !(built_in && named.kind == DefinitionKind::Constant) {
                add(self.value_used.get(i), named.what(), &named.definition.name);
            }
        }
        for (i, (function, _)) in self.scope.functions.iter().enumerate() {
            add(self.function_used.get(i), "function", &function.name);
        }
        for (i, (table, _)) in self.scope.tables.iter().enumerate() {
            add(self.table_used.get(i), "table", &table.name);
        }
        for (i, (radiation, _)) in self.scope.radiations.iter().enumerate() {
            add(self.field_used.get(i), "radiation field", &radiation.name);
        }
        for (i, (section, _)) in self.scope.cross_sections.iter().enumerate() {
            add(self.section_used.get(i), "cross section", &section.name);
        }
        unused
    }

    /// `let` and `rate` definitions that are used, in order.
    fn used_definitions(&self) -> Vec<NamedExpr> {
        let mut definitions = Vec::new();
        for (named, state) in self.scope.values.iter().zip(&self.value_states) {
            let named_expression = matches!(named.kind, DefinitionKind::Let | DefinitionKind::Rate);
            if let (true, State::Done(Some(value), _)) = (named_expression, state) {
                definitions.push(NamedExpr {
                    name: named.definition.name.value.clone(),
                    expr: value.expr,
                    doc: named.item.doc.iter().map(|d| d.value.clone()).collect(),
                });
            }
        }
        definitions
    }

    /// Resolves what nothing uses as well, so that its errors are found, and forgets the expressions.
    fn resolve_unused(&mut self) {
        let dag = self.dag.clone();
        for index in 0..self.scope.values.len() {
            if let Some(named) = self.scope.values.get(index).copied()
                && matches!(self.value_states.get(index), Some(State::New))
            {
                self.named_value(index, named.definition.name.span);
            }
        }
        for index in 0..self.scope.functions.len() {
            if self.function_used.get(index) == Some(&false) {
                self.check_unused_function(index);
            }
        }
        for index in 0..self.scope.cross_sections.len() {
            if self.section_used.get(index) == Some(&false) {
                self.stated_section(index);
            }
        }
        self.dag = dag;
        self.call_results.clear();
    }

    /// Resolves the body of a function with arguments of unknown value and unit.
    fn check_unused_function(&mut self, index: usize) {
        let Some(&(function, _)) = self.scope.functions.get(index) else { return };
        let argument = value::Value::new(self.dag.temperature(), None);
        let frame = function.parameters.iter().map(|p| (p.value.as_str(), Some(argument))).collect();
        self.active_functions.push(index);
        self.path.push(function.name.value.clone());
        self.frames.push(frame);
        // Conditions on the stand-in say nothing about T.
        let piecewise = self.piecewise.len();
        self.lower(&function.body);
        self.piecewise.truncate(piecewise);
        self.frames.pop();
        self.path.pop();
        self.active_functions.pop();
    }

    fn seam_tolerance(&mut self) -> f64 {
        /// A jump of 5 %: fits of rate coefficients are seldom better than that.
        const DEFAULT: f64 = 0.05;
        let Some(stated) = self.scope.seam_tolerance else { return DEFAULT };
        if !(stated.value.is_finite() && stated.value > 0.0) {
            let help = "it is the relative jump of k that needs no `allow`: 0.05 for 5 %";
            self.report(
                Diagnostic::new(Code::E024, stated.span, "seam_tolerance must be positive").help(help),
            );
            return DEFAULT;
        }
        stated.value
    }
}

/// The unit of a parameter as written, without brackets.
fn unit_text(program: &Program, value: &crate::ast::Expr) -> Option<String> {
    use crate::ast::ExprKind;
    match &value.kind {
        ExprKind::Number { unit: Some(unit), .. } => {
            let text = program.sources.text(unit.span).trim();
            let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
            Some(inner.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        ExprKind::Negate(inner) => unit_text(program, inner),
        _ => None,
    }
}

fn depends_on(dag: &Dag, root: ExprId, variable: Variable) -> bool {
    let target = crate::expr::Node::Variable(variable);
    let mut seen = vec![false; dag.len()];
    let mut stack = vec![root];
    while let Some(id) = stack.pop() {
        match seen.get_mut(id.0 as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        if dag.node(id) == target {
            return true;
        }
        stack.extend(dag.node(id).operands());
    }
    false
}
