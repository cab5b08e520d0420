//! Statements: which operations get a variable, what it is called, and in which order they are computed.

use chem_grammar::expr::{BinaryOp, ExprId, Node, ParameterId, SpeciesId, UnaryOp, Variable};
use rustc_hash::FxHashMap;

use super::expression::{Level, method};
use super::names::Names;
use super::operation::{Operation, Operations, Place};
use super::placement::{Group, Placement, ScopeId};
use crate::identifier::Taken;
use crate::source::Source;

/// Larger expressions get a variable even if used once.
const INLINE_SIZE: usize = 22;
/// The same for sums, which stay readable.
const INLINE_SUM_SIZE: usize = 120;
/// Longest name made from an operand's.
const NAME_LENGTH: usize = 26;

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

    /// Writes `let c`, the unknowns and the parameters that are used; `y` is an array.
    pub(crate) fn write_arguments(&self, source: &mut Source) {
        let mut unknowns: Vec<&str> = self.names.unknowns().map(|_| "_").collect();
        let last = unknowns.len() - 1;
        let mut parameters = Vec::new();
        let mut constants = !self.variables.iter().all(Option::is_none);
        for (place, &id) in self.operations.ids.iter().enumerate() {
            if self.placement.scope_of[place].is_none() || self.given.contains_key(&id) {
                continue;
            }
            let Some(name) = self.names.leaf(id) else {
                constants |= self.names.dag.as_constant(id).is_some();
                continue;
            };
            match self.names.dag.node(id) {
                Node::Variable(Variable::Density(SpeciesId(s))) => unknowns[s as usize] = name,
                Node::Variable(Variable::Temperature) => unknowns[last] = name,
                Node::Parameter(ParameterId(p)) => parameters.push(p as usize),
                _ => {}
            }
        }
        if self.names.indexed_unknowns {
            for (unknown, name) in unknowns.iter().enumerate().filter(|(_, name)| **name != "_") {
                source.line(format!("let {name} = {};", self.names.element(unknown)));
            }
            self.write_total_density(source);
        } else if unknowns.iter().any(|name| *name != "_") {
            source.line(format!("let [{}] = *y;", unknowns.join(", ")));
        }
        if constants || !parameters.is_empty() {
            source.line("let c = V::constant;");
        }
        parameters.sort_unstable();
        for p in parameters {
            let (name, field) = self.names.parameter(p);
            source.line(format!("let {name} = c(parameters.{field});"));
        }
    }

    /// The sum of all densities, if it is used and not given otherwise.
    fn write_total_density(&self, source: &mut Source) {
        let Some((id, named)) = self.names.total_density.and_then(|id| Some((id, self.names.node(id)?)))
        else {
            return;
        };
        let is_used = self.operations.find(id).is_some_and(|p| self.placement.scope_of[p].is_some());
        if is_used && self.given.get(&id) == Some(&named.name) {
            source.line(format!("let {} = rt::total_density(y);", named.name));
        }
    }

    /// A name for a result: that of its variable, or one that is as good.
    pub(crate) fn result_name(&self, root: ExprId, taken: &mut Taken<'_>) -> String {
        let place = self.placement.resolve(self.operations.place(root));
        match (&self.variables[place], self.names.node(root)) {
            (_, Some(named)) => taken.take(&named.name),
            (Some(name), None) => taken.take(name),
            (None, None) => taken.take(&self.suggestion(place)),
        }
    }

    /// Writes the statements of the function.
    pub(crate) fn write(&self, source: &mut Source) {
        self.write_scope(source, 0);
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

    fn name(&self, place: Place, taken: &mut Taken<'_>) -> String {
        match self.names.node(self.operations.ids[place]) {
            Some(named) => named.name.clone(),
            None => taken.take(&self.suggestion(place)),
        }
    }

    /// A name from the operation and its operand.
    fn suggestion(&self, place: Place) -> String {
        let named = |id: ExprId| -> Option<String> {
            let place = self.placement.resolve(self.operations.place(id));
            let variable = self.variables[place].as_deref().or_else(|| self.names.leaf(id));
            variable.filter(|name| name.len() <= NAME_LENGTH).map(str::to_string)
        };
        let of = |prefix: &str, id: ExprId| {
            named(id).map_or(prefix.to_string(), |name| format!("{prefix}_{name}"))
        };
        match &self.operations.operations[place] {
            Operation::Leaf => "value".to_string(),
            Operation::Polynomial(polynomial) => of("fit", polynomial.base),
            Operation::Product(_) => "product".to_string(),
            Operation::ShiftedLogarithm(..) => "ln".to_string(),
            Operation::Node(node) => match *node {
                Node::Unary(UnaryOp::Exp, a) => match self.power_base(a) {
                    Some(base) => of("power", base),
                    None => of("exp", a),
                },
                Node::Unary(op, a) => of(method(op), a),
                Node::PowInt(a, -1) => of("inverse", a),
                Node::PowInt(a, n) => match (named(a), n) {
                    (Some(name), 2) => format!("{name}_squared"),
                    (Some(name), 3) => format!("{name}_cubed"),
                    (Some(name), n) if n > 0 => format!("{name}_pow_{n}"),
                    (Some(name), n) => format!("{name}_pow_minus_{}", n.unsigned_abs()),
                    _ => "power".to_string(),
                },
                Node::Binary(op, a, b) => match op {
                    BinaryOp::Add => "sum".to_string(),
                    BinaryOp::Sub => "difference".to_string(),
                    BinaryOp::Mul => "product".to_string(),
                    BinaryOp::Div if self.names.dag.as_constant(a).is_some() => of("inverse", b),
                    BinaryOp::Div => "quotient".to_string(),
                    BinaryOp::Pow => of("power", a),
                    BinaryOp::Min => of("smaller", a),
                    BinaryOp::Max => of("larger", a),
                },
                Node::Select { .. } => "choice".to_string(),
                Node::Table { table, orders, .. } => {
                    let name = self.names.table(table).to_ascii_lowercase();
                    if orders == [0, 0] { name } else { format!("{name}_slope") }
                }
                _ => "value".to_string(),
            },
        }
    }

    /// The base of `c * ln(base)`.
    fn power_base(&self, exponent: ExprId) -> Option<ExprId> {
        let Node::Binary(BinaryOp::Mul, c, ln) = self.names.dag.node(exponent) else { return None };
        self.names.dag.as_constant(c)?;
        match self.names.dag.node(ln) {
            Node::Unary(UnaryOp::Ln, base) => Some(base),
            _ => None,
        }
    }

    fn write_scope(&self, source: &mut Source, scope: ScopeId) {
        for &unit in &self.statements[scope] {
            self.write_statement(source, unit);
        }
    }

    fn write_statement(&self, source: &mut Source, unit: Unit) {
        match unit {
            Unit::Operation(place) => {
                self.write_comment(source, place);
                let name = self.variables[place].as_deref().unwrap_or("_");
                source.line(format!("let {name} = {};", self.definition(place, Level::Sum)));
            }
            Unit::Group(group) => {
                let group = &self.placement.groups[group];
                self.write_group(source, group, &format!("let {} = ", self.pattern(group)), ";");
            }
        }
    }

    /// The statements of a branch and its result; a variable that only is the result is not bound.
    fn write_branch(&self, source: &mut Source, branch: ScopeId, result: &str) {
        let (last, others) = match self.statements[branch].split_last() {
            Some((&last, others)) if self.bound(last).is_some_and(|names| names == result) => {
                (Some(last), others)
            }
            _ => (None, &self.statements[branch][..]),
        };
        for &unit in others {
            self.write_statement(source, unit);
        }
        match last {
            Some(Unit::Operation(place)) => source.line(self.definition(place, Level::Sum)),
            Some(Unit::Group(group)) => self.write_group(source, &self.placement.groups[group], "", ""),
            None => source.line(result),
        }
    }

    /// The pattern that a statement binds.
    fn bound(&self, unit: Unit) -> Option<String> {
        match unit {
            Unit::Operation(place) => self.variables[place].clone(),
            Unit::Group(group) => Some(self.pattern(&self.placement.groups[group])),
        }
    }

    /// `a`, or `[a, b]`
    fn pattern(&self, group: &Group) -> String {
        let names: Vec<&str> = group.members.iter().filter_map(|&m| self.variables[m].as_deref()).collect();
        if names.len() > 1 { format!("[{}]", names.join(", ")) } else { names.join(", ") }
    }

    fn write_comment(&self, source: &mut Source, place: Place) {
        let Some(named) = self.names.node(self.operations.ids[place]) else { return };
        let text = match self.comments {
            Comments::Full => &named.comment,
            Comments::Short => &named.short_comment,
        };
        if !text.is_empty() {
            source.comment(text);
        }
    }

    /// `let a = rt::select!(V, mask, .., ..);`, or for several `let [a, b] = rt::select!(..);`, with what stands before
    /// and after the call.
    fn write_group(&self, source: &mut Source, group: &Group, before: &str, after: &str) {
        for &member in &group.members {
            self.write_comment(source, member);
        }
        let mask = self.comparison(group.compare, group.left, group.right);
        let many = group.members.len() > 1;
        let head = format!("{before}rt::select!(V, ");
        let end = format!("){after}");
        let results = |branch: usize| -> String {
            let places = group.members.iter().filter_map(|&m| self.operations.operands(m).nth(2 + branch));
            let texts: Vec<String> = places.map(|p| self.operand(p, Level::Sum)).collect();
            if many { format!("[{}]", texts.join(", ")) } else { texts.join(", ") }
        };
        let [then, otherwise] = [results(0), results(1)];
        let bare = group.branches.iter().all(|&branch| self.statements[branch].is_empty());
        if bare && head.len() + mask.len() + then.len() + otherwise.len() < 90 {
            source.line(format!("{head}{mask}, {then}, {otherwise}{end}"));
            return;
        }
        source.open(format!("{head}{mask},"));
        for (&branch, result) in group.branches.iter().zip([then, otherwise]) {
            if self.statements[branch].is_empty() {
                source.line(format!("{result},"));
            } else if let [only @ Unit::Group(group)] = self.statements[branch][..]
                && self.bound(only).as_deref() == Some(result.as_str())
            {
                self.write_group(source, &self.placement.groups[group], "", ",");
            } else {
                source.open("{");
                self.write_branch(source, branch, &result);
                source.close("},");
            }
        }
        source.close(end);
    }
}

fn is_sum(operation: &Operation) -> bool {
    matches!(operation, Operation::Node(Node::Binary(BinaryOp::Add | BinaryOp::Sub, ..)))
}
