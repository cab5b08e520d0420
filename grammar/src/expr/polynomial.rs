//! Polynomials, found again in the graph.
//!
//! The graph holds a fit such as `poly(ln(Te); c0, c1, ...)` as a chain of products and sums, and its derivative
//! as a longer one. Written as calls with lists of coefficients they read as they were meant, and run faster,
//! because the terms need not wait for each other.

use rustc_hash::FxHashMap;

use super::{BinaryOp, Dag, Differentiator, ExprId, Node, UnaryOp, Variable};

/// Longest list of coefficients.
const LONGEST: usize = 32;

/// `factor * (c0 + c1 base + c2 base^2 + ...)`
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial {
    /// What powers are taken of.
    pub base: ExprId,
    /// The derivative of the base, in derivatives of polynomials.
    pub factor: Option<ExprId>,
    /// c0, c1, c2, ...
    pub coefficients: Vec<f64>,
}

impl Polynomial {
    fn monomial(base: ExprId, factor: Option<ExprId>, power: usize, coefficient: f64) -> Self {
        let mut coefficients = vec![0.0; power + 1];
        coefficients[power] = coefficient;
        Polynomial { base, factor, coefficients }
    }

    fn scaled(&self, by: f64) -> Self {
        Polynomial { coefficients: self.coefficients.iter().map(|c| c * by).collect(), ..self.clone() }
    }

    fn shifted(&self) -> Option<Self> {
        if self.coefficients.len() >= LONGEST {
            return None;
        }
        let coefficients = std::iter::once(0.0).chain(self.coefficients.iter().copied()).collect();
        Some(Polynomial { coefficients, ..self.clone() })
    }

    fn combined(&self, other: &Self, sign: f64) -> Option<Self> {
        if self.base != other.base || self.factor != other.factor {
            return None;
        }
        let mut coefficients = self.coefficients.clone();
        coefficients.resize(coefficients.len().max(other.coefficients.len()), 0.0);
        for (slot, value) in coefficients.iter_mut().zip(&other.coefficients) {
            *slot += sign * value;
        }
        Some(Polynomial { coefficients, ..self.clone() })
    }

    /// The coefficients of powers of `base - centre`, as exact as the given ones.
    ///
    /// Where terms of a fit cancel, few digits are left of their sum; about a centre in its range they do not cancel.
    pub fn about(&self, centre: f64) -> Vec<f64> {
        let mut sums: Vec<[f64; 2]> = self.coefficients.iter().map(|c| [*c, 0.0]).collect();
        // Repeated division by (base - centre), in numbers of twice the digits.
        for first in 0..sums.len() {
            for k in (first..sums.len().saturating_sub(1)).rev() {
                sums[k] = add_product(sums[k], sums[k + 1], centre);
            }
        }
        sums.into_iter().map(|[high, low]| high + low).collect()
    }

    fn terms(&self) -> usize {
        self.coefficients.iter().filter(|&&c| c != 0.0).count()
    }
}

/// a + b c, where a and b have a high and a low part.
fn add_product(a: [f64; 2], b: [f64; 2], c: f64) -> [f64; 2] {
    let product = b[0] * c;
    let rest = b[0].mul_add(c, -product) + b[1] * c;
    let sum = a[0] + product;
    let shown = sum - a[0];
    let lost = (a[0] - (sum - shown)) + (product - shown);
    let low = lost + a[1] + rest;
    let high = sum + low;
    [high, low - (high - sum)]
}

/// Finds the sums that are polynomials with constant coefficients, and the derivatives of such by T, but of those in decimal
/// logarithms: where the terms of a fit cancel, its derivative keeps more digits as the chain that it is.
pub fn polynomials(dag: &mut Dag, differentiator: &mut Differentiator) -> FxHashMap<ExprId, Polynomial> {
    search(dag, differentiator, false)
}

/// The same with the derivatives of those in decimal logarithms, to be written about a centre at which no terms cancel.
pub fn polynomials_to_centre(
    dag: &mut Dag,
    differentiator: &mut Differentiator,
) -> FxHashMap<ExprId, Polynomial> {
    search(dag, differentiator, true)
}

fn search(
    dag: &mut Dag,
    differentiator: &mut Differentiator,
    numbered: bool,
) -> FxHashMap<ExprId, Polynomial> {
    let count = dag.len();
    let mut finder = Finder { dag, known: FxHashMap::default(), factor: None, numbered };
    for id in (0..count as u32).map(ExprId) {
        if let Some(found) = finder.find(id) {
            finder.known.insert(id, found);
        }
    }
    let mut found: Vec<(ExprId, Polynomial)> = finder.sums(3);
    let mut bases: Vec<ExprId> = found.iter().map(|(_, polynomial)| polynomial.base).collect();
    bases.sort_unstable();
    bases.dedup();
    for base in bases {
        let slope = differentiator.derivative(dag, base, Variable::Temperature);
        if slope.0 as usize >= count || dag.as_constant(slope).is_some() {
            continue;
        }
        // The graph holds numbers apart, in front of products.
        let (scale, factor) = match dag.node(slope) {
            Node::Binary(BinaryOp::Mul, c, x) if dag.as_constant(c).is_some() => {
                (dag.as_constant(c).unwrap_or(1.0), x)
            }
            _ => (1.0, slope),
        };
        for (id, mut polynomial) in derivatives(dag, base, factor, numbered) {
            polynomial.factor = Some(slope);
            polynomial.coefficients.iter_mut().for_each(|c| *c = rounded(*c / scale));
            found.push((id, polynomial));
        }
    }
    found.into_iter().collect()
}

/// Without the noise in the last digit that scaling brings.
fn rounded(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

/// Sums `factor * polynomial(base)` where the factor is the base's derivative.
fn derivatives(dag: &Dag, base: ExprId, factor: ExprId, numbered: bool) -> Vec<(ExprId, Polynomial)> {
    let mut plain = Finder { dag, known: FxHashMap::default(), factor: None, numbered };
    let mut scaled = Finder { dag, known: FxHashMap::default(), factor: Some((base, factor)), numbered };
    let first = base.0.min(factor.0);
    for id in (first..dag.len() as u32).map(ExprId) {
        if let Some(found) = plain.find(id).filter(|p| p.base == base) {
            plain.known.insert(id, found);
        } else if let Some(found) = scaled.find_scaled(id, &plain.known) {
            scaled.known.insert(id, found);
        }
    }
    scaled.sums(2)
}

struct Finder<'a> {
    dag: &'a Dag,
    known: FxHashMap<ExprId, Polynomial>,
    /// (base, its derivative) when derivatives are looked for.
    factor: Option<(ExprId, ExprId)>,
    /// Whether derivatives are looked for of bases that have a number in front.
    numbered: bool,
}

impl Finder<'_> {
    /// Sums with at least this many terms, in the order of the graph.
    fn sums(&self, terms: usize) -> Vec<(ExprId, Polynomial)> {
        let mut sums: Vec<(ExprId, Polynomial)> = self
            .known
            .iter()
            .filter(|(id, polynomial)| {
                matches!(self.dag.node(**id), Node::Binary(BinaryOp::Add | BinaryOp::Sub, ..))
                    && polynomial.terms() >= terms
                    && polynomial.coefficients.iter().all(|c| c.is_finite())
            })
            .map(|(id, polynomial)| (*id, polynomial.clone()))
            .collect();
        sums.sort_unstable_by_key(|(id, _)| *id);
        sums
    }

    /// Whether powers of a node are worth a list of coefficients; those of densities read better as fluxes.
    fn may_be_base(&self, id: ExprId) -> bool {
        !matches!(
            self.dag.node(id),
            Node::Constant(_)
                | Node::Parameter(_)
                | Node::Variable(Variable::Density(_))
                | Node::Select { .. }
        )
    }

    fn find(&self, id: ExprId) -> Option<Polynomial> {
        match self.dag.node(id) {
            Node::PowInt(a, n @ 2..=16) if self.may_be_base(a) => {
                Some(Polynomial::monomial(a, None, n as usize, 1.0))
            }
            Node::Unary(UnaryOp::Neg, a) => Some(self.known.get(&a)?.scaled(-1.0)),
            Node::Binary(BinaryOp::Mul, a, b) => match self.dag.as_constant(a) {
                Some(c) => match self.known.get(&b) {
                    // Numbers are gathered in front of products, but not in polynomials of one that has a number.
                    Some(p) if p.coefficients.len() == 2 && p.terms() == 1 => {
                        Some(Polynomial::monomial(b, None, 1, c))
                    }
                    Some(polynomial) => Some(polynomial.scaled(c)),
                    None => self.may_be_base(b).then(|| Polynomial::monomial(b, None, 1, c)),
                },
                None => self.shift(a, b).or_else(|| self.shift(b, a)),
            },
            Node::Binary(BinaryOp::Add, a, b) => self.sum(a, b, 1.0),
            Node::Binary(BinaryOp::Sub, a, b) => self.sum(a, b, -1.0),
            _ => None,
        }
    }

    fn shift(&self, polynomial: ExprId, base: ExprId) -> Option<Polynomial> {
        self.known.get(&polynomial).filter(|p| p.base == base)?.shifted()
    }

    fn sum(&self, a: ExprId, b: ExprId, sign: f64) -> Option<Polynomial> {
        match (self.dag.as_constant(a), self.dag.as_constant(b)) {
            (Some(c), None) => {
                let b = self.term(b)?;
                Polynomial::monomial(b.base, None, 0, c).combined(&b, sign)
            }
            (None, Some(c)) => {
                let a = self.term(a)?;
                a.combined(&Polynomial::monomial(a.base, None, 0, c), sign)
            }
            _ => match (self.known.get(&a), self.known.get(&b)) {
                (Some(a), Some(b)) if a.base == b.base => a.combined(b, sign),
                (Some(p), _) if p.base == b => p.combined(&Polynomial::monomial(b, None, 1, 1.0), sign),
                (_, Some(p)) if p.base == a => Polynomial::monomial(a, None, 1, 1.0).combined(p, sign),
                _ => None,
            },
        }
    }

    /// A node as a polynomial, of itself if need be.
    fn term(&self, id: ExprId) -> Option<Polynomial> {
        match self.known.get(&id) {
            Some(polynomial) => Some(polynomial.clone()),
            None => self.may_be_base(id).then(|| Polynomial::monomial(id, None, 1, 1.0)),
        }
    }

    /// `factor * polynomial`, where `plain` are the polynomials of the same base.
    fn find_scaled(&self, id: ExprId, plain: &FxHashMap<ExprId, Polynomial>) -> Option<Polynomial> {
        let (base, factor) = self.factor?;
        // Of a base with a number in front, products hold the rest.
        let (number, rest) = match self.dag.node(base) {
            Node::Binary(BinaryOp::Mul, c, x) if self.numbered => (self.dag.as_constant(c).unwrap_or(1.0), x),
            _ => (1.0, base),
        };
        let times_factor = |a: ExprId| -> Option<Polynomial> {
            if let Some(c) = self.dag.as_constant(a) {
                return Some(Polynomial::monomial(base, Some(factor), 0, c));
            }
            if a == base {
                return Some(Polynomial::monomial(base, Some(factor), 1, 1.0));
            }
            if a == rest {
                return Some(Polynomial::monomial(base, Some(factor), 1, 1.0 / number));
            }
            plain.get(&a).map(|p| Polynomial { factor: Some(factor), ..p.clone() })
        };
        let term = |a: ExprId| match a == factor {
            true => Some(Polynomial::monomial(base, Some(factor), 0, 1.0)),
            false => self.known.get(&a).cloned(),
        };
        match self.dag.node(id) {
            Node::Unary(UnaryOp::Neg, a) => Some(term(a)?.scaled(-1.0)),
            Node::Binary(BinaryOp::Mul, a, b) if b == factor => times_factor(a),
            Node::Binary(BinaryOp::Mul, a, b) if a == factor => times_factor(b),
            Node::Binary(BinaryOp::Mul, a, b) => match self.dag.as_constant(a) {
                Some(c) => Some(self.known.get(&b)?.scaled(c)),
                None if b == base => term(a)?.shifted(),
                None if a == base => term(b)?.shifted(),
                None if b == rest => Some(term(a)?.shifted()?.scaled(1.0 / number)),
                None if a == rest => Some(term(b)?.shifted()?.scaled(1.0 / number)),
                None => None,
            },
            Node::Binary(BinaryOp::Add, a, b) => term(a)?.combined(&term(b)?, 1.0),
            Node::Binary(BinaryOp::Sub, a, b) => term(a)?.combined(&term(b)?, -1.0),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(dag: &mut Dag) -> FxHashMap<ExprId, Polynomial> {
        polynomials(dag, &mut Differentiator::new(1, &[]))
    }

    fn coefficients(dag: &mut Dag, values: &[f64]) -> Vec<ExprId> {
        values.iter().map(|&c| dag.constant(c)).collect()
    }

    #[test]
    fn horner_chain_and_its_derivative() {
        let mut dag = Dag::new();
        let t = dag.temperature();
        let x = dag.ln(t);
        let list = coefficients(&mut dag, &[1.0, -2.0, 3.0, -4.0]);
        let p = dag.polynomial(x, &list);
        let d = Differentiator::new(1, &[]).derivative(&mut dag, p, Variable::Temperature);
        let dx = Differentiator::new(1, &[]).derivative(&mut dag, x, Variable::Temperature);
        let found = find(&mut dag);
        assert_eq!(found[&p], Polynomial { base: x, factor: None, coefficients: vec![1.0, -2.0, 3.0, -4.0] });
        assert_eq!(found[&d], Polynomial { base: x, factor: Some(dx), coefficients: vec![-2.0, 6.0, -12.0] });
    }

    #[test]
    fn decimal_logarithms_keep_their_coefficients() {
        let mut dag = Dag::new();
        let t = dag.temperature();
        let x = dag.log10(t);
        let list = coefficients(&mut dag, &[-24.311209, 3.5692468, -11.332860, -27.850082, -21.328264]);
        let p = dag.polynomial(x, &list);
        let found = find(&mut dag);
        assert_eq!(found[&p].base, x);
        assert_eq!(found[&p].coefficients, [-24.311209, 3.5692468, -11.332860, -27.850082, -21.328264]);
    }

    #[test]
    fn derivatives_of_fits_in_decimal_logarithms_are_fits() {
        let mut dag = Dag::new();
        let t = dag.temperature();
        let x = dag.log10(t);
        let list = coefficients(&mut dag, &[1.0, -2.0, 3.0, -4.0, 5.0]);
        let p = dag.polynomial(x, &list);
        let d = Differentiator::new(1, &[]).derivative(&mut dag, p, Variable::Temperature);
        let dx = Differentiator::new(1, &[]).derivative(&mut dag, x, Variable::Temperature);
        assert!(!find(&mut dag).contains_key(&d));
        let found = polynomials_to_centre(&mut dag, &mut Differentiator::new(1, &[]));
        assert_eq!(
            found[&d],
            Polynomial { base: x, factor: Some(dx), coefficients: vec![-2.0, 6.0, -12.0, 20.0] }
        );
    }

    #[test]
    fn sums_of_densities_stay_as_they_are() {
        let mut dag = Dag::new();
        let n = dag.density(crate::expr::SpeciesId(0));
        let list = coefficients(&mut dag, &[1.0, 2.0, 3.0]);
        dag.polynomial(n, &list);
        assert!(find(&mut dag).is_empty());
    }

    /// (1 + z)^7 about -1 is z^7, though its terms are as large as 35; a fit of rate coefficients about 5.
    #[test]
    fn coefficients_about_a_centre() {
        let of = |coefficients: &[f64]| Polynomial {
            base: ExprId(0),
            factor: None,
            coefficients: coefficients.to_vec(),
        };
        let binomial = of(&[1.0, 7.0, 21.0, 35.0, 35.0, 21.0, 7.0, 1.0]);
        assert_eq!(binomial.about(-1.0), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!(binomial.about(0.0), binomial.coefficients);
        // 0.1 + 0.3 z about 10: 3.1 to the last digit.
        let line = of(&[0.1, 0.3]).about(10.0);
        assert_eq!(line, [3.1, 0.3]);
    }
}
