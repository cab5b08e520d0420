//! Expressions of a network as a list of operations, which kernels are written from.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chem_grammar::expr::{BinaryOp, Compare, F64Bits, UnaryOp};
use chem_grammar::system::System;

use super::tables::TableLayout;
use super::writer::Writer;

/// One operation. Operands are places of earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    Constant(F64Bits),
    Parameter(usize),
    /// Number density or temperature.
    Unknown(usize),
    Time,
    /// What multiplies the derivative of an unknown's equation.
    Weight(usize),
    Unary(UnaryOp, usize),
    Binary(BinaryOp, usize, usize),
    PowInt(usize, i32),
    Select(Compare, [usize; 4]),
    Table(usize, [usize; 2], [u8; 2]),
}

/// What a kernel computes of the unknowns of a point: a list of operations and which of them are asked for. Cheap to
/// clone; two are equal if they compute the same.
#[derive(Clone)]
pub struct Program(Arc<Contents>);

#[derive(PartialEq, Eq, Hash)]
struct Contents {
    operations: Vec<Operation>,
    results: Vec<usize>,
    tables: Vec<TableLayout>,
    unknowns: usize,
    /// Of all the above, so that it is made once.
    hash: u64,
}

impl Program {
    /// dx/dt of a network: one result per unknown.
    pub fn right_hand_side(system: &System) -> Self {
        let mut writer = Writer::new(system);
        let results = writer.right_hand_side();
        Program::new(system, writer.operations, results)
    }

    /// The right-hand side f = dx/dt and its derivatives multiplied from the left by weights w: f, then sum_k w_k df_k/dx_j
    /// for each unknown j, then sum_k w_k df_k/dt.
    pub fn product(system: &System) -> Self {
        let mut writer = Writer::new(system);
        let results = writer.product();
        Program::new(system, writer.operations, results)
    }

    fn new(system: &System, operations: Vec<Operation>, results: Vec<usize>) -> Self {
        let tables = TableLayout::of(&system.network.tables);
        let mut contents =
            Contents { operations, results, tables, unknowns: system.unknown_count(), hash: 0 };
        let mut hasher = DefaultHasher::new();
        contents.hash(&mut hasher);
        contents.hash = hasher.finish();
        Program(Arc::new(contents))
    }

    /// Number of operations, leaves included.
    pub fn operation_count(&self) -> usize {
        self.0.operations.len()
    }

    /// Number of unknowns of a point.
    pub fn unknowns(&self) -> usize {
        self.0.unknowns
    }

    /// Numbers that were written into the program.
    pub fn constants(&self) -> impl Iterator<Item = f64> + '_ {
        self.0.operations.iter().filter_map(|operation| match operation {
            Operation::Constant(value) => Some(value.get()),
            _ => None,
        })
    }

    pub(super) fn operation(&self, place: usize) -> Operation {
        self.0.operations[place]
    }

    pub(super) fn result_count(&self) -> usize {
        self.0.results.len()
    }

    pub(super) fn result(&self, index: usize) -> usize {
        self.0.results[index]
    }

    pub(super) fn table(&self, index: usize) -> TableLayout {
        self.0.tables[index]
    }
}

impl fmt::Debug for Program {
    /// Short: names of kernels hold it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program({:016x})", self.0.hash)
    }
}

impl PartialEq for Program {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Eq for Program {}

impl Hash for Program {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}
