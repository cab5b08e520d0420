//! What an interpreted network evaluates over lanes: functions of T and of the parameters apart, as in generated code.

use chem_grammar::environment_functions::EnvironmentFunctions;
use chem_grammar::expr::{Compare, Dag, ExprId, ParameterId, parameters};
use chem_grammar::interpret::Tape;
use chem_grammar::lane_program::LaneProgram;
use chem_grammar::system::System;
use chem_grammar::temperature_functions::{LARGEST_COUNT, Opened, TemperatureFunctions, share_reciprocals};
use rustc_hash::FxHashMap;

use super::lanes::{Inputs, run, run_in_registers};
use super::large::Large;
use super::registers::{RegisterTape, Results};
use crate::scalar::{InterpolationTable, Scalar};

/// Networks with more species than this are large.
const SPECIES: usize = 64;
/// Networks with more reactions and processes than this are large.
const FLUXES: usize = 400;

/// The tapes of a network for a batch.
#[derive(Debug)]
pub(super) struct Program {
    /// Tables of the network.
    pub(super) tables: Vec<InterpolationTable>,
    /// Functions of T alone.
    pub(super) t_functions: Tape,
    /// Both sides of the comparisons in them, one after the other.
    pub(super) sides: Tape,
    pub(super) comparisons: Vec<Compare>,
    /// Parameters whose values are in the functions of T.
    pub(super) tabulated: Vec<u32>,
    /// Functions of the parameters alone.
    pub(super) environment: Tape,
    pub(super) equations: Equations,
    /// The derivative by time, given functions of the parameters.
    pub(super) time_derivative: Tape,
}

/// How the equations are evaluated.
#[derive(Debug)]
pub(super) enum Equations {
    /// Written out term by term.
    Small {
        /// dy/dt, given functions of the parameters and of T.
        rhs: Box<Evaluation>,
        /// dy/dt and the Jacobian, given the same and slopes of the functions of T.
        jacobian: Box<Evaluation>,
    },
    /// Products of rates and densities.
    Large(Box<Large>),
}

/// A list of operations, in registers if there are enough.
#[derive(Debug)]
pub(super) enum Evaluation {
    InRegisters(RegisterTape),
    Listed(Tape),
}

impl From<Tape> for Evaluation {
    fn from(tape: Tape) -> Self {
        match RegisterTape::new(&tape, Results::Anywhere) {
            Some(registers) => Evaluation::InRegisters(registers),
            None => Evaluation::Listed(tape),
        }
    }
}

impl Evaluation {
    /// Evaluates it over any scalar.
    #[inline(always)] // SIMD instructions are those of the caller
    pub(super) fn run<V: Scalar>(
        &self,
        tables: &[InterpolationTable],
        inputs: Inputs<'_, V>,
        outputs: [&mut [V]; 2],
    ) {
        match self {
            Evaluation::InRegisters(tape) => run_in_registers(tape, tables, inputs, outputs),
            Evaluation::Listed(tape) => run(tape, tables, inputs, outputs),
        }
    }
}

impl Program {
    pub(super) fn of(system: &System) -> Self {
        let network = &system.network;
        if network.species.len() > SPECIES || system.fluxes.len() > FLUXES {
            let program = LaneProgram::of(system);
            if let Some(large) = Large::of(&program) {
                return Program::large(system, large, program);
            }
        }
        Program::small(system)
    }

    fn large(system: &System, large: Large, program: LaneProgram) -> Self {
        Program {
            tables: interpolation_tables(system),
            t_functions: Tape::default(),
            sides: Tape::default(),
            comparisons: Vec::new(),
            tabulated: Vec::new(),
            environment: program.environment,
            equations: Equations::Large(Box::new(large)),
            time_derivative: program.by_time,
        }
    }

    /// Sets functions apart and differentiates, as the generated code does.
    fn small(system: &System) -> Self {
        let mut dag = system.dag.clone();
        let mut found = TemperatureFunctions::of(system, &mut dag);
        if found.functions.len() > LARGEST_COUNT {
            found.functions.clear();
            found.switches.clear();
        }
        let functions = &found.functions;
        let sides: Vec<ExprId> = found.switches.iter().flat_map(|(_, left, right)| [*left, *right]).collect();
        let mut environment = EnvironmentFunctions::new(&dag, &found.classes);

        let mut rhs_dag = dag.clone();
        let known: FxHashMap<ExprId, ExprId> = functions.iter().map(|id| (*id, *id)).collect();
        let rhs = share_reciprocals(&mut rhs_dag, &found.rhs, known);
        let of_parameters = environment.take(&rhs_dag, &rhs, |id| functions.contains(&id));

        let mut opened_dag = dag.clone();
        let mut opened = Opened::of(system, &found, &mut opened_dag);
        opened.share_reciprocals(&mut opened_dag);
        let roots = [opened.rhs.as_slice(), &opened.jacobian].concat();
        let (values, slopes): (Vec<ExprId>, Vec<ExprId>) = opened.functions.iter().copied().unzip();
        let of_parameters_too =
            environment.take(&opened_dag, &roots, |id| values.contains(&id) || slopes.contains(&id));
        let by_time = &system.time_derivative;
        let of_parameters_in_time = environment.take(&system.dag, by_time, |_| false);

        let count = environment.functions.len();
        let tape = |dag, roots: &[ExprId], taken: &FxHashMap<ExprId, usize>, of_t: &[&[ExprId]]| {
            given_tape(system, dag, roots, (taken, count), of_t)
        };
        Program {
            tables: interpolation_tables(system),
            t_functions: Tape::new(&dag, functions, system),
            sides: Tape::new(&dag, &sides, system),
            comparisons: found.switches.iter().map(|(compare, ..)| *compare).collect(),
            tabulated: parameters(&dag, functions).into_iter().map(|ParameterId(p)| p).collect(),
            environment: Tape::new(&environment.dag, &environment.functions, system),
            equations: Equations::Small {
                rhs: Box::new(tape(&rhs_dag, &rhs, &of_parameters, &[functions]).into()),
                jacobian: Box::new(tape(&opened_dag, &roots, &of_parameters_too, &[&values, &slopes]).into()),
            },
            time_derivative: tape(&system.dag, by_time, &of_parameters_in_time, &[]),
        }
    }
}

fn interpolation_tables(system: &System) -> Vec<InterpolationTable> {
    system.network.tables.iter().map(|table| InterpolationTable::new(table.grid.clone())).collect()
}

/// A tape that is given functions of the parameters, and then functions of T and perhaps their slopes.
fn given_tape(
    system: &System,
    dag: &Dag,
    roots: &[ExprId],
    (taken, count): (&FxHashMap<ExprId, usize>, usize),
    of_t: &[&[ExprId]],
) -> Tape {
    let mut given = vec![None; count];
    for (id, place) in taken {
        given[*place] = Some(*id);
    }
    given.extend(of_t.iter().flat_map(|list| list.iter().map(|id| Some(*id))));
    Tape::with_given(dag, roots, system, &given)
}
