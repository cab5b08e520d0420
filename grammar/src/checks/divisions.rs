//! Divisions by the density of a species, which may be zero (W018).

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{BinaryOp, Dag, Dependencies, ExprId, Node, SpeciesId, UnaryOp, Variable};
use crate::network::Network;
use crate::resolve::facts::Facts;

/// One finding per reaction, process, heating or cooling: the first species by which it divides. Sums of densities,
/// and what a condition on the density guards, are left alone.
pub(crate) fn check(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    if network.species.len() < 2 {
        return Vec::new();
    }
    let finder =
        Finder { dag: &network.dag, dependencies: Dependencies::of(&network.dag, network.species.len()) };
    let name_of = |id: SpeciesId| network.species.get(id.0 as usize).map_or("", |s| s.name.as_str());
    let mut found = Vec::new();
    for (reaction, facts) in network.reactions.iter().zip(&facts.reactions) {
        let Some(id) = finder.divisor(reaction.rate) else { continue };
        let species = name_of(id);
        let what = format!("k of `{}`", reaction.name);
        let help = match reaction.reactants.iter().any(|(reactant, _)| *reactant == id) {
            true => {
                format!("state the flux, in which n[{species}] cancels: `flux = ...` instead of `k = ...`")
            }
            false => guard(species),
        };
        found.push(finding(&what, species, facts.name, help));
    }
    for (process, facts) in network.processes.iter().zip(&facts.processes) {
        let Some(id) = finder.divisor(process.rate) else { continue };
        let what = format!("the flux of `{}`", process.name);
        found.push(finding(&what, name_of(id), facts.name, guard(name_of(id))));
    }
    let thermal = network.heating.iter().chain(&network.cooling).zip(&facts.thermal);
    for (term, span) in thermal {
        let Some(id) = finder.divisor(term.expr) else { continue };
        found.push(finding(&format!("`{}`", term.name), name_of(id), *span, guard(name_of(id))));
    }
    found
}

fn guard(species: &str) -> String {
    format!("cancel it, or keep it above zero: `max(n[{species}], 1e-30 [cm^-3])`")
}

fn finding(what: &str, species: &str, span: crate::source::Span, help: String) -> Diagnostic {
    Diagnostic::new(Code::W018, span, format!("{what} divides by n[{species}], which may be zero"))
        .label("not a number there")
        .cause(
            format!("{species}: {help}"),
            format!("the rates of {{n}} statements divide by n[{species}], which may be zero"),
        )
        .help(help)
}

struct Finder<'a> {
    dag: &'a Dag,
    dependencies: Dependencies,
}

impl Finder<'_> {
    /// The first species by whose density an expression divides.
    fn divisor(&self, root: ExprId) -> Option<SpeciesId> {
        let mut seen: BTreeSet<(ExprId, Vec<SpeciesId>)> = BTreeSet::new();
        let mut stack: Vec<(ExprId, Vec<SpeciesId>)> = vec![(root, Vec::new())];
        while let Some((id, guarded)) = stack.pop() {
            if !seen.insert((id, guarded.clone())) {
                continue;
            }
            if let Some(species) = self.divided_by(id).filter(|species| !guarded.contains(species)) {
                return Some(species);
            }
            let mut inner = guarded;
            if let Node::Select { left, right, .. } = self.dag.node(id) {
                inner.extend(self.dependencies.species(left));
                inner.extend(self.dependencies.species(right));
                inner.sort_unstable();
                inner.dedup();
            }
            stack.extend(self.dag.node(id).operands().map(|operand| (operand, inner.clone())));
        }
        None
    }

    /// The species by which a node itself divides.
    fn divided_by(&self, id: ExprId) -> Option<SpeciesId> {
        match self.dag.node(id) {
            Node::Binary(BinaryOp::Div, _, divisor) => self.vanishes_with(divisor),
            Node::PowInt(base, exponent) if exponent < 0 => self.vanishes_with(base),
            Node::Binary(BinaryOp::Pow, base, exponent)
                if self.dag.as_constant(exponent).is_some_and(|e| e < 0.0) =>
            {
                self.vanishes_with(base)
            }
            _ => {
                let (base, exponent) = self.power(id)?;
                (exponent < 0.0).then(|| self.vanishes_with(base))?
            }
        }
    }

    /// The species with whose density alone a node becomes zero.
    fn vanishes_with(&self, id: ExprId) -> Option<SpeciesId> {
        match self.dag.node(id) {
            Node::Variable(Variable::Density(species)) => Some(species),
            Node::Unary(UnaryOp::Sqrt | UnaryOp::Abs | UnaryOp::Neg, a) => self.vanishes_with(a),
            Node::PowInt(a, exponent) if exponent > 0 => self.vanishes_with(a),
            Node::Binary(BinaryOp::Mul, a, b) => self.vanishes_with(a).or_else(|| self.vanishes_with(b)),
            Node::Binary(BinaryOp::Div, a, _) => self.vanishes_with(a),
            Node::Binary(BinaryOp::Pow, a, exponent)
                if self.dag.as_constant(exponent).is_some_and(|e| e > 0.0) =>
            {
                self.vanishes_with(a)
            }
            _ => {
                let (base, exponent) = self.power(id)?;
                (exponent > 0.0).then(|| self.vanishes_with(base))?
            }
        }
    }

    /// Base and exponent of a constant power, which the graph holds as `exp(b ln a)`.
    fn power(&self, id: ExprId) -> Option<(ExprId, f64)> {
        let Node::Unary(UnaryOp::Exp, inner) = self.dag.node(id) else { return None };
        let Node::Binary(BinaryOp::Mul, a, b) = self.dag.node(inner) else { return None };
        [(a, b), (b, a)].into_iter().find_map(|(number, logarithm)| {
            let exponent = self.dag.as_constant(number)?;
            let Node::Unary(UnaryOp::Ln, base) = self.dag.node(logarithm) else { return None };
            Some((base, exponent))
        })
    }
}
