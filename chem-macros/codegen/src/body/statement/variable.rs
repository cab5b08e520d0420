//! What a variable is called: as the network says, or after its operation and operand.

use chem_grammar::expr::{BinaryOp, ExprId, Node, UnaryOp};

use super::Body;
use crate::body::operation::{Operation, Place};
use crate::identifier::Taken;

/// Longest name made from an operand's.
const NAME_LENGTH: usize = 26;

impl Body<'_> {
    /// A name for a result: that of its variable, or one that is as good.
    pub(crate) fn result_name(&self, root: ExprId, taken: &mut Taken<'_>) -> String {
        let place = self.placement.resolve(self.operations.place(root));
        match (&self.variables[place], self.names.node(root)) {
            (_, Some(named)) => taken.take(&named.name),
            (Some(name), None) => taken.take(name),
            (None, None) => taken.take(&self.suggestion(place)),
        }
    }

    pub(super) fn name(&self, place: Place, taken: &mut Taken<'_>) -> String {
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
                Node::Unary(op, a) => of(op.name(), a),
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
}
