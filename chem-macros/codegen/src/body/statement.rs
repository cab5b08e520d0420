//! Statements: which operations get a variable, and in which order they are computed.

mod variable;
mod write;

use chem_grammar::expr::{BinaryOp, ExprId, Level, Node, UnaryOp};
use rustc_hash::FxHashMap;

use super::names::Names;
use super::operation::{Operation, Operations, Place};
use super::placement::{Group, Placement};
use crate::identifier::Taken;

/// Larger expressions get a variable even if used once.
const INLINE_SIZE: usize = 22;
/// The same for sums, which stay readable.
const INLINE_SUM_SIZE: usize = 120;

/// How much is said about named expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comments {
    /// The statement of the network file.
    Full,
    /// The equation.
    Short,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Unit {
    Operation(Place),
    Group(usize),
}

/// The body of a function that computes some nodes.
#[derive(Clone, Debug)]
pub(crate) struct Body<'a> {
    pub(crate) names: &'a Names,
    pub(crate) given: FxHashMap<ExprId, String>,
    pub(crate) operations: Operations,
    pub(crate) placement: Placement,
    /// The variable of each operation that has one.
    pub(crate) variables: Vec<Option<String>>,
    /// Statements of each scope.
    statements: Vec<Vec<Unit>>,
    comments: Comments,
    /// Sums of a product and something else are one operation.
    pub(crate) fused: bool,
}

impl<'a> Body<'a> {
    /// A body that computes `roots`.
    pub(crate) fn new(names: &'a Names, roots: &[ExprId], comments: Comments) -> Self {
        Body::with_given(names, roots, comments, FxHashMap::default())
    }

    /// The same, where some nodes are given as expressions.
    pub(crate) fn with_given(
        names: &'a Names,
        roots: &[ExprId],
        comments: Comments,
        mut given: FxHashMap<ExprId, String>,
    ) -> Self {
        if let Some((id, named)) = names.total_density.and_then(|id| Some((id, names.node(id)?))) {
            given.entry(id).or_insert_with(|| named.name.clone());
        }
        let is_given = |id| given.contains_key(&id);
        let has_name = |id| names.node(id).is_some();
        let operations = Operations::new(&names.dag, &names.polynomials, &is_given, &has_name, roots);
        let root_places: Vec<Place> = roots.iter().map(|&id| operations.place(id)).collect();
        let placement = Placement::new(&names.dag, &operations, &root_places);
        let count = operations.len();
        let mut body = Body {
            names,
            given,
            statements: vec![Vec::new(); placement.scopes.len()],
            operations,
            placement,
            variables: vec![None; count],
            comments,
            fused: false,
        };
        let wanted = body.wanted();
        let mut order: Vec<Place> = (0..count)
            .filter(|&place| {
                names.sequence.contains_key(&body.operations.ids[place])
                    && body.placement.scope_of[place].is_some()
            })
            .collect();
        order.sort_by_key(|&place| names.sequence.get(&body.operations.ids[place]));
        order.extend(root_places);
        body.order(&order, &wanted);
        body
    }

    /// The same, with fused multiplications and additions.
    pub(crate) fn fused(self) -> Self {
        Body { fused: true, ..self }
    }

    /// The result that is a node.
    pub(crate) fn result(&self, root: ExprId) -> String {
        self.operand(self.operations.place(root), Level::Sum)
    }

    /// Which operations get a variable.
    fn wanted(&self) -> Vec<bool> {
        let count = self.operations.len();
        let mut user: Vec<Option<Place>> = vec![None; count];
        for place in 0..count {
            if self.placement.scope_of[place].is_some() && self.placement.alias[place].is_none() {
                for operand in self.operations.operands(place) {
                    user[self.placement.resolve(operand)] = Some(place);
                }
            }
        }
        let mut wanted = vec![false; count];
        let mut size = vec![1usize; count];
        for place in 0..count {
            if self.placement.scope_of[place].is_none() || self.placement.alias[place].is_some() {
                continue;
            }
            let operation = &self.operations.operations[place];
            if matches!(operation, Operation::Leaf) {
                continue;
            }
            let inlined = |p: Place| if wanted[p] { 1 } else { size[p] };
            size[place] = 1 + self
                .operations
                .operands(place)
                .map(|p| inlined(self.placement.resolve(p)))
                .sum::<usize>();
            if let Operation::Polynomial(polynomial) = operation {
                size[place] += polynomial.coefficients.len() / 2;
            }
            let chain =
                is_sum(operation) && user[place].is_none_or(|u| is_sum(&self.operations.operations[u]));
            let limit = if chain { INLINE_SUM_SIZE } else { INLINE_SIZE };
            wanted[place] = self.placement.group_of[place].is_some()
                || self.names.node(self.operations.ids[place]).is_some_and(|named| named.own_line)
                || (self.placement.uses[place] > 1 && !self.is_cheap(place, &wanted))
                || size[place] > limit;
        }
        wanted
    }

    /// Not worth a variable: the negative of something that has one.
    fn is_cheap(&self, place: Place, wanted: &[bool]) -> bool {
        let Operation::Node(Node::Unary(UnaryOp::Neg, a)) = self.operations.operations[place] else {
            return false;
        };
        let operand = self.placement.resolve(self.operations.place(a));
        wanted[operand] || matches!(self.operations.operations[operand], Operation::Leaf)
    }

    /// Orders the statements: operands before users, in the order of the roots.
    fn order(&mut self, roots: &[Place], wanted: &[bool]) {
        let names = self.names;
        let mut taken = Taken::inside(&names.taken);
        let mut done = rustc_hash::FxHashSet::default();
        let mut stack: Vec<(Unit, Vec<Place>)> = Vec::new();
        for &root in roots {
            stack.push(self.visit(self.unit(root)));
            while let Some((unit, left)) = stack.last_mut() {
                if done.contains(unit) {
                    stack.pop();
                } else if let Some(operand) = left.pop() {
                    let next = self.unit(operand);
                    if !done.contains(&next) {
                        stack.push(self.visit(next));
                    }
                } else {
                    let unit = *unit;
                    stack.pop();
                    done.insert(unit);
                    self.finish(unit, wanted, &mut taken);
                }
            }
        }
    }

    fn unit(&self, place: Place) -> Unit {
        let place = self.placement.resolve(place);
        self.placement.group_of[place].map_or(Unit::Operation(place), Unit::Group)
    }

    /// A unit with its operands, the first last.
    fn visit(&self, unit: Unit) -> (Unit, Vec<Place>) {
        let mut operands = Vec::new();
        match unit {
            Unit::Operation(place) => operands.extend(self.operations.operands(place)),
            Unit::Group(group) => {
                for &member in &self.placement.groups[group].members {
                    operands.extend(self.operations.operands(member));
                }
            }
        }
        operands.reverse();
        (unit, operands)
    }

    /// All operands have their statements: now the unit itself.
    fn finish(&mut self, unit: Unit, wanted: &[bool], taken: &mut Taken<'_>) {
        match unit {
            Unit::Operation(place) if wanted[place] => {
                let name = self.name(place, taken);
                self.variables[place] = Some(name);
                let scope = self.placement.scope_of[place].unwrap_or(0);
                self.statements[scope].push(unit);
            }
            Unit::Operation(_) => {}
            Unit::Group(group) => {
                let Group { members, scope, .. } = self.placement.groups[group].clone();
                for member in members {
                    let name = self.name(member, taken);
                    self.variables[member] = Some(name);
                }
                self.statements[scope].push(unit);
            }
        }
    }
}

fn is_sum(operation: &Operation) -> bool {
    matches!(operation, Operation::Node(Node::Binary(BinaryOp::Add | BinaryOp::Sub, ..)))
}
