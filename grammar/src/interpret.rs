//! Evaluates a network without generating code.

use std::cell::RefCell;

use crate::expr::{
    BinaryOp, Compare, Dag, ExprId, Node, ParameterId, SpeciesId, TableId, UnaryOp, Variable, needed,
};
use crate::interpolation::Grid;
use crate::system::System;

/// Everything of a [`System`] that has a value, ready to be evaluated at many states.
///
/// In all functions `y` holds the unknowns (number densities [cm^-3] in declared order, then T `[K]`), `t` is the
/// time `[s]` and `parameters` the values of the parameters in declared order. Where a slice is shorter than it
/// has to be, the output is left untouched.
#[derive(Clone, Debug)]
pub struct Interpreter {
    tables: Vec<Grid>,
    rates: Tape,
    fluxes: Tape,
    heating: Tape,
    cooling: Tape,
    adiabatic_index: Tape,
    rhs: Tape,
    time_derivative: Tape,
    jacobian: Tape,
}

impl Interpreter {
    /// Prepares all tapes.
    pub fn new(system: &System) -> Self {
        let tape = |roots: &[ExprId]| Tape::new(&system.dag, roots, system);
        let network = &system.network;
        let terms = |terms: &[crate::network::ThermalTerm]| -> Vec<ExprId> {
            terms.iter().map(|term| term.expr).collect()
        };
        Interpreter {
            tables: network.tables.iter().map(|table| table.grid.clone()).collect(),
            rates: tape(&system.rates),
            fluxes: tape(&system.fluxes),
            heating: tape(&terms(&network.heating)),
            cooling: tape(&terms(&network.cooling)),
            adiabatic_index: tape(&[network.adiabatic_index]),
            rhs: tape(&system.rhs),
            time_derivative: tape(&system.time_derivative),
            jacobian: tape(&system.jacobian),
        }
    }

    /// Rate coefficients of the reactions.
    pub fn rates(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.rates.run(&self.tables, t, y, parameters, out);
    }

    /// Fluxes of reactions, then processes [cm^-3 s^-1].
    pub fn fluxes(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.fluxes.run(&self.tables, t, y, parameters, out);
    }

    /// Heating terms [erg cm^-3 s^-1].
    pub fn heating(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.heating.run(&self.tables, t, y, parameters, out);
    }

    /// Cooling terms [erg cm^-3 s^-1].
    pub fn cooling(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.cooling.run(&self.tables, t, y, parameters, out);
    }

    /// Adiabatic index (dimensionless): one number.
    pub fn adiabatic_index(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.adiabatic_index.run(&self.tables, t, y, parameters, out);
    }

    /// dy/dt [cm^-3 s^-1, K s^-1].
    pub fn rhs(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.rhs.run(&self.tables, t, y, parameters, out);
    }

    /// Partial derivative of the right-hand side by time.
    pub fn time_derivative(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.time_derivative.run(&self.tables, t, y, parameters, out);
    }

    /// Entries of the Jacobian, in the order of [`System::pattern`].
    pub fn jacobian(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.jacobian.run(&self.tables, t, y, parameters, out);
    }
}

/// One operation; operands are places in the list of values, the result is appended to it.
#[derive(Clone, Copy, Debug)]
enum Instruction {
    Unary(UnaryOp, u32),
    Add(u32, u32),
    Sub(u32, u32),
    Mul(u32, u32),
    Div(u32, u32),
    Binary(BinaryOp, u32, u32),
    PowInt(u32, i32),
    Select(Compare, [u32; 4]),
    Table(u32, [u32; 2], [u8; 2]),
}

/// A list of operations: the values are the constants, the parameters, the unknowns, the time, and then the
/// result of each operation. All branches of choices are evaluated, and the unchosen one thrown away.
#[derive(Clone, Debug, Default)]
pub struct Tape {
    constants: Vec<f64>,
    parameter_count: usize,
    unknown_count: usize,
    instructions: Vec<Instruction>,
    outputs: Vec<u32>,
}

thread_local! {
    static VALUES: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

impl Tape {
    /// The tape of some nodes of a system's graph.
    pub fn new(dag: &Dag, roots: &[ExprId], system: &System) -> Self {
        let needed = needed(dag, roots);
        let mut tape = Tape {
            parameter_count: system.network.parameters.len(),
            unknown_count: system.unknown_count(),
            ..Tape::default()
        };
        let mut place = vec![0u32; needed.last().map_or(0, |id| id.0 as usize + 1)];
        for &id in &needed {
            if let Node::Constant(value) = dag.node(id) {
                place[id.0 as usize] = tape.constants.len() as u32;
                tape.constants.push(value.get());
            }
        }
        let parameters = tape.constants.len() as u32;
        let unknowns = parameters + tape.parameter_count as u32;
        let time = unknowns + tape.unknown_count as u32;
        for id in needed {
            let at = |id: ExprId| place[id.0 as usize];
            place[id.0 as usize] = match dag.node(id) {
                Node::Constant(_) => continue,
                Node::Parameter(ParameterId(p)) => parameters + p,
                Node::Variable(Variable::Density(SpeciesId(s))) => unknowns + s,
                Node::Variable(Variable::Temperature) => time - 1,
                Node::Variable(Variable::Time) => time,
                node => {
                    let instruction = instruction(node, at);
                    tape.instructions.extend(instruction);
                    time + tape.instructions.len() as u32
                }
            };
        }
        tape.outputs = roots.iter().map(|id| place[id.0 as usize]).collect();
        tape
    }

    /// Number of operations.
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// Whether nothing has to be computed.
    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    /// Evaluates the tape; untouched output if a slice is too short.
    pub fn run(&self, tables: &[Grid], t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        let (Some(y), Some(parameters)) =
            (y.get(..self.unknown_count), parameters.get(..self.parameter_count))
        else {
            return;
        };
        if out.len() < self.outputs.len() {
            return;
        }
        VALUES.with_borrow_mut(|values| {
            values.clear();
            values.extend_from_slice(&self.constants);
            values.extend_from_slice(parameters);
            values.extend_from_slice(y);
            values.push(t);
            for instruction in &self.instructions {
                let value = instruction.evaluate(values, tables);
                values.push(value);
            }
            for (slot, &place) in out.iter_mut().zip(&self.outputs) {
                *slot = values[place as usize];
            }
        });
    }
}

/// The operation of a node that is not a leaf.
fn instruction(node: Node, at: impl Fn(ExprId) -> u32) -> Option<Instruction> {
    Some(match node {
        Node::Constant(_) | Node::Parameter(_) | Node::Variable(_) => return None,
        Node::Unary(op, a) => Instruction::Unary(op, at(a)),
        Node::Binary(BinaryOp::Add, a, b) => Instruction::Add(at(a), at(b)),
        Node::Binary(BinaryOp::Sub, a, b) => Instruction::Sub(at(a), at(b)),
        Node::Binary(BinaryOp::Mul, a, b) => Instruction::Mul(at(a), at(b)),
        Node::Binary(BinaryOp::Div, a, b) => Instruction::Div(at(a), at(b)),
        Node::Binary(op, a, b) => Instruction::Binary(op, at(a), at(b)),
        Node::PowInt(a, n) => Instruction::PowInt(at(a), n),
        Node::Select { compare, left, right, then, otherwise } => {
            Instruction::Select(compare, [at(left), at(right), at(then), at(otherwise)])
        }
        Node::Table { table: TableId(table), arguments: [a, b], orders } => {
            Instruction::Table(table, [at(a), at(b)], orders)
        }
    })
}

impl Instruction {
    #[inline]
    fn evaluate(self, values: &[f64], tables: &[Grid]) -> f64 {
        let get = |place: u32| values[place as usize];
        match self {
            Instruction::Unary(op, a) => op.evaluate(get(a)),
            Instruction::Add(a, b) => get(a) + get(b),
            Instruction::Sub(a, b) => get(a) - get(b),
            Instruction::Mul(a, b) => get(a) * get(b),
            Instruction::Div(a, b) => get(a) / get(b),
            Instruction::Binary(op, a, b) => op.evaluate(get(a), get(b)),
            Instruction::PowInt(a, n) => get(a).powi(n),
            Instruction::Select(compare, [left, right, then, otherwise]) => {
                get(if compare.evaluate(get(left), get(right)) { then } else { otherwise })
            }
            Instruction::Table(table, [a, b], orders) => {
                tables.get(table as usize).map_or(f64::NAN, |grid| grid.value([get(a), get(b)], orders))
            }
        }
    }
}
