//! What the checks need to know beside the network itself.

use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::temperature_set::TemperatureSet;

/// A piecewise expression: where each piece applies.
#[derive(Clone, Debug)]
pub(crate) struct PiecewiseFacts {
    /// The whole expression.
    pub(crate) span: Span,
    /// Place of each condition, and the temperatures at which it holds if it is about T alone.
    pub(crate) pieces: Vec<(Span, Option<TemperatureSet>)>,
    /// Whether there is an `else`.
    pub(crate) has_else: bool,
}

/// Facts about one reaction or process.
#[derive(Clone, Debug)]
pub(crate) struct ReactionFacts {
    /// Place of its name.
    pub(crate) name: Span,
    /// Place of the stated temperature range.
    pub(crate) range: Option<Span>,
    /// Temperatures at which it is on; `None` if that depends on more than T.
    pub(crate) temperatures: Option<TemperatureSet>,
    /// Difference of third bodies, right less left.
    pub(crate) third_body_change: i64,
    /// Whether another statement uses it by its name.
    pub(crate) used: bool,
}

/// A definition that nothing uses.
#[derive(Clone, Debug)]
pub(crate) struct Unused {
    /// What it is: `parameter`, `rate`, ...
    pub(crate) what: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// Place of the name.
    pub(crate) span: Span,
}

/// Facts about the whole network.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// One per reaction of the network.
    pub(crate) reactions: Vec<ReactionFacts>,
    /// One per process of the network.
    pub(crate) processes: Vec<ReactionFacts>,
    /// Place of the name of each heating process, then of each cooling process.
    pub(crate) thermal: Vec<Span>,
    /// All piecewise expressions.
    pub(crate) piecewise: Vec<PiecewiseFacts>,
    /// Definitions that nothing uses.
    pub(crate) unused: Vec<Unused>,
    /// Warnings and notes that are found best where names and units are resolved.
    pub(crate) findings: Vec<Diagnostic>,
    /// Largest relative jump of a rate coefficient that needs no `allow`.
    pub(crate) seam_tolerance: f64,
}
