//! Quotients whose numerators do not leave the range of single precision.
//!
//! Cooling rates of some 1e-20 erg/s come in harmonic means a b / (a + b), and a b is below the least number of single
//! precision. As a (b / (a + b)) every part has the size of a rate or of one.

use chem_grammar::expr::{BinaryOp, Dag, ExprId, Node};

/// The same expressions, with the numerator of each quotient divided before it is multiplied out.
pub(super) fn late_products(dag: &mut Dag, roots: &[ExprId]) -> Vec<ExprId> {
    let copies = dag.copies(roots, Default::default(), |dag, id, copy| {
        if let Node::Binary(BinaryOp::Div, numerator, denominator) = dag.node(id)
            && let Node::Binary(BinaryOp::Mul, a, b) = dag.node(copy(numerator))
        {
            let quotient = dag.div(b, copy(denominator));
            return dag.mul(a, quotient);
        }
        dag.rebuild(id, copy)
    });
    roots.iter().map(|root| copies.get(root).copied().unwrap_or(*root)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_grammar::expr::SpeciesId;

    #[test]
    fn harmonic_means_keep_the_range_of_single_precision() {
        let mut dag = Dag::new();
        let [n, a, b] = [0, 1, 2].map(|species| dag.density(SpeciesId(species)));
        let sum = dag.add(a, b);
        let product = dag.mul(n, a);
        let product = dag.mul(product, b);
        let mean = dag.div(product, sum);
        let [found] = late_products(&mut dag, &[mean])[..] else { panic!("one for one") };
        let Node::Binary(BinaryOp::Mul, left, right) = dag.node(found) else { panic!("a product") };
        let quotients = [left, right].map(|id| matches!(dag.node(id), Node::Binary(BinaryOp::Div, ..)));
        assert_eq!(quotients.iter().filter(|is| **is).count(), 1);
        // Nothing to do: the same expression, not a copy.
        assert_eq!(late_products(&mut dag, &[sum]), [sum]);
    }
}
