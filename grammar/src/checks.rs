//! Checks of a resolved network, one per file.

mod allow;
mod bands;
mod breakpoints;
mod causes;
mod comments;
mod conservation;
mod divisions;
mod duplicates;
mod equal_sides;
mod flow;
mod groups;
mod never_active;
mod piecewise;
mod reference;
mod sampling;
mod slopes;
mod spelling;
mod splits;
mod unused;
mod values;

pub use bands::band_table;
pub use breakpoints::{Breakpoint, BreakpointKind, breakpoint_report, breakpoint_table};
pub use splits::{Splits, UnsplitTerm, split_table, splits};

use crate::diagnostic::Diagnostic;
use crate::network::Network;
use crate::program::Program;
use crate::resolve::facts::Facts;
use allow::Allows;

/// Checks that find errors; they work on networks that could only partly be resolved, too.
pub(crate) fn errors(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    let mut found = conservation::check(network, facts);
    found.extend(piecewise::overlaps(facts));
    found
}

/// Checks of the codes in `allow(...)`.
pub(crate) fn allows(program: &Program) -> Vec<Diagnostic> {
    allow::codes(program)
}

/// Checks that find warnings and notes, without those that are allowed.
pub(crate) fn warnings(network: &Network, facts: &Facts, program: &Program) -> Vec<Diagnostic> {
    let mut found = duplicates::check(network, facts);
    found.extend(never_active::check(network, facts));
    found.extend(piecewise::gaps(network, facts));
    found.extend(breakpoints::check(network, facts));
    found.extend(flow::check(network));
    found.extend(unused::check(facts));
    found.extend(reference::check(network, facts));
    found.extend(equal_sides::check(network, facts));
    found.extend(spelling::check(program));
    found.extend(comments::check(program));
    found.extend(facts.findings.iter().cloned());
    let wrong = values::check(network, facts);
    // Where a declared state shows the fault, that says more.
    let divisions = divisions::check(network, facts).into_iter();
    let divisions: Vec<Diagnostic> = divisions.filter(|d| wrong.iter().all(|w| w.span != d.span)).collect();
    found.extend(slopes::check(network, facts, &wrong, &divisions));
    found.extend(divisions);
    found.extend(wrong);
    not_allowed(found, program)
}

/// Warnings and notes about a rate library on its own.
pub(crate) fn library_warnings(facts: &Facts, program: &Program) -> Vec<Diagnostic> {
    let mut allows = Allows::new(program);
    facts.findings.iter().filter(|d| !allows.allow(d)).cloned().collect()
}

/// What is not allowed, one finding per cause; and each `allow` that allows nothing.
fn not_allowed(found: Vec<Diagnostic>, program: &Program) -> Vec<Diagnostic> {
    let mut allows = Allows::new(program);
    let rest: Vec<Diagnostic> = found.into_iter().filter(|d| !allows.allow(d)).collect();
    let mut rest = causes::one_each(rest, &program.sources);
    let without_effect = allows.unused();
    rest.extend(without_effect.into_iter().filter(|d| !allows.allow(d)));
    rest
}
