//! What an expression means: a node of the graph and its unit.

use crate::expr::ExprId;
use crate::source::Span;
use crate::unit::Dimension;

/// An expression after resolution.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    /// The node.
    pub(crate) expr: ExprId,
    /// Its unit; `None` where a bare number makes it unknown, which fits everything.
    pub(crate) unit: Option<Dimension>,
}

impl Value {
    pub(crate) fn new(expr: ExprId, unit: Option<Dimension>) -> Self {
        Value { expr, unit }
    }
}

/// What was met on the way to a value, beside the value itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    /// Indices of the `rate` definitions, in order of first use: a reaction inherits their documentation.
    pub(crate) rates: Vec<usize>,
    /// References of the cross sections.
    pub(crate) references: Vec<String>,
    /// The first place where a flux is used, which a rate coefficient must not.
    pub(crate) flux: Option<Span>,
}

impl Trace {
    pub(crate) fn add(&mut self, other: &Trace) {
        for &rate in &other.rates {
            if !self.rates.contains(&rate) {
                self.rates.push(rate);
            }
        }
        for reference in &other.references {
            self.refer(reference);
        }
        self.flux = self.flux.or(other.flux);
    }

    /// Notes a reference.
    pub(crate) fn refer(&mut self, reference: &str) {
        if self.references.iter().all(|known| known != reference) {
            self.references.push(reference.to_owned());
        }
    }
}

/// Progress of something that is resolved when it is first needed.
#[derive(Clone, Debug, Default)]
pub(crate) enum State {
    /// Not needed so far.
    #[default]
    New,
    /// Being resolved: meeting it again is a cycle.
    Active,
    /// Resolved; without a value if that failed (and was reported).
    Done(Option<Value>, Trace),
}
