//! The right-hand side gathered for speed: the same function with fewer operations.
//!
//! ```text
//! reactions with the same net change    one flux, the sum of theirs; those of the reverse are subtracted
//! terms with the same densities         one term, whose coefficient is the sum of theirs
//! sums of products                      common factors are taken out, the most common first
//! ```
//! Every species takes the same flux, times a whole number, so that nuclei and charge are kept as exactly as
//! before. Coefficients are functions of T alone: they are summed only where their signs are the same.

use rustc_hash::FxHashMap;

use crate::expr::{BinaryOp, Dag, Dependencies, ExprId, Node, UnaryOp, Variable, use_counts};
use crate::system::System;

/// Integer powers up to this one are products.
const LARGEST_POWER: i32 = 4;

/// d(unknown)/dt of a network as in [`System::rhs`], gathered; `dag` holds the system's graph and is extended.
pub fn gathered_rhs(system: &System, dag: &mut Dag) -> Vec<ExprId> {
    let species = system.network.species.len();
    let mut gatherer = Gatherer {
        dependencies: Dependencies::of(dag, species),
        uses: use_counts(dag, &system.rhs),
        copies: FxHashMap::default(),
        changes: FxHashMap::default(),
        dag,
    };
    let mut balances: Vec<Vec<(i32, ExprId)>> = vec![Vec::new(); species];
    for (column, terms) in gatherer.net_changes(system) {
        let (negative, flux) = gatherer.sum(terms);
        for (species, change) in column {
            balances[species].push((if negative { -change } else { change }, flux));
        }
    }
    let mut rhs: Vec<ExprId> = balances.iter().map(|terms| gatherer.dag.balance(terms)).collect();
    if system.network.conserves_energy {
        gatherer.changes = system.rhs.iter().copied().zip(rhs.iter().copied()).collect();
    }
    rhs.extend(match system.temperature {
        Some(equation) => {
            let rate = equation.unlimited(gatherer.dag);
            let rate = gatherer.copy(rate);
            Some(equation.limited(gatherer.dag, rate))
        }
        None => system.rhs.get(species).copied(),
    });
    rhs
}

/// Species and their net changes.
type Column = Vec<(usize, i32)>;

/// A product: a sign, what depends on T at most, and all else.
#[derive(Clone, Debug)]
struct Term {
    negative: bool,
    coefficient: ExprId,
    /// Ascending; as often as the power.
    factors: Vec<ExprId>,
}

/// A node, or its negative.
type Signed = (bool, ExprId);

struct Gatherer<'a> {
    dag: &'a mut Dag,
    dependencies: Dependencies,
    /// Users of each node of the system.
    uses: Vec<u32>,
    copies: FxHashMap<ExprId, ExprId>,
    /// dn/dt of the species, for a dT/dt that is made of them, and what they are gathered.
    changes: FxHashMap<ExprId, ExprId>,
}

impl Gatherer<'_> {
    /// The fluxes by their net change; a flux whose change is the negative of another's counts as that, negative.
    fn net_changes(&mut self, system: &System) -> Vec<(Column, Vec<Term>)> {
        let mut groups: Vec<(Column, Vec<Term>)> = Vec::new();
        let mut index: FxHashMap<Column, usize> = FxHashMap::default();
        for (column, &flux) in system.stoichiometry.columns.iter().zip(&system.fluxes) {
            let Some(&(_, first)) = column.first() else { continue };
            let reverse = first < 0;
            let column: Column = column.iter().map(|&(s, by)| (s, if reverse { -by } else { by })).collect();
            let mut term = self.term(flux);
            term.negative ^= reverse;
            let group = *index.entry(column.clone()).or_insert(groups.len());
            if group == groups.len() {
                groups.push((column, Vec::new()));
            }
            groups[group].1.push(term);
        }
        groups
    }

    fn is_coefficient(&mut self, id: ExprId) -> bool {
        self.dependencies.extend(self.dag);
        !self.dependencies.depends_on_densities(id) && !self.dependencies.depends(id, Variable::Time)
    }

    /// A node as a product.
    fn term(&mut self, id: ExprId) -> Term {
        let one = self.dag.constant(1.0);
        let mut term = Term { negative: false, coefficient: one, factors: Vec::new() };
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            if self.is_coefficient(id) {
                term.coefficient = self.dag.mul(term.coefficient, id);
                continue;
            }
            if let Some(change) = self.changes.get(&id) {
                term.factors.push(*change);
                continue;
            }
            match self.dag.node(id) {
                Node::Binary(BinaryOp::Mul, a, b) => stack.extend([b, a]),
                Node::Unary(UnaryOp::Neg, a) => {
                    term.negative ^= true;
                    stack.push(a);
                }
                Node::PowInt(a, power @ 2..=LARGEST_POWER) => stack.extend((0..power).map(|_| a)),
                Node::Binary(BinaryOp::Div, a, b) if self.is_coefficient(b) => {
                    term.coefficient = self.dag.div(term.coefficient, b);
                    stack.push(a);
                }
                Node::Binary(BinaryOp::Div, a, b) => {
                    let b = self.copy(b);
                    let inverse = self.dag.div(one, b);
                    term.factors.push(inverse);
                    stack.push(a);
                }
                _ => {
                    let factor = self.copy(id);
                    term.factors.push(factor);
                }
            }
        }
        if self.is_negative(term.coefficient) {
            term.negative ^= true;
            term.coefficient = self.dag.neg(term.coefficient);
        }
        term.factors.sort_unstable();
        term
    }

    /// Whether a coefficient begins with a negative number.
    fn is_negative(&self, id: ExprId) -> bool {
        match self.dag.node(id) {
            Node::Unary(UnaryOp::Neg, _) => true,
            Node::Binary(BinaryOp::Mul, c, _) => self.dag.as_constant(c).is_some_and(|c| c < 0.0),
            _ => self.dag.as_constant(id).is_some_and(|c| c < 0.0),
        }
    }

    /// The sum of terms, those with the same densities put together.
    fn sum(&mut self, terms: Vec<Term>) -> Signed {
        let mut gathered: Vec<Term> = Vec::new();
        let mut index: FxHashMap<(Vec<ExprId>, bool), usize> = FxHashMap::default();
        for term in terms {
            let place = *index.entry((term.factors.clone(), term.negative)).or_insert(gathered.len());
            match gathered.get_mut(place) {
                Some(same) => same.coefficient = self.dag.add(same.coefficient, term.coefficient),
                None => gathered.push(term),
            }
        }
        self.nested(gathered)
    }

    /// The sum of terms, with common factors taken out.
    fn nested(&mut self, terms: Vec<Term>) -> Signed {
        let Some(common) = most_common(&terms) else {
            let zero = self.dag.constant(0.0);
            let (lost, gained): (Vec<Term>, Vec<Term>) = terms.into_iter().partition(|term| term.negative);
            return gained.into_iter().chain(lost).fold((false, zero), |sum, term| {
                let product = self.product(&term);
                self.plus(sum, (term.negative, product))
            });
        };
        let (mut with, without): (Vec<Term>, Vec<Term>) =
            terms.into_iter().partition(|term| term.factors.contains(&common));
        for term in &mut with {
            if let Some(place) = term.factors.iter().position(|factor| *factor == common) {
                term.factors.remove(place);
            }
        }
        let (negative, inner) = self.nested(with);
        let product = self.times(common, inner);
        let rest = self.nested(without);
        self.plus((negative, product), rest)
    }

    fn plus(&mut self, (a_negative, a): Signed, (b_negative, b): Signed) -> Signed {
        let is_zero = |gatherer: &Self, id| gatherer.dag.as_constant(id) == Some(0.0);
        if is_zero(self, a) {
            return (b_negative, b);
        }
        if is_zero(self, b) {
            return (a_negative, a);
        }
        match (a_negative, b_negative) {
            (false, true) => (false, self.dag.sub(a, b)),
            (true, false) => (false, self.dag.sub(b, a)),
            (negative, _) => (negative, self.dag.add(a, b)),
        }
    }

    /// The product of a term without its sign. The coefficient stays one node, numbers included.
    fn product(&mut self, term: &Term) -> ExprId {
        let one = self.dag.constant(1.0);
        let factors = term.factors.iter().fold(one, |product, factor| self.times(product, *factor));
        self.times(term.coefficient, factors)
    }

    /// a b as it is: numbers are not brought to the front, where they would part from their functions of T.
    fn times(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.dag.as_constant(a), self.dag.as_constant(b)) {
            (Some(_), Some(_)) => self.dag.mul(a, b),
            (Some(1.0), _) => b,
            (_, Some(1.0)) => a,
            _ => self.dag.plain_product(a, b),
        }
    }

    /// A node with all sums within it gathered.
    fn copy(&mut self, id: ExprId) -> ExprId {
        if self.is_coefficient(id) {
            return id;
        }
        if let Some(copy) = self.changes.get(&id).or_else(|| self.copies.get(&id)) {
            return *copy;
        }
        let copy = match self.dag.node(id) {
            Node::Constant(_) | Node::Parameter(_) | Node::Variable(_) => id,
            Node::Binary(BinaryOp::Add | BinaryOp::Sub, ..) | Node::Unary(UnaryOp::Neg, _) => {
                let terms = self.terms(id);
                let (negative, sum) = self.sum(terms);
                if negative { self.dag.neg(sum) } else { sum }
            }
            Node::Binary(BinaryOp::Mul, ..) => {
                let term = self.term(id);
                let product = self.product(&term);
                if term.negative { self.dag.neg(product) } else { product }
            }
            node => {
                let operands: FxHashMap<ExprId, ExprId> =
                    node.operands().map(|operand| (operand, self.copy(operand))).collect();
                self.dag.rebuild(id, |operand| operands.get(&operand).copied().unwrap_or(operand))
            }
        };
        self.copies.insert(id, copy);
        copy
    }

    /// The terms of a sum; sums within it that are used elsewhere too stay what they are.
    fn terms(&mut self, sum: ExprId) -> Vec<Term> {
        let mut terms = Vec::new();
        let mut stack = vec![(false, sum)];
        while let Some((negative, id)) = stack.pop() {
            let is_inner = id == sum
                || !self.changes.contains_key(&id)
                    && self.uses.get(id.0 as usize).is_none_or(|uses| *uses <= 1);
            match self.dag.node(id) {
                Node::Binary(BinaryOp::Add, a, b) if is_inner => stack.extend([(negative, b), (negative, a)]),
                Node::Binary(BinaryOp::Sub, a, b) if is_inner => {
                    stack.extend([(!negative, b), (negative, a)])
                }
                Node::Unary(UnaryOp::Neg, a) if is_inner => stack.push((!negative, a)),
                _ => {
                    let mut term = self.term(id);
                    term.negative ^= negative;
                    terms.push(term);
                }
            }
        }
        terms
    }
}

/// The factor that most terms have, if more than one has it; the first of those that are equally common.
fn most_common(terms: &[Term]) -> Option<ExprId> {
    let mut counts: FxHashMap<ExprId, usize> = FxHashMap::default();
    for term in terms {
        let mut factors = term.factors.clone();
        factors.dedup();
        for factor in factors {
            *counts.entry(factor).or_default() += 1;
        }
    }
    let common = counts.into_iter().filter(|(_, count)| *count > 1);
    common.max_by_key(|(factor, count)| (*count, std::cmp::Reverse(*factor))).map(|(factor, _)| factor)
}
