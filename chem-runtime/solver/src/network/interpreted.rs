//! Networks that are solved without being compiled.

mod lane_network;
mod lanes;
mod large;
mod program;
mod registers;
mod scratch;
mod terms;

pub use lane_network::LaneNetwork;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use chem_grammar::ast::PerCell;
use chem_grammar::diagnostic::Report;
use chem_grammar::interpret::{Interpreter, Tape};
use chem_grammar::network::{Domain, Initial, Network, Parameter};
use chem_grammar::system::System;

use crate::linear::lu;
use crate::network::{
    ChemNetwork, GenericNetwork, Given, ParameterError, TemperatureFunctions, absorption, settable,
};
use crate::scalar::Scalar;
use crate::structure::{LuStructure, ParameterScope, Structure, Text};
use lanes::Inputs;
use program::{Equations, Program};

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
    /// From which the program is made when it is first needed.
    system: System,
    program: OnceLock<Program>,
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
            system: system.clone(),
            program: OnceLock::new(),
            boltzmann: network.boltzmann,
            defaults: defaults.clone(),
            initials: network.initials.clone(),
            domains: network.domains.clone(),
        };
        Interpreted { definition: Arc::new(definition), parameters: defaults }
    }

    fn program(&self) -> &Program {
        self.definition.program.get_or_init(|| Program::of(&self.definition.system))
    }

    /// Evaluates a tape over any scalar.
    #[inline(always)] // SIMD instructions are those of the caller
    fn run<V: Scalar>(&self, tape: &Tape, t: V, y: &[V], given: [&[V]; 3], outputs: [&mut [V]; 2]) {
        let inputs = Inputs { parameters: &self.parameters, t, y, given };
        lanes::run(tape, &self.program().tables, inputs, outputs);
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
        let (bands, band_edges) = absorption::bands(network);
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
            bands,
            band_edges,
            absorbers: absorption::absorbers(network),
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
                full_tail: lu.full_tail() as u32,
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

    fn absorbers(&self, t: f64, y: &[f64], densities: &mut [f64]) {
        self.definition.interpreter.absorbers(t, y, &self.parameters, densities);
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

impl GenericNetwork for Interpreted {
    const HAS_LANES: bool = true;

    #[inline(always)]
    fn rhs_generic<V: Scalar>(&self, t: V, y: &[V], dydt: &mut [V]) {
        self.run(&self.definition.interpreter.rhs, t, y, [&[]; 3], [dydt, &mut []]);
    }

    #[inline(always)]
    fn jacobian_generic<V: Scalar>(&self, t: V, y: &[V], values: &mut [V]) {
        self.run(&self.definition.interpreter.jacobian, t, y, [&[]; 3], [values, &mut []]);
    }

    #[inline(always)]
    fn time_derivative_generic<V: Scalar>(&self, t: V, y: &[V], out: &mut [V]) {
        self.run(&self.definition.interpreter.time_derivative, t, y, [&[]; 3], [out, &mut []]);
    }

    #[inline(always)]
    fn factor_generic<V: Scalar>(&self, c: V, jacobian: &[V], lu: &mut [V]) -> V {
        lu::factor(&self.definition.structure, c, jacobian, lu)
    }

    #[inline(always)]
    fn solve_generic<V: Scalar>(&self, lu: &[V], b: &mut [V]) {
        lu::solve(&self.definition.structure, lu, b);
    }

    #[inline(always)]
    fn rates_generic<V: Scalar>(&self, t: V, y: &[V], k: &mut [V]) {
        self.run(&self.definition.interpreter.rates, t, y, [&[]; 3], [k, &mut []]);
    }

    #[inline(always)]
    fn fluxes_generic<V: Scalar>(&self, t: V, y: &[V], fluxes: &mut [V]) {
        self.run(&self.definition.interpreter.fluxes, t, y, [&[]; 3], [fluxes, &mut []]);
    }

    #[inline(always)]
    fn heating_generic<V: Scalar>(&self, t: V, y: &[V], terms: &mut [V]) {
        self.run(&self.definition.interpreter.heating, t, y, [&[]; 3], [terms, &mut []]);
    }

    #[inline(always)]
    fn cooling_generic<V: Scalar>(&self, t: V, y: &[V], terms: &mut [V]) {
        self.run(&self.definition.interpreter.cooling, t, y, [&[]; 3], [terms, &mut []]);
    }

    fn at_parameters(&self, values: &[f64]) -> Self {
        let parameters =
            if values.len() == self.parameters.len() { values.to_vec() } else { self.parameters.clone() };
        Interpreted { definition: Arc::clone(&self.definition), parameters }
    }

    fn environment_count(&self) -> usize {
        self.program().environment.outputs().len()
    }

    fn environment(&self, parameters: &[f64], e: &mut [f64]) {
        let program = self.program();
        let y = vec![0.0; self.definition.structure.unknown_count()];
        let inputs = Inputs { parameters, t: 0.0, y: &y, given: [&[]; 3] };
        lanes::run(&program.environment, &program.tables, inputs, [e, &mut []]);
    }

    fn temperature_functions(&self) -> TemperatureFunctions<'_> {
        let program = self.program();
        TemperatureFunctions {
            functions: program.t_functions.outputs().len(),
            switches: program.comparisons.len(),
            parameters: &program.tabulated,
        }
    }

    fn t_functions_generic<V: Scalar>(&self, t_gas: V, g: &mut [V]) {
        let y = vec![t_gas; self.definition.structure.unknown_count()];
        self.run(&self.program().t_functions, V::constant(0.0), &y, [&[]; 3], [g, &mut []]);
    }

    fn t_switches(&self, t_gas: f64, out: &mut [bool]) {
        let program = self.program();
        let y = vec![t_gas; self.definition.structure.unknown_count()];
        let mut sides = vec![f64::NAN; 2 * out.len()];
        self.run(&program.sides, 0.0, &y, [&[]; 3], [&mut sides, &mut []]);
        for ((out, compare), sides) in out.iter_mut().zip(&program.comparisons).zip(sides.chunks_exact(2)) {
            *out = compare.evaluate(sides[0], sides[1]);
        }
    }

    #[inline(always)]
    fn rhs_at_generic<V: Scalar>(&self, t: V, y: &[V], given: Given<'_, V>, dydt: &mut [V]) {
        let program = self.program();
        let functions = &given.functions[..program.t_functions.outputs().len()];
        let given = [given.environment, functions, &[]];
        let inputs = Inputs { parameters: &self.parameters, t, y, given };
        match &program.equations {
            Equations::Small { rhs, .. } => rhs.run(&program.tables, inputs, [dydt, &mut []]),
            Equations::Large(large) => large.rhs(&program.tables, inputs, dydt),
        }
    }

    #[inline(always)]
    fn jacobian_at_generic<V: Scalar>(&self, t: V, y: &[V], given: Given<'_, V>, out: [&mut [V]; 2]) {
        let program = self.program();
        let count = program.t_functions.outputs().len();
        let given = [given.environment, &given.functions[..count], &given.slopes[..count]];
        let inputs = Inputs { parameters: &self.parameters, t, y, given };
        match &program.equations {
            Equations::Small { jacobian, .. } => jacobian.run(&program.tables, inputs, out),
            Equations::Large(large) => {
                large.jacobian(&self.definition.structure, &program.tables, inputs, out);
            }
        }
    }

    #[inline(always)]
    fn time_derivative_at_generic<V: Scalar>(&self, t: V, y: &[V], environment: &[V], out: &mut [V]) {
        let tape = &self.program().time_derivative;
        if tape.is_zero() {
            out.fill(V::constant(0.0));
        } else {
            self.run(tape, t, y, [environment, &[], &[]], [out, &mut []]);
        }
    }
}
