//! Temperatures at which formulas change.

use crate::expr::{BinaryOp, Dag, ExprId, Node, UnaryOp, Variable};

/// Solves `function = value` for T where `function` is built of T by invertible steps. Returns T and whether
/// the function rises with T. A T outside the limits to which it is clamped is no solution.
pub(crate) fn solve_for_temperature(dag: &Dag, function: ExprId, value: f64) -> Option<(f64, bool)> {
    let (value, rising) = solve(dag, function, value, None)?;
    (value > 0.0).then_some((value, rising))
}

/// The same where the node `temperature`, which may be T clamped to its limits, counts as T itself: the solution
/// may lie outside of the limits, and below zero.
pub(crate) fn solve_for(dag: &Dag, function: ExprId, value: f64, temperature: ExprId) -> Option<(f64, bool)> {
    solve(dag, function, value, Some(temperature))
}

fn solve(dag: &Dag, function: ExprId, value: f64, temperature: Option<ExprId>) -> Option<(f64, bool)> {
    let mut function = function;
    let mut value = value;
    let mut rising = true;
    // Whether the steps keep or turn the order at negative values, too.
    let mut linear = true;
    loop {
        if temperature == Some(function) {
            break;
        }
        match dag.node(function) {
            Node::Variable(Variable::Temperature) => break,
            Node::Unary(op, inner) => {
                value = match op {
                    UnaryOp::Neg => {
                        rising = !rising;
                        -value
                    }
                    UnaryOp::Exp => value.ln(),
                    UnaryOp::Ln => value.exp(),
                    UnaryOp::Sqrt => value * value,
                    _ => return None,
                };
                function = inner;
            }
            Node::Binary(op, a, b) => {
                let (number, inner, number_first) = match (dag.as_constant(a), dag.as_constant(b)) {
                    (Some(number), None) => (number, b, true),
                    (None, Some(number)) => (number, a, false),
                    _ => return None,
                };
                let (solved, keeps) = invert(op, number, number_first, value)?;
                linear &= !(op == BinaryOp::Div && number_first);
                value = solved;
                rising ^= !keeps;
                function = inner;
            }
            // T is positive, so powers of what is built of it by the steps above are monotonic there.
            Node::PowInt(inner, exponent) if value > 0.0 => {
                linear = false;
                value = value.powf(1.0 / f64::from(exponent));
                rising ^= exponent < 0;
                function = inner;
            }
            _ => return None,
        }
    }
    (value.is_finite() && (linear || value > 0.0)).then_some((value, rising))
}

/// Solves `number OP x = value` (or `x OP number = value`) for x; also whether the operation keeps the order.
fn invert(op: BinaryOp, number: f64, number_first: bool, value: f64) -> Option<(f64, bool)> {
    match op {
        BinaryOp::Add => Some((value - number, true)),
        BinaryOp::Sub if number_first => Some((number - value, false)),
        BinaryOp::Sub => Some((value + number, true)),
        BinaryOp::Mul => Some((value / number, number > 0.0)),
        // c / x falls with x where c > 0 (x is positive).
        BinaryOp::Div if number_first => Some((number / value, number < 0.0)),
        BinaryOp::Div => Some((value * number, number > 0.0)),
        // Where the limit of a clamp is not reached, the clamp does nothing.
        BinaryOp::Min if value < number => Some((value, true)),
        BinaryOp::Max if value > number => Some((value, true)),
        _ => None,
    }
}

/// All temperatures at which a comparison in one of the expressions, or below them, changes its outcome;
/// ascending.
pub(crate) fn breakpoints(dag: &Dag, roots: &[ExprId]) -> Vec<f64> {
    let mut seen = vec![false; dag.len()];
    let mut stack: Vec<ExprId> = roots.to_vec();
    let mut found = Vec::new();
    while let Some(id) = stack.pop() {
        match seen.get_mut(id.0 as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        let node = dag.node(id);
        if let Node::Select { left, right, .. } = node {
            let edge = match (dag.as_constant(left), dag.as_constant(right)) {
                (None, Some(value)) => solve_for_temperature(dag, left, value),
                (Some(value), None) => solve_for_temperature(dag, right, value),
                _ => None,
            };
            found.extend(edge.map(|(edge, _)| edge));
        }
        stack.extend(node.operands());
    }
    found.sort_by(f64::total_cmp);
    // The same edge found by two ways may differ by rounding.
    found.dedup_by(|a, b| (*a - *b).abs() <= 1e-13 * b.abs());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_temperature_are_solved() {
        let mut dag = Dag::new();
        let t = dag.temperature();
        let c = dag.constant(2.0);
        let scaled = dag.mul(c, t);
        assert_eq!(solve_for_temperature(&dag, scaled, 10.0), Some((5.0, true)));
        let log = dag.log10(t);
        let edge = solve_for_temperature(&dag, log, 4.0);
        assert!(edge.is_some_and(|(edge, rising)| rising && (edge - 1e4).abs() < 1e-8), "{edge:?}");
        let inverse = dag.div(c, t);
        assert_eq!(solve_for_temperature(&dag, inverse, 4.0), Some((0.5, false)));
        let sine = dag.unary(UnaryOp::Sin, t);
        assert_eq!(solve_for_temperature(&dag, sine, 0.5), None);
    }

    #[test]
    fn clamped_temperature_counts_as_temperature() {
        let mut dag = Dag::new();
        let t = dag.temperature();
        let (low, high) = (dag.constant(10.0), dag.constant(1e6));
        let below = dag.min(t, high);
        let clamped = dag.max(below, low);
        assert_eq!(solve_for_temperature(&dag, clamped, 100.0), Some((100.0, true)));
        assert_eq!(solve_for_temperature(&dag, clamped, 5.0), None);
        assert_eq!(solve_for(&dag, clamped, 5.0, clamped), Some((5.0, true)));
    }

    #[test]
    fn a_solution_below_zero_is_one_of_linear_functions_only() {
        let mut dag = Dag::new();
        let t = dag.temperature();
        let c = dag.constant(2.0);
        let (sum, inverse) = (dag.add(t, c), dag.div(c, t));
        assert_eq!(solve_for(&dag, sum, 1.0, t), Some((-1.0, true)));
        assert_eq!(solve_for_temperature(&dag, sum, 1.0), None);
        assert_eq!(solve_for(&dag, inverse, -1.0, t), None);
    }
}
