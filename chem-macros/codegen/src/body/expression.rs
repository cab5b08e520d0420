//! One operation as Rust.

use chem_grammar::expr::{BinaryOp, Compare, ExprId, Level, Node, Polynomial, UnaryOp};

use super::operation::{Operation, Place};
use super::rewrite::Product;
use super::statement::Body;
use crate::literal;

impl Body<'_> {
    /// The text of an operand: its variable, or what it is.
    pub(crate) fn operand(&self, place: Place, level: Level) -> String {
        let place = self.placement.resolve(place);
        match &self.variables[place] {
            Some(name) => name.clone(),
            None => self.definition(place, level),
        }
    }

    /// What an operation is, in parentheses if it binds less tightly than asked.
    pub(crate) fn definition(&self, place: Place, level: Level) -> String {
        let (text, own) = match &self.operations.operations[place] {
            Operation::Leaf => (self.leaf(place), Level::Atom),
            Operation::Polynomial(polynomial) => self.polynomial(polynomial),
            Operation::Product(product) => self.product(product),
            Operation::ShiftedLogarithm(ln, offset) => {
                let sign = if *offset < 0.0 { '-' } else { '+' };
                let ln = self.operand(self.operations.place(*ln), Level::Sum);
                (format!("{ln} {sign} c({})", literal::number(offset.abs())), Level::Sum)
            }
            Operation::Node(node) => self.node(node),
        };
        if own < level { format!("({text})") } else { text }
    }

    fn leaf(&self, place: Place) -> String {
        let id = self.operations.ids[place];
        if let Some(given) = self.given.get(&id) {
            return given.clone();
        }
        match self.names.dag.as_constant(id) {
            Some(value) => format!("c({})", literal::number(value)),
            None => self.names.leaf(id).unwrap_or("t").to_string(),
        }
    }

    fn polynomial(&self, polynomial: &Polynomial) -> (String, Level) {
        let base = self.operand(self.operations.place(polynomial.base), Level::Sum);
        let coefficients = literal::list(&polynomial.coefficients, |&c| literal::number(c));
        let call = format!("polynomial({base}, [{coefficients}])");
        match polynomial.factor {
            Some(factor) => (
                format!("{} * {call}", self.operand(self.operations.place(factor), Level::Product)),
                Level::Product,
            ),
            None => (call, Level::Atom),
        }
    }

    /// `factor * factor * (exponent + exponent).exp()`
    fn product(&self, product: &Product) -> (String, Level) {
        let operand = |id: ExprId, level| self.operand(self.operations.place(id), level);
        let mut exponent = String::new();
        for &(a, b) in &product.exponents {
            let term = match b {
                Some(b) => format!("{} * {}", operand(a, Level::Product), operand(b, Level::Product)),
                None => operand(a, Level::Sum),
            };
            match (exponent.is_empty(), term.strip_prefix('-')) {
                (true, _) => exponent.push_str(&term),
                (false, Some(positive)) if !self.is_sum_id(a) => exponent.push_str(&format!(" - {positive}")),
                (false, _) => exponent.push_str(&format!(" + {term}")),
            }
        }
        let mut factors: Vec<String> =
            product.factors.iter().map(|&id| operand(id, Level::Product)).collect();
        factors.push(format!("({exponent}).exp()"));
        let level = if factors.len() > 1 { Level::Product } else { Level::Atom };
        (factors.join(" * "), level)
    }

    fn is_sum_id(&self, id: ExprId) -> bool {
        self.is_sum(self.operations.place(id))
    }

    fn node(&self, node: &Node) -> (String, Level) {
        let operand = |id, level| self.operand(self.operations.place(id), level);
        match *node {
            Node::Constant(_) | Node::Parameter(_) | Node::Variable(_) => (String::new(), Level::Atom),
            Node::Unary(UnaryOp::Neg, a) => (format!("-{}", operand(a, Level::Minus)), UnaryOp::Neg.level()),
            Node::Unary(op, a) => (format!("{}.{}()", operand(a, Level::Atom), op.name()), Level::Atom),
            Node::PowInt(a, n) => (format!("{}.powi({n})", operand(a, Level::Atom)), Level::Atom),
            Node::Binary(op @ (BinaryOp::Pow | BinaryOp::Min | BinaryOp::Max), a, b) => {
                // The number is the argument: `t_gas.max(c(10.0))`.
                let swap = op != BinaryOp::Pow && self.names.dag.as_constant(a).is_some();
                let (a, b) = if swap { (b, a) } else { (a, b) };
                let method = match op {
                    BinaryOp::Pow => "powf",
                    BinaryOp::Min => "min",
                    _ => "max",
                };
                (format!("{}.{method}({})", operand(a, Level::Atom), operand(b, Level::Sum)), Level::Atom)
            }
            Node::Binary(op, a, b) => self.operator(op, self.operations.place(a), self.operations.place(b)),
            Node::Select { compare, left, right, .. } => {
                let [left, right] = [left, right].map(|id| self.operations.place(id));
                (self.comparison(compare, left, right), Level::Atom)
            }
            Node::Table { table, arguments: [a, b], orders: [first, second] } => {
                let (a, b) = (operand(a, Level::Sum), operand(b, Level::Sum));
                let table = self.names.table(table);
                (format!("V::table(&{table}, [{a}, {b}], [{first}, {second}])"), Level::Atom)
            }
        }
    }

    fn operator(&self, op: BinaryOp, a: Place, b: Place) -> (String, Level) {
        match op {
            BinaryOp::Add | BinaryOp::Sub => {
                // a + (b + c) is written b + c + a.
                let swap = op == BinaryOp::Add && self.is_sum(b) && !self.is_sum(a);
                let (a, b) = if swap { (b, a) } else { (a, b) };
                if let Some(text) = self.fused_sum(op, a, b) {
                    return (text, Level::Atom);
                }
                let sign = if op == BinaryOp::Add { '+' } else { '-' };
                let right = self.operand(b, Level::Product);
                (format!("{} {sign} {right}", self.operand(a, Level::Sum)), op.level())
            }
            BinaryOp::Mul => {
                let (a, b) = if self.is_rate(b) && !self.is_number(a) { (b, a) } else { (a, b) };
                if let Some(denominator) = self.reciprocal(b) {
                    let left = self.operand(a, Level::Product);
                    return (format!("{left} / {}", self.operand(denominator, Level::Minus)), op.level());
                }
                let (left, right) = (self.operand(a, Level::Product), self.operand(b, Level::Product));
                (format!("{left} * {right}"), op.level())
            }
            _ => {
                let (left, right) = (self.operand(a, Level::Product), self.operand(b, Level::Minus));
                (format!("{left} / {right}"), op.level())
            }
        }
    }

    /// `x.mul_add(y, z)` for x y + z and the like, if one side of a sum is a product that is written out.
    fn fused_sum(&self, op: BinaryOp, a: Place, b: Place) -> Option<String> {
        if !self.fused {
            return None;
        }
        let text = |(x, y): (Place, Place), method: &str, other: Place| {
            let (x, y) = if self.is_number(x) { (y, x) } else { (x, y) };
            let (x, y) = (self.operand(x, Level::Atom), self.operand(y, Level::Sum));
            format!("{x}.{method}({y}, {})", self.operand(other, Level::Sum))
        };
        let (left, right) = (self.factors(a), self.factors(b));
        match op {
            BinaryOp::Add => right
                .map(|product| text(product, "mul_add", a))
                .or(left.map(|product| text(product, "mul_add", b))),
            _ => right
                .map(|product| text(product, "neg_mul_add", a))
                .or(left.map(|product| text(product, "mul_sub", b))),
        }
    }

    /// The factors of an operand that is a product and written out.
    fn factors(&self, place: Place) -> Option<(Place, Place)> {
        let place = self.placement.resolve(place);
        match self.operations.operations[place] {
            Operation::Node(Node::Binary(BinaryOp::Mul, a, b)) if self.variables[place].is_none() => {
                Some((self.operations.place(a), self.operations.place(b)))
            }
            _ => None,
        }
    }

    /// x, if an operand is written out as 1 / x.
    fn reciprocal(&self, place: Place) -> Option<Place> {
        let place = self.placement.resolve(place);
        match self.operations.operations[place] {
            Operation::Node(Node::Binary(BinaryOp::Div, one, x))
                if self.variables[place].is_none() && self.names.dag.as_constant(one) == Some(1.0) =>
            {
                Some(self.operations.place(x))
            }
            _ => None,
        }
    }

    fn is_sum(&self, place: Place) -> bool {
        let place = self.placement.resolve(place);
        self.variables[place].is_none()
            && matches!(
                self.operations.operations[place],
                Operation::Node(Node::Binary(BinaryOp::Add | BinaryOp::Sub, ..))
            )
    }

    fn is_number(&self, place: Place) -> bool {
        self.names.dag.as_constant(self.operations.ids[place]).is_some()
    }

    /// Rate coefficients stand in front of the densities.
    fn is_rate(&self, place: Place) -> bool {
        self.variables[place].as_ref().is_some_and(|name| name.starts_with("k_") || name.starts_with("d_k_"))
    }

    /// `a.less(b)`
    pub(crate) fn comparison(&self, compare: Compare, left: Place, right: Place) -> String {
        let method = match compare {
            Compare::Less => "less",
            Compare::LessEqual => "less_equal",
            Compare::Equal => "equal",
        };
        format!("{}.{method}({})", self.operand(left, Level::Atom), self.operand(right, Level::Sum))
    }
}
