//! Networks that are solved without being compiled.

use std::path::Path;
use std::sync::Arc;

use chem_grammar::ast::PerCell;
use chem_grammar::diagnostic::Report;
use chem_grammar::interpret::Interpreter;
use chem_grammar::network::{Domain, Initial, Network, Parameter};
use chem_grammar::system::System;

use crate::linear::lu;
use crate::network::{ChemNetwork, ParameterError, settable};
use crate::structure::{LuStructure, ParameterScope, Structure, Text};

/// A network file as a [`ChemNetwork`]: the same numbers as the generated code to rounding, several times
/// slower.
#[derive(Clone, Debug)]
pub struct Interpreted {
    definition: Arc<Definition>,
    parameters: Vec<f64>,
}

/// What values of a network share, whatever its parameters.
#[derive(Debug)]
struct Definition {
    structure: Structure,
    interpreter: Interpreter,
    boltzmann: f64,
    defaults: Vec<f64>,
    initials: Vec<Initial>,
    domains: Vec<Domain>,
}

impl Interpreted {
    /// Reads and checks a network file. Warnings and notes stop nothing: [`Network::load`] gives them too.
    ///
    /// # Errors
    /// All that is wrong with it, if there is an error.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Report> {
        Ok(Interpreted::new(&System::new(Network::load(path)?)))
    }

    /// Prepares a network for evaluation.
    pub fn new(system: &System) -> Self {
        let network = &system.network;
        let defaults = network.default_parameters();
        let definition = Definition {
            structure: Structure::from(system),
            interpreter: Interpreter::new(system),
            boltzmann: network.boltzmann,
            defaults: defaults.clone(),
            initials: network.initials.clone(),
            domains: network.domains.clone(),
        };
        Interpreted { definition: Arc::new(definition), parameters: defaults }
    }

    /// Initial states that the file declares.
    pub fn initials(&self) -> &[Initial] {
        &self.definition.initials
    }

    /// Domains of initial states that the file declares.
    pub fn domains(&self) -> &[Domain] {
        &self.definition.domains
    }
}

impl From<&System> for Structure {
    fn from(system: &System) -> Self {
        let network = &system.network;
        let owned = |text: &String| -> Text { text.clone().into() };
        let columns = &system.stoichiometry.columns;
        let mut starts = vec![0];
        for column in columns {
            starts.push(starts.last().copied().unwrap_or(0) + column.len() as u32);
        }
        let lu = &system.lu;
        Structure {
            name: owned(&network.name),
            version: network.version,
            hash: network.hash,
            species: network.species.iter().map(|s| owned(&s.name)).collect(),
            charges: network.species.iter().map(|s| s.charge).collect(),
            masses: network.species.iter().map(|s| s.mass).collect(),
            elements: network.elements.iter().map(owned).collect(),
            composition: network.species.iter().flat_map(|s| s.composition.iter().copied()).collect(),
            reactions: network.reactions.iter().map(|r| owned(&r.name)).collect(),
            equations: network
                .reactions
                .iter()
                .chain(&network.processes)
                .map(|r| owned(&r.equation))
                .collect(),
            processes: network.processes.iter().map(|r| owned(&r.name)).collect(),
            stoichiometry_starts: starts.into(),
            stoichiometry: columns.iter().flatten().map(|(s, change)| (*s as u32, *change)).collect(),
            heating: network.heating.iter().map(|h| owned(&h.name)).collect(),
            cooling: network.cooling.iter().map(|c| owned(&c.name)).collect(),
            parameters: network.parameters.iter().map(|p| owned(&p.name)).collect(),
            scopes: network.parameters.iter().map(scope).collect(),
            kinds: network.parameters.iter().map(|p| p.kind).collect(),
            evolves_temperature: network.evolves_temperature(),
            temperature_floor: network.temperature_floor,
            conservation_names: system.conservation.iter().map(|l| owned(&l.name)).collect(),
            conservation: system.conservation.iter().flat_map(|l| l.coefficients.iter().copied()).collect(),
            breakpoints: network.breakpoints.clone().into(),
            jacobian_columns: system.pattern.column_starts.clone().into(),
            jacobian_rows: system.pattern.rows.clone().into(),
            lu: LuStructure {
                order: lu.order.clone().into(),
                columns: lu.pattern.column_starts.clone().into(),
                rows: lu.pattern.rows.clone().into(),
                from_jacobian: lu.from_jacobian.clone().into(),
                diagonal: lu.diagonal.clone().into(),
            },
        }
    }
}

fn scope(parameter: &Parameter) -> ParameterScope {
    match parameter.per_cell {
        Some(PerCell { signed }) => ParameterScope::Cell { signed },
        None => ParameterScope::Network,
    }
}

impl ChemNetwork for Interpreted {
    fn structure(&self) -> &Structure {
        &self.definition.structure
    }

    fn rhs(&self, t: f64, y: &[f64], dydt: &mut [f64]) {
        self.definition.interpreter.rhs(t, y, &self.parameters, dydt);
    }

    fn time_derivative(&self, t: f64, y: &[f64], out: &mut [f64]) {
        self.definition.interpreter.time_derivative(t, y, &self.parameters, out);
    }

    fn jacobian(&self, t: f64, y: &[f64], values: &mut [f64]) {
        self.definition.interpreter.jacobian(t, y, &self.parameters, values);
    }

    fn factor(&self, c: f64, jacobian: &[f64], factors: &mut [f64]) -> f64 {
        lu::factor(&self.definition.structure, c, jacobian, factors)
    }

    fn solve(&self, factors: &[f64], b: &mut [f64]) {
        lu::solve(&self.definition.structure, factors, b);
    }

    fn rates(&self, t: f64, y: &[f64], k: &mut [f64]) {
        self.definition.interpreter.rates(t, y, &self.parameters, k);
    }

    fn fluxes(&self, t: f64, y: &[f64], fluxes: &mut [f64]) {
        self.definition.interpreter.fluxes(t, y, &self.parameters, fluxes);
    }

    fn heating(&self, t: f64, y: &[f64], terms: &mut [f64]) {
        self.definition.interpreter.heating(t, y, &self.parameters, terms);
    }

    fn cooling(&self, t: f64, y: &[f64], terms: &mut [f64]) {
        self.definition.interpreter.cooling(t, y, &self.parameters, terms);
    }

    fn adiabatic_index(&self, t: f64, y: &[f64]) -> f64 {
        let mut value = [f64::NAN];
        self.definition.interpreter.adiabatic_index(t, y, &self.parameters, &mut value);
        value[0]
    }

    fn boltzmann(&self) -> f64 {
        self.definition.boltzmann
    }

    fn parameter_values(&self) -> Vec<f64> {
        self.parameters.clone()
    }

    fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), ParameterError> {
        let index = settable(&self.definition.structure, name, value)?;
        if let Some(parameter) = self.parameters.get_mut(index) {
            *parameter = value;
        }
        Ok(())
    }

    fn with_parameters(&self, values: &[f64]) -> Box<dyn ChemNetwork + '_> {
        let definition = Arc::clone(&self.definition);
        let fits = values.len() == definition.defaults.len();
        let parameters = if fits { values.to_vec() } else { definition.defaults.clone() };
        Box::new(Interpreted { definition, parameters })
    }
}
