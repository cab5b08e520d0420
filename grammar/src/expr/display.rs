//! Expressions as text, with the names of the network.

use rustc_hash::FxHashMap;

use super::dag::Dag;
use super::node::{BinaryOp, Compare, ExprId, Node, ParameterId, SpeciesId, TableId, UnaryOp, Variable};
use super::notation::Level;
use crate::ast::Scale;
use crate::network::Network;

/// Writes nodes in the notation of network files.
///
/// Nodes can be given names, and then stand as these instead of being written out.
#[derive(Clone, Debug)]
pub struct Printer<'a> {
    network: &'a Network,
    dag: &'a Dag,
    names: FxHashMap<ExprId, String>,
    /// Texts longer than this are cut: large graphs written out as trees can be exponentially long.
    limit: usize,
}

impl<'a> Printer<'a> {
    /// For nodes of `dag`, which speaks of the species, parameters and tables of `network`. Densities are
    /// written `n[H]`, the sum of all `n_tot`.
    pub fn new(network: &'a Network, dag: &'a Dag) -> Self {
        let mut printer = Printer { network, dag, names: FxHashMap::default(), limit: usize::MAX };
        if let Some(n_tot) = sum_of_densities(dag, network.species.len()) {
            printer.define(n_tot, "n_tot");
        }
        printer
    }

    /// Cuts texts at about this many bytes, with `...` in the place of what is left out.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Gives a node a name. Constants and variables keep their own.
    pub fn define(&mut self, id: ExprId, name: impl Into<String>) {
        if !matches!(self.dag.node(id), Node::Constant(_) | Node::Variable(_) | Node::Parameter(_)) {
            self.names.insert(id, name.into());
        }
    }

    /// The text of a node; its own name, if it has one.
    pub fn text(&self, id: ExprId) -> String {
        let mut text = String::new();
        self.write(&mut text, id, Level::Sum);
        text
    }

    /// The text of a node, written out even if the node itself has a name.
    pub fn definition(&self, id: ExprId) -> String {
        let mut text = String::new();
        self.write_node(&mut text, id, Level::Sum);
        text
    }

    fn write(&self, out: &mut String, id: ExprId, level: Level) {
        match self.names.get(&id) {
            Some(name) => out.push_str(name),
            None if out.len() > self.limit => out.push_str("..."),
            None => self.write_node(out, id, level),
        }
    }

    fn write_node(&self, out: &mut String, id: ExprId, level: Level) {
        let own = self.level(id);
        if own < level {
            out.push('(');
            self.write_bare(out, id);
            out.push(')');
        } else {
            self.write_bare(out, id);
        }
    }

    fn level(&self, id: ExprId) -> Level {
        match self.dag.node(id) {
            Node::Constant(value) if value.get() < 0.0 => Level::Minus,
            Node::Unary(op, _) => op.level(),
            Node::Binary(op, ..) => op.level(),
            Node::PowInt(..) => Level::Power,
            _ => Level::Atom,
        }
    }

    fn write_bare(&self, out: &mut String, id: ExprId) {
        match self.dag.node(id) {
            Node::Constant(value) => out.push_str(&number(value.get())),
            Node::Parameter(ParameterId(p)) => match self.network.parameters.get(p as usize) {
                Some(parameter) => out.push_str(&parameter.name),
                None => out.push_str(&format!("parameter{p}")),
            },
            Node::Variable(variable) => self.write_variable(out, variable),
            Node::Unary(UnaryOp::Neg, a) => {
                out.push('-');
                self.write(out, a, Level::Product);
            }
            Node::Unary(op, a) => self.write_call(out, op.name(), &[a]),
            Node::Binary(BinaryOp::Min, a, b) => self.write_call(out, "min", &[a, b]),
            Node::Binary(BinaryOp::Max, a, b) => self.write_call(out, "max", &[a, b]),
            Node::Binary(op, a, b) => self.write_operator(out, op, [a, b]),
            Node::PowInt(a, n) => {
                self.write(out, a, Level::Atom);
                out.push_str(&format!("^{n}"));
            }
            Node::Select { compare, left, right, then, otherwise } => {
                out.push_str("{ ");
                self.write(out, left, Level::Sum);
                out.push_str(match compare {
                    Compare::Less => " < ",
                    Compare::LessEqual => " <= ",
                    Compare::Equal => " == ",
                });
                self.write(out, right, Level::Sum);
                out.push_str(" : ");
                self.write(out, then, Level::Sum);
                out.push_str("   else : ");
                self.write(out, otherwise, Level::Sum);
                out.push_str(" }");
            }
            Node::Table { table, arguments, orders } => self.write_table(out, table, arguments, orders),
        }
    }

    fn write_variable(&self, out: &mut String, variable: Variable) {
        match variable {
            Variable::Temperature => out.push('T'),
            Variable::Time => out.push('t'),
            Variable::Density(SpeciesId(s)) => match self.network.species.get(s as usize) {
                Some(species) => out.push_str(&format!("n[{}]", species.name)),
                None => out.push_str(&format!("n[{s}]")),
            },
        }
    }

    fn write_operator(&self, out: &mut String, op: BinaryOp, [a, b]: [ExprId; 2]) {
        match op {
            BinaryOp::Add => {
                let [a, b] = self.sum_order(a, b);
                self.write(out, a, Level::Sum);
                self.write_signed(out, b, Level::Sum, [" + ", " - "]);
            }
            BinaryOp::Sub => {
                self.write(out, a, Level::Sum);
                self.write_signed(out, b, Level::Product, [" - ", " + "]);
            }
            BinaryOp::Mul => match (self.reciprocal(a), self.reciprocal(b)) {
                (_, Some(b)) => self.write_product(out, a, '/', b),
                (Some(a), _) => self.write_product(out, b, '/', a),
                _ => self.write_product(out, a, '*', b),
            },
            BinaryOp::Div => self.write_product(out, a, '/', b),
            _ => {
                self.write(out, a, Level::Atom);
                out.push('^');
                self.write(out, b, Level::Power);
            }
        }
    }

    fn write_product(&self, out: &mut String, a: ExprId, sign: char, b: ExprId) {
        self.write(out, a, Level::Product);
        out.push(sign);
        // No sign directly after an operator.
        let signed = !self.names.contains_key(&b) && self.level(b) == Level::Minus;
        self.write(out, b, if signed || sign == '/' { Level::Power } else { Level::Product });
    }

    /// x, if the node is 1/x without a name.
    fn reciprocal(&self, id: ExprId) -> Option<ExprId> {
        match self.dag.node(id) {
            Node::Binary(BinaryOp::Div, one, x)
                if self.dag.as_constant(one) == Some(1.0) && !self.names.contains_key(&id) =>
            {
                Some(x)
            }
            _ => None,
        }
    }

    /// Long sums are chains; their last term is to stand last, and a negative one not first.
    fn sum_order(&self, a: ExprId, b: ExprId) -> [ExprId; 2] {
        let is_sum = |id: ExprId| !self.names.contains_key(&id) && self.level(id) == Level::Sum;
        let is_negative = |id: ExprId| match self.dag.node(id) {
            _ if self.names.contains_key(&id) => false,
            Node::Unary(UnaryOp::Neg, _) => true,
            Node::Constant(value) => value.get() < 0.0,
            Node::Binary(BinaryOp::Mul, c, _) => self.dag.as_constant(c).is_some_and(|c| c < 0.0),
            _ => false,
        };
        if (is_sum(b) && !is_sum(a)) || (is_negative(a) && !is_negative(b)) { [b, a] } else { [a, b] }
    }

    /// A term after a plus or minus, which becomes the other if the term begins with a minus.
    fn write_signed(&self, out: &mut String, id: ExprId, level: Level, signs: [&str; 2]) {
        let start = out.len();
        out.push_str(signs[0]);
        let term = out.len();
        self.write(out, id, level);
        if out[term..].starts_with('-') {
            out.replace_range(start..=term, signs[1]);
        }
    }

    fn write_call(&self, out: &mut String, function: &str, arguments: &[ExprId]) {
        out.push_str(function);
        out.push('(');
        for (i, &argument) in arguments.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            self.write(out, argument, Level::Sum);
        }
        out.push(')');
    }

    /// `metal(x, y)` in the table's own coordinates, and its derivatives as `metal[1, 0](x, y)`.
    fn write_table(&self, out: &mut String, TableId(t): TableId, arguments: [ExprId; 2], orders: [u8; 2]) {
        let table = self.network.tables.get(t as usize);
        let axes: &[Scale] = table.map_or(&[], |table| &table.axes);
        let mut function = table.map_or_else(|| format!("table{t}"), |table| table.name.clone());
        match (orders, axes.len()) {
            ([0, 0], _) => {}
            ([order, _], 1) => function.push_str(&format!("[{order}]")),
            ([first, second], _) => function.push_str(&format!("[{first}, {second}]")),
        }
        let count = axes.len().clamp(1, 2);
        self.write_call(out, &function, &arguments[..count]);
    }
}

/// The node of the sum of all densities, as the language and the system build it.
fn sum_of_densities(dag: &Dag, species_count: usize) -> Option<ExprId> {
    let density = |s: usize| dag.find(Node::Variable(Variable::Density(SpeciesId(s as u32))));
    let mut sum = density(0)?;
    for s in 1..species_count {
        let next = density(s)?;
        sum = dag.find(Node::Binary(BinaryOp::Add, sum.min(next), sum.max(next)))?;
    }
    Some(sum)
}

/// The shortest text that reads back as the same number.
fn number(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 || (1e-3..1e6).contains(&magnitude) { format!("{value}") } else { format!("{value:e}") }
}
