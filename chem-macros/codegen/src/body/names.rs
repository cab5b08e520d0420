//! What variables of generated functions are called.

use chem_grammar::expr::{
    Dag, Differentiator, ExprId, Node, ParameterId, Polynomial, SpeciesId, TableId, Variable, polynomials,
};
use chem_grammar::network::Reaction;
use chem_grammar::system::System;
use rustc_hash::FxHashMap;

use crate::form::Form;
use crate::identifier::{Taken, snake_case};

/// Name and explanation of a node.
#[derive(Clone, Debug)]
pub(crate) struct NodeName {
    pub(crate) name: String,
    /// In the function that is about it.
    pub(crate) comment: String,
    /// Elsewhere.
    pub(crate) short_comment: String,
    /// Whether it has a line of its own even where it is used once.
    pub(crate) own_line: bool,
}

/// The graph with the names of its nodes, shared by all functions of a network.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// The system's graph; names may need nodes beyond it.
    pub(crate) dag: Dag,
    pub(crate) polynomials: FxHashMap<ExprId, Polynomial>,
    nodes: FxHashMap<ExprId, NodeName>,
    densities: Vec<String>,
    temperature: String,
    parameters: Vec<String>,
    fields: Vec<String>,
    /// Rates and fluxes, numbered in the order in which functions compute them.
    pub(crate) sequence: FxHashMap<ExprId, usize>,
    /// The sum of all densities, where functions do not write it out.
    pub(crate) total_density: Option<ExprId>,
    /// Whether functions take the unknowns out of their array one by one.
    pub(crate) indexed_unknowns: bool,
    tables: Vec<String>,
    /// Names that no other variable may have.
    pub(crate) taken: Taken<'static>,
    idents: Vec<String>,
}

/// Names of arguments and of what generated functions call.
const RESERVED: &[&str] = &[
    "c",
    "t",
    "y",
    "dydt",
    "out",
    "values",
    "k",
    "fluxes",
    "terms",
    "parameters",
    "polynomial",
    "jacobian",
    "lu",
    "b",
    "shared",
    "e",
    "g",
    "slopes",
    "self",
];

impl Names {
    pub(crate) fn new(system: &System, form: Form) -> Self {
        let network = &system.network;
        let mut dag = system.dag.clone();
        let mut differentiator = Differentiator::new(network.species.len(), &network.tables);
        let polynomials = polynomials(&mut dag, &mut differentiator);
        let mut taken = Taken::default();
        for name in RESERVED {
            taken.take(name);
        }
        let densities = network.species.iter().map(|s| taken.take(&density_name(&s.ident))).collect();
        let limited = network.temperature_limits.is_some();
        let temperature = taken.take(if limited { "t_unlimited" } else { "t_gas" });
        let parameters = network.parameters.iter().map(|p| taken.take(&snake_case(&p.name))).collect();
        let mut fields = Taken::default();
        let fields = network.parameters.iter().map(|p| fields.take(&snake_case(&p.name))).collect();
        let tables = network.tables.iter().map(|t| snake_case(&t.name).to_ascii_uppercase()).collect();
        let mut names = Names {
            dag,
            polynomials,
            nodes: FxHashMap::default(),
            densities,
            temperature,
            parameters,
            fields,
            sequence: sequence(system, form),
            total_density: None,
            indexed_unknowns: form == Form::Looped,
            tables,
            taken,
            idents: network.species.iter().map(|s| s.ident.clone()).collect(),
        };
        names.name_all(system, form, &mut differentiator);
        names
    }

    /// The variable of a leaf, if it is not a number.
    pub(crate) fn leaf(&self, id: ExprId) -> Option<&str> {
        match self.dag.node(id) {
            Node::Parameter(ParameterId(p)) => self.parameters.get(p as usize).map(String::as_str),
            Node::Variable(Variable::Density(SpeciesId(s))) => {
                self.densities.get(s as usize).map(String::as_str)
            }
            Node::Variable(Variable::Temperature) => Some(&self.temperature),
            Node::Variable(Variable::Time) => Some("t"),
            _ => None,
        }
    }

    /// The name of a node, if it has one.
    pub(crate) fn node(&self, id: ExprId) -> Option<&NodeName> {
        self.nodes.get(&id)
    }

    /// Gives nodes that stand for others the names of these, and the derivatives of fluxes and thermal terms theirs.
    pub(crate) fn stand_in(
        &mut self,
        stand_ins: impl IntoIterator<Item = (ExprId, ExprId)>,
        differentiator: &mut Differentiator,
    ) {
        for (original, stand_in) in stand_ins {
            let Some(named) = self.nodes.get(&original).filter(|_| original != stand_in).cloned() else {
                continue;
            };
            let sequence = self.sequence.get(&original).copied();
            if let Some(sequence) = sequence {
                self.sequence.entry(stand_in).or_insert(sequence);
            }
            self.nodes.remove(&original);
            let name = named.name.clone();
            self.nodes.entry(stand_in).or_insert(named);
            if !["flux_", "heat_", "cool_"].iter().any(|prefix| name.starts_with(prefix)) {
                continue;
            }
            for variable in differentiator.dependencies(&self.dag).variables(stand_in) {
                let derivative = differentiator.derivative(&mut self.dag, stand_in, variable);
                let name = format!("d_{name}_d_{}", self.variable(variable));
                if let Some(sequence) = sequence {
                    self.sequence.entry(derivative).or_insert(sequence);
                }
                if !self.nodes.contains_key(&derivative) {
                    self.define_plain(derivative, &name);
                }
            }
        }
    }

    /// The static of a table.
    pub(crate) fn table(&self, TableId(table): TableId) -> &str {
        self.tables.get(table as usize).map_or("TABLE", String::as_str)
    }

    /// Variables of the unknowns, in order.
    pub(crate) fn unknowns(&self) -> impl Iterator<Item = &str> {
        self.densities.iter().map(String::as_str).chain(std::iter::once(self.temperature.as_str()))
    }

    /// The element of the array of unknowns that is an unknown.
    pub(crate) fn element(&self, unknown: usize) -> String {
        match self.idents.get(unknown) {
            Some(ident) => format!("y[Species::{ident} as usize]"),
            None => "y[UNKNOWN_COUNT - 1]".to_string(),
        }
    }

    /// Variable and field of a parameter.
    pub(crate) fn parameter(&self, index: usize) -> (&str, &str) {
        (&self.parameters[index], &self.fields[index])
    }

    /// Fields of the parameters, in order.
    pub(crate) fn fields(&self) -> &[String] {
        &self.fields
    }

    fn define(&mut self, id: ExprId, name: &str, comment: String, short_comment: String) {
        let own_line = ["k_", "flux_", "heat_", "cool_"].iter().any(|prefix| name.starts_with(prefix));
        let is_leaf = matches!(self.dag.node(id), Node::Constant(_) | Node::Parameter(_) | Node::Variable(_));
        if !is_leaf && !self.nodes.contains_key(&id) {
            let name = self.taken.take(name);
            self.nodes.insert(id, NodeName { name, comment, short_comment, own_line });
        }
    }

    fn define_plain(&mut self, id: ExprId, name: &str) {
        self.define(id, name, String::new(), String::new());
    }

    fn name_all(&mut self, system: &System, form: Form, differentiator: &mut Differentiator) {
        let network = &system.network;
        self.name_temperature(system, differentiator);
        let count = network.species.len();
        let densities: Vec<ExprId> = (0..count).map(|s| self.dag.density(SpeciesId(s as u32))).collect();
        let n_tot = self.dag.sum(densities);
        self.define_plain(n_tot, "n_tot");
        if form == Form::Looped && matches!(self.dag.node(n_tot), Node::Binary(..)) {
            self.total_density = Some(n_tot);
        }
        let mut derived: Vec<(ExprId, String)> = Vec::new();
        for (reaction, &rate) in network.reactions.iter().zip(&system.rates) {
            let name = format!("k_{}", snake_case(&reaction.name));
            self.define(rate, &name, source_comment(reaction), equation_comment(reaction));
            derived.push((rate, name));
        }
        // Loops compute the fluxes of reactions, and the derivatives of all fluxes.
        let written = if form == Form::Looped { network.reactions.len() } else { 0 };
        let all = network.reactions.iter().chain(&network.processes).zip(&system.fluxes);
        for (index, (reaction, &flux)) in all.enumerate().skip(written) {
            let name = format!("flux_{}", snake_case(&reaction.name));
            let rate_is_shown = system.rates.get(index).is_some_and(|rate| self.nodes.contains_key(rate));
            let comment = if rate_is_shown { String::new() } else { equation_comment(reaction) };
            self.define(flux, &name, comment.clone(), comment);
        }
        for definition in &network.definitions {
            let name = snake_case(&definition.name);
            self.define_plain(definition.expr, &name);
            derived.push((definition.expr, name));
        }
        for (prefix, terms) in [("heat", &network.heating), ("cool", &network.cooling)] {
            for term in terms {
                let name = format!("{prefix}_{}", snake_case(&term.name));
                self.define_plain(term.expr, &name);
                derived.push((term.expr, name));
            }
        }
        self.define_plain(system.total_heating, "heating");
        self.define_plain(system.total_cooling, "cooling");
        self.define_plain(network.adiabatic_index, "adiabatic_index");
        derived.push((system.total_heating, "heating".to_string()));
        derived.push((system.total_cooling, "cooling".to_string()));
        self.name_derivatives(system, differentiator, &derived);
    }

    /// The temperature inside its limits is `t_gas`.
    fn name_temperature(&mut self, system: &System, differentiator: &mut Differentiator) {
        let Some((low, high)) = system.network.temperature_limits else { return };
        let before = self.dag.len();
        let t = self.dag.temperature();
        let (low, high) = (self.dag.constant(low), self.dag.constant(high));
        let (raised, lowered) = (self.dag.max(t, low), self.dag.min(t, high));
        for limited in [self.dag.min(raised, high), self.dag.max(lowered, low)] {
            if (limited.0 as usize) < before {
                self.define_plain(limited, "t_gas");
                let slope = differentiator.derivative(&mut self.dag, limited, Variable::Temperature);
                self.define_plain(slope, "inside_limits");
            }
        }
    }

    /// `d_k_h_ci_d_t_gas` and so on, for derivatives that the graph holds.
    fn name_derivatives(
        &mut self,
        system: &System,
        differentiator: &mut Differentiator,
        derived: &[(ExprId, String)],
    ) {
        let before = system.dag.len();
        let mut seen: Vec<(ExprId, String)> = Vec::new();
        for &(id, ref name) in derived {
            for variable in differentiator.dependencies(&self.dag).variables(id) {
                let derivative = differentiator.derivative(&mut self.dag, id, variable);
                if (derivative.0 as usize) < before {
                    seen.push((derivative, format!("d_{name}_d_{}", self.variable(variable))));
                }
            }
        }
        let written = if self.indexed_unknowns { &[][..] } else { &system.flux_derivatives };
        for &(flux, column, derivative) in written {
            let name = self.nodes.get(&system.fluxes[flux]).map(|n| n.name.clone());
            let by = self.densities.get(column).map_or("t_gas", String::as_str).to_string();
            if let Some(name) = name {
                seen.push((derivative, format!("d_{name}_d_{by}")));
            }
        }
        for (derivative, name) in seen {
            self.define_plain(derivative, &name);
        }
    }

    fn variable(&self, variable: Variable) -> String {
        match variable {
            Variable::Density(SpeciesId(s)) => self.densities[s as usize].clone(),
            Variable::Temperature => "t_gas".to_string(),
            Variable::Time => "t".to_string(),
        }
    }
}

/// Rate, its derivatives and fluxes of each reaction and process, then the thermal terms, numbered.
fn sequence(system: &System, form: Form) -> FxHashMap<ExprId, usize> {
    let mut derivatives = vec![Vec::new(); system.fluxes.len()];
    match form {
        Form::Unrolled => {
            for &(flux, _, derivative) in &system.flux_derivatives {
                derivatives[flux].push(derivative);
            }
        }
        Form::Looped => {
            for &(flux, _, derivative) in &system.rate_derivatives {
                derivatives[flux].push(derivative);
            }
        }
    }
    let mut sequence = Vec::new();
    for (index, &flux) in system.fluxes.iter().enumerate() {
        sequence.extend(system.rates.get(index));
        sequence.push(flux);
        sequence.append(&mut derivatives[index]);
    }
    sequence.extend(system.network.heating.iter().chain(&system.network.cooling).map(|term| term.expr));
    let mut numbers = FxHashMap::default();
    for (number, id) in sequence.into_iter().enumerate() {
        numbers.entry(id).or_insert(number);
    }
    numbers
}

fn density_name(ident: &str) -> String {
    match ident {
        "Electron" => "n_e".to_string(),
        _ => format!("n_{}", snake_case(ident)),
    }
}

fn equation_comment(reaction: &Reaction) -> String {
    format!("{}: {}", reaction.name, reaction.equation)
}

fn source_comment(reaction: &Reaction) -> String {
    if reaction.source.is_empty() { equation_comment(reaction) } else { reaction.source.clone() }
}
