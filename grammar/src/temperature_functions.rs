//! Functions of the temperature alone, apart from what uses them, so that a solver of many cells can tabulate them: the functions,
//! the right-hand side that is given their values, the Jacobian that is given their values and slopes, and the comparisons at
//! which they change their formula.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{
    BinaryOp, Class, Classes, Compare, Dag, Dependencies, Differentiator, ExprId, Node, SpeciesId, TableId,
    UnaryOp, Variable, needed, separate,
};
use crate::gathered::gathered_rhs;
use crate::system::System;

/// Networks with more functions than this are not tabulated: a row of the table would not stay in the cache.
pub const LARGEST_COUNT: usize = 512;

/// The right-hand side and what depends on T alone in it.
#[derive(Clone, Debug)]
pub struct TemperatureFunctions {
    /// The right-hand side, gathered: an expression for each unknown.
    pub rhs: Vec<ExprId>,
    /// The largest expressions of T alone that are worth a place in a table.
    pub functions: Vec<ExprId>,
    /// Comparisons in them.
    pub switches: Vec<(Compare, ExprId, ExprId)>,
    /// What each node of the graph depends on.
    pub classes: Classes,
}

impl TemperatureFunctions {
    /// Those of a system; `dag` holds its graph and is extended.
    pub fn of(system: &System, dag: &mut Dag) -> Self {
        let network = &system.network;
        let rhs = gathered_rhs(system, dag);
        let separated = separate(network, dag, &rhs);
        let rhs = separated.roots;
        let traits = Traits::of(dag, network.species.len(), separated.classes);
        let functions = traits.functions(dag, &rhs);
        let switches = switches(dag, &traits, &functions);
        TemperatureFunctions { rhs, functions, switches, classes: traits.classes }
    }
}

/// What the choice of functions asks of each node.
struct Traits {
    dependencies: Dependencies,
    /// Costs more than a few sums and products.
    costly: Vec<bool>,
    /// Reads a table, which has breakpoints of its own.
    reads_table: Vec<bool>,
    classes: Classes,
}

impl Traits {
    fn of(dag: &Dag, species: usize, classes: Classes) -> Self {
        let (mut costly, mut reads_table): (Vec<bool>, Vec<bool>) = (Vec::new(), Vec::new());
        for &node in dag.nodes() {
            let own = match node {
                Node::Unary(op, _) => !matches!(op, UnaryOp::Neg | UnaryOp::Abs),
                Node::Binary(op, ..) => matches!(op, BinaryOp::Div | BinaryOp::Pow),
                Node::PowInt(_, exponent) => exponent < 0,
                Node::Select { .. } => true,
                _ => false,
            };
            let any = |list: &[bool]| node.operands().any(|o| list.get(o.0 as usize) == Some(&true));
            let (is_costly, has_table) = (own || any(&costly), any(&reads_table));
            costly.push(is_costly);
            reads_table.push(has_table || matches!(node, Node::Table { .. }));
        }
        Traits { dependencies: Dependencies::of(dag, species), costly, reads_table, classes }
    }

    fn is_of_temperature_alone(&self, id: ExprId) -> bool {
        self.dependencies.variables(id) == [Variable::Temperature]
    }

    fn is_tabulated(&self, id: ExprId) -> bool {
        let index = id.0 as usize;
        self.costly[index] && !self.reads_table[index] && self.classes.class(id) == Class::Temperature
    }

    /// The largest tabulated expressions that roots need. Multiples of one function, and sums of it and a number, are
    /// left to its users if there are several. Bases of powers with other exponents are not: between the nodes of a table a
    /// base that spans hundreds of decades could be negative.
    fn functions(&self, dag: &Dag, roots: &[ExprId]) -> Vec<ExprId> {
        let mut largest = Vec::new();
        let mut seen = FxHashSet::default();
        let mut stack: Vec<ExprId> = roots.iter().rev().copied().collect();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            if self.is_tabulated(id) {
                largest.push(id);
                continue;
            }
            match dag.node(id) {
                Node::Binary(BinaryOp::Pow, base, exponent) if self.is_of_temperature_alone(base) => {
                    stack.push(exponent);
                }
                node => stack.extend(node.operands().collect::<Vec<_>>().into_iter().rev()),
            }
        }
        let mut users: FxHashMap<ExprId, u32> = FxHashMap::default();
        for &id in &largest {
            *users.entry(self.plain(dag, id)).or_default() += 1;
        }
        let mut functions = Vec::new();
        for id in largest {
            let plain = self.plain(dag, id);
            let function = if users.get(&plain).is_some_and(|count| *count > 1) { plain } else { id };
            if !functions.contains(&function) {
                functions.push(function);
            }
        }
        functions
    }

    /// The function that an expression is a multiple of, plus a number.
    fn plain(&self, dag: &Dag, mut id: ExprId) -> ExprId {
        let fixed = |id: ExprId| self.dependencies.variables(id).is_empty();
        loop {
            id = match dag.node(id) {
                Node::Unary(UnaryOp::Neg, a) => a,
                Node::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, a, b) if fixed(a) => b,
                Node::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, a, b) if fixed(b) => a,
                _ => return id,
            };
        }
    }
}

/// Comparisons of functions of T that the functions make, those of minima, maxima and magnitudes included.
fn switches(dag: &Dag, traits: &Traits, functions: &[ExprId]) -> Vec<(Compare, ExprId, ExprId)> {
    let mut found = Vec::new();
    let mut seen = FxHashSet::default();
    let mut stack = functions.to_vec();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = dag.node(id);
        // Which side a minimum takes where both are equal is not known here: both comparisons count.
        let comparisons = match node {
            Node::Select { compare, left, right, .. } => [Some((compare, left, right)), None],
            Node::Binary(BinaryOp::Min | BinaryOp::Max, a, b) => {
                [Some((Compare::Less, a, b)), Some((Compare::Less, b, a))]
            }
            _ => [None, None],
        };
        found.extend(
            comparisons
                .into_iter()
                .flatten()
                .filter(|(_, a, b)| traits.is_of_temperature_alone(*a) || traits.is_of_temperature_alone(*b)),
        );
        stack.extend(node.operands());
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The right-hand side differentiated again, with functions of T that are known by their values and slopes only.
#[derive(Debug)]
pub struct Opened {
    /// The right-hand side: an expression for each unknown.
    pub rhs: Vec<ExprId>,
    /// Entries of the Jacobian, in the order of the pattern.
    pub jacobian: Vec<ExprId>,
    /// Value and slope of each function.
    pub functions: Vec<(ExprId, ExprId)>,
    /// Nodes of the right-hand side and what stands for them.
    pub copies: Vec<(ExprId, ExprId)>,
    /// With the derivatives that were taken.
    pub differentiator: Differentiator,
}

impl Opened {
    /// Differentiates; `dag` is the one that `found` was made with, and is extended.
    pub fn of(system: &System, found: &TemperatureFunctions, dag: &mut Dag) -> Self {
        let TemperatureFunctions { functions, rhs, .. } = found;
        let network = &system.network;
        let count = network.species.len();
        let mut differentiator = Differentiator::with_functions(count, &network.tables, functions.len());
        let t_gas = dag.temperature();
        let mut opened = Vec::new();
        for index in 0..functions.len() {
            let table = TableId((network.tables.len() + index) as u32);
            let value = dag.table(table, [t_gas; 2], [0, 0]);
            opened.push((value, dag.table(table, [t_gas; 2], [1, 0])));
        }
        let given: FxHashMap<ExprId, ExprId> =
            functions.iter().copied().zip(opened.iter().map(|pair| pair.0)).collect();
        let copies = dag.copies(rhs, given, |dag, id, copy| dag.rebuild(id, copy));
        let rhs: Vec<ExprId> = rhs.iter().map(|root| copies.get(root).copied().unwrap_or(*root)).collect();
        let mut jacobian = Vec::new();
        for (row, column) in system.pattern.entries() {
            let by = if column < count {
                Variable::Density(SpeciesId(column as u32))
            } else {
                Variable::Temperature
            };
            jacobian.push(differentiator.derivative(dag, rhs[row], by));
        }
        let mut copies: Vec<(ExprId, ExprId)> = copies.into_iter().collect();
        copies.sort_unstable();
        Opened { rhs, jacobian, functions: opened, copies, differentiator }
    }

    /// Takes reciprocals that several quotients have in common out of right-hand side and Jacobian.
    pub fn share_reciprocals(&mut self, dag: &mut Dag) {
        let all = [self.rhs.as_slice(), &self.jacobian].concat();
        let mut shared = share_reciprocals(dag, &all, FxHashMap::default());
        self.jacobian = shared.split_off(self.rhs.len());
        self.rhs = shared;
    }
}

/// Where several quotients have the same denominator, its reciprocal times the numerators.
pub fn share_reciprocals(dag: &mut Dag, roots: &[ExprId], known: FxHashMap<ExprId, ExprId>) -> Vec<ExprId> {
    let mut divided: FxHashMap<ExprId, u32> = FxHashMap::default();
    for id in needed(dag, roots) {
        if let Node::Binary(BinaryOp::Div, _, denominator) = dag.node(id) {
            *divided.entry(denominator).or_default() += 1;
        }
    }
    let copies = dag.copies(roots, known, |dag, id, copy| match dag.node(id) {
        Node::Binary(BinaryOp::Div, a, b) if divided.get(&b).is_some_and(|count| *count > 1) => {
            let one = dag.constant(1.0);
            let reciprocal = dag.div(one, copy(b));
            dag.mul(copy(a), reciprocal)
        }
        // Numbers stay with the functions that are given with them.
        Node::Binary(BinaryOp::Mul, a, b) => dag.plain_product(copy(a), copy(b)),
        _ => dag.rebuild(id, copy),
    });
    roots.iter().map(|root| copies.get(root).copied().unwrap_or(*root)).collect()
}
