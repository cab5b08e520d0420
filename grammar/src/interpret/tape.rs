//! Expressions as a list of operations.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{
    BinaryOp, Compare, Dag, ExprId, Node, ParameterId, SpeciesId, TableId, UnaryOp, Variable, needed,
};
use crate::interpolation::Grid;
use crate::system::System;

/// One operation; operands are places in the list of values, the result is appended to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Instruction {
    /// A function of one argument.
    Unary(UnaryOp, u32),
    /// a + b
    Add(u32, u32),
    /// a - b
    Sub(u32, u32),
    /// a b
    Mul(u32, u32),
    /// a / b
    Div(u32, u32),
    /// a b + c
    MulAdd(u32, u32, u32),
    /// a b - c
    MulSub(u32, u32, u32),
    /// c - a b
    NegMulAdd(u32, u32, u32),
    /// Any other function of two arguments.
    Binary(BinaryOp, u32, u32),
    /// a^n
    PowInt(u32, i32),
    /// The third where the comparison of the first two holds, else the fourth.
    Select(Compare, [u32; 4]),
    /// A table by its number, coordinates, orders of the derivatives.
    Table(u32, [u32; 2], [u8; 2]),
}

/// A list of operations: the values are the constants, the parameters, the unknowns, the time, what is given, and then the
/// result of each operation. All branches of choices are evaluated, and the unchosen one thrown away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tape {
    constants: Vec<f64>,
    parameter_count: usize,
    unknown_count: usize,
    given_count: usize,
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
        Tape::build(dag, roots, system, (&needed, &[]), &FxHashSet::default())
    }

    /// The tape of nodes of which some are given, in that order (`None` is not looked at); products that are only added to something
    /// are fused with the sum.
    pub fn with_given(dag: &Dag, roots: &[ExprId], system: &System, given: &[Option<ExprId>]) -> Self {
        let is_given: FxHashSet<ExprId> = given.iter().flatten().copied().collect();
        let mut seen = FxHashSet::default();
        let mut users: FxHashMap<ExprId, u32> = roots.iter().map(|root| (*root, 2)).collect();
        let mut stack = roots.to_vec();
        while let Some(id) = stack.pop() {
            if seen.insert(id) && !is_given.contains(&id) {
                for operand in dag.node(id).operands() {
                    *users.entry(operand).or_default() += 1;
                    stack.push(operand);
                }
            }
        }
        let mut needed: Vec<ExprId> = seen.into_iter().collect();
        needed.sort_unstable();
        let is_fused = |id: &ExprId| {
            let once = users.get(id) == Some(&1) && !is_given.contains(id);
            once && matches!(dag.node(*id), Node::Binary(BinaryOp::Mul, ..))
        };
        let mut fused = FxHashSet::default();
        for id in &needed {
            // One product of a sum, the second if both are.
            match dag.node(*id) {
                _ if is_given.contains(id) => {}
                Node::Binary(BinaryOp::Add | BinaryOp::Sub, _, b) if is_fused(&b) => _ = fused.insert(b),
                Node::Binary(BinaryOp::Add | BinaryOp::Sub, a, _) if is_fused(&a) => _ = fused.insert(a),
                _ => {}
            }
        }
        Tape::build(dag, roots, system, (&needed, given), &fused)
    }

    fn build(
        dag: &Dag,
        roots: &[ExprId],
        system: &System,
        (needed, given): (&[ExprId], &[Option<ExprId>]),
        fused: &FxHashSet<ExprId>,
    ) -> Self {
        let is_given: FxHashSet<ExprId> = given.iter().flatten().copied().collect();
        let needs_parameters =
            needed.iter().any(|id| !is_given.contains(id) && matches!(dag.node(*id), Node::Parameter(_)));
        let mut tape = Tape {
            // Of most lists the parameters have been taken out.
            parameter_count: if needs_parameters { system.network.parameters.len() } else { 0 },
            unknown_count: system.unknown_count(),
            given_count: given.len(),
            ..Tape::default()
        };
        let last = needed.iter().chain(given.iter().flatten()).max();
        let mut place = vec![0u32; last.map_or(0, |id| id.0 as usize + 1)];
        for &id in needed.iter().filter(|id| !is_given.contains(id)) {
            if let Node::Constant(value) = dag.node(id) {
                place[id.0 as usize] = tape.constants.len() as u32;
                tape.constants.push(value.get());
            }
        }
        let parameters = tape.constants.len() as u32;
        let unknowns = parameters + tape.parameter_count as u32;
        let time = unknowns + tape.unknown_count as u32;
        for (number, id) in given.iter().enumerate() {
            if let Some(id) = id {
                place[id.0 as usize] = time + 1 + number as u32;
            }
        }
        let first = time + 1 + given.len() as u32;
        for &id in needed {
            if is_given.contains(&id) || fused.contains(&id) {
                continue;
            }
            let at = |id: ExprId| place[id.0 as usize];
            let factors = |id: ExprId| match dag.node(id) {
                Node::Binary(BinaryOp::Mul, a, b) if fused.contains(&id) => Some((at(a), at(b))),
                _ => None,
            };
            place[id.0 as usize] = match dag.node(id) {
                Node::Constant(_) => continue,
                Node::Parameter(ParameterId(p)) => parameters + p,
                Node::Variable(Variable::Density(SpeciesId(s))) => unknowns + s,
                Node::Variable(Variable::Temperature) => time - 1,
                Node::Variable(Variable::Time) => time,
                node => {
                    let sum = match node {
                        Node::Binary(BinaryOp::Add, a, b) => factors(b)
                            .map(|(x, y)| Instruction::MulAdd(x, y, at(a)))
                            .or_else(|| factors(a).map(|(x, y)| Instruction::MulAdd(x, y, at(b)))),
                        Node::Binary(BinaryOp::Sub, a, b) => factors(b)
                            .map(|(x, y)| Instruction::NegMulAdd(x, y, at(a)))
                            .or_else(|| factors(a).map(|(x, y)| Instruction::MulSub(x, y, at(b)))),
                        _ => None,
                    };
                    let place = first + tape.instructions.len() as u32;
                    tape.instructions.extend(sum.or_else(|| instruction(node, at)));
                    place
                }
            };
        }
        tape.outputs = roots.iter().map(|id| place[id.0 as usize]).collect();
        tape
    }

    /// The tape of these parts; `None` if an operand or a result is not there yet.
    pub(crate) fn from_parts(
        constants: Vec<f64>,
        [parameter_count, unknown_count, given_count]: [usize; 3],
        instructions: Vec<Instruction>,
        outputs: Vec<u32>,
    ) -> Option<Self> {
        let mut there = constants.len() + parameter_count + unknown_count + 1 + given_count;
        for instruction in &instructions {
            let mut is_there = true;
            let _ = instruction.with_places(|place| {
                is_there &= (place as usize) < there;
                place
            });
            is_there.then_some(())?;
            there += 1;
        }
        let all_there = outputs.iter().all(|place| (*place as usize) < there);
        let tape = Tape { constants, parameter_count, unknown_count, given_count, instructions, outputs };
        all_there.then_some(tape)
    }

    /// Numbers that come first among the values.
    pub fn constants(&self) -> &[f64] {
        &self.constants
    }

    /// Numbers of parameters, unknowns and given values, which follow; the time comes before what is given.
    pub fn counts(&self) -> [usize; 3] {
        [self.parameter_count, self.unknown_count, self.given_count]
    }

    /// The operations, each of which adds a value.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// Places of the results among the values.
    pub fn outputs(&self) -> &[u32] {
        &self.outputs
    }

    /// Number of operations.
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// Whether nothing has to be computed.
    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    /// Whether all results are 0, whatever it is evaluated at.
    pub fn is_zero(&self) -> bool {
        self.outputs.iter().all(|place| self.constants.get(*place as usize) == Some(&0.0))
    }

    /// Evaluates a tape to which nothing is given; untouched output if a slice is too short.
    pub fn run(&self, tables: &[Grid], t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        let (Some(y), Some(parameters)) =
            (y.get(..self.unknown_count), parameters.get(..self.parameter_count))
        else {
            return;
        };
        if out.len() < self.outputs.len() || self.given_count > 0 {
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
    /// The same of other places.
    #[must_use]
    pub fn with_places(self, mut at: impl FnMut(u32) -> u32) -> Self {
        match self {
            Instruction::Unary(op, a) => Instruction::Unary(op, at(a)),
            Instruction::Add(a, b) => Instruction::Add(at(a), at(b)),
            Instruction::Sub(a, b) => Instruction::Sub(at(a), at(b)),
            Instruction::Mul(a, b) => Instruction::Mul(at(a), at(b)),
            Instruction::Div(a, b) => Instruction::Div(at(a), at(b)),
            Instruction::MulAdd(a, b, c) => Instruction::MulAdd(at(a), at(b), at(c)),
            Instruction::MulSub(a, b, c) => Instruction::MulSub(at(a), at(b), at(c)),
            Instruction::NegMulAdd(a, b, c) => Instruction::NegMulAdd(at(a), at(b), at(c)),
            Instruction::Binary(op, a, b) => Instruction::Binary(op, at(a), at(b)),
            Instruction::PowInt(a, n) => Instruction::PowInt(at(a), n),
            Instruction::Select(compare, places) => Instruction::Select(compare, places.map(at)),
            Instruction::Table(table, places, orders) => Instruction::Table(table, places.map(at), orders),
        }
    }

    #[inline]
    fn evaluate(self, values: &[f64], tables: &[Grid]) -> f64 {
        let get = |place: u32| values[place as usize];
        match self {
            Instruction::Unary(op, a) => op.evaluate(get(a)),
            Instruction::Add(a, b) => get(a) + get(b),
            Instruction::Sub(a, b) => get(a) - get(b),
            Instruction::Mul(a, b) => get(a) * get(b),
            Instruction::Div(a, b) => get(a) / get(b),
            Instruction::MulAdd(a, b, c) => get(a) * get(b) + get(c),
            Instruction::MulSub(a, b, c) => get(a) * get(b) - get(c),
            Instruction::NegMulAdd(a, b, c) => get(c) - get(a) * get(b),
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
