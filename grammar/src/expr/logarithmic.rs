//! Logarithmic derivatives of products: `(a T^b exp(-c/T))' = a T^b exp(-c/T) (b/T + c/T^2)` uses the product
//! that is there, where the product rule would build new ones.

use super::dag::Dag;
use super::differentiate::Differentiator;
use super::node::{BinaryOp, ExprId, Node, UnaryOp, Variable};

/// f'/f of a product of factors that have no zeros.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logarithmic {
    /// The quotient.
    pub(super) slope: ExprId,
    /// Whether there is an exponential among the factors that depend on the variable. If not, the product rule
    /// is at least as short.
    pub(super) exponential: bool,
}

impl Differentiator {
    /// The logarithmic derivative of a node whose operands' derivatives are known, if it is a product or
    /// quotient of exponentials, powers of the temperature (which is positive) and what does not depend on the
    /// variable.
    pub(super) fn logarithmic(
        &mut self,
        dag: &mut Dag,
        id: ExprId,
        variable: Variable,
    ) -> Option<Logarithmic> {
        if !self.dependencies.depends(id, variable) {
            return Some(Logarithmic { slope: dag.constant(0.0), exponential: false });
        }
        if let Some(known) = self.logarithmic_memo.get(&(id, variable)) {
            return *known;
        }
        let result = self.logarithmic_rule(dag, id, variable);
        self.logarithmic_memo.insert((id, variable), result);
        result
    }

    fn logarithmic_rule(&mut self, dag: &mut Dag, id: ExprId, variable: Variable) -> Option<Logarithmic> {
        match dag.node(id) {
            Node::Unary(UnaryOp::Exp, a)
                if self.power_of_zero(dag, a, variable).is_none()
                    && self.range(dag, a).low > f64::NEG_INFINITY =>
            {
                Some(Logarithmic { slope: self.of_operand(dag, a, variable), exponential: true })
            }
            Node::Unary(UnaryOp::Neg, a) => self.logarithmic(dag, a, variable),
            Node::Unary(UnaryOp::Sqrt, a) => {
                let inner = self.logarithmic(dag, a, variable)?;
                let half = dag.constant(0.5);
                Some(Logarithmic { slope: dag.mul(half, inner.slope), ..inner })
            }
            Node::PowInt(a, n) => {
                let inner = self.logarithmic(dag, a, variable)?;
                let n = dag.constant(f64::from(n));
                Some(Logarithmic { slope: dag.mul(n, inner.slope), ..inner })
            }
            Node::Binary(op @ (BinaryOp::Mul | BinaryOp::Div), a, b) => {
                let a = self.logarithmic(dag, a, variable)?;
                let b = self.logarithmic(dag, b, variable)?;
                let slope = match op {
                    BinaryOp::Mul => dag.add(a.slope, b.slope),
                    _ => dag.sub(a.slope, b.slope),
                };
                Some(Logarithmic { slope, exponential: a.exponential || b.exponential })
            }
            _ if is_temperature(dag, id) => {
                let inner = self.of_operand(dag, id, variable);
                Some(Logarithmic { slope: dag.div(inner, id), exponential: false })
            }
            _ => None,
        }
    }
}

/// Whether a node is the temperature, or that clamped between numbers.
pub(super) fn is_temperature(dag: &Dag, mut id: ExprId) -> bool {
    loop {
        match dag.node(id) {
            Node::Variable(Variable::Temperature) => return true,
            Node::Binary(BinaryOp::Min | BinaryOp::Max, a, b) => {
                match (dag.as_constant(a), dag.as_constant(b)) {
                    (Some(limit), None) if limit > 0.0 => id = b,
                    (None, Some(limit)) if limit > 0.0 => id = a,
                    _ => return false,
                }
            }
            _ => return false,
        }
    }
}

/// a + b, with a common factor taken out.
pub(super) fn factored_sum(dag: &mut Dag, a: ExprId, b: ExprId) -> ExprId {
    let Some((x, y, common)) = common_factor(dag, a, b) else { return dag.add(a, b) };
    let sum = dag.add(x, y);
    dag.mul(sum, common)
}

/// x, y and f with a = x f and b = y f, where f is not a number and stands in the nodes as it is.
fn common_factor(dag: &mut Dag, a: ExprId, b: ExprId) -> Option<(ExprId, ExprId, ExprId)> {
    let factors = |id: ExprId| match dag.node(id) {
        Node::Binary(BinaryOp::Mul, x, y) => [Some((x, Some(y))), Some((y, Some(x))), Some((id, None))],
        _ => [Some((id, None)), None, None],
    };
    let (of_a, of_b) = (factors(a), factors(b));
    for (f, x) in of_a.into_iter().flatten() {
        for (g, y) in of_b.into_iter().flatten() {
            if f == g && dag.as_constant(f).is_none() {
                let one = dag.constant(1.0);
                return Some((x.unwrap_or(one), y.unwrap_or(one), f));
            }
        }
    }
    None
}
